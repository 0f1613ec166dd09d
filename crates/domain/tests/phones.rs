//! 修改手机号: both numbers are proven, or the desk has seen the card; and nothing moves while it cools.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::codes::{self, CODE_LIFE_MS, CODE_TRIES_MAX};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::core::refusal::Refused;
use domain::phones::{
    self, ChangePhone, ConfirmPhone, MessageKind, PhoneWishText, RequestPhoneCode, TypedPhone, WISH_MS, WishForPhone,
};
use domain::rules::Rule;
use domain::sessions::phone_entry::{EnterByPhone, RequestEntryCode};
use domain::slices::Command;
use domain::staff::Permission;
use domain::tables::*;
use support::binding::*;
use support::*;

const READER: ReaderId = ReaderId(11);
const OTHER: ReaderId = ReaderId(12);
const BY: Actor = Actor::Reader(READER);
const HOLDER: Holder = Holder { barcode: 1, phone: 1, identity: 1, patron: NONE };
const OLD: i64 = 1;
const NEW: i64 = 2;
const HOUR: i64 = 3_600_000;

/// A reader who has bound a card, and comes in by its number.
fn town() -> Memory {
    let mut memory = Memory::default();
    [READER, OTHER].into_iter().for_each(|id| memory.set(rows::reader(id)));
    memory.staff_everywhere(LIBRARIAN, Permission::BindCards as i64);
    memory.bind(READER, HOLDER, MORNING - HOUR).unwrap();
    memory
}

fn request(side: PhoneSide, n: i64) -> RequestPhoneCode {
    let limited = vec![digest(15, n)];
    let (session, phone, code) = (session(SESSION), phone(n), code(n));
    RequestPhoneCode { session, side, phone, limited, code, payload: Sealed(vec![1]) }
}

fn typed(n: i64) -> TypedPhone {
    TypedPhone { phone: phone(n), code: code(n) }
}

fn change() -> ChangePhone {
    let told = Some([Sealed(vec![2]), Sealed(vec![3])]);
    ChangePhone { session: session(SESSION), old: typed(OLD), new: typed(NEW), tail: 2, told }
}

fn wish() -> WishForPhone {
    let text = PhoneWishText { reader: READER, new: Sealed(vec![4]), old: Sealed(vec![5]) };
    WishForPhone { session: session(SESSION), old: phone(OLD), new: typed(NEW), text }
}

fn ask(memory: &mut Memory, by: Actor, command: impl Into<Command>) -> Result<Option<phones::Reply>, Refused> {
    memory.ask(by, command.into(), at(MORNING)).map(|reply| reply.of())
}

/// Both codes were asked for.
fn asked() -> Memory {
    let mut memory = town();
    ask(&mut memory, BY, request(PhoneSide::Old, OLD)).unwrap();
    ask(&mut memory, BY, request(PhoneSide::New, NEW)).unwrap();
    memory
}

fn enters_by(memory: &Memory, n: i64) -> Option<ReaderId> {
    let Digest { high, low } = phone(n);
    memory.get::<PhoneUser>(PhoneUser::key(high, low)).map(|user| user.reader)
}

fn texts(memory: &Memory) -> usize {
    memory.all::<Outbox>().iter().filter(|row| matches!(row.channel, Channel::Sms | Channel::SmsNotice)).count()
}

