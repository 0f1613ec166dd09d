//! Records as SQL: one text for both engines, made once from a record's shape.

use domain::core::record::{Keeping, Record, TextShape, TextValue};
use domain::core::row::Cell;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// A value that both engines take.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    Null,
}

impl Value {
    pub fn cell(cell: impl Cell) -> Self {
        Value::Int(cell.into_cell())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        text(value)
    }
}
impl From<&String> for Value {
    fn from(value: &String) -> Self {
        text(value)
    }
}
impl From<&TextValue> for Value {
    fn from(value: &TextValue) -> Self {
        match value {
            TextValue::Int(cell) => Value::Int(*cell),
            TextValue::Text(value) => text(value),
            TextValue::Bytes(bytes) => Value::Bytes(bytes.clone()),
            TextValue::Null => Value::Null,
        }
    }
}

/// PostgreSQL's texts hold no NUL, so nobody's do.
fn text(value: &str) -> Value {
    Value::Text(value.replace('\0', ""))
}

/// The statement and its arguments, in its order; it must change exactly one row.
pub fn statement(record: &Record) -> (&'static str, Vec<Value>) {
    (text_of(record.shape()), record.values().iter().map(Value::from).collect())
}

/// Whether the statement wipes: any number of rows, or none.
pub fn wipes(text: &str) -> bool {
    text.starts_with("delete")
}

/// There are few shapes: their texts are kept for the whole run, so that each is prepared once.
fn text_of(shape: &'static TextShape) -> &'static str {
    static TEXTS: LazyLock<Mutex<HashMap<&'static str, &'static str>>> = LazyLock::new(Mutex::default);
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    texts.entry(shape.name).or_insert_with(|| Box::leak(sql(shape).into_boxed_str()))
}

fn sql(shape: &TextShape) -> String {
    let (table, columns, keys) = (shape.table, (shape.columns)(), (shape.keys)());
    let (key, rest) = columns.split_at(keys);
    let places = |from: usize, until: usize| (from..=until).map(|n| format!("${n}")).collect::<Vec<_>>();
    let list = places(1, columns.len()).join(", ");
    let insert = format!("insert into {table} ({}) values ({list})", columns.join(", "));
    let each = |of: &[&str], of_one: &dyn Fn(usize, &str) -> String, between: &str| {
        of.iter().enumerate().map(|(n, column)| of_one(n, column)).collect::<Vec<_>>().join(between)
    };
    let is_it = each(key, &|n, column| format!("{column} = ${}", n + 1), " and ");
    match shape.keeping {
        Keeping::Once => insert,
        Keeping::Gone => format!("delete from {table} where {is_it}"),
        Keeping::Newest => {
            let sets = each(rest, &|_, column| format!("{column} = excluded.{column}"), ", ");
            format!("{insert} on conflict ({}) do update set {sets}", key.join(", "))
        }
        Keeping::Beside => {
            let sets = each(rest, &|n, column| format!("{column} = ${}", keys + n + 1), ", ");
            format!("update {table} set {sets} where {is_it}")
        }
    }
}

/// Whether pages that cache content must read it again. Stock is never cached.
pub fn touches_content(records: &[Record]) -> bool {
    records.iter().any(|record| record.shape().is_content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::activities::{Answers, AppealAnswer};
    use domain::core::record::Text;
    use domain::prizes::TextOfPrize;

    #[test]
    fn the_statement_follows_from_the_shape() {
        assert_eq!(
            text_of(TextOfPrize::SHAPE),
            "insert into prize_text (prize, title, description, picture) values ($1, $2, $3, $4) on conflict (prize) \
             do update set title = excluded.title, description = excluded.description, picture = excluded.picture"
        );
        assert_eq!(text_of(Answers::SHAPE), "insert into party_answers (party, answers) values ($1, $2)");
        assert_eq!(
            text_of(AppealAnswer::SHAPE),
            "update appeal set answer = $4 where activity = $1 and reader = $2 and member = $3"
        );
    }
}
