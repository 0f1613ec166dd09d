//! 意见反馈 in the simulation: readers write, staff answer and close.

use crate::invariants::{Findings, claim};
use crate::model::{Answer, Model};
use crate::rooms::Room;
use crate::script::{NOBODY, Script};
use crate::support::Memory;
use domain::core::asked::{Actor, Now};
use domain::core::record::Sealed;
use domain::feedback::{AnswerFeedback, FeedbackPost, MessageKind, ReplyToFeedback, SendFeedback, Written};
use domain::feedback::{Command as Feedbacks, Reply};
use domain::slices::{Command, Envelope};
use domain::tables::{Feedback, FeedbackId, FeedbackState, ReaderId, Table};
use std::collections::BTreeMap;

pub const ROOM: Room = Room { next, follow, tables: &[Table::Feedback, Table::FeedbackDay], violations };

fn written(script: &mut Script) -> Written {
    let pictures = vec![Sealed(vec![1]); if script.dice.one_in(20) { 4 } else { 1 }];
    Written { words: Sealed(vec![1]), pictures }
}

fn next(script: &mut Script) -> (Actor, Command) {
    let known: Vec<(i64, i64)> = script.model.threads.iter().map(|(id, reader)| (*id, *reader)).collect();
    let (id, owner) = script.dice.pick(known).unwrap_or((NOBODY, NOBODY));
    let feedback = FeedbackId(if script.dice.one_in(20) { NOBODY } else { id });
    let reader = script.reader();
    let owner = if script.dice.one_in(8) { reader } else { Actor::Reader(ReaderId(owner)) };
    match script.dice.below(8) {
        0..2 => (reader, Command::from(SendFeedback { written: written(script) })),
        2 => (owner, Command::from(SendFeedback { written: written(script) })),
        3..6 => (owner, Command::from(ReplyToFeedback { feedback, written: written(script) })),
        _ => {
            let words = if script.dice.one_in(3) { None } else { Some(Sealed(vec![2])) };
            let closes = script.dice.one_in(2);
            (script.staff(), Command::from(AnswerFeedback { feedback, words, closes }))
        }
    }
}

fn follow(model: &mut Model, e: &Envelope, _: Now, heard: &Answer) -> Option<Answer> {
    let Command::Feedback(command) = &e.command else { return None };
    let Some(reply) = heard.as_ref().ok().and_then(|reply| reply.of::<Reply>()) else { return Some(*heard) };
    match (reply, command, e.actor) {
        (Reply::FeedbackSent { .. }, _, Actor::Reader(reader)) => {
            let id = model.fresh(heard);
            model.threads.insert(id, reader.0);
            model.wrote("feedback");
        }
        (Reply::FeedbackAnswered { feedback }, Feedbacks::AnswerFeedback(c), _) => {
            model.audits += 1;
            if c.words.is_some() {
                model.wrote("feedback");
                let reader = model.threads[&feedback.0];
                model.news(reader, MessageKind::FeedbackAnswered, feedback.0, 0);
            }
        }
        _ => model.wrote("feedback"),
    }
    Some(*heard)
}

fn violations(memory: &Memory, found: &mut Findings) {
    let mut posts: BTreeMap<FeedbackId, Vec<FeedbackPost>> = BTreeMap::new();
    for post in memory.records.iter().filter_map(|record| record.of::<FeedbackPost>()) {
        posts.entry(post.feedback).or_default().push(post);
    }
    for row in memory.all::<Feedback>() {
        let posts = posts.remove(&row.id).unwrap_or_default();
        claim(found, posts.len() as i64 == row.posts, || format!("{row:?} has {} posts", posts.len()));
        let is_answer = posts.last().is_some_and(|post| post.by_staff != 0);
        let pictures: i64 = posts.iter().map(|post| post.pictures).sum();
        claim(found, pictures == row.pictures, || format!("{row:?} has {pictures} pictures"));
        claim(found, row.state != FeedbackState::Answered || is_answer, || format!("{row:?} has no answer"));
    }
}
