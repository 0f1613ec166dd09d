//! Messages: what the platform tells a reader, in 我的消息.

mod words;

pub use words::{MessageText, Refusal, Reply};

use crate::core::asked::{Actor, Asked, Now, commands, only_the_program};
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt, Need};
use crate::outbox::{Payload, queue};
use crate::readers::{self, reader};
use crate::tables::{Channel, Message, MessageId, MessageNumber, Millis, Reader, ReaderId, ReaderState, Table, Topic};

commands! {
    MarkRead => mark_read,
    ChooseNotices => choose_notices,
    AllowNotice => allow_notice,
    ChooseTopic => choose_topic,
    NoteFollowing => note_following,
}

/// Rare, or of rows that only the decision knows: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

/// Marks one message read, or all (None).
#[derive(Clone, Copy, Debug)]
pub struct MarkRead {
    pub message: Option<MessageId>,
}

/// Also in WeChat (微信通知): as often as the reader likes, for accounts that may send template messages.
#[derive(Clone, Copy, Debug)]
pub struct ChooseNotices {
    pub wanted: bool,
}

/// The reader has allowed one more subscribe message.
#[derive(Clone, Copy, Debug)]
pub struct AllowNotice {}

/// Whether messages about something are shown in WeChat, too.
#[derive(Clone, Copy, Debug)]
pub struct ChooseTopic {
    pub topic: Topic,
    pub wanted: bool,
}

/// WeChat has said whether it reaches a reader: who does not follow the account is not tried for ever.
#[derive(Clone, Copy, Debug)]
pub struct NoteFollowing {
    pub reader: ReaderId,
    pub follows: bool,
    /// When WeChat knew it: what is older than what is known already changes nothing.
    pub known_at: Millis,
}

/// What a slice's kinds of messages have in common: the topic that a reader can switch off for WeChat.
pub trait HasTopic: Into<MessageNumber> {
    const TOPIC: Topic;
}

const CONSENTS_MAX: i64 = 100;

/// The topic's place in `Reader::muted`.
pub fn bit(topic: Topic) -> i64 {
    1 << (topic as i64)
}

/// 我的消息 is always written; WeChat shows it too where the reader has allowed that and has not closed the account.
pub fn tell<K: HasTopic>(
    d: &mut Draft,
    to: ReaderId,
    kind: K,
    about: i64,
    detail: i64,
    now: Now,
) -> Result<MessageId, Halt> {
    let mut reader = readers::known(d, to)?;
    reader.unread += 1;
    let id = d.new_id(MessageId);
    d.add(Message { reader: to, id, kind: kind.into(), about, detail, read: false, at: now.at });
    let is_wanted = reader.state == ReaderState::Active && reader.muted & bit(K::TOPIC) == 0;
    if is_wanted && reader.notices && !reader.unfollowed {
        notify(d, Channel::WeChat, to, id, now);
    } else if is_wanted && reader.consents > 0 {
        reader.consents -= 1;
        notify(d, Channel::WeChatOnce, to, id, now);
    }
    d.put(reader)?;
    Ok(id)
}

/// For news of no use to somebody who has left: they get none.
pub fn tell_if_open(
    d: &mut Draft,
    to: ReaderId,
    kind: impl HasTopic,
    about: i64,
    detail: i64,
    now: Now,
) -> Result<Option<MessageId>, Halt> {
    let reader = readers::known(d, to)?;
    if reader.state == ReaderState::Closed { Ok(None) } else { tell(d, to, kind, about, detail, now).map(Some) }
}

/// What staff wrote beside a message, if anything: it stays as it was when they write again.
pub fn add_words(d: &mut Draft, message: Option<MessageId>, text: &str) {
    if let Some(message) = message.filter(|_| !text.trim().is_empty()) {
        d.emit(MessageText { message, text: text.trim().into() });
    }
}

/// What must be seen before somebody is told.
pub fn need_to_tell(to: ReaderId) -> Need {
    Need::Row(Table::Reader, Reader::key(to))
}

/// The notice's words are made from the message when it is sent.
fn notify(d: &mut Draft, channel: Channel, to: ReaderId, message: MessageId, now: Now) {
    let outbox = queue(d, channel, message.0, Some(to), now);
    d.emit(Payload { outbox, sealed: Some(Sealed(to.0.to_le_bytes().to_vec())) });
}

/// Refusals: AccountClosed, SignedOut. Who switches them on may well follow again by now.
pub fn choose_notices(d: &mut Draft, asked: &Asked, c: &ChooseNotices) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?;
    d.put(Reader { notices: c.wanted, unfollowed: reader.unfollowed && !c.wanted, ..reader })?;
    Ok(Reply::NoticesChosen { wanted: c.wanted })
}

/// Refusals: AccountClosed, SignedOut.
pub fn choose_topic(d: &mut Draft, asked: &Asked, c: &ChooseTopic) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?;
    let others = reader.muted & !bit(c.topic);
    d.put(Reader { muted: if c.wanted { others } else { others | bit(c.topic) }, ..reader })?;
    Ok(Reply::TopicChosen { topic: c.topic as i64, wanted: c.wanted })
}

/// Refusals: NoPermission, NoSuchReader.
pub fn note_following(d: &mut Draft, asked: &Asked, c: &NoteFollowing) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let reader = readers::known(d, c.reader)?;
    if c.known_at > reader.followed_at {
        d.put(Reader { unfollowed: !c.follows, followed_at: c.known_at, ..reader })?;
    }
    Ok(Reply::FollowingNoted { reader: c.reader })
}

/// Refusals: AccountClosed, SignedOut.
pub fn allow_notice(d: &mut Draft, asked: &Asked, _: &AllowNotice) -> Result<Reply, Halt> {
    let mut reader = reader(d, asked.actor)?;
    reader.consents = (reader.consents + 1).min(CONSENTS_MAX);
    d.put(reader)?;
    Ok(Reply::NoticeAllowed { consents: reader.consents })
}

/// Refusals: AccountClosed, NoSuchMessage, SignedOut.
pub fn mark_read(d: &mut Draft, asked: &Asked, c: &MarkRead) -> Result<Reply, Halt> {
    let mut reader = reader(d, asked.actor)?;
    let was = reader.unread;
    match c.message {
        Some(id) => {
            let key = Message::key(reader.id, id);
            let mut message = d.get::<Message>(key)?.ok_or(Refusal::NoSuchMessage)?;
            if !message.read && id.0 > reader.read_upto {
                message.read = true;
                d.put(message)?;
                reader.unread -= 1;
            }
        }
        // Every message so far has an id below the next one: no row of theirs need be touched.
        None if was > 0 => {
            reader.unread = 0;
            reader.read_upto = d.new_id(|id| id);
        }
        None => {}
    }
    d.put(reader)?;
    Ok(Reply::MarkedRead { were_unread: was })
}
