//! Sessions: who comes in, who is locked out, and when a session ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::record::{Record, Sealed};
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::sessions::{self, *};
use domain::slices::Command;
use domain::tables::*;
use domain::{readers, staff};
use support::*;

const MINUTE: i64 = 60_000;
const READER: ReaderId = ReaderId(11);

fn token(n: i64) -> Digest {
    digest(21, n)
}

fn wechat() -> Digest {
    digest(22, 1)
}

fn visit(memory: &mut Memory, command: Command, when: i64) -> Result<Replied, Refused> {
    memory.ask(Actor::Visitor, command, at(MORNING + when))
}

fn enter(memory: &mut Memory, consented: bool, session: i64, replaces: Option<i64>) -> Result<Replied, Refused> {
    let (session, replaces) = (token(session), replaces.map(token));
    let enter = Enter { wechat: wechat(), union: None, openid: Sealed(vec![7]), consented, session, replaces };
    visit(memory, Command::from(enter), 0)
}

fn sign_in(memory: &mut Memory, right: bool, session: i64, when: i64) -> Result<Replied, Refused> {
    let sign_in =
        SignInStaff { staff: LIBRARIAN, right, known_browser: false, session: token(session), replaces: None };
    visit(memory, Command::from(sign_in), when)
}

fn touch(memory: &mut Memory, session: i64, when: i64) -> Result<Replied, Refused> {
    visit(memory, Command::from(TouchSession { session: token(session) }), when)
}

fn sign_out(memory: &mut Memory, session: i64) -> Result<Replied, Refused> {
    visit(memory, Command::from(SignOut { session: token(session) }), 0)
}

fn session(memory: &Memory, n: i64) -> Option<Session> {
    memory.get(Session::key(token(n).high, token(n).low))
}

fn wrong(left: i64) -> Result<Replied, Refused> {
    Ok(sessions::Reply::WrongPassword { tries_left: left }.into())
}

fn librarian(memory: &Memory) -> Staff {
    memory.get(Staff::key(LIBRARIAN)).unwrap()
}

#[test]
fn a_stranger_consents_once() {
    let mut memory = Memory::default();
    assert_eq!(enter(&mut memory, false, 1, None), Err(readers::Refusal::NotRegistered.into()));
    let entered = enter(&mut memory, true, 1, None).unwrap();
    let reader = entered.names(ReaderId);
    assert!(matches!(entered.of(), Some(sessions::Reply::Entered { .. })));
    assert_eq!(memory.all::<Reader>(), [rows::reader(reader)]);
    assert_eq!(memory.records, [Record::from(ReaderFace { reader, openid: Sealed(vec![7]) })]);
    // Known from now on, whether 允许 is pressed or not.
    assert_eq!(enter(&mut memory, false, 2, None), Ok(entered));
    assert_eq!(enter(&mut memory, true, 3, None), Ok(entered));
    assert_eq!((memory.all::<Reader>().len(), memory.records.len()), (1, 1));
}

#[test]
fn one_person_in_two_accounts_is_one_reader() {
    let mut memory = Memory::default();
    let come = |memory: &mut Memory, account: i64, union: Option<i64>, consented, session| {
        let (wechat, union) = (digest(22, account), union.map(|n| digest(23, n)));
        let openid = Sealed(vec![account as u8]);
        let enter = Enter { wechat, union, openid, consented, session: token(session), replaces: None };
        visit(memory, Command::from(enter), 0)
    };
    let first = come(&mut memory, 1, Some(7), true, 1).unwrap();
    // Known at once in another account of the operator, whose messages reach them from now on.
    assert_eq!(come(&mut memory, 2, Some(7), false, 2), Ok(first));
    let face = ReaderFace { reader: first.names(ReaderId), openid: Sealed(vec![2]) };
    assert_eq!(memory.records.last(), Some(&Record::from(face)));
    assert_eq!(come(&mut memory, 2, None, false, 3), Ok(first));
    // Who came before WeChat told is known by both names from then on.
    let other = come(&mut memory, 3, None, true, 4).unwrap();
    assert_eq!(come(&mut memory, 3, Some(8), false, 5), Ok(other));
    assert_eq!(come(&mut memory, 4, Some(8), false, 6), Ok(other));
    // Two who are known apart stay apart: each comes in as the account says.
    assert_eq!(come(&mut memory, 3, Some(7), false, 7), Ok(other));
    assert_eq!(memory.all::<Reader>().len(), 2);
}

