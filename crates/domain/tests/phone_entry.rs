//! Entry by phone and SMS code: how often a code may be asked for, where it is good, and whom it lets in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::codes::{self, CODE_LIFE_MS, CODE_TRIES_MAX};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::record::{Record, Sealed};
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::core::row::{Cells, Key};
use domain::outbox::Payload;
use domain::readers;
use domain::sessions::phone_entry::{EnterByPhone, RequestEntryCode};
use domain::sessions::{self, READER_SESSION_MS};
use domain::slices::Command;
use domain::tables::*;
use support::binding::{CODE, Holder, code, phone, session};
use support::*;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const PHONE: i64 = 1;
const BROWSER: i64 = 1;

fn browser(n: i64) -> Digest {
    digest(31, n)
}

fn request(from: i64, to: i64) -> RequestEntryCode {
    RequestEntryCode {
        browser: browser(from),
        phone: phone(to),
        limited: vec![digest(12, to), browser(from)],
        code: code(CODE),
        payload: Sealed(vec![9]),
    }
}

/// The right thing for that request.
fn typed() -> EnterByPhone {
    EnterByPhone {
        browser: browser(BROWSER),
        phone: phone(PHONE),
        code: code(CODE),
        session: session(1),
        replaces: None,
    }
}

fn wrongly_typed() -> EnterByPhone {
    EnterByPhone { code: code(CODE + 1), ..typed() }
}

fn ask(memory: &mut Memory, request: RequestEntryCode, when: i64) -> Result<Replied, Refused> {
    memory.ask(Actor::Visitor, Command::from(request), at(MORNING + when))
}

fn enter_at(memory: &mut Memory, typed: EnterByPhone, when: i64) -> Result<Replied, Refused> {
    memory.ask(Actor::Visitor, Command::from(typed), at(MORNING + when))
}

fn enter(memory: &mut Memory, typed: EnterByPhone) -> Result<Replied, Refused> {
    enter_at(memory, typed, 0)
}

/// A library in which the phone was sent a code.
fn sent() -> Memory {
    let mut memory = Memory::default();
    let requested = Replied::from(sessions::Reply::CodeRequested);
    assert_eq!(ask(&mut memory, request(BROWSER, PHONE), 0), Ok(requested));
    memory
}

fn entry_code(memory: &Memory, n: i64) -> EntryCode {
    memory.get(EntryCode::key(phone(n).high, phone(n).low)).unwrap()
}

fn entered(reader: ReaderId) -> Result<Replied, Refused> {
    Ok(sessions::Reply::Entered { reader }.into())
}

fn wrong(left: i64) -> Result<Replied, Refused> {
    Ok(sessions::Reply::WrongCode { tries_left: left }.into())
}

fn too_soon(again_at: i64) -> Refused {
    Refused::from(codes::Refusal::TooSoon { again_at: MORNING + again_at })
}

fn too_many(again_at: i64) -> Refused {
    Refused::from(codes::Refusal::TooManyCodes { again_at: MORNING + again_at })
}

fn too_many_today(again_at: i64) -> Refused {
    Refused::from(codes::Refusal::TooManyCodesToday { again_at: MORNING + again_at })
}

type Everything = (Vec<(Table, Key, Cells)>, Vec<Record>);

fn everything(memory: &Memory) -> Everything {
    (memory.rows().map(|(table, key, cells)| (table, *key, *cells)).collect(), memory.records.clone())
}

/// Refused for this reason, and nothing is left behind.
fn refuses(memory: &mut Memory, typed: EnterByPhone, why: Refused) {
    let before = everything(memory);
    assert_eq!(enter(memory, typed), Err(why));
    assert_eq!(everything(memory), before, "{why:?}");
}

/// Asks again and again for one phone, or from one browser; the other differs each time.
struct Asker {
    memory: Memory,
    one_phone: bool,
    asked: i64,
}

impl Asker {
    fn all() -> [Asker; 2] {
        [true, false].map(|one_phone| Asker { memory: Memory::default(), one_phone, asked: 0 })
    }

    fn ask(&mut self, when: i64) -> Result<(), Refused> {
        self.asked += 1;
        let n = 10 + self.asked;
        let (from, to) = if self.one_phone { (n, PHONE) } else { (BROWSER, n) };
        ask(&mut self.memory, request(from, to), when).map(drop)
    }

    fn waits(&mut self, from: i64, until: i64, why: fn(i64) -> Refused) {
        for when in [from, until - 1] {
            let before = everything(&self.memory);
            assert_eq!(self.ask(when), Err(why(until)), "one phone: {} at {when}", self.one_phone);
            assert_eq!(everything(&self.memory), before, "a refusal counts for nobody");
        }
    }
}

