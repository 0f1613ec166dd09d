//! One of each command about questions and feedback, and what they need to be carried out.

use super::everything::READER;
use super::{LIBRARIAN, MORNING, Memory};
use domain::core::asked::Actor;
use domain::core::record::Sealed;
use domain::feedback::{AnswerFeedback, ReplyToFeedback, SendFeedback, Written};
use domain::questions::{QuestionText, SaveQuestion, Saved, SeedQuestions};
use domain::slices::Command;
use domain::tables::*;

const STAFF: Actor = Actor::Staff(LIBRARIAN);

pub fn library(memory: &mut Memory) {
    let (id, state) = (THREAD, FeedbackState::Open);
    memory.set(Feedback { id, reader: READER, state, posts: 1, at: MORNING, changed_at: MORNING });
}

pub fn commands() -> Vec<(Actor, Command)> {
    let reader = Actor::Reader(READER);
    vec![
        (reader, Command::from(SendFeedback { written: a_letter() })),
        (reader, Command::from(ReplyToFeedback { feedback: THREAD, written: a_letter() })),
        (STAFF, Command::from(AnswerFeedback { feedback: THREAD, words: Some(Sealed(vec![1])), closes: true })),
        (STAFF, Command::from(SaveQuestion { question: None, saved: a_question() })),
        (Actor::Job, Command::from(SeedQuestions { questions: vec![a_question()] })),
    ]
}

fn a_question() -> Saved {
    let text = QuestionText { asked: "积分会过期吗？".into(), answer: "不会。".into() };
    Saved { category: QuestionCategory::Points, place: 10, shown: true, text }
}

const THREAD: FeedbackId = FeedbackId(9_301);

fn a_letter() -> Written {
    Written { words: Sealed(vec![1]), pictures: vec![], names: String::new() }
}
