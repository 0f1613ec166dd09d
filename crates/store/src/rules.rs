//! Rules: what the library has set. They are few, and read all at once.

use crate::fault::Done;
use crate::read::{Reads, each, query};
use domain::core::row::Cell;
use domain::rules::Rule;
use domain::tables::{Day, Millis, RuleValue};

pub async fn all(reads: &Reads) -> Done<Vec<RuleValue>> {
    const TEXT: &str = "select rule, since, at, value, set_by from rule_value order by rule, since, at";
    let mut values = vec![];
    for mut row in reads.all(query(TEXT, [])).await? {
        values.extend(row.row::<RuleValue>()?);
    }
    Ok(values)
}

/// A value that was set, by whom.
#[derive(Clone, Debug)]
pub struct SetView {
    pub since: Day,
    pub value: i64,
    /// Empty: by the settings' file or the command line.
    pub by: String,
    pub at: Millis,
}

/// Of one rule, the latest day of force first, of the same day the last word first.
pub async fn history(reads: &Reads, rule: Rule) -> Done<Vec<SetView>> {
    const TEXT: &str = "select v.since, v.value, coalesce(f.name, ''), v.at from rule_value v \
        left join staff_face f on f.staff = v.set_by where v.rule = $1 order by v.since desc, v.at desc limit 50";
    let rows = reads.all(query(TEXT, [rule.into_cell().into()])).await?;
    each(rows, |row| Ok(SetView { since: row.int()?, value: row.int()?, by: row.text()?, at: row.int()? }))
}
