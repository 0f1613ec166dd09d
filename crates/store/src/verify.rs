//! The invariants as queries, slice by slice: each finds the rows that break it, on a live database of either engine.

use crate::SLICES;
use crate::fault::Done;
use crate::ledger::{Walk, walk};
use crate::read::{Reads, query};
use domain::rules::Rule;
use domain::tables::{RuleNumber, Table};
use std::sync::LazyLock;

/// One invariant; `violations` selects a number that names each offending row. The texts may ask `rule_ever`: each value
/// that a rule has had, or will have.
pub struct Invariant {
    pub name: &'static str,
    pub violations: &'static str,
}

/// A default was never in force where a first value was set with the library.
static RULE_EVER: LazyLock<String> = LazyLock::new(|| {
    let defaults = Rule::ALL.iter().map(|rule| {
        let (number, default) = (RuleNumber::from(*rule).0, rule.about().default);
        format!(
            " union all select {number}, {default} \
             where not exists (select 1 from rule_value where rule = {number} and since = 0)"
        )
    });
    format!("with rule_ever (rule, value) as (select rule, value from rule_value{})", defaults.collect::<String>())
});

/// Every table whose rows are numbered, the audit, and the library's own roles.
static NUMBERED: LazyLock<String> = LazyLock::new(|| {
    let shapes = Table::ALL.iter().map(|table| table.shape());
    let numbered = shapes.filter(|shape| shape.columns.contains(&"id")).map(|shape| (shape.name, "id"));
    let all = numbered.chain([("audit", "id"), ("own_role", "role")]);
    let ids: Vec<String> = all.map(|(table, id)| format!("select {id} as id from {table}")).collect();
    format!("select i.id from ({}) i where i.id >= (select next_id from head)", ids.join(" union all "))
});

static INVARIANTS: LazyLock<Vec<(&str, String)>> = LazyLock::new(|| {
    // A database that is wrong may be so in a million rows: some are enough.
    let some = |text: &str| format!("select * from ({text}) v limit {VIOLATIONS_MAX}");
    let text = |text: &str| match text.contains("rule_ever") {
        true => format!("{} {}", *RULE_EVER, some(text)),
        false => some(text),
    };
    let of_slices =
        SLICES.iter().flat_map(|slice| slice.invariants).map(|invariant| (invariant.name, text(invariant.violations)));
    of_slices.chain([("every id is below the next one", some(&NUMBERED))]).collect()
});

/// So many offending rows are named.
const VIOLATIONS_MAX: usize = 10;
const NOTES_A_PART: i64 = 1_000;

/// How one invariant stands.
#[derive(Debug)]
pub struct Finding {
    pub name: &'static str,
    /// The first few offending rows.
    pub violations: Vec<i64>,
}

pub async fn verify(reads: &Reads) -> Done<Vec<Finding>> {
    let mut findings = vec![];
    for (name, violations) in INVARIANTS.iter() {
        let mut found = vec![];
        for mut row in reads.all(query(violations, [])).await? {
            found.push(row.int()?);
        }
        findings.push(Finding { name, violations: found });
    }
    let name = "no phone or identity number stands in an audit note";
    findings.push(Finding { name, violations: personal_notes(reads).await? });
    let broken = match walk(reads).await? {
        Walk::Whole { .. } => vec![],
        Walk::Broken { sequence } => vec![sequence],
    };
    findings.push(Finding { name: "the hash chain follows", violations: broken });
    Ok(findings)
}

/// Part by part: the audit is as long as the library is old.
async fn personal_notes(reads: &Reads) -> Done<Vec<i64>> {
    const TEXT: &str = "select id, note from audit where id > $1 order by id limit $2";
    let (mut found, mut last) = (vec![], 0);
    loop {
        let part = reads.all(query(TEXT, [last.into(), NOTES_A_PART.into()])).await?;
        let is_last = part.len() < NOTES_A_PART as usize;
        for mut row in part {
            last = row.int()?;
            if holds_personal_number(&row.text()?) {
                found.push(last);
            }
        }
        if is_last || found.len() >= VIOLATIONS_MAX {
            found.truncate(VIOLATIONS_MAX);
            return Ok(found);
        }
    }
}

/// Titles hold ISBNs and notes hold dates: only mainland mobile and identity numbers are personal.
fn holds_personal_number(note: &str) -> bool {
    let numbers = note.split(|c: char| !c.is_ascii_digit() && !c.eq_ignore_ascii_case(&'x'));
    numbers.into_iter().any(|number| is_mobile(number) || is_identity(number))
}

fn is_mobile(number: &str) -> bool {
    let number = number.trim_matches(['x', 'X']);
    let number = number.strip_prefix("00").unwrap_or(number);
    let number = number.strip_prefix("86").unwrap_or(number);
    number.len() == 11
        && matches!(number.as_bytes(), [b'1', b'3'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit))
}

/// 17 digits and a check character, which may be X.
fn is_identity(number: &str) -> bool {
    matches!(number.as_bytes(), [digits @ .., _] if digits.len() == 17 && digits.iter().all(u8::is_ascii_digit))
}