#[test]
fn a_phone_and_a_browser_wait_a_minute() {
    for mut asker in Asker::all() {
        assert_eq!(asker.ask(0), Ok(()));
        asker.waits(0, MINUTE, too_soon);
        assert_eq!(asker.ask(MINUTE), Ok(()));
    }
}

#[test]
fn five_codes_in_any_hour_and_ten_in_any_day() {
    for mut asker in Asker::all() {
        (0..5).for_each(|n| assert_eq!(asker.ask(n * 2 * MINUTE), Ok(())));
        asker.waits(8 * MINUTE, HOUR, too_many);
        (0..5).for_each(|n| assert_eq!(asker.ask((n + 1) * HOUR), Ok(())));
        asker.waits(5 * HOUR, DAY, too_many_today);
        assert_eq!(asker.ask(DAY), Ok(()));
    }
}

#[test]
fn the_first_limit_that_is_reached_is_told() {
    let mut memory = sent();
    ask(&mut memory, request(2, 2), SECOND).unwrap();
    // This browser must wait longer than the phone, but the phone is named first.
    assert_eq!(ask(&mut memory, request(2, PHONE), 2 * SECOND), Err(too_soon(MINUTE)));
    assert_eq!(ask(&mut memory, request(BROWSER, 2), 2 * SECOND), Err(too_soon(MINUTE + SECOND)));
    assert!(ask(&mut memory, request(3, 3), 2 * SECOND).is_ok(), "others do not wait");
}

#[test]
fn codes_for_a_card_and_for_entry_are_counted_together() {
    let (mut memory, reader) = (sent(), ReaderId(11));
    memory.set(rows::reader(reader));
    let holder = Holder { barcode: 1, phone: PHONE, identity: 1, patron: 1 };
    let for_a_card = Command::from(holder.request(reader));
    let soon = memory.ask(Actor::Reader(reader), for_a_card.clone(), at(MORNING + MINUTE - 1));
    assert_eq!(soon, Err(too_soon(MINUTE)));
    assert!(memory.ask(Actor::Reader(reader), for_a_card, at(MORNING + MINUTE)).is_ok());
    assert_eq!(ask(&mut memory, request(2, PHONE), 2 * MINUTE - 1), Err(too_soon(2 * MINUTE)));
    // Neither code replaces the other.
    assert_eq!((memory.all::<EntryCode>().len(), memory.all::<SmsCode>().len()), (1, 1));
}

#[test]
fn a_code_is_sent_with_its_payload() {
    let memory = sent();
    let [code] = memory.all::<EntryCode>()[..] else { panic!() };
    let [sms] = memory.all::<Outbox>()[..] else { panic!() };
    assert_eq!(sms, Outbox { cause: code.id.0, ..rows::waiting(sms.id, Channel::Sms) });
    assert_eq!(memory.records, [Record::from(Payload { outbox: sms.id, sealed: Some(Sealed(vec![9])) })]);
    assert_eq!((code.tries, code.used, code.at), (0, false, MORNING));
    // To ask makes nobody a reader.
    assert_eq!((memory.all::<Reader>(), memory.all::<PhoneUser>()), (vec![], vec![]));
}

#[test]
fn entering_is_refused_in_order_of_precedence() {
    let (mut memory, reader) = (sent(), ReaderId(11));
    let fresh = entry_code(&memory, PHONE);
    let Digest { high, low } = phone(PHONE);
    let elsewhere = browser(BROWSER + 1);
    // Everything is wrong at once; each mending uncovers the next reason.
    memory.set(PhoneUser { high, low, reader, good_from: 0 });
    memory.forget(Table::EntryCode, EntryCode::key(high, low));
    refuses(&mut memory, wrongly_typed(), Refused::from(codes::Refusal::NoCode));
    let worst = EntryCode { used: true, at: MORNING - CODE_LIFE_MS, tries: CODE_TRIES_MAX, ..fresh };
    let codes = [
        (
            EntryCode { browser_high: elsewhere.high, browser_low: elsewhere.low, ..worst },
            Refused::from(codes::Refusal::NoCode),
        ),
        (worst, Refused::from(codes::Refusal::CodeUsed)),
        (EntryCode { used: false, ..worst }, Refused::from(codes::Refusal::CodeExpired)),
        (EntryCode { tries: CODE_TRIES_MAX, ..fresh }, Refused::from(codes::Refusal::TooManyTries)),
    ];
    for (code, why) in codes {
        memory.set(code);
        refuses(&mut memory, wrongly_typed(), why);
        refuses(&mut memory, typed(), why);
    }
    memory.set(fresh);
    assert_eq!(enter(&mut memory, wrongly_typed()), wrong(CODE_TRIES_MAX - 1));
    // A way to nobody is no way.
    refuses(&mut memory, typed(), Refused::from(readers::Refusal::NotRegistered));
    memory.set(Reader { state: ReaderState::Closed, ..rows::reader(reader) });
    refuses(&mut memory, typed(), Refused::from(readers::Refusal::AccountClosed));
    memory.set(rows::reader(reader));
    // No refusal has used the code up.
    assert_eq!(enter(&mut memory, typed()), entered(reader));
}

