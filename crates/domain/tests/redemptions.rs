//! Redemptions and hand-over: what is granted, and in which order it is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::prizes::{self, MoveStock, SavePrize};
use domain::redemptions::code::RedemptionCode;
use domain::redemptions::{self, CancelRedemption, Collect, Redeem};
use domain::slices::Command;
use domain::tables::*;
use domain::{ledger, readers, staff};
use support::*;

const READER: ReaderId = ReaderId(11);
const CARD: CardId = CardId(21);
const STRANGER: ReaderId = ReaderId(12);
const STAFF: Actor = Actor::Staff(LIBRARIAN);

/// A library with one reader, one card of 100 points, and one prize of 60 points with this stock.
fn library(stock: i64, per_card: i64) -> (Memory, PrizeId) {
    let mut memory = Memory::default();
    for id in [READER, STRANGER] {
        memory.set(Reader { card: Some(CARD), ..rows::reader(id) });
    }
    memory.set(card(100));
    let prize = SavePrize { per_card, ..rows::prize_form(None) };
    let saved = memory.ask(STAFF, Command::from(prize), at(MORNING)).unwrap();
    let prize = saved.names(PrizeId);
    if stock > 0 {
        let received = MoveStock { prize, kind: StockMovementKind::Received, count: stock, reason: "到货".into() };
        memory.ask(STAFF, Command::from(received), at(MORNING)).unwrap();
    }
    (memory, prize)
}

fn card(balance: i64) -> Card {
    let (reader, state) = (Some(READER), CardState::Active);
    Card { id: CARD, reader, state, balance, last: None, last_redemption: None, frozen: false, successor: None, at: 0 }
}

fn redeem(memory: &mut Memory, prize: PrizeId) -> Result<Replied, Refused> {
    memory.ask(Actor::Reader(READER), Command::from(Redeem { card: CARD, prize, points: 60 }), at(MORNING))
}

fn collect(memory: &mut Memory, reply: Replied, when: i64) -> Result<Replied, Refused> {
    let code = RedemptionCode { redemption: reply.names(RedemptionId), secret: reply.cells[1] };
    memory.ask(STAFF, Command::from(Collect { code, outside_hours: false }), at(when))
}

#[test]
fn points_and_stock_leave_at_once() {
    let (mut memory, prize) = library(3, 0);
    let reply = redeem(&mut memory, prize).unwrap();
    let after = memory.get::<Prize>(Prize::key(prize)).unwrap();
    assert_eq!((after.received, after.on_hand, after.reserved), (3, 2, 1));
    assert_eq!(memory.get::<Card>(Card::key(CARD)).unwrap().balance, 40);
    let redemption = memory.get::<Redemption>(Redemption::key(reply.names(RedemptionId))).unwrap();
    assert_eq!((redemption.state, redemption.last_day), (RedemptionState::Pending, 20271123));
}

#[test]
fn refusals_come_in_order_of_precedence() {
    let (mut memory, prize) = library(0, 1);
    let as_is = memory.get::<Prize>(Prize::key(prize)).unwrap();
    let ask = |memory: &mut Memory, actor| {
        memory.ask(actor, Command::from(Redeem { card: CARD, prize, points: 60 }), at(MORNING))
    };
    // Everything is wrong at once; each mending uncovers the next reason.
    memory.set(Card { frozen: true, ..card(10) });
    let later = MORNING + 1;
    memory.set(Prize { state: PrizeState::Hidden, visible_from: later, visible_until: MORNING, ..as_is });
    memory.set(PrizeTaken { card: CARD, prize, count: 1 });
    assert_eq!(ask(&mut memory, Actor::Visitor), Err(readers::Refusal::SignedOut.into()));
    assert_eq!(ask(&mut memory, Actor::Reader(STRANGER)), Err(ledger::Refusal::NotYourCard.into()));
    let reader = Actor::Reader(READER);
    assert_eq!(ask(&mut memory, reader), Err(ledger::Refusal::CardFrozen.into()));
    memory.set(card(10));
    assert_eq!(ask(&mut memory, reader), Err(prizes::Refusal::PrizeHidden.into()));
    memory.set(Prize { visible_from: later, visible_until: MORNING, ..as_is });
    assert_eq!(ask(&mut memory, reader), Err(prizes::Refusal::NotYetOnSale { from: later }.into()));
    memory.set(Prize { visible_until: MORNING, ..as_is });
    assert_eq!(ask(&mut memory, reader), Err(prizes::Refusal::NoLongerOnSale.into()));
    memory.set(as_is);
    assert_eq!(ask(&mut memory, reader), Err(prizes::Refusal::SoldOut.into()));
    memory.set(Prize { received: 1, on_hand: 1, ..as_is });
    assert_eq!(ask(&mut memory, reader), Err(prizes::Refusal::LimitReached { per_card: 1 }.into()));
    memory.set(PrizeTaken { card: CARD, prize, count: 0 });
    // The page showed 60 when it was opened.
    memory.set(Prize { received: 1, on_hand: 1, points: 61, ..as_is });
    assert_eq!(ask(&mut memory, reader), Err(redemptions::Refusal::PriceChanged { points: 61 }.into()));
    memory.set(Prize { received: 1, on_hand: 1, ..as_is });
    assert_eq!(ask(&mut memory, reader), Err(ledger::Refusal::TooFewPoints { short_by: 50 }.into()));
    memory.set(card(60));
    assert!(ask(&mut memory, reader).is_ok());
}

