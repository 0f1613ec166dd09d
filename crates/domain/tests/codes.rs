//! Codes by SMS: how often one may be asked for, and what asking leaves behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::cards::{self, CardFacts, RequestCode};
use domain::core::asked::Actor;
use domain::core::record::Record;
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::outbox::Payload;
use domain::slices::Command;
use domain::tables::*;
use domain::{codes, readers};
use support::binding::*;
use support::*;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const READERS: i64 = 40;
const HOLDER: Holder = Holder { barcode: 1, phone: 1, identity: 1, patron: 1 };

fn town() -> Memory {
    let mut memory = Memory::default();
    (1..=READERS).for_each(|n| memory.set(rows::reader(ReaderId(n))));
    memory
}

fn request(memory: &mut Memory, reader: i64, request: RequestCode, when: i64) -> Result<Replied, Refused> {
    memory.ask(Actor::Reader(ReaderId(reader)), Command::from(request), at(MORNING + when))
}

/// What is the same in every request of a test; all else differs.
#[derive(Clone, Copy, Debug)]
enum Same {
    Reader,
    Phone,
    Barcode,
}

/// Asks again and again, as one reader, for one phone or for one card.
struct Asker {
    memory: Memory,
    same: Same,
    matched: bool,
    asked: i64,
}

impl Asker {
    fn all() -> impl Iterator<Item = Asker> {
        let sames = [Same::Reader, Same::Phone, Same::Barcode].into_iter();
        let kinds = sames.flat_map(|same| [(same, true), (same, false)]);
        kinds.map(|(same, matched)| Asker { memory: town(), same, matched, asked: 0 })
    }

    fn ask(&mut self, when: i64) -> Result<(), Refused> {
        self.asked += 1;
        let n = self.asked;
        let (reader, phone, barcode) = match self.same {
            Same::Reader => (1, n, n),
            Same::Phone => (n, 1, n),
            Same::Barcode => (n, n, 1),
        };
        let typed = Holder { barcode, phone, ..HOLDER }.request(ReaderId(reader));
        let matched = typed.matched.clone().filter(|_| self.matched);
        let reply = request(&mut self.memory, reader, RequestCode { matched, ..typed }, when);
        reply.map(|reply| assert_eq!(reply, cards::Reply::CodeRequested.into()))
    }

    /// Refused until then, to the millisecond.
    fn waits(&mut self, from: i64, until: i64, why: fn(i64) -> Refused) {
        let same = self.same;
        for when in [from, until - 1] {
            assert_eq!(self.ask(when), Err(why(MORNING + until)), "{same:?} at {when}");
        }
    }
}

fn too_soon(again_at: i64) -> Refused {
    Refused::from(codes::Refusal::TooSoon { again_at })
}

fn too_many(again_at: i64) -> Refused {
    Refused::from(codes::Refusal::TooManyCodes { again_at })
}

fn too_many_today(again_at: i64) -> Refused {
    Refused::from(codes::Refusal::TooManyCodesToday { again_at })
}

#[test]
fn one_code_a_minute() {
    for mut asker in Asker::all() {
        assert_eq!(asker.ask(0), Ok(()));
        asker.waits(0, MINUTE, too_soon);
        assert_eq!(asker.ask(MINUTE), Ok(()));
        asker.waits(MINUTE + 1, 2 * MINUTE, too_soon);
    }
}

#[test]
fn five_codes_in_any_hour() {
    for mut asker in Asker::all() {
        (0..5).for_each(|n| assert_eq!(asker.ask(n * 2 * MINUTE), Ok(())));
        asker.waits(8 * MINUTE, HOUR, too_many);
        // Each request frees its own place an hour later: no new hour begins with five.
        assert_eq!(asker.ask(HOUR), Ok(()));
        asker.waits(HOUR, HOUR + 2 * MINUTE, too_many);
        assert_eq!(asker.ask(HOUR + 2 * MINUTE), Ok(()));
    }
}

#[test]
fn ten_codes_in_any_day() {
    for mut asker in Asker::all() {
        (0..10).for_each(|n| assert_eq!(asker.ask(n * 12 * MINUTE), Ok(())));
        asker.waits(2 * HOUR, DAY, too_many_today);
        assert_eq!(asker.ask(DAY), Ok(()));
        asker.waits(DAY, DAY + 12 * MINUTE, too_many_today);
        assert_eq!(asker.ask(DAY + 12 * MINUTE), Ok(()));
    }
}

#[test]
fn the_longest_wait_is_told() {
    let mut asker = Asker::all().next().unwrap();
    let last = 59 * MINUTE + 30 * SECOND;
    [0, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE, last].iter().for_each(|when| assert_eq!(asker.ask(*when), Ok(())));
    // The hour frees a place before the minute is over: the minute is what must be waited for.
    assert_eq!(asker.ask(last + 1), Err(too_many(MORNING + last + MINUTE)));
    asker.waits(HOUR, last + MINUTE, too_soon);
    assert_eq!(asker.ask(last + MINUTE), Ok(()));
}