#[test]
fn a_code_is_good_for_its_phone_and_in_its_browser_alone() {
    let mut memory = sent();
    refuses(&mut memory, EnterByPhone { phone: phone(2), ..typed() }, Refused::from(codes::Refusal::NoCode));
    refuses(&mut memory, EnterByPhone { browser: browser(2), ..typed() }, Refused::from(codes::Refusal::NoCode));
    // Not for another phone of the same browser, either; and what is typed there costs that phone's tries.
    ask(&mut memory, RequestEntryCode { code: code(CODE + 1), ..request(BROWSER, 2) }, MINUTE).unwrap();
    let other = EnterByPhone { phone: phone(2), ..typed() };
    assert_eq!(enter_at(&mut memory, other, MINUTE), wrong(CODE_TRIES_MAX - 1));
    assert_eq!((entry_code(&memory, PHONE).tries, entry_code(&memory, 2).tries), (0, 1));
    assert!(enter_at(&mut memory, typed(), MINUTE).is_ok());
}

#[test]
fn a_code_has_five_tries() {
    let mut memory = sent();
    for left in (0..CODE_TRIES_MAX).rev() {
        assert_eq!(enter(&mut memory, wrongly_typed()), wrong(left));
    }
    refuses(&mut memory, typed(), Refused::from(codes::Refusal::TooManyTries));
    assert_eq!((memory.all::<Session>(), memory.all::<Reader>()), (vec![], vec![]));
    // The next code has its own.
    ask(&mut memory, request(BROWSER, PHONE), MINUTE).unwrap();
    assert_eq!(enter_at(&mut memory, wrongly_typed(), MINUTE), wrong(CODE_TRIES_MAX - 1));
    assert!(enter_at(&mut memory, typed(), MINUTE).is_ok());
}

#[test]
fn a_code_is_good_once_and_for_five_minutes() {
    let mut memory = sent();
    assert_eq!(enter_at(&mut memory, typed(), CODE_LIFE_MS), Err(codes::Refusal::CodeExpired.into()));
    assert!(enter_at(&mut memory, typed(), CODE_LIFE_MS - 1).is_ok());
    assert_eq!(enter_at(&mut memory, typed(), CODE_LIFE_MS - 1), Err(codes::Refusal::CodeUsed.into()));
    assert_eq!(enter_at(&mut memory, typed(), CODE_LIFE_MS), Err(codes::Refusal::CodeUsed.into()));
    assert_eq!(memory.all::<Session>().len(), 1);
}

#[test]
fn a_newer_request_voids_the_older_code() {
    let mut memory = sent();
    let newer = |from| RequestEntryCode { code: code(CODE + 1), ..request(from, PHONE) };
    ask(&mut memory, newer(BROWSER), MINUTE).unwrap();
    assert_eq!(enter_at(&mut memory, typed(), MINUTE), wrong(CODE_TRIES_MAX - 1));
    // Asked for elsewhere, it is of no use here: not even to guess.
    ask(&mut memory, newer(2), 2 * MINUTE).unwrap();
    for here in [typed(), wrongly_typed()] {
        assert_eq!(enter_at(&mut memory, here, 2 * MINUTE), Err(codes::Refusal::NoCode.into()));
    }
    assert_eq!(entry_code(&memory, PHONE).tries, 0);
    let there = EnterByPhone { browser: browser(2), ..wrongly_typed() };
    assert!(enter_at(&mut memory, there, 2 * MINUTE).is_ok());
}

