//! 意见反馈: a thread of the reader's own, answered by staff, open again with another word, and never a flood.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::{Actor, Now};
use domain::core::record::Sealed;
use domain::core::refusal::{Common, Refused};
use domain::feedback::{
    self, AnswerFeedback, FeedbackPicture, FeedbackPost, MessageKind, ReplyToFeedback, SendFeedback, Written,
};
use domain::slices::Command;
use domain::staff::{Permission, bits};
use domain::tables::*;
use support::*;

const READER: ReaderId = ReaderId(11);
const STRANGER: ReaderId = ReaderId(12);
const STAFF: Actor = Actor::Staff(LIBRARIAN);

fn town() -> Memory {
    let mut memory = Memory::default();
    [READER, STRANGER].into_iter().for_each(|id| memory.set(rows::reader(id)));
    memory.staff_everywhere(LIBRARIAN, bits(&[Permission::AnswerFeedback]));
    memory
}

fn letter(pictures: usize) -> Written {
    Written { words: Sealed(vec![7]), pictures: vec![Sealed(vec![1]); pictures] }
}

fn ask(memory: &mut Memory, by: Actor, command: impl Into<Command>, now: Now) -> Result<(), Refused> {
    memory.ask(by, command.into(), now).map(|_| ())
}

fn thread(memory: &Memory) -> Feedback {
    memory.all::<Feedback>().pop().unwrap()
}

#[test]
fn a_thread_goes_to_and_fro_and_is_opened_again() {
    let mut memory = town();
    let by = Actor::Reader(READER);
    memory.is_for_readers(READER, &Command::from(SendFeedback { written: letter(0) }));
    ask(&mut memory, by, SendFeedback { written: letter(2) }, at(MORNING)).unwrap();
    let id = thread(&memory).id;
    let answer = |words: Option<Vec<u8>>, closes| AnswerFeedback { feedback: id, words: words.map(Sealed), closes };
    assert_eq!(ask(&mut memory, by, answer(None, true), at(MORNING)), Err(Common::NoPermission.into()));
    let silent = ask(&mut memory, STAFF, answer(None, false), at(MORNING));
    assert_eq!(silent, Err(feedback::Refusal::NothingSaid.into()));
    ask(&mut memory, STAFF, answer(Some(vec![8]), false), at(MORNING)).unwrap();
    assert_eq!((thread(&memory).state, thread(&memory).posts), (FeedbackState::Answered, 2));
    assert_eq!(memory.all::<Message>()[0].kind, MessageKind::FeedbackAnswered);
    let reply = ReplyToFeedback { feedback: id, written: letter(0) };
    let theirs = ask(&mut memory, Actor::Reader(STRANGER), reply.clone(), at(MORNING));
    assert_eq!(theirs, Err(feedback::Refusal::NoSuchFeedback.into()));
    ask(&mut memory, by, reply.clone(), at(MORNING)).unwrap();
    assert_eq!((thread(&memory).state, thread(&memory).posts), (FeedbackState::Open, 3));
    // Closed without a word the reader is not told; and once is enough.
    ask(&mut memory, STAFF, answer(None, true), at(MORNING)).unwrap();
    let again = ask(&mut memory, STAFF, answer(None, true), at(MORNING));
    assert_eq!(again, Err(feedback::Refusal::AlreadyClosed.into()));
    assert_eq!((thread(&memory).state, memory.all::<Message>().len()), (FeedbackState::Closed, 1));
    ask(&mut memory, by, reply, at(MORNING)).unwrap();
    assert_eq!(thread(&memory).state, FeedbackState::Open);
    let posts: Vec<FeedbackPost> = memory.records.iter().filter_map(|record| record.of()).collect();
    let by_staff: Vec<bool> = posts.iter().map(|post| post.by_staff != 0).collect();
    assert_eq!((by_staff, memory.audits().len()), (vec![false, true, false, false], 2));
    let pictures: Vec<i64> = posts.iter().map(|post| post.pictures).collect();
    assert_eq!((pictures, thread(&memory).pictures), (vec![2, 0, 0, 0], 2));
    let kept = memory.records.iter().filter_map(|record| record.of()).map(|FeedbackPicture { place, .. }| place);
    assert_eq!(kept.collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn nobody_floods_the_queue() {
    let mut memory = town();
    let by = Actor::Reader(READER);
    let send = |pictures| SendFeedback { written: letter(pictures) };
    let many = ask(&mut memory, by, send(4), at(MORNING));
    assert_eq!(many, Err(feedback::Refusal::TooManyPictures { most: 3 }.into()));
    for _ in 0..5 {
        ask(&mut memory, by, send(0), at(MORNING)).unwrap();
    }
    let id = thread(&memory).id;
    let flood = feedback::Refusal::TooManyPosts { most: 5 };
    assert_eq!(ask(&mut memory, by, send(0), at(MORNING)), Err(flood.into()));
    let reply = ReplyToFeedback { feedback: id, written: letter(0) };
    assert_eq!(ask(&mut memory, by, reply.clone(), at(MORNING)), Err(flood.into()));
    ask(&mut memory, Actor::Reader(STRANGER), send(0), at(MORNING)).unwrap();
    // Another day is another matter; a thread has an end.
    let tomorrow = at(MORNING + 24 * 3_600_000);
    ask(&mut memory, by, reply.clone(), tomorrow).unwrap();
    memory.set(Feedback { posts: 50, ..memory.get(Feedback::key(id)).unwrap() });
    assert_eq!(ask(&mut memory, by, reply, tomorrow), Err(feedback::Refusal::ThreadTooLong.into()));
}
