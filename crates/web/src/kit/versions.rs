//! 历次版本: what was written before, beside the form; an old one can be taken up again.

use crate::kit::calendar::Calendar;
use store::versions::VersionView;

/// One version in the list beside the form.
pub struct Version {
    pub number: i64,
    pub by: String,
    pub at: String,
    /// What stood over it and when it stood, a line each.
    pub head: Vec<String>,
    /// As readers see it, or saw it; empty: nothing was shown.
    pub html: String,
    /// It stands in the form.
    pub is_taken: bool,
}

impl Version {
    pub fn of(view: &VersionView, head: Vec<String>, html: String, taken: Option<i64>, calendar: &Calendar) -> Self {
        Version {
            number: view.version,
            by: view.by.clone(),
            at: calendar.long_moment(view.at),
            head,
            html,
            is_taken: taken == Some(view.version),
        }
    }
}

/// Which older version is asked for.
#[derive(serde::Deserialize)]
pub struct Take {
    #[serde(default)]
    pub version: i64,
}

impl Take {
    /// None: the newest, or one that there is not.
    pub fn of<'a, V>(&self, known: &'a [V], version: impl Fn(&V) -> i64) -> Option<&'a V> {
        known.iter().skip(1).find(|view| version(view) == self.version)
    }
}

sample! { Version { number = |draw| draw.id(), by, at, head, html = crate::kit::prose::sample, is_taken } }