#[test]
fn entering_is_refused_in_order_of_precedence() {
    let mut memory = Memory::default();
    let Digest { high, low } = wechat();
    assert_eq!(enter(&mut memory, false, 1, None), Err(readers::Refusal::NotRegistered.into()));
    // A way to nobody is no way, and consent does not mend it.
    memory.set(WeChatUser { high, low, reader: READER });
    assert_eq!(enter(&mut memory, true, 1, None), Err(readers::Refusal::NotRegistered.into()));
    memory.set(Reader { state: ReaderState::Closed, ..rows::reader(READER) });
    assert_eq!(enter(&mut memory, true, 1, None), Err(readers::Refusal::AccountClosed.into()));
    assert_eq!(memory.all::<Session>(), []);
    memory.set(rows::reader(READER));
    assert!(enter(&mut memory, false, 1, None).is_ok());
}

#[test]
fn a_sign_in_replaces_the_session_before() {
    let mut memory = Memory::default();
    let reader = enter(&mut memory, true, 1, None).unwrap().cells[0];
    enter(&mut memory, true, 2, Some(1)).unwrap();
    assert_eq!(session(&memory, 1), None);
    let now = MORNING;
    let Digest { high, low } = token(2);
    let kind = SessionKind::Reader;
    let expected = Session { high, low, kind, who: reader, at: now, seen: now, until: now + READER_SESSION_MS };
    assert_eq!(session(&memory, 2), Some(expected));
    // A session that is gone, or is the same, is no obstacle.
    enter(&mut memory, true, 2, Some(9)).unwrap();
    enter(&mut memory, true, 2, Some(2)).unwrap();
    assert_eq!(memory.all::<Session>(), [expected]);

    let sign_in = SignInStaff {
        staff: LIBRARIAN,
        right: true,
        known_browser: false,
        session: token(3),
        replaces: Some(token(2)),
    };
    visit(&mut memory, Command::from(sign_in), 0).unwrap();
    let Digest { high, low } = token(3);
    let (kind, who) = (SessionKind::Staff, LIBRARIAN.0);
    let expected = Session { high, low, kind, who, at: now, seen: now, until: now + STAFF_SESSION_MS };
    assert_eq!(memory.all::<Session>(), [expected]);
}

#[test]
fn a_wrong_password_keeps_the_session_before() {
    let mut memory = Memory::default();
    sign_in(&mut memory, true, 1, 0).unwrap();
    let sign_in = SignInStaff {
        staff: LIBRARIAN,
        right: false,
        known_browser: false,
        session: token(2),
        replaces: Some(token(1)),
    };
    assert_eq!(visit(&mut memory, Command::from(sign_in), 0), wrong(4));
    assert!(session(&memory, 1).is_some());
    assert_eq!(session(&memory, 2), None);
}

#[test]
fn sign_ins_are_refused_in_order_of_precedence() {
    let mut memory = Memory::default();
    let locked_until = MORNING + 1;
    let open = librarian(&memory);
    memory.forget(Table::Staff, Staff::key(LIBRARIAN));
    assert_eq!(sign_in(&mut memory, false, 1, 0), Err(staff::Refusal::NoSuchStaff.into()));
    memory.set(Staff { locked_until, state: StaffState::Disabled, ..open });
    assert_eq!(sign_in(&mut memory, false, 1, 0), Err(staff::Refusal::LockedOut { until: locked_until }.into()));
    memory.set(Staff { state: StaffState::Disabled, ..open });
    // Only who knows the password learns that the account is disabled.
    assert_eq!(sign_in(&mut memory, false, 1, 0), wrong(4));
    assert_eq!(sign_in(&mut memory, true, 1, 0), Err(staff::Refusal::StaffDisabled.into()));
    memory.set(open);
    let signed_in = Replied::from(sessions::Reply::StaffSignedIn { staff: LIBRARIAN });
    assert_eq!(sign_in(&mut memory, true, 1, 0), Ok(signed_in));
}

#[test]
fn five_wrong_passwords_lock_the_account_for_right_ones_too() {
    let mut memory = Memory::default();
    for left in (0..PASSWORD_TRIES_MAX).rev() {
        assert_eq!(sign_in(&mut memory, false, 1, 0), wrong(left));
    }
    let locked = Err(staff::Refusal::LockedOut { until: MORNING + LOCK_OUT_MS }.into());
    for when in [0, LOCK_OUT_MS - 1] {
        assert_eq!(sign_in(&mut memory, false, 1, when), locked);
        assert_eq!(sign_in(&mut memory, true, 1, when), locked);
    }
    // Afterwards there are five tries again.
    assert_eq!(sign_in(&mut memory, false, 1, LOCK_OUT_MS), wrong(4));
    assert!(sign_in(&mut memory, true, 1, LOCK_OUT_MS).is_ok());
}

