//! The outbox: messages that leave the platform, committed with their cause and sent afterwards.
//! One sender at a time takes a row; an SMS of which nobody knows whether it was sent is never sent again.

mod words;

pub use words::{Payload, Refusal, Reply};

use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::refusal::Common;
use crate::core::world::{Draft, Halt, Need};
use crate::tables::{Channel, Millis, Outbox, OutboxId, OutboxState, ReaderId, Table};

commands! {
    TakeOutbox => take,
    SettleOutbox => settle,
}

/// What these commands look at in any case: a hint for loading many at once.
pub fn needs(_actor: Actor, command: &Command) -> Vec<Need> {
    let mut needs = vec![];
    let mut row = |table, key| needs.push(Need::Row(table, key));
    match command {
        Command::TakeOutbox(c) => row(Table::Outbox, Outbox::key(c.outbox)),
        Command::SettleOutbox(c) => row(Table::Outbox, Outbox::key(c.outbox)),
    }
    needs
}

/// A sender that has said nothing for so long has stopped.
pub const LEASE_MS: Millis = 60_000;
/// A code is of no use later than this.
pub const SMS_LIFE_MS: Millis = crate::codes::CODE_LIFE_MS;
/// News of yesterday is in 我的消息 all the same.
pub const NOTICE_LIFE_MS: Millis = 24 * 3_600_000;
const FIRST_PAUSE_MS: Millis = 2_000;
const PAUSE_MS_MAX: Millis = 60_000;

#[derive(Clone, Copy, Debug)]
pub struct TakeOutbox {
    pub outbox: OutboxId,
}

/// How an attempt to send ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    Sent,
    /// Surely not sent, and never will be.
    Refused,
    /// Surely not sent: worth trying again.
    NotSent,
    /// The party never said.
    Unknown,
}

#[derive(Clone, Copy, Debug)]
pub struct SettleOutbox {
    pub outbox: OutboxId,
    /// Which attempt ended, as taking answered: a late or repeated word must not settle another sender's attempt.
    pub attempts: i64,
    pub attempt: Attempt,
}

/// Something to send, from now on; its payload is the caller's to emit.
pub fn queue(d: &mut Draft, channel: Channel, cause: i64, reader: Option<ReaderId>, now: Now) -> OutboxId {
    let (id, state) = (d.new_id(OutboxId), OutboxState::Waiting);
    d.add(Outbox { id, channel, cause, reader, state, attempts: 0, next_at: now.at, at: now.at });
    id
}

fn life_ms(channel: Channel) -> Millis {
    match channel {
        Channel::Sms => SMS_LIFE_MS,
        Channel::WeChat | Channel::WeChatOnce | Channel::SmsNotice => NOTICE_LIFE_MS,
    }
}

/// Whether sending once more after an attempt of which nobody knows how it ended could show a message twice.
fn may_repeat(channel: Channel) -> bool {
    channel == Channel::WeChat
}

fn row(d: &Draft, actor: Actor, outbox: OutboxId) -> Result<Outbox, Halt> {
    if actor != Actor::Job {
        return Err(Common::NoPermission.into());
    }
    Ok(d.get::<Outbox>(Outbox::key(outbox))?.ok_or(Refusal::NotWaiting)?)
}

/// Refusals: NoPermission, NotWaiting.
pub fn take(d: &mut Draft, asked: &Asked, c: &TakeOutbox) -> Result<Reply, Halt> {
    let mut outbox = row(d, asked.actor, c.outbox)?;
    if outbox.next_at > asked.now.at {
        return Err(Refusal::NotWaiting.into());
    }
    match outbox.state {
        OutboxState::Waiting | OutboxState::Sending if is_repeatable_or_waiting(&outbox) => {
            if asked.now.at - outbox.at >= life_ms(outbox.channel) {
                // A sender that stopped may have sent it first.
                let was_taken = outbox.state == OutboxState::Sending;
                return close(d, outbox, if was_taken { OutboxState::Unknown } else { OutboxState::Failed });
            }
            outbox.state = OutboxState::Sending;
            outbox.attempts += 1;
            outbox.next_at = asked.now.at + LEASE_MS;
            d.put(outbox)?;
            Ok(Reply::OutboxTaken { outbox: outbox.id, attempt: outbox.attempts })
        }
        // Its sender stopped between sending and saying so.
        OutboxState::Waiting | OutboxState::Sending => close(d, outbox, OutboxState::Unknown),
        OutboxState::Sent | OutboxState::Failed | OutboxState::Unknown => Err(Refusal::NotWaiting.into()),
    }
}

fn is_repeatable_or_waiting(outbox: &Outbox) -> bool {
    outbox.state == OutboxState::Waiting || may_repeat(outbox.channel)
}

/// Refusals: NoPermission, NotWaiting.
pub fn settle(d: &mut Draft, asked: &Asked, c: &SettleOutbox) -> Result<Reply, Halt> {
    let mut outbox = row(d, asked.actor, c.outbox)?;
    if outbox.state != OutboxState::Sending || outbox.attempts != c.attempts {
        return Err(Refusal::NotWaiting.into());
    }
    match c.attempt {
        Attempt::Sent => close(d, outbox, OutboxState::Sent),
        Attempt::Refused => close(d, outbox, OutboxState::Failed),
        Attempt::Unknown if !may_repeat(outbox.channel) => close(d, outbox, OutboxState::Unknown),
        Attempt::Unknown | Attempt::NotSent => {
            outbox.state = OutboxState::Waiting;
            outbox.next_at = asked.now.at + pause_ms(outbox.attempts);
            d.put(outbox)?;
            Ok(Reply::OutboxSettled { outbox: outbox.id })
        }
    }
}

fn pause_ms(attempts: i64) -> Millis {
    (FIRST_PAUSE_MS << (attempts - 1).clamp(0, 10)).min(PAUSE_MS_MAX)
}

/// What was in it is wiped: a code lives no longer than its message.
fn close(d: &mut Draft, mut outbox: Outbox, state: OutboxState) -> Result<Reply, Halt> {
    outbox.state = state;
    d.put(outbox)?;
    d.emit(Payload { outbox: outbox.id, sealed: None });
    Ok(Reply::OutboxSettled { outbox: outbox.id })
}