#[test]
fn a_code_is_handed_over_once() {
    let (mut memory, prize) = library(1, 0);
    let reply = redeem(&mut memory, prize).unwrap();
    assert!(collect(&mut memory, reply, MORNING).is_ok());
    assert_eq!(
        collect(&mut memory, reply, MORNING + 9),
        Err(redemptions::Refusal::AlreadyCollected { at: MORNING }.into())
    );
    let prize = memory.get::<Prize>(Prize::key(prize)).unwrap();
    assert_eq!((prize.on_hand, prize.reserved, prize.handed_over), (0, 0, 1));
}

#[test]
fn the_last_day_is_whole_and_the_next_is_too_late() {
    const DAY: i64 = 86_400_000;
    let (mut memory, prize) = library(2, 0);
    let reply = redeem(&mut memory, prize).unwrap();
    let last_evening = MORNING + 365 * DAY + 14 * 3_600_000;
    assert_eq!(day(last_evening), 20271123);
    let expired = Refused::from(redemptions::Refusal::RedemptionExpired { last_day: 20271123 });
    assert_eq!(collect(&mut memory, reply, last_evening + 2 * 3_600_000), Err(expired));
    assert!(collect(&mut memory, reply, last_evening).is_ok());
}

#[test]
fn a_guessed_secret_is_no_code() {
    let (mut memory, prize) = library(1, 0);
    let reply = redeem(&mut memory, prize).unwrap();
    let guessed = Replied { cells: [reply.cells[0], reply.cells[1] ^ 1], ..reply };
    assert_eq!(collect(&mut memory, guessed, MORNING), Err(redemptions::Refusal::NoSuchRedemption.into()));
}

#[test]
fn who_asks_and_for_what_is_judged_first() {
    let (mut memory, prize) = library(1, 0);
    let ask = |memory: &mut Memory, actor, card, prize| {
        memory.ask(actor, Command::from(Redeem { card, prize, points: 60 }), at(MORNING))
    };
    let (no_card, no_prize) = (CardId(99), PrizeId(99));
    let reader = memory.get::<Reader>(Reader::key(READER)).unwrap();
    memory.set(Card { frozen: true, ..card(10) });
    memory.forget(Table::Reader, Reader::key(READER));
    for nobody in [Actor::Visitor, Actor::Job, STAFF, Actor::Reader(READER)] {
        assert_eq!(ask(&mut memory, nobody, no_card, no_prize), Err(readers::Refusal::SignedOut.into()), "{nobody:?}");
    }
    let actor = Actor::Reader(READER);
    memory.set(Reader { state: ReaderState::Closed, ..reader });
    assert_eq!(ask(&mut memory, actor, no_card, no_prize), Err(readers::Refusal::AccountClosed.into()));
    memory.set(reader);
    assert_eq!(ask(&mut memory, actor, no_card, no_prize), Err(ledger::Refusal::NotYourCard.into()));
    assert_eq!(ask(&mut memory, actor, CARD, no_prize), Err(prizes::Refusal::NoSuchPrize.into()));
    for (state, why) in [
        (CardState::Expired, ledger::Refusal::CardExpired),
        (CardState::Lost, ledger::Refusal::CardLost),
        (CardState::Ended, ledger::Refusal::CardEnded),
    ] {
        memory.set(Card { state, frozen: true, ..card(100) });
        assert_eq!(ask(&mut memory, actor, CARD, prize), Err(why.into()));
    }
    memory.set(card(100));
    assert!(ask(&mut memory, actor, CARD, prize).is_ok());
}