#[test]
fn a_right_password_forgets_the_wrong_ones() {
    let mut memory = Memory::default();
    for left in [4, 3, 2, 1] {
        assert_eq!(sign_in(&mut memory, false, 1, 0), wrong(left));
    }
    sign_in(&mut memory, true, 1, 0).unwrap();
    assert_eq!(librarian(&memory).failures, 0);
    assert_eq!(sign_in(&mut memory, false, 1, 0), wrong(4));
}

#[test]
fn an_idle_staff_session_ends() {
    let mut memory = Memory::default();
    sign_in(&mut memory, true, 1, 0).unwrap();
    assert_eq!(touch(&mut memory, 1, STAFF_IDLE_MS), Err(readers::Refusal::SignedOut.into()));
    let touched = Replied::from(sessions::Reply::Touched);
    assert_eq!(touch(&mut memory, 1, STAFF_IDLE_MS - 1), Ok(touched));
    // Each use begins the half hour anew.
    assert_eq!(touch(&mut memory, 1, 2 * STAFF_IDLE_MS - 2), Ok(touched));
    assert_eq!(touch(&mut memory, 1, 3 * STAFF_IDLE_MS - 2), Err(readers::Refusal::SignedOut.into()));
}

#[test]
fn a_use_is_noted_every_five_minutes() {
    let mut memory = Memory::default();
    sign_in(&mut memory, true, 1, 0).unwrap();
    for (when, seen) in [(5 * MINUTE - 1, 0), (5 * MINUTE, 5 * MINUTE), (6 * MINUTE, 5 * MINUTE)] {
        touch(&mut memory, 1, when).unwrap();
        assert_eq!(session(&memory, 1).unwrap().seen, MORNING + seen);
    }
}

#[test]
fn no_use_keeps_a_session_beyond_its_end() {
    let mut memory = Memory::default();
    sign_in(&mut memory, true, 1, 0).unwrap();
    enter(&mut memory, true, 2, None).unwrap();
    let mut when = 0;
    while when + 20 * MINUTE < STAFF_SESSION_MS {
        when += 20 * MINUTE;
        assert!(touch(&mut memory, 1, when).is_ok());
    }
    assert!(touch(&mut memory, 1, STAFF_SESSION_MS - 1).is_ok());
    assert_eq!(touch(&mut memory, 1, STAFF_SESSION_MS), Err(readers::Refusal::SignedOut.into()));
    // A reader's is not ended by idling.
    assert!(touch(&mut memory, 2, READER_SESSION_MS - 1).is_ok());
    assert_eq!(session(&memory, 2).unwrap().seen, MORNING + READER_SESSION_MS - 1);
    assert_eq!(touch(&mut memory, 2, READER_SESSION_MS), Err(readers::Refusal::SignedOut.into()));
}

#[test]
fn signing_out_ends_one_session() {
    let mut memory = Memory::default();
    enter(&mut memory, true, 1, None).unwrap();
    enter(&mut memory, true, 2, None).unwrap();
    let signed_out = Replied::from(sessions::Reply::SignedOut);
    // Twice is as good as once.
    assert_eq!(sign_out(&mut memory, 1), Ok(signed_out));
    assert_eq!(sign_out(&mut memory, 1), Ok(signed_out));
    assert_eq!(touch(&mut memory, 1, 0), Err(readers::Refusal::SignedOut.into()));
    assert!(touch(&mut memory, 2, 0).is_ok());
}

#[test]
fn strangers_guesses_do_not_lock_a_known_browser_out() {
    let mut memory = Memory::default();
    let known = |right, session| SignInStaff {
        staff: LIBRARIAN,
        right,
        known_browser: true,
        session: token(session),
        replaces: None,
    };
    for n in 0..PASSWORD_TRIES_MAX {
        sign_in(&mut memory, false, n, 0).unwrap();
    }
    assert!(matches!(sign_in(&mut memory, true, 8, 0).unwrap_err().of(), Some(staff::Refusal::LockedOut { .. })));
    // Its own wrong passwords change nothing for anybody else.
    let before = librarian(&memory);
    assert_eq!(visit(&mut memory, Command::from(known(false, 9)), 0), wrong(PASSWORD_TRIES_MAX));
    assert_eq!(librarian(&memory), before);
    assert!(visit(&mut memory, Command::from(known(true, 9)), 0).is_ok());
}
