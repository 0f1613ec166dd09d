//! The model's rules of messages and of what leaves the platform.

use crate::model::{Answer, Model, Outgoing, says};
use domain::envelope::{Actor, ReplyKind};
use domain::outbox::{Attempt, SettleOutbox};
use domain::refusal::Refusal;
use domain::tables::OutboxState;

impl Model {
    pub fn mark_read(&mut self, actor: Actor, message: Option<i64>) -> Answer {
        let reader = self.reader(actor)?;
        let messages = &mut self.readers.entry(reader).or_default().messages;
        let unread = messages.iter().filter(|message| !message.read).count() as i64;
        match message {
            None => messages.iter_mut().for_each(|message| message.read = true),
            Some(id) => {
                let message = messages.iter_mut().find(|message| message.id == id && id != 0);
                message.ok_or(Refusal::NoSuchMessage)?.read = true;
            }
        }
        says(ReplyKind::MarkedRead, unread, 0)
    }

    fn outgoing(&mut self, actor: Actor, id: i64) -> Result<&mut Outgoing, Refusal> {
        if actor != Actor::Job {
            return Err(Refusal::NoPermission);
        }
        self.outbox.iter_mut().find(|row| row.id == id && id != 0).ok_or(Refusal::NotWaiting)
    }

    pub fn take(&mut self, actor: Actor, id: i64, at: i64) -> Answer {
        let row = self.outgoing(actor, id)?;
        if at < row.next_at {
            return Err(Refusal::NotWaiting);
        }
        match row.state {
            OutboxState::Waiting if at >= row.at + 300_000 => row.state = OutboxState::Failed,
            OutboxState::Waiting => {
                row.state = OutboxState::Taken;
                row.attempts += 1;
                row.next_at = at + 60_000;
                return says(ReplyKind::OutboxTaken, id, row.attempts);
            }
            OutboxState::Taken => row.state = OutboxState::Unknown,
            _ => return Err(Refusal::NotWaiting),
        }
        says(ReplyKind::OutboxSettled, id, 0)
    }

    pub fn settle(&mut self, actor: Actor, c: &SettleOutbox, at: i64) -> Answer {
        const PAUSES: [i64; 6] = [2_000, 4_000, 8_000, 16_000, 32_000, 60_000];
        let row = self.outgoing(actor, c.outbox.0)?;
        if row.state != OutboxState::Taken || row.attempts != c.attempts {
            return Err(Refusal::NotWaiting);
        }
        row.state = match c.attempt {
            Attempt::Sent => OutboxState::Sent,
            Attempt::Refused => OutboxState::Failed,
            Attempt::Unknown => OutboxState::Unknown,
            Attempt::NotSent => OutboxState::Waiting,
        };
        if row.state == OutboxState::Waiting {
            row.next_at = at + PAUSES[(row.attempts as usize - 1).min(5)];
        }
        says(ReplyKind::OutboxSettled, c.outbox.0, 0)
    }
}
