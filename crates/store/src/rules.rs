//! Rules: what the library has set. They are few, and read all at once.

use crate::fault::Done;
use crate::read::{Reads, query};
use domain::tables::RuleValue;

pub async fn all(reads: &Reads) -> Done<Vec<RuleValue>> {
    const TEXT: &str = "select rule, since, at, value, set_by from rule_value order by rule, since, at";
    let mut values = vec![];
    for mut row in reads.all(query(TEXT, [])).await? {
        values.extend(row.row::<RuleValue>()?);
    }
    Ok(values)
}