#[test]
fn a_new_phone_makes_a_reader_and_a_known_one_enters_the_same() {
    let mut memory = sent();
    let reader = ReaderId(enter(&mut memory, typed()).unwrap().cells[0]);
    let Digest { high, low } = phone(PHONE);
    assert_eq!(memory.all::<Reader>(), [rows::reader(reader)]);
    assert_eq!(memory.all::<PhoneUser>(), [PhoneUser { high, low, reader, good_from: 0 }]);
    assert!(memory.all::<WeChatUser>().is_empty());
    // Another day, and another browser.
    ask(&mut memory, request(2, PHONE), DAY).unwrap();
    let again = EnterByPhone { browser: browser(2), session: session(2), ..typed() };
    assert_eq!(enter_at(&mut memory, again, DAY), entered(reader));
    assert_eq!((memory.all::<Reader>().len(), memory.all::<Session>().len()), (1, 2));
    // Another phone is another reader.
    ask(&mut memory, request(3, 2), DAY).unwrap();
    let other = EnterByPhone { browser: browser(3), phone: phone(2), session: session(3), ..typed() };
    assert_ne!(enter_at(&mut memory, other, DAY), entered(reader));
    assert_eq!((memory.all::<Reader>().len(), memory.all::<PhoneUser>().len()), (2, 2));
}

#[test]
fn a_closed_account_stays_closed() {
    let mut memory = sent();
    let reader = ReaderId(enter(&mut memory, typed()).unwrap().cells[0]);
    memory.set(Reader { state: ReaderState::Closed, ..rows::reader(reader) });
    // Whoever asks does not learn of it.
    assert!(ask(&mut memory, request(BROWSER, PHONE), MINUTE).is_ok());
    let again = EnterByPhone { session: session(2), replaces: Some(session(1)), ..typed() };
    assert_eq!(enter_at(&mut memory, again, MINUTE), Err(readers::Refusal::AccountClosed.into()));
    assert!(!entry_code(&memory, PHONE).used);
    let kept = session(1);
    assert!(memory.get::<Session>(Session::key(kept.high, kept.low)).is_some());
    assert_eq!((memory.all::<Session>().len(), memory.all::<Reader>().len()), (1, 1));
}

#[test]
fn an_entry_replaces_the_session_before() {
    let mut memory = sent();
    let reader = enter(&mut memory, typed()).unwrap().cells[0];
    ask(&mut memory, request(BROWSER, PHONE), MINUTE).unwrap();
    let again = EnterByPhone { session: session(2), replaces: Some(session(1)), ..typed() };
    // A wrong code ends nothing.
    assert!(enter_at(&mut memory, EnterByPhone { code: code(CODE + 1), ..again }, MINUTE).is_ok());
    assert_eq!(memory.all::<Session>().len(), 1);
    assert!(enter_at(&mut memory, again, MINUTE).is_ok());
    let (Digest { high, low }, now, kind) = (session(2), MORNING + MINUTE, SessionKind::Reader);
    let expected = Session { high, low, kind, who: reader, at: now, seen: now, until: now + READER_SESSION_MS };
    assert_eq!(memory.all::<Session>(), [expected]);
}

/// Who has bound a card with a code to its phone.
fn binds(memory: &mut Memory, reader: ReaderId, n: i64, when: i64) {
    let holder = binding::Holder { barcode: n, phone: PHONE, identity: n, patron: n };
    memory.bind(reader, holder, MORNING + when).unwrap();
}

#[test]
fn by_phone_and_by_wechat_one_comes_in_as_the_same_reader() {
    let mut memory = Memory::default();
    memory.set(rows::reader(ReaderId(11)));
    binds(&mut memory, ReaderId(11), 1, -10 * MINUTE);
    ask(&mut memory, request(BROWSER, PHONE), 0).unwrap();
    assert_eq!(enter(&mut memory, typed()), entered(ReaderId(11)));
}

#[test]
fn who_came_in_by_phone_first_and_has_nothing_yet_goes_over() {
    let mut memory = sent();
    let first = enter(&mut memory, typed()).unwrap().names(ReaderId);
    memory.set(rows::reader(ReaderId(11)));
    binds(&mut memory, ReaderId(11), 1, 2 * MINUTE);
    assert_ne!(first, ReaderId(11));
    let again = EnterByPhone { session: session(2), ..typed() };
    ask(&mut memory, request(BROWSER, PHONE), 4 * MINUTE).unwrap();
    assert_eq!(enter_at(&mut memory, again, 5 * MINUTE), entered(ReaderId(11)));
    // Who has something keeps the number.
    memory.set(rows::reader(ReaderId(12)));
    binds(&mut memory, ReaderId(12), 2, 90 * MINUTE);
    let row = memory.get::<PhoneUser>(PhoneUser::key(phone(PHONE).high, phone(PHONE).low)).unwrap();
    assert_eq!(row.reader, ReaderId(11));
}