#[test]
fn both_numbers_are_proven_and_both_are_told() {
    let mut memory = asked();
    memory.is_for_readers(READER, &Command::from(change()));
    memory.is_for_readers(READER, &Command::from(request(PhoneSide::New, 9)));
    let sent = texts(&memory);
    for (side, wrong) in [
        (PhoneSide::New, ChangePhone { new: TypedPhone { code: code(9), ..typed(NEW) }, ..change() }),
        (PhoneSide::Old, ChangePhone { old: TypedPhone { code: code(9), ..typed(OLD) }, ..change() }),
    ] {
        let left = phones::Reply::WrongPhoneCode { side, tries_left: CODE_TRIES_MAX - 1 };
        assert_eq!(ask(&mut memory, BY, wrong), Ok(Some(left)));
    }
    assert_eq!(ask(&mut memory, BY, change()), Ok(Some(phones::Reply::PhoneChanged { reader: READER })));
    assert_eq!([OLD, NEW].map(|n| enters_by(&memory, n)), [None, Some(READER)]);
    assert_eq!(texts(&memory), sent + 2);
    let told = memory.all::<Message>().pop().unwrap();
    assert_eq!((told.reader, told.kind, told.detail), (READER, MessageKind::PhoneChanged.into(), 2));
    assert_eq!(ask(&mut memory, BY, change()), Err(codes::Refusal::CodeUsed.into()));
}

#[test]
fn a_code_is_good_for_its_number_and_browser_and_for_a_while() {
    let mut memory = town();
    assert_eq!(ask(&mut memory, BY, change()), Err(codes::Refusal::NoCode.into()));
    let mut memory = asked();
    let same = ChangePhone { new: typed(OLD), ..change() };
    assert_eq!(ask(&mut memory, BY, same), Err(phones::Refusal::SamePhone.into()));
    let elsewhere = ChangePhone { session: session(9), ..change() };
    assert_eq!(ask(&mut memory, BY, elsewhere), Err(codes::Refusal::NoCode.into()));
    let another = ChangePhone { new: TypedPhone { phone: phone(3), ..typed(NEW) }, ..change() };
    assert_eq!(ask(&mut memory, BY, another), Err(codes::Refusal::CodeOfOtherPhone.into()));
    let late = memory.ask(BY, Command::from(change()), at(MORNING + CODE_LIFE_MS));
    assert_eq!(late, Err(codes::Refusal::CodeExpired.into()));
    let wrong = ChangePhone { new: TypedPhone { code: code(9), ..typed(NEW) }, ..change() };
    for _ in 0..CODE_TRIES_MAX {
        ask(&mut memory, BY, wrong.clone()).unwrap();
    }
    assert_eq!(ask(&mut memory, BY, change()), Err(codes::Refusal::TooManyTries.into()));
    assert_eq!(
        ask(&mut memory, BY, request(PhoneSide::New, NEW)),
        Err(codes::Refusal::TooSoon { again_at: MORNING + 60_000 }.into())
    );
}

#[test]
fn a_number_that_is_not_the_reader_s_hears_the_same_and_gets_nothing() {
    let mut memory = town();
    let sent = texts(&memory);
    assert_eq!(ask(&mut memory, BY, request(PhoneSide::Old, 5)), Ok(Some(phones::Reply::PhoneCodeRequested)));
    assert_eq!(texts(&memory), sent);
    ask(&mut memory, BY, request(PhoneSide::New, NEW)).unwrap();
    let guessed = ChangePhone { old: typed(5), ..change() };
    let wrong = phones::Reply::WrongPhoneCode { side: PhoneSide::Old, tries_left: CODE_TRIES_MAX - 1 };
    assert_eq!(ask(&mut memory, BY, guessed), Ok(Some(wrong)));
}

#[test]
fn another_reader_s_number_stays_theirs() {
    let mut memory = asked();
    memory.bind(OTHER, Holder { barcode: 2, phone: NEW, identity: 2, patron: NONE }, MORNING).unwrap();
    assert_eq!(ask(&mut memory, BY, change()), Err(phones::Refusal::PhoneTaken.into()));
    assert_eq!(ask(&mut memory, BY, wish()), Err(phones::Refusal::PhoneTaken.into()));
    assert_eq!([OLD, NEW].map(|n| enters_by(&memory, n)), [Some(READER), Some(OTHER)]);
}

