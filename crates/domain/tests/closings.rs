//! 注销账号: days to think, nothing personal left, and the ledger as it was.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::cards::UnbindCard;
use domain::closings::{self, AskToClose, CloseAccount, FeedbackGone, KeepAccount, MessageKind, ReadingsGone};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::core::refusal::Refused;
use domain::readers;
use domain::sessions::ReaderFace;
use domain::slices::Command;
use domain::tables::*;
use support::binding::*;
use support::*;

const READER: ReaderId = ReaderId(11);
const OTHER: ReaderId = ReaderId(12);
const BY: Actor = Actor::Reader(READER);
const HOLDER: Holder = Holder { barcode: 1, phone: 1, identity: 1, patron: NONE };
const DUE: Millis = MORNING + 7 * rows::DAY;

fn digests(n: i64) -> Digest {
    digest(61, n)
}

/// A reader with a card, a way in, a session, a thread of feedback; another with the same.
fn town() -> Memory {
    let mut memory = Memory::default();
    for (n, id) in [(1, READER), (2, OTHER)] {
        memory.set(rows::reader(id));
        let Digest { high, low } = digests(n);
        memory.set(WeChatUser { high, low, reader: id });
        let until = DUE * 2;
        memory.set(Session { high, low, kind: SessionKind::Reader, who: id.0, at: 0, seen: 0, until });
        let state = FeedbackState::Open;
        memory.set(Feedback {
            id: FeedbackId(500 + n),
            reader: id,
            state,
            posts: 1,
            pictures: 0,
            at: 0,
            changed_at: 0,
        });
    }
    memory.bind(READER, HOLDER, MORNING).unwrap();
    memory
}

fn close() -> CloseAccount {
    CloseAccount {
        reader: READER,
        // Of the other, too: what is not the reader's stays.
        wechat: vec![digests(1), digests(2)],
        sessions: vec![digests(1), digests(2)],
        feedback: vec![FeedbackId(501), FeedbackId(502)],
        parties: vec![],
    }
}

fn ask(memory: &mut Memory, by: Actor, command: impl Into<Command>, when: Millis) -> Result<(), Refused> {
    memory.ask(by, command.into(), at(when)).map(drop)
}

#[test]
fn a_reader_thinks_for_some_days_and_may_stay() {
    let mut memory = town();
    memory.is_for_readers(READER, &Command::from(AskToClose {}));
    memory.is_for_readers(READER, &Command::from(KeepAccount {}));
    assert_eq!(ask(&mut memory, BY, KeepAccount {}, MORNING), Err(closings::Refusal::NoSuchClosing.into()));
    ask(&mut memory, BY, AskToClose {}, MORNING).unwrap();
    assert_eq!(memory.all::<Closing>()[0].due, DUE);
    assert_eq!(memory.all::<Message>().pop().unwrap().kind, MessageKind::ClosingAsked);
    assert_eq!(ask(&mut memory, BY, AskToClose {}, MORNING), Err(closings::Refusal::AlreadyClosing.into()));
    assert_eq!(ask(&mut memory, BY, KeepAccount {}, DUE), Err(closings::Refusal::ClosingUnderWay.into()));
    ask(&mut memory, BY, KeepAccount {}, MORNING).unwrap();
    assert_eq!(memory.all::<Closing>(), []);
    let command = close();
    assert_eq!(ask(&mut memory, Actor::Job, command, DUE), Err(closings::Refusal::NoSuchClosing.into()));
}

#[test]
fn nothing_that_leads_to_the_reader_is_left_and_the_points_stay_on_the_card() {
    let mut memory = town();
    ask(&mut memory, BY, AskToClose {}, MORNING).unwrap();
    let command = close();
    memory.is_for_the_program(&Command::from(command.clone()));
    let early = ask(&mut memory, Actor::Job, command.clone(), DUE - 1);
    assert_eq!(early, Err(closings::Refusal::ClosingNotDue.into()));
    let bound = ask(&mut memory, Actor::Job, command.clone(), DUE);
    assert_eq!(bound, Err(closings::Refusal::AccountNotEmpty.into()));
    let card = memory.card_of(HOLDER).id;
    ask(&mut memory, BY, UnbindCard { card }, MORNING).unwrap();
    memory.set(rows::member(READER, MemberId(77), 19900101));
    let family = ask(&mut memory, Actor::Job, command.clone(), DUE);
    assert_eq!(family, Err(closings::Refusal::AccountNotEmpty.into()));
    memory.forget(Table::Member, Member::key(READER, MemberId(77)));
    memory.set(TransferCount { reader: READER, open: 1, day: 0, mismatches: 0 });
    let moving = ask(&mut memory, Actor::Job, command.clone(), DUE);
    assert_eq!(moving, Err(closings::Refusal::AccountNotEmpty.into()));
    memory.set(TransferCount { reader: READER, open: 0, day: 0, mismatches: 0 });
    let postings = memory.all::<Posting>();
    ask(&mut memory, Actor::Job, command, DUE).unwrap();
    let closed = memory.get::<Reader>(Reader::key(READER)).unwrap();
    assert_eq!((closed.state, closed.card, closed.notices), (ReaderState::Closed, None, false));
    assert_eq!(memory.all::<Closing>()[0].closed_at, DUE);
    // The other's are there, the reader's are not.
    assert_eq!(memory.all::<WeChatUser>().len(), 1);
    assert_eq!(memory.all::<Session>().iter().map(|session| session.who).collect::<Vec<_>>(), [OTHER.0]);
    assert_eq!(memory.all::<Feedback>().iter().map(|thread| thread.reader).collect::<Vec<_>>(), [OTHER]);
    assert_eq!((memory.all::<PhoneUser>().len(), memory.all::<SmsCode>().len()), (0, 0));
    let gone: Vec<FeedbackGone> = memory.records.iter().filter_map(|record| record.of()).collect();
    assert_eq!(gone.iter().map(|gone| gone.feedback.0).collect::<Vec<_>>(), [501]);
    assert!(memory.records.iter().any(|record| record.of::<ReadingsGone>().is_some()));
    let face: ReaderFace = memory.records.iter().filter_map(|record| record.of()).next_back().unwrap();
    assert_eq!((face.reader, face.openid), (READER, Sealed::default()));
    // The ledger is as it was.
    assert_eq!((memory.all::<Posting>(), memory.card_of(HOLDER).balance), (postings, 50));
    assert_eq!(ask(&mut memory, BY, AskToClose {}, DUE), Err(readers::Refusal::AccountClosed.into()));
}
