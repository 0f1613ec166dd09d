//! The model's rules of messages and of what leaves the platform.

use crate::model::{Answer, Model, Outgoing, says};
use crate::sights::Sight;
use domain::core::asked::Actor;
use domain::core::refusal::Refused;
use domain::messages::{self, ChooseTopic, NoteFollowing};
use domain::outbox::{self, Attempt, SettleOutbox};
use domain::readers;
use domain::tables::{Channel, OutboxId, OutboxState};

const MINUTE: i64 = 60_000;

impl Outgoing {
    /// After this nobody wants it any more.
    pub fn until(&self) -> i64 {
        self.at + if self.channel == Channel::Sms { 5 * MINUTE } else { 24 * 60 * MINUTE }
    }
}

impl Model {
    pub fn mark_read(&mut self, actor: Actor, message: Option<i64>) -> Answer {
        let reader = self.reader(actor)?;
        let messages = &mut self.readers.entry(reader).or_default().messages;
        let unread = messages.iter().filter(|message| !message.read).count() as i64;
        match message {
            None => messages.iter_mut().for_each(|message| message.read = true),
            Some(id) => {
                let message = messages.iter_mut().find(|message| message.id == id && id != 0);
                message.ok_or(messages::Refusal::NoSuchMessage)?.read = true;
            }
        }
        says(messages::Reply::MarkedRead { were_unread: unread })
    }

    pub fn choose_notices(&mut self, actor: Actor, wanted: bool) -> Answer {
        let reader = self.reader(actor)?;
        let reader = self.readers.entry(reader).or_default();
        reader.notices = wanted;
        reader.unfollowed &= !wanted;
        says(messages::Reply::NoticesChosen { wanted })
    }

    pub fn choose_topic(&mut self, actor: Actor, c: &ChooseTopic) -> Answer {
        let reader = self.reader(actor)?;
        let muted = &mut self.readers.entry(reader).or_default().muted;
        if c.wanted {
            muted.remove(&c.topic)
        } else {
            muted.insert(c.topic)
        };
        says(messages::Reply::TopicChosen { topic: c.topic as i64, wanted: c.wanted })
    }

    pub fn note_following(&mut self, actor: Actor, c: &NoteFollowing) -> Answer {
        self.program(actor)?;
        let reader = self.readers.get_mut(&c.reader.0).ok_or(readers::Refusal::NoSuchReader)?;
        if c.known_at > reader.followed_at {
            reader.followed_at = c.known_at;
            reader.unfollowed = !c.follows;
        }
        says(messages::Reply::FollowingNoted { reader: c.reader })
    }

    pub fn allow_notice(&mut self, actor: Actor) -> Answer {
        let reader = self.reader(actor)?;
        let reader = self.readers.entry(reader).or_default();
        if reader.consents < 100 {
            reader.consents += 1;
        }
        says(messages::Reply::NoticeAllowed { consents: reader.consents })
    }

    fn outgoing(&mut self, actor: Actor, id: i64) -> Result<&mut Outgoing, Refused> {
        self.program(actor)?;
        self.outbox.iter_mut().find(|row| row.id == id && id != 0).ok_or(outbox::Refusal::NotWaiting.into())
    }

    /// What shows once however often it is sent may be sent again; nothing else, once it may have been.
    pub fn take(&mut self, actor: Actor, id: i64) -> Answer {
        let at = self.at;
        let row = self.outgoing(actor, id)?;
        let open = matches!(row.state, OutboxState::Waiting | OutboxState::Sending);
        if !open || at < row.next_at {
            return Err(outbox::Refusal::NotWaiting.into());
        }
        let left_behind = row.state == OutboxState::Sending;
        let sight = if left_behind && row.channel != Channel::WeChat {
            row.state = OutboxState::Unknown;
            Sight::LeftBehind
        } else if left_behind && at >= row.until() {
            row.state = OutboxState::Unknown;
            Sight::LeftBehindForTooLong
        } else if at >= row.until() {
            row.state = OutboxState::Failed;
            Sight::NeverTaken
        } else {
            row.state = OutboxState::Sending;
            row.attempts += 1;
            row.next_at = at + MINUTE;
            let attempts = row.attempts;
            if left_behind {
                self.seen.push(Sight::TakenAgain);
            }
            return says(outbox::Reply::OutboxTaken { outbox: OutboxId(id), attempt: attempts });
        };
        self.seen.push(sight);
        says(outbox::Reply::OutboxSettled { outbox: OutboxId(id) })
    }

    pub fn settle(&mut self, actor: Actor, c: &SettleOutbox) -> Answer {
        const PAUSES: [i64; 6] = [2_000, 4_000, 8_000, 16_000, 32_000, 60_000];
        let at = self.at;
        let row = self.outgoing(actor, c.outbox.0)?;
        if row.state != OutboxState::Sending || row.attempts != c.attempts {
            return Err(outbox::Refusal::NotWaiting.into());
        }
        let again = row.channel == Channel::WeChat;
        let (state, sight) = match c.attempt {
            Attempt::Sent => (OutboxState::Sent, Sight::Sent),
            Attempt::Refused => (OutboxState::Failed, Sight::RefusedByParty),
            Attempt::NotSent => (OutboxState::Waiting, Sight::NotSent),
            Attempt::Unknown if again => (OutboxState::Waiting, Sight::NobodyKnowsAndAgain),
            Attempt::Unknown => (OutboxState::Unknown, Sight::NobodyKnows),
        };
        row.state = state;
        if state == OutboxState::Waiting {
            row.next_at = at + PAUSES[(row.attempts as usize - 1).min(5)];
        }
        self.seen.push(sight);
        says(outbox::Reply::OutboxSettled { outbox: c.outbox })
    }
}
