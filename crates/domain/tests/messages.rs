//! Messages: what a reader is told, and what is marked as read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::record::{Record, Sealed};
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::core::world::{Halt, Need};
use domain::messages::{self, AllowNotice, ChooseNotices, ChooseTopic, MarkRead, NoteFollowing, bit, tell};
use domain::outbox::Payload;
use domain::slices::Command;
use domain::tables::*;
use domain::{readers, redemptions};
use support::*;

const READER: ReaderId = ReaderId(11);
const STRANGER: ReaderId = ReaderId(12);

fn town() -> Memory {
    let mut memory = Memory::default();
    [READER, STRANGER].into_iter().for_each(|id| memory.set(rows::reader(id)));
    memory
}

/// Tells a reader something, as other slices do on their way.
fn told(memory: &mut Memory, to: ReaderId) -> Result<MessageId, Halt> {
    let mut world = memory.world();
    let need = Need::Row(Table::Reader, Reader::key(to));
    world.learn(&need, &memory.answer(&need));
    let mut draft = world.draft();
    tell(&mut draft, to, redemptions::MessageKind::Redeemed, 5, 60, at(MORNING))?;
    draft.keep();
    memory.flush(&world).unwrap();
    Ok(memory.all::<Message>().iter().map(|message| message.id).max().unwrap())
}

fn mark(memory: &mut Memory, message: Option<MessageId>) -> Result<Replied, Refused> {
    memory.ask(Actor::Reader(READER), Command::from(MarkRead { message }), at(MORNING))
}

/// What marking answers: how many were unread before.
fn marked(unread: i64) -> Result<Replied, Refused> {
    Ok(messages::Reply::MarkedRead { were_unread: unread }.into())
}

fn unread(memory: &Memory, id: ReaderId) -> i64 {
    memory.get::<Reader>(Reader::key(id)).unwrap().unread
}

/// As 我的消息 shows them, newest last.
fn read(memory: &Memory) -> Vec<bool> {
    let reader = memory.get::<Reader>(Reader::key(READER)).unwrap();
    let own = memory.all::<Message>().into_iter().filter(|message| message.reader == READER);
    own.map(|message| message.read || message.id.0 <= reader.read_upto).collect()
}

#[test]
fn what_a_reader_is_told_is_unread() {
    let mut memory = town();
    let id = told(&mut memory, READER).unwrap();
    let (kind, about, points, at) = (redemptions::MessageKind::Redeemed, 5, 60, MORNING);
    let message = Message { reader: READER, id, kind: kind.into(), about, detail: points, read: false, at };
    assert_eq!(memory.all::<Message>(), [message]);
    assert_eq!((unread(&memory, READER), unread(&memory, STRANGER)), (1, 0));
    assert_eq!(told(&mut memory, ReaderId(13)), Err(Halt::Refused(Refused::from(readers::Refusal::NoSuchReader))));
}

#[test]
fn marking_one_leaves_the_others() {
    let mut memory = town();
    let ids: Vec<MessageId> = (0..3).map(|_| told(&mut memory, READER).unwrap()).collect();
    assert_eq!(mark(&mut memory, Some(ids[1])), marked(3));
    assert_eq!((read(&memory), unread(&memory, READER)), (vec![false, true, false], 2));
    // Again: read already.
    assert_eq!(mark(&mut memory, Some(ids[1])), marked(2));
    assert_eq!((read(&memory), unread(&memory, READER)), (vec![false, true, false], 2));
}

#[test]
fn marking_all_marks_what_was_there() {
    let mut memory = town();
    let before: Vec<MessageId> = (0..3).map(|_| told(&mut memory, READER).unwrap()).collect();
    mark(&mut memory, Some(before[0])).unwrap();
    told(&mut memory, STRANGER).unwrap();
    assert_eq!(mark(&mut memory, None), marked(2));
    assert_eq!((read(&memory), unread(&memory, READER)), (vec![true; 3], 0));
    assert_eq!(unread(&memory, STRANGER), 1);
    // One that was covered by all is not counted down a second time.
    let after = told(&mut memory, READER).unwrap();
    assert_eq!(mark(&mut memory, Some(before[2])), marked(1));
    assert_eq!((read(&memory), unread(&memory, READER)), (vec![true, true, true, false], 1));
    assert_eq!(mark(&mut memory, Some(after)), marked(1));
    assert_eq!((read(&memory), unread(&memory, READER)), (vec![true; 4], 0));
}

