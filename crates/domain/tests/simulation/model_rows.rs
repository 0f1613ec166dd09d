//! What the model knows: plain structs.

use domain::core::digest::Digest;
use domain::tables::{CardState, Channel, MessageNumber, OutboxState, RedemptionState, Topic};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub struct Reader {
    pub closed: bool,
    pub chosen: Option<i64>,
    pub notices: bool,
    pub muted: BTreeSet<Topic>,
    pub unfollowed: bool,
    pub followed_at: i64,
    pub consents: i64,
    pub privacy: i64,
    pub messages: Vec<Message>,
}

pub struct Message {
    /// 0 until the batch is committed.
    pub id: i64,
    pub kind: MessageNumber,
    pub about: i64,
    pub points: i64,
    pub read: bool,
}

#[derive(Clone, Copy)]
pub struct Card {
    /// None until somebody has heard it, or the batch is committed.
    pub id: Option<i64>,
    pub state: CardState,
    pub reader: Option<i64>,
    pub balance: i64,
    pub frozen: bool,
    /// What has replaced it.
    pub successor: Option<i64>,
    pub identity: Digest,
    pub patron: Digest,
}

/// Whose names these are; whether they have had the first-binding award.
pub struct Person {
    pub names: BTreeSet<Digest>,
    pub awarded: bool,
}

#[derive(Clone, Copy)]
pub struct Code {
    pub session: Digest,
    pub phone: Digest,
    pub code: Digest,
    /// The barcode for which it was sent.
    pub sent_for: Option<Digest>,
    pub wrong: i64,
    pub used: bool,
    pub at: i64,
}

/// By which a phone lets in, from the browser that asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EntryCode {
    pub browser: Digest,
    pub code: Digest,
    pub wrong: i64,
    pub used: bool,
    pub at: i64,
}

/// Somebody wants a card that another has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wish {
    pub by: i64,
    pub from: i64,
    pub at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Session {
    pub staff: bool,
    pub who: i64,
    pub at: i64,
    pub seen: i64,
}

#[derive(Clone, Copy)]
pub struct Staff {
    pub disabled: bool,
    pub branch: i64,
    pub role: i64,
    /// Of all branches, or of the one they sit in.
    pub everywhere: bool,
    pub given_by: i64,
    pub wrong: i64,
    pub locked_until: i64,
    pub since: i64,
}

#[derive(Clone, Copy, Default, Debug, PartialEq)]
pub struct Prize {
    pub branch: i64,
    pub shown: bool,
    pub points: i64,
    pub per_card: i64,
    pub from: i64,
    pub until: i64,
    pub position: i64,
    pub place: Option<i64>,
    pub received: i64,
    pub written_off: i64,
    pub reserved: i64,
    pub handed_over: i64,
}

impl Prize {
    pub fn on_hand(&self) -> i64 {
        self.received - self.written_off - self.reserved - self.handed_over
    }
}

#[derive(Clone, Default)]
pub struct Place {
    pub branch: i64,
    pub closed: bool,
    /// Weekday, from, until.
    pub week: Vec<(i64, i64, i64)>,
    /// Days that differ; one without openings is closed.
    pub days: BTreeMap<i64, Vec<(i64, i64)>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Redemption {
    pub card: i64,
    pub reader: i64,
    pub prize: i64,
    pub points: i64,
    pub secret: i64,
    pub state: RedemptionState,
    pub last_day: i64,
    /// 30 once the month's reminder was sent, 7 once the week's was; 0 before.
    pub reminded: i64,
    pub at: i64,
    pub settled_at: i64,
    pub settled_by: i64,
}

pub struct Outgoing {
    /// 0 until the batch is committed.
    pub id: i64,
    pub channel: Channel,
    /// Of which message it is the notice: whose, and which of theirs.
    pub notice: Option<(i64, usize)>,
    pub state: OutboxState,
    pub attempts: i64,
    pub next_at: i64,
    pub at: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct JobRun {
    pub holder: i64,
    /// When it began, if it has not ended.
    pub running: bool,
    pub started: i64,
    /// When it was begun or renewed last.
    pub seen: i64,
    pub place: i64,
    pub ended: i64,
    pub done: i64,
    pub failed: i64,
    pub next_at: i64,
}

impl JobRun {
    /// Until when nobody else may begin.
    pub fn until(&self) -> i64 {
        if self.running { self.seen + 10 * 60_000 } else { 0 }
    }
}
