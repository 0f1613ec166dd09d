//! Statements made from the tables' shapes: one description for both engines.

use domain::core::row::Shape;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    Insert,
    Update,
    Delete,
}

impl Verb {
    pub const ALL: [Verb; 3] = [Verb::Insert, Verb::Update, Verb::Delete];
}

fn list(columns: &[&str], each: impl Fn(usize, &str) -> String, by: &str) -> String {
    columns.iter().enumerate().map(|(n, column)| each(n, column)).collect::<Vec<_>>().join(by)
}

fn keys(shape: &Shape) -> &'static [&'static str] {
    &shape.columns[..shape.keys]
}

/// Rows of one beginning, after a key, in key order: the same on both engines.
pub fn range(shape: &Shape, depth: usize) -> String {
    let same = list(&shape.columns[..depth], |n, column| format!("{column} = ${} and ", n + 1), "");
    let rest = shape.columns[depth..shape.keys].join(", ");
    let after = list(&shape.columns[depth..shape.keys], |n, _| format!("${}", depth + n + 1), ", ");
    let (columns, name, limit) = (shape.columns.join(", "), shape.name, shape.keys + 1);
    format!("select {columns} from {name} where {same}({rest}) > ({after}) order by {rest} limit ${limit}")
}

/// One row by its key (SQLite, which is fastest row by row).
pub fn one(shape: &Shape) -> String {
    let found = list(keys(shape), |n, column| format!("{column} = ${}", n + 1), " and ");
    format!("select {} from {} where {found}", shape.columns.join(", "), shape.name)
}

pub fn write_one(shape: &Shape, verb: Verb) -> String {
    let name = shape.name;
    let found = list(keys(shape), |n, column| format!("{column} = ${}", n + 1), " and ");
    match verb {
        Verb::Insert => {
            let values = list(shape.columns, |n, _| format!("${}", n + 1), ", ");
            format!("insert into {name} ({}) values ({values})", shape.columns.join(", "))
        }
        Verb::Update => {
            let set = list(&shape.columns[shape.keys..], |n, c| format!("{c} = ${}", shape.keys + n + 1), ", ");
            format!("update {name} set {set} where {found}")
        }
        Verb::Delete => format!("delete from {name} where {found}"),
    }
}

fn unnest(columns: &[&str]) -> String {
    let arrays = list(columns, |n, _| format!("${}::bigint[]", n + 1), ", ");
    format!("unnest({arrays}) v({})", columns.join(", "))
}

/// Many rows by their keys (PostgreSQL, in one round trip).
pub fn many(shape: &Shape) -> String {
    let found = list(keys(shape), |_, column| format!("t.{column} = v.{column}"), " and ");
    let columns = list(shape.columns, |_, column| format!("t.{column}"), ", ");
    format!("select {columns} from {} join {} t on {found}", unnest(keys(shape)), shape.name)
}

/// Many rows at once. A change that does not find every row divides by zero, which takes the whole batch back:
/// the commit is already on its way when the count could be looked at here.
pub fn write_many(shape: &Shape, verb: Verb) -> String {
    let name = shape.name;
    let found = list(keys(shape), |_, column| format!("t.{column} = v.{column}"), " and ");
    let changed = match verb {
        Verb::Insert => {
            return format!(
                "insert into {name} ({}) select * from {}",
                shape.columns.join(", "),
                unnest(shape.columns)
            );
        }
        Verb::Update => {
            let set = list(&shape.columns[shape.keys..], |_, column| format!("{column} = v.{column}"), ", ");
            format!("update {name} t set {set} from {} where {found}", unnest(shape.columns))
        }
        Verb::Delete => format!("delete from {name} t using {} where {found}", unnest(keys(shape))),
    };
    format!(
        "with changed as ({changed} returning 1) \
         select 1 / (count(*) = cardinality($1::bigint[]))::int from changed"
    )
}