#[test]
fn marking_nothing_changes_nothing() {
    let mut memory = town();
    assert_eq!(mark(&mut memory, None), marked(0));
    assert_eq!(memory.get::<Reader>(Reader::key(READER)), Some(rows::reader(READER)));
}

#[test]
fn marking_is_refused_in_order_of_precedence() {
    let mut memory = town();
    let theirs = told(&mut memory, STRANGER).unwrap();
    let command = Command::from(MarkRead { message: Some(theirs) });
    memory.forget(Table::Reader, Reader::key(READER));
    for nobody in [Actor::Visitor, Actor::Job, Actor::Staff(LIBRARIAN), Actor::Reader(READER)] {
        let refused = memory.ask(nobody, command.clone(), at(MORNING));
        assert_eq!(refused, Err(readers::Refusal::SignedOut.into()), "{nobody:?}");
    }
    memory.set(Reader { state: ReaderState::Closed, ..rows::reader(READER) });
    assert_eq!(mark(&mut memory, Some(theirs)), Err(readers::Refusal::AccountClosed.into()));
    memory.set(rows::reader(READER));
    for message in [theirs, MessageId(9)] {
        assert_eq!(mark(&mut memory, Some(message)), Err(messages::Refusal::NoSuchMessage.into()), "{message}");
    }
    assert_eq!(unread(&memory, STRANGER), 1);
}

/// The reader, who has this to say of notices in WeChat.
fn willing(notices: bool, consents: i64) -> Memory {
    let mut memory = town();
    memory.set(Reader { notices, consents, ..rows::reader(READER) });
    memory
}

fn choose(memory: &mut Memory, wanted: bool) -> Result<Replied, Refused> {
    memory.ask(Actor::Reader(READER), Command::from(ChooseNotices { wanted }), at(MORNING))
}

fn allow(memory: &mut Memory) -> Result<Replied, Refused> {
    memory.ask(Actor::Reader(READER), Command::from(AllowNotice {}), at(MORNING))
}

fn account(memory: &Memory) -> Reader {
    memory.get(Reader::key(READER)).unwrap()
}

#[test]
fn a_notice_goes_out_with_its_message() {
    for (notices, consents, channel) in [(true, 0, Channel::WeChat), (false, 1, Channel::WeChatOnce)] {
        let mut memory = willing(notices, consents);
        let message = told(&mut memory, READER).unwrap();
        let row = memory.all::<Outbox>()[0];
        assert_eq!(
            memory.all::<Outbox>(),
            [Outbox { cause: message.0, reader: Some(READER), ..rows::waiting(row.id, channel) }]
        );
        // The words are made when it is sent: the payload says to whom.
        let sealed = Sealed(READER.0.to_le_bytes().to_vec());
        assert_eq!(memory.records, [Record::from(Payload { outbox: row.id, sealed: Some(sealed) })]);
        assert_eq!(memory.all::<Message>().len(), 1);
    }
}

#[test]
fn whoever_wants_no_notice_has_the_message_alone() {
    let mut memory = willing(false, 0);
    told(&mut memory, READER).unwrap();
    assert_eq!((memory.all::<Outbox>(), memory.records.len(), unread(&memory, READER)), (vec![], 0, 1));
}

#[test]
fn a_closed_account_has_the_message_alone() {
    for (notices, consents) in [(true, 0), (false, 1)] {
        let mut memory = willing(notices, consents);
        memory.set(Reader { state: ReaderState::Closed, ..account(&memory) });
        told(&mut memory, READER).unwrap();
        assert_eq!((memory.all::<Outbox>(), memory.records.len(), unread(&memory, READER)), (vec![], 0, 1));
        assert_eq!(account(&memory).consents, consents);
    }
}