#[test]
fn hand_overs_are_refused_in_order_of_precedence() {
    const HELPER: StaffId = StaffId(2);
    const HANDS_OVER: i64 = 2;
    let (mut memory, prize) = library(1, 0);
    let reply = redeem(&mut memory, prize).unwrap();
    let id = reply.names(RedemptionId);
    let pending = memory.get::<Redemption>(Redemption::key(id)).unwrap();
    let here = memory.get::<Prize>(Prize::key(prize)).unwrap();
    let ask = |memory: &mut Memory, actor, secret| {
        let code = RedemptionCode { redemption: id, secret };
        memory.ask(actor, Command::from(Collect { code, outside_hours: false }), at(MORNING))
    };
    let helper = Actor::Staff(HELPER);
    // Everything is wrong at once; each mending uncovers the next reason.
    memory.set(Redemption { state: RedemptionState::Cancelled, ..pending });
    memory.set(Prize { branch: BranchId(2), ..here });
    assert_eq!(
        ask(&mut memory, Actor::Visitor, reply.cells[1] ^ 1),
        Err(redemptions::Refusal::NoSuchRedemption.into())
    );
    for nobody in [Actor::Visitor, Actor::Job, Actor::Reader(READER)] {
        assert_eq!(ask(&mut memory, nobody, reply.cells[1]), Err(Common::NoPermission.into()), "{nobody:?}");
    }
    assert_eq!(ask(&mut memory, helper, reply.cells[1]), Err(staff::Refusal::NoSuchStaff.into()));
    memory.set(Staff { state: StaffState::Disabled, ..rows::staff(HELPER) });
    assert_eq!(ask(&mut memory, helper, reply.cells[1]), Err(staff::Refusal::StaffDisabled.into()));
    memory.staff(HELPER, !HANDS_OVER);
    assert_eq!(ask(&mut memory, helper, reply.cells[1]), Err(Common::NoPermission.into()));
    memory.staff(HELPER, HANDS_OVER);
    assert_eq!(ask(&mut memory, helper, reply.cells[1]), Err(staff::Refusal::OtherBranch.into()));
    memory.set(here);
    let last_day = pending.last_day;
    let states = [
        (RedemptionState::Cancelled, last_day, Refused::from(redemptions::Refusal::RedemptionCancelled)),
        (
            RedemptionState::Collected,
            last_day,
            Refused::from(redemptions::Refusal::AlreadyCollected { at: MORNING - 9 }),
        ),
        (RedemptionState::Expired, last_day, Refused::from(redemptions::Refusal::RedemptionExpired { last_day })),
        (
            RedemptionState::Pending,
            20261122,
            Refused::from(redemptions::Refusal::RedemptionExpired { last_day: 20261122 }),
        ),
    ];
    for (state, last_day, why) in states {
        memory.set(Redemption { state, last_day, settled_at: MORNING - 9, ..pending });
        assert_eq!(ask(&mut memory, helper, reply.cells[1]), Err(why), "{state:?}");
    }
    memory.set(pending);
    assert!(ask(&mut memory, helper, reply.cells[1]).is_ok());
    let settled = memory.get::<Redemption>(Redemption::key(id)).unwrap();
    assert_eq!((settled.settled_at, settled.settled_by), (MORNING, Some(HELPER)));
}

#[test]
fn what_was_taken_without_a_limit_counts_towards_a_later_one() {
    let (mut memory, prize) = library(5, 1);
    memory.set(card(1_000));
    let limit = |memory: &mut Memory, per_card| {
        let form = SavePrize { per_card, ..rows::prize_form(Some(prize)) };
        memory.ask(STAFF, Command::from(form), at(MORNING)).unwrap();
    };
    redeem(&mut memory, prize).unwrap();
    limit(&mut memory, 0);
    let second = RedemptionId(redeem(&mut memory, prize).unwrap().cells[0]);
    let cancel = CancelRedemption { redemption: second, reason: String::new() };
    memory.ask(Actor::Reader(READER), Command::from(cancel), at(MORNING)).unwrap();
    // One still waits, so there is none to be had.
    limit(&mut memory, 1);
    assert_eq!(redeem(&mut memory, prize), Err(prizes::Refusal::LimitReached { per_card: 1 }.into()));
}