#[test]
fn a_refused_request_is_not_counted() {
    for mut asker in Asker::all() {
        assert_eq!(asker.ask(0), Ok(()));
        let before: Vec<_> = asker.memory.rows().map(|(table, key, cells)| (table, *key, *cells)).collect();
        (1..30).for_each(|n| assert_eq!(asker.ask(n * SECOND), Err(too_soon(MORNING + MINUTE))));
        assert!(asker.memory.rows().map(|(table, key, cells)| (table, *key, *cells)).eq(before));
        assert_eq!(asker.ask(MINUTE), Ok(()));
    }
}

#[test]
fn equal_numbers_of_others_do_not_wait() {
    let mut memory = town();
    assert!(request(&mut memory, 1, HOLDER.request(ReaderId(1)), 0).is_ok());
    let other = Holder { barcode: 2, phone: 2, ..HOLDER };
    assert!(request(&mut memory, 2, other.request(ReaderId(2)), 0).is_ok());
}

#[test]
fn requests_older_than_a_day_are_forgotten() {
    let mut memory = town();
    for when in [0, HOUR, 2 * HOUR] {
        request(&mut memory, 1, HOLDER.request(ReaderId(1)), when).unwrap();
    }
    assert_eq!(memory.all::<CodeRequest>().len(), 9);
    request(&mut memory, 1, HOLDER.request(ReaderId(1)), DAY + HOUR).unwrap();
    let kept: Vec<i64> = memory.all::<CodeRequest>().iter().map(|row| row.at - MORNING).collect();
    assert_eq!(kept, [2 * HOUR, DAY + HOUR].repeat(3));
}

#[test]
fn requests_are_refused_in_order_of_precedence() {
    let mut memory = town();
    request(&mut memory, 1, HOLDER.request(ReaderId(1)), 0).unwrap();
    let ask = |memory: &mut Memory, actor| {
        memory.ask(actor, Command::from(HOLDER.request(ReaderId(2))), at(MORNING + SECOND))
    };
    memory.forget(Table::Reader, Reader::key(ReaderId(2)));
    for nobody in [Actor::Visitor, Actor::Job, Actor::Staff(LIBRARIAN), Actor::Reader(ReaderId(2))] {
        assert_eq!(ask(&mut memory, nobody), Err(readers::Refusal::SignedOut.into()), "{nobody:?}");
    }
    let reader = Actor::Reader(ReaderId(2));
    memory.set(Reader { state: ReaderState::Closed, ..rows::reader(ReaderId(2)) });
    assert_eq!(ask(&mut memory, reader), Err(readers::Refusal::AccountClosed.into()));
    memory.set(rows::reader(ReaderId(2)));
    assert_eq!(ask(&mut memory, reader), Err(too_soon(MORNING + MINUTE)));
}

#[test]
fn a_wrong_pair_hears_the_same_and_sends_nothing() {
    let (mut right, mut wrong) = (town(), town());
    let typed = HOLDER.request(ReaderId(1));
    let heard = request(&mut right, 1, typed.clone(), 0);
    assert_eq!(request(&mut wrong, 1, RequestCode { matched: None, ..typed.clone() }, 0), heard);
    let code = wrong.all::<SmsCode>().pop().unwrap();
    assert_eq!((code.card, wrong.all::<Card>(), wrong.all::<Outbox>()), (None, vec![], vec![]));
    assert_eq!(wrong.records, vec![]);

    let code = right.all::<SmsCode>().pop().unwrap();
    let sent = right.all::<Outbox>().pop().unwrap();
    assert_eq!(sent, Outbox { cause: code.id.0, reader: Some(ReaderId(1)), ..rows::waiting(sent.id, Channel::Sms) });
    assert!(right.records.contains(&Record::from(Payload { outbox: sent.id, sealed: Some(typed.payload) })));
}

#[test]
fn a_request_keeps_what_the_library_system_says_now() {
    let mut memory = town();
    let unknown = Holder { identity: NONE, ..HOLDER };
    request(&mut memory, 1, unknown.request(ReaderId(1)), 0).unwrap();
    let card = memory.all::<SmsCode>().pop().and_then(|code| code.card).unwrap();
    assert_eq!(memory.all::<Card>(), [rows::card(card)]);
    let said = CardFacts { state: CardState::Lost, ..HOLDER.facts() };
    let again = RequestCode { matched: Some(said), ..HOLDER.request(ReaderId(1)) };
    request(&mut memory, 1, again, MINUTE).unwrap();
    assert_eq!(memory.all::<Card>(), [Card { state: CardState::Lost, ..rows::card(card) }]);
    let holder = memory.get::<CardHolder>(CardHolder::key(card)).unwrap();
    let known = (identity(HOLDER.identity), patron(HOLDER.patron));
    assert_eq!((holder.identity_high, holder.identity_low), (known.0.high, known.0.low));
    assert_eq!((holder.patron_high, holder.patron_low), (known.1.high, known.1.low));
}