#[test]
fn a_consent_is_used_by_one_message() {
    let mut memory = willing(false, 2);
    for left in [1, 0, 0] {
        told(&mut memory, READER).unwrap();
        assert_eq!(account(&memory).consents, left);
    }
    assert_eq!((memory.all::<Outbox>().len(), unread(&memory, READER)), (2, 3));
    // Whoever gets every message anyway keeps them.
    let mut memory = willing(true, 2);
    told(&mut memory, READER).unwrap();
    assert_eq!((memory.all::<Outbox>()[0].channel, account(&memory).consents), (Channel::WeChat, 2));
}

#[test]
fn notices_are_chosen_and_allowed_by_the_reader() {
    let mut memory = town();
    for command in [Command::from(ChooseNotices { wanted: true }), Command::from(AllowNotice {})] {
        memory.is_for_readers(READER, &command);
    }
    for wanted in [true, true, false] {
        let reply = choose(&mut memory, wanted);
        assert_eq!(reply, Ok(messages::Reply::NoticesChosen { wanted }.into()));
        assert_eq!(account(&memory), Reader { notices: wanted, ..rows::reader(READER) });
    }
    for consents in 1..=3 {
        assert_eq!(allow(&mut memory), Ok(messages::Reply::NoticeAllowed { consents }.into()));
        assert_eq!(account(&memory), Reader { consents, ..rows::reader(READER) });
    }
}

#[test]
fn a_muted_topic_is_in_the_messages_alone() {
    for (notices, consents) in [(true, 0), (false, 1)] {
        let mut memory = willing(notices, consents);
        for (topic, wanted) in [(Topic::Redemptions, false), (Topic::Donations, false), (Topic::Donations, true)] {
            let choose = Command::from(ChooseTopic { topic, wanted });
            memory.is_for_readers(READER, &choose);
            let reply = memory.ask(Actor::Reader(READER), choose, at(MORNING));
            assert_eq!(reply, Ok(messages::Reply::TopicChosen { topic: topic as i64, wanted }.into()));
        }
        assert_eq!(account(&memory).muted, bit(Topic::Redemptions));
        told(&mut memory, READER).unwrap();
        assert_eq!((memory.all::<Outbox>(), unread(&memory, READER)), (vec![], 1));
        assert_eq!(account(&memory).consents, consents, "a consent is not used up by what is not sent");
    }
}

#[test]
fn who_does_not_follow_is_not_tried_until_they_do() {
    let mut memory = willing(true, 0);
    let note = |reader, follows, known_at| Command::from(NoteFollowing { reader, follows, known_at });
    let by_reader = memory.ask(Actor::Reader(READER), note(READER, true, 1), at(MORNING));
    assert_eq!(by_reader.map(|_| ()), Err(Common::NoPermission.into()));
    let of_nobody = memory.ask(Actor::Job, note(ReaderId(999_999), true, 1), at(MORNING));
    assert_eq!(of_nobody.map(|_| ()), Err(readers::Refusal::NoSuchReader.into()));
    // What is older than what is known already changes nothing.
    for (follows, known_at, sent) in [(false, 5, 0), (true, 4, 0), (true, 9, 1), (false, 9, 2), (false, 10, 2)] {
        memory.ask(Actor::Job, note(READER, follows, known_at), at(MORNING)).unwrap();
        told(&mut memory, READER).unwrap();
        assert_eq!(memory.all::<Outbox>().len(), sent);
    }
    // Whoever switches notices on once more may well follow by now.
    choose(&mut memory, true).unwrap();
    assert!(!account(&memory).unfollowed);
}

#[test]
fn consents_are_kept_up_to_a_hundred() {
    let mut memory = willing(false, 99);
    for _ in 0..2 {
        assert_eq!(allow(&mut memory), Ok(messages::Reply::NoticeAllowed { consents: 100 }.into()));
    }
}
