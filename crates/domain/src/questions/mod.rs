//! 常见问题: what readers often ask, and the library's answers.

mod words;

pub use words::{QuestionRecord, QuestionText, Refusal, Reply};

use crate::core::asked::{Actor, Asked, commands, only_the_program};
use crate::core::refusal::Common;
use crate::core::texts;
use crate::core::world::{Draft, Halt, Need};
use crate::staff::{Permission, audit, require_everywhere};
use crate::tables::{Question, QuestionCategory, QuestionId};

commands! {
    SaveQuestion => save,
    SeedQuestions => seed,
}

/// Rare: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

pub const QUESTION_CHARS_MAX: usize = 60;
const PLACE_MAX: i64 = 9_999;
const SEEDED_MAX: usize = 200;

/// A new question (`question` None), or another word on one that there is.
#[derive(Clone, Debug)]
pub struct SaveQuestion {
    pub question: Option<QuestionId>,
    pub saved: Saved,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    pub category: QuestionCategory,
    /// Among those of its category, the smaller the earlier.
    pub place: i64,
    /// Readers see it.
    pub shown: bool,
    pub text: QuestionText,
}

/// What a new library begins with.
#[derive(Clone, Debug)]
pub struct SeedQuestions {
    pub questions: Vec<Saved>,
}

/// Refusals: NoPermission, NoSuchQuestion, OtherBranch, PlaceWrong, TextTooLong, TitleMissing, WordsMissing.
pub fn save(d: &mut Draft, asked: &Asked, c: &SaveQuestion) -> Result<Reply, Halt> {
    let staff = require_everywhere(d, asked.actor, Permission::EditContent)?;
    let known = match c.question {
        Some(id) => Some(d.get::<Question>(Question::key(id))?.ok_or(Refusal::NoSuchQuestion)?),
        None => None,
    };
    fits(&c.saved)?;
    let id = match known {
        Some(known) => {
            d.put(Question { category: c.saved.category, place: c.saved.place, shown: c.saved.shown, ..known })?;
            known.id
        }
        None => add(d, &c.saved, asked.now.at),
    };
    d.emit(QuestionRecord { question: id, text: c.saved.text.clone() });
    audit(d, Some(staff), "question.save", id.0, "", asked.now);
    Ok(Reply::QuestionSaved { question: id })
}

/// Refusals: AlreadySeeded, NoPermission, PlaceWrong, TextTooLong, TitleMissing, WordsMissing.
pub fn seed(d: &mut Draft, asked: &Asked, c: &SeedQuestions) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    if !d.children::<Question, 0>([])?.is_empty() {
        return Err(Refusal::AlreadySeeded.into());
    }
    let questions = c.questions.iter().take(SEEDED_MAX);
    for saved in questions {
        fits(saved)?;
        let question = add(d, saved, asked.now.at);
        d.emit(QuestionRecord { question, text: saved.text.clone() });
    }
    Ok(Reply::QuestionsSeeded)
}

fn add(d: &mut Draft, saved: &Saved, at: i64) -> QuestionId {
    let Saved { category, place, shown, .. } = *saved;
    let id = d.new_id(QuestionId);
    d.add(Question { id, category, place, shown, at });
    id
}

fn fits(saved: &Saved) -> Result<(), Halt> {
    let QuestionText { asked, answer } = &saved.text;
    if asked.trim().is_empty() {
        return Err(Common::TitleMissing.into());
    }
    texts::fits(asked, QUESTION_CHARS_MAX)?;
    if answer.trim().is_empty() {
        return Err(Common::WordsMissing.into());
    }
    texts::fits(answer, texts::DESCRIPTION_CHARS_MAX)?;
    if (0..=PLACE_MAX).contains(&saved.place) { Ok(()) } else { Err(Refusal::PlaceWrong { most: PLACE_MAX }.into()) }
}