#[test]
fn the_desk_confirms_what_the_old_number_cannot() {
    let mut memory = asked();
    let told = Some([Sealed(vec![2]), Sealed(vec![3])]);
    let confirm = ConfirmPhone { reader: READER, new: phone(NEW), tail: 2, told };
    let deed = Command::from(confirm.clone());
    memory.is_not_for_others(&deed);
    memory.is_for_staff(Permission::BindCards, &deed);
    let staff = Actor::Staff(LIBRARIAN);
    assert_eq!(ask(&mut memory, staff, confirm.clone()), Err(phones::Refusal::NoSuchWish.into()));
    let wrong = WishForPhone { new: TypedPhone { code: code(9), ..typed(NEW) }, ..wish() };
    let left = phones::Reply::WrongPhoneCode { side: PhoneSide::New, tries_left: CODE_TRIES_MAX - 1 };
    assert_eq!(ask(&mut memory, BY, wrong), Ok(Some(left)));
    assert_eq!(ask(&mut memory, BY, wish()), Ok(Some(phones::Reply::PhoneWished)));
    let late = memory.ask(staff, deed, at(MORNING + WISH_MS));
    assert_eq!(late, Err(phones::Refusal::NoSuchWish.into()));
    // Another number than staff have looked at is not confirmed.
    let swapped = ConfirmPhone { new: phone(9), ..confirm.clone() };
    assert_eq!(ask(&mut memory, staff, swapped), Err(phones::Refusal::NoSuchWish.into()));
    let sent = texts(&memory);
    ask(&mut memory, staff, confirm.clone()).unwrap();
    assert_eq!(texts(&memory), sent + 2);
    assert_eq!([OLD, NEW].map(|n| enters_by(&memory, n)), [None, Some(READER)]);
    assert_eq!(memory.last_audit().action, "phone.change");
    assert_eq!(ask(&mut memory, staff, confirm), Err(phones::Refusal::NoSuchWish.into()));
}

#[test]
fn who_does_not_know_the_dead_number_is_rid_of_it_all_the_same() {
    let mut memory = asked();
    // Typed wrongly: a stranger's number, who hears nothing of it.
    let mistyped = WishForPhone { old: phone(5), ..wish() };
    ask(&mut memory, BY, mistyped).unwrap();
    let sent = texts(&memory);
    let told = Some([Sealed(vec![2]), Sealed(vec![3])]);
    let confirm = ConfirmPhone { reader: READER, new: phone(NEW), tail: 2, told };
    ask(&mut memory, Actor::Staff(LIBRARIAN), confirm).unwrap();
    assert_eq!([OLD, NEW].map(|n| enters_by(&memory, n)), [None, Some(READER)]);
    assert_eq!(memory.all::<PhoneOf>().len(), 1);
    assert_eq!(texts(&memory), sent + 1);
}

#[test]
fn nobody_comes_in_by_a_number_that_was_just_changed_to() {
    let mut memory = asked();
    ask(&mut memory, BY, change()).unwrap();
    let browser = digest(16, 1);
    let entry = RequestEntryCode {
        browser,
        phone: phone(NEW),
        limited: vec![digest(17, 1)],
        code: code(7),
        payload: Sealed(vec![1]),
    };
    let enter = EnterByPhone { browser, phone: phone(NEW), code: code(7), session: session(8), replaces: None };
    memory.ask(Actor::Visitor, Command::from(entry.clone()), at(MORNING)).unwrap();
    let until = MORNING + 24 * HOUR;
    let early = memory.ask(Actor::Visitor, Command::from(enter), at(MORNING + 60_000));
    assert_eq!(early, Err(phones::Refusal::PhoneCooling { until }.into()));
    memory.ask(Actor::Visitor, Command::from(entry), at(until)).unwrap();
    memory.ask(Actor::Visitor, Command::from(enter), at(until)).unwrap();
    // A library that wants no waiting has none.
    memory.rule(Rule::PhoneCoolingHours, 0);
    assert_eq!(memory.get::<ReaderPhone>(ReaderPhone::key(READER)).unwrap().at, MORNING);
}
