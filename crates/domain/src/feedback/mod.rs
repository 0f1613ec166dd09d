//! 意见反馈: what readers write to the library, answered in a thread.

mod words;

pub use words::{FeedbackPicture, FeedbackPicturesGone, FeedbackPost, MessageKind, Refusal, Reply};

use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::day::DAY_MS;
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt, Need};
use crate::messages::tell_if_open;
use crate::readers::reader;
use crate::rules::{self, Rule};
use crate::staff::{Permission, audit, require_anywhere};
use crate::tables::{Feedback, FeedbackDay, FeedbackId, FeedbackState, ReaderId, StaffId};

commands! {
    SendFeedback => send,
    ReplyToFeedback => reply,
    AnswerFeedback => answer,
}

/// Rare: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

pub const PICTURES_MAX: usize = 3;
/// A thread that is longer is another matter's.
pub const POSTS_MAX: i64 = 50;

/// What somebody writes: the text, how to reach them and the pictures are sealed.
#[derive(Clone, Debug)]
pub struct Written {
    pub words: Sealed,
    pub pictures: Vec<Sealed>,
}

impl Written {
    /// How many pictures come with it.
    fn count(&self) -> i64 {
        self.pictures.len() as i64
    }
}

/// A new thread of the reader's own.
#[derive(Clone, Debug)]
pub struct SendFeedback {
    pub written: Written,
}

/// More of it: a thread that was answered or closed is open again.
#[derive(Clone, Debug)]
pub struct ReplyToFeedback {
    pub feedback: FeedbackId,
    pub written: Written,
}

/// Staff answer (`words` None: say nothing) and close the thread, if nothing is left to say.
#[derive(Clone, Debug)]
pub struct AnswerFeedback {
    pub feedback: FeedbackId,
    pub words: Option<Sealed>,
    pub closes: bool,
}

/// Refusals: AccountClosed, SignedOut, TooManyPictures, TooManyPosts.
pub fn send(d: &mut Draft, asked: &Asked, c: &SendFeedback) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    may_write(d, reader, &c.written, asked.now)?;
    let (id, at) = (d.new_id(FeedbackId), asked.now.at);
    let pictures = c.written.count();
    d.add(Feedback { id, reader, state: FeedbackState::Open, posts: 1, pictures, at, changed_at: at });
    post(d, id, 1, None, &c.written, asked.now);
    Ok(Reply::FeedbackSent { feedback: id })
}

/// Refusals: AccountClosed, NoSuchFeedback, SignedOut, ThreadTooLong, TooManyPictures, TooManyPosts.
pub fn reply(d: &mut Draft, asked: &Asked, c: &ReplyToFeedback) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let thread = found(d, c.feedback)?;
    if thread.reader != reader {
        return Err(Refusal::NoSuchFeedback.into());
    }
    let number = next(&thread)?;
    may_write(d, reader, &c.written, asked.now)?;
    let (pictures, changed_at) = (thread.pictures + c.written.count(), asked.now.at);
    d.put(Feedback { state: FeedbackState::Open, posts: number, pictures, changed_at, ..thread })?;
    post(d, thread.id, number, None, &c.written, asked.now);
    Ok(Reply::FeedbackReplied { feedback: thread.id })
}

/// Refusals: AlreadyClosed, NoPermission, NoSuchFeedback, NoSuchStaff, NothingSaid, StaffDisabled, ThreadTooLong.
pub fn answer(d: &mut Draft, asked: &Asked, c: &AnswerFeedback) -> Result<Reply, Halt> {
    let staff = require_anywhere(d, asked.actor, Permission::AnswerFeedback)?.id;
    let thread = found(d, c.feedback)?;
    let state = if c.closes { FeedbackState::Closed } else { FeedbackState::Answered };
    match &c.words {
        None if !c.closes => return Err(Refusal::NothingSaid.into()),
        None if thread.state == FeedbackState::Closed => return Err(Refusal::AlreadyClosed.into()),
        None => d.put(Feedback { state, changed_at: asked.now.at, ..thread })?,
        Some(words) => {
            let number = next(&thread)?;
            d.put(Feedback { state, posts: number, changed_at: asked.now.at, ..thread })?;
            let written = Written { words: words.clone(), pictures: vec![] };
            post(d, thread.id, number, Some(staff), &written, asked.now);
            tell_if_open(d, thread.reader, MessageKind::FeedbackAnswered, thread.id.0, 0, asked.now)?;
        }
    }
    let action = if c.closes { "feedback.close" } else { "feedback.answer" };
    audit(d, Some(staff), action, thread.id.0, "", asked.now);
    Ok(Reply::FeedbackAnswered { feedback: thread.id })
}

fn found(d: &Draft, id: FeedbackId) -> Result<Feedback, Halt> {
    Ok(d.get::<Feedback>(Feedback::key(id))?.ok_or(Refusal::NoSuchFeedback)?)
}

/// The number of the next post of a thread.
fn next(thread: &Feedback) -> Result<i64, Halt> {
    if thread.posts >= POSTS_MAX { Err(Refusal::ThreadTooLong.into()) } else { Ok(thread.posts + 1) }
}

/// Nobody can flood the queue: so many a day, each with few pictures.
fn may_write(d: &mut Draft, reader: ReaderId, written: &Written, now: Now) -> Result<(), Halt> {
    if written.pictures.len() > PICTURES_MAX {
        return Err(Refusal::TooManyPictures { most: PICTURES_MAX as i64 }.into());
    }
    let most = rules::today(d, Rule::FeedbackADay, now)?;
    let known = d.get::<FeedbackDay>(FeedbackDay::key(reader))?.filter(|row| row.day == now.today);
    let count = known.map_or(0, |row| row.count);
    if count >= most {
        return Err(Refusal::TooManyPosts { most }.into());
    }
    d.put(FeedbackDay { reader, day: now.today, count: count + 1 })
}

fn post(d: &mut Draft, feedback: FeedbackId, number: i64, by: Option<StaffId>, written: &Written, now: Now) {
    let Written { words, pictures } = written.clone();
    let by_staff = by.map_or(0, |staff| staff.0);
    d.emit(FeedbackPost { feedback, number, by_staff, at: now.at, words, pictures: written.count() });
    for (place, jpeg) in (1..).zip(pictures) {
        d.emit(FeedbackPicture { feedback, number, place, jpeg });
    }
}

/// Retention: the pictures of a thread that has rested for as long as the rule says. False: it has none, or is not due.
pub fn forget_pictures(d: &mut Draft, id: FeedbackId, now: Now) -> Result<bool, Halt> {
    let days = rules::today(d, Rule::FeedbackPictureDays, now)?;
    let is_due = |thread: &Feedback| {
        thread.pictures > 0 && thread.state != FeedbackState::Open && now.at - thread.changed_at >= days * DAY_MS
    };
    let Some(thread) = d.get::<Feedback>(Feedback::key(id))?.filter(is_due) else { return Ok(false) };
    d.put(Feedback { pictures: 0, ..thread })?;
    d.emit(FeedbackPicturesGone { feedback: id });
    Ok(true)
}
