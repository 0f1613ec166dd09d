//! Retention: rows that nobody will ask for again go. Each is judged once more here.

use super::Reply;
use crate::core::asked::{Asked, only_the_program};
use crate::core::day::DAY_MS;
use crate::core::digest::Digest;
use crate::core::row::{Key, Row};
use crate::core::world::{Draft, Halt, Need};
use crate::feedback::forget_pictures;
use crate::phones::{PhoneWishGone, WISH_MS};
use crate::rules::{self, Rule};
use crate::sessions::is_live;
use crate::tables::{
    CodeRequest, EntryCode, Feedback, FeedbackId, Millis, Outcome, PhoneCode, PhoneSide, PhoneWish, Purpose, ReaderId,
    Session, SmsCode,
};

/// An idempotency key is known for so long.
pub const OUTCOME_LIFE_MS: Millis = 90 * DAY_MS;

#[derive(Clone, Debug, Default)]
pub struct Sweep {
    pub outcomes: Vec<Digest>,
    pub sessions: Vec<Digest>,
    /// Readers whose wish for another number nobody has confirmed.
    pub wishes: Vec<ReaderId>,
    pub codes: Vec<OldCode>,
    /// Threads whose pictures have been kept long enough.
    pub feedback: Vec<FeedbackId>,
}

impl Sweep {
    pub fn is_empty(&self) -> bool {
        self.rows().next().is_none()
    }

    /// Looked up at once: there are hundreds.
    fn rows(&self) -> impl Iterator<Item = Need> {
        let outcomes = self.outcomes.iter().map(|key| Need::Row(Outcome::TABLE, Outcome::key(key.high, key.low)));
        let sessions = self.sessions.iter().map(|key| Need::Row(Session::TABLE, Session::key(key.high, key.low)));
        let wishes = self.wishes.iter().map(|reader| Need::Row(PhoneWish::TABLE, PhoneWish::key(*reader)));
        let feedback = self.feedback.iter().map(|id| Need::Row(Feedback::TABLE, Feedback::key(*id)));
        outcomes.chain(sessions).chain(wishes).chain(self.codes.iter().map(OldCode::row)).chain(feedback)
    }
}

/// A code that was sent, or asked for; all that is kept of it are keyed hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldCode {
    Request(Digest, Millis),
    OfReader(ReaderId, Purpose),
    OfPhone(Digest),
    OfChange(ReaderId, PhoneSide),
}

impl OldCode {
    fn row(&self) -> Need {
        match *self {
            OldCode::Request(key, at) => Need::Row(CodeRequest::TABLE, CodeRequest::key(key.high, key.low, at)),
            OldCode::OfReader(reader, purpose) => Need::Row(SmsCode::TABLE, SmsCode::key(reader, purpose)),
            OldCode::OfPhone(key) => Need::Row(EntryCode::TABLE, EntryCode::key(key.high, key.low)),
            OldCode::OfChange(reader, side) => Need::Row(PhoneCode::TABLE, PhoneCode::key(reader, side)),
        }
    }
}

/// Refusals: NoPermission.
pub fn sweep(d: &mut Draft, asked: &Asked, c: &Sweep) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    d.want(c.rows())?;
    let now = asked.now;
    let mut gone = 0;
    for Digest { high, low } in &c.outcomes {
        let is_old = |outcome: &Outcome| now.at - outcome.at >= OUTCOME_LIFE_MS;
        gone += removed(d, Outcome::key(*high, *low), is_old)?;
    }
    for Digest { high, low } in &c.sessions {
        gone += removed(d, Session::key(*high, *low), |session: &Session| !is_live(session, now.at))?;
    }
    for reader in &c.wishes {
        let wishes = removed(d, PhoneWish::key(*reader), |wish: &PhoneWish| now.at - wish.at >= WISH_MS)?;
        if wishes > 0 {
            d.emit(PhoneWishGone { reader: *reader });
        }
        gone += wishes;
    }
    let code_days = rules::today(d, Rule::CodeDays, now)?;
    for code in &c.codes {
        gone += forgotten(d, *code, now.at - code_days * DAY_MS)?;
    }
    for feedback in &c.feedback {
        gone += i64::from(forget_pictures(d, *feedback, now)?);
    }
    Ok(Reply::Swept { rows: gone })
}

/// How many rows that were: one or none.
fn removed<R: Row>(d: &mut Draft, key: Key, is_old: impl Fn(&R) -> bool) -> Result<i64, Halt> {
    let Some(old) = d.get::<R>(key)?.filter(is_old) else { return Ok(0) };
    d.remove(old)?;
    Ok(1)
}

/// A code lives for minutes and a limit looks back for a day: `until` is long after both.
fn forgotten(d: &mut Draft, code: OldCode, until: Millis) -> Result<i64, Halt> {
    match code {
        OldCode::Request(Digest { high, low }, at) => {
            removed(d, CodeRequest::key(high, low, at), |request: &CodeRequest| request.at <= until)
        }
        OldCode::OfReader(reader, purpose) => {
            removed(d, SmsCode::key(reader, purpose), |code: &SmsCode| code.at <= until)
        }
        OldCode::OfPhone(Digest { high, low }) => {
            removed(d, EntryCode::key(high, low), |code: &EntryCode| code.at <= until)
        }
        OldCode::OfChange(reader, side) => {
            removed(d, PhoneCode::key(reader, side), |code: &PhoneCode| code.at <= until)
        }
    }
}
