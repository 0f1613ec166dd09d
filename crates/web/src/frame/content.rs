//! Content: what all pages share and rarely changes, kept until the head says that it did. Never stock.

use crate::kit::prose::safe;
use crate::kit::rule_words;
use crate::places::PlaceLook;
use domain::activities::terms::Terms;
use domain::rules::{Rule, in_force};
use domain::tables::{Day, Passage, PlaceId, RuleValue};
use std::sync::{Arc, PoisonError, RwLock};
use store::bulletins::BulletinView;
use store::prizes::{self, PrizeView};
use store::questions::QuestionView;
use store::{Done, Reads};

#[derive(Default)]
pub struct Content {
    version: i64,
    /// Newest first. Their stock is as old as the content: ask the database.
    pub prizes: Vec<PrizeView>,
    pub places: Vec<PlaceLook>,
    pub rules: Vec<RuleValue>,
    /// By category and place, with those that readers do not see.
    pub questions: Vec<QuestionView>,
    /// The newest first, with those that readers do not see.
    pub bulletins: Vec<BulletinView>,
    /// As HTML that nothing foreign is in; rules stand in it by their words.
    pub passages: Vec<(Passage, String)>,
}

impl Content {
    /// What is in force on a day.
    pub fn rule(&self, rule: Rule, day: i64) -> i64 {
        in_force(&self.rules, rule, day)
    }

    /// What the rules say of all activities on a day.
    pub fn terms(&self, day: i64) -> Terms {
        Terms::of(&self.rules, day)
    }

    /// The library's own words as HTML, with the rules of a day; empty: there are none.
    pub fn passage(&self, passage: Passage, day: i64) -> String {
        let found = self.passages.iter().find(|(of, _)| *of == passage);
        found.map_or(String::new(), |(_, html)| self.filled(html, day))
    }

    /// Prose with the rules of a day in place of their words.
    pub fn filled(&self, text: &str, day: i64) -> String {
        rule_words::filled(text, |rule| self.rule(rule, day))
    }

    /// The rules that can be written within prose, with their values of a day.
    pub fn rule_meanings(&self, day: i64) -> Vec<(String, String)> {
        rule_words::meanings(|rule| self.rule(rule, day))
    }

    pub fn place(&self, place: Option<PlaceId>) -> Option<&PlaceLook> {
        self.places.iter().find(|look| Some(look.id()) == place)
    }
}

#[derive(Default)]
pub struct Contents(RwLock<Option<Arc<Content>>>);

impl Contents {
    fn known(&self, version: i64) -> Option<Arc<Content>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|content| content.version >= version).cloned()
    }

    pub async fn get(&self, reads: &Reads, version: i64, today: Day) -> Done<Arc<Content>> {
        if let Some(content) = self.known(version) {
            return Ok(content);
        }
        let content = Arc::new(load(reads, version, today).await?);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_none_or(|old| old.version < version) {
            *known = Some(content.clone());
        }
        Ok(content)
    }
}

/// Loaded after its version was read, so it is never older than it says.
async fn load(reads: &Reads, version: i64, today: Day) -> Done<Content> {
    let mut prizes = prizes::views(reads.all(prizes::all()).await?)?;
    prizes.sort_by_key(|view| std::cmp::Reverse(view.prize.id));
    let places = store::places::all(reads, today).await?.into_iter().map(PlaceLook::of).collect();
    let rules = store::rules::all(reads).await?;
    let questions = store::questions::all(reads).await?;
    let passages = store::passages::current(reads).await?;
    let passages = passages.into_iter().map(|(passage, text)| (passage, safe(&text))).collect();
    let bulletins = store::bulletins::all(reads).await?;
    Ok(Content { version, prizes, places, rules, questions, bulletins, passages })
}
