//! Cancelling and undoing: the reader within a day, staff with a reason, and a hand-over within ten minutes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::core::texts::REASON_CHARS_MAX;
use domain::redemptions::code::RedemptionCode;
use domain::redemptions::{self, *};
use domain::slices::Command;
use domain::staff::Permission::{CancelRedemptions, HandOver};
use domain::tables::*;
use domain::{ledger, prizes, readers, staff};
use support::asking::HELPER;
use support::*;

const CANCEL_MS: Millis = 24 * 3_600_000;
const UNDO_MS: Millis = 10 * 60_000;

const READER: ReaderId = ReaderId(11);
const STRANGER: ReaderId = ReaderId(12);
const CARD: CardId = CardId(21);
const PRIZE: PrizeId = PrizeId(41);
const ELSEWHERE: BranchId = BranchId(2);
/// Another at the same desk, who may do all.
const COLLEAGUE: StaffId = StaffId(3);
const LATER: i64 = MORNING + 5 * 60_000;

/// A reader with a card of 100 points, and a prize of 60 points: two in stock, one for each card.
fn library() -> Memory {
    let mut memory = Memory::default();
    [READER, STRANGER].into_iter().for_each(|id| memory.set(rows::reader(id)));
    memory.set(Card { reader: Some(READER), balance: 100, ..rows::card(CARD) });
    memory.set(Prize { per_card: 1, ..rows::prize(PRIZE, 2) });
    memory.staff_everywhere(COLLEAGUE, !0);
    memory
}

fn redeem(memory: &mut Memory) -> Result<RedemptionId, Refused> {
    let command = Command::from(Redeem { card: CARD, prize: PRIZE, points: 60 });
    memory.ask(Actor::Reader(READER), command, at(MORNING)).map(|reply| reply.names(RedemptionId))
}

/// A library in which the card has redeemed one.
fn redeemed() -> (Memory, RedemptionId) {
    let mut memory = library();
    let id = redeem(&mut memory).unwrap();
    (memory, id)
}

/// A library in which the colleague has handed it over.
fn collected() -> (Memory, RedemptionId) {
    let (mut memory, id) = redeemed();
    hand_over(&mut memory, id, MORNING).unwrap();
    (memory, id)
}

fn hand_over(memory: &mut Memory, redemption: RedemptionId, when: i64) -> Result<Replied, Refused> {
    let secret = memory.get::<RedemptionSecret>(RedemptionSecret::key(redemption)).unwrap().secret;
    let collect = Collect { code: RedemptionCode { redemption, secret }, outside_hours: false };
    memory.ask(Actor::Staff(COLLEAGUE), Command::from(collect), at(when))
}

fn cancellation(redemption: RedemptionId, reason: &str) -> Command {
    Command::from(CancelRedemption { redemption, reason: reason.into() })
}

fn cancel(memory: &mut Memory, actor: Actor, id: RedemptionId, when: i64) -> Result<Replied, Refused> {
    let reason = if matches!(actor, Actor::Staff(_)) { "奖品破损" } else { "" };
    memory.ask(actor, cancellation(id, reason), at(when))
}

fn undo(memory: &mut Memory, staff: StaffId, id: RedemptionId, when: i64) -> Result<Replied, Refused> {
    let command = Command::from(UndoCollection { redemption: id });
    memory.ask(Actor::Staff(staff), command, at(when))
}

fn redemption(memory: &Memory, id: RedemptionId) -> Redemption {
    memory.get(Redemption::key(id)).unwrap()
}

fn balance(memory: &Memory) -> Points {
    memory.get::<Card>(Card::key(CARD)).unwrap().balance
}

/// On hand, reserved, handed over.
fn stock(memory: &Memory) -> (i64, i64, i64) {
    let prize = memory.get::<Prize>(Prize::key(PRIZE)).unwrap();
    (prize.on_hand, prize.reserved, prize.handed_over)
}

fn last_told(memory: &Memory) -> (ReaderId, MessageNumber, i64, Points) {
    let message = memory.all::<Message>().into_iter().max_by_key(|message| message.id).unwrap();
    (message.reader, message.kind, message.about, message.detail)
}

fn audited(memory: &Memory) -> Vec<(String, i64, String)> {
    let by_staff = memory.audits().into_iter().filter(|audit| audit.staff.is_some());
    by_staff.map(|audit| (audit.action, audit.about, audit.note)).collect()
}

/// Each state in which nothing waits at the desk any more, and what is said of it.
fn not_waiting(pending: Redemption) -> [(Redemption, Refused); 4] {
    let (settled_at, last_day) = (MORNING - 9, pending.last_day);
    let settled = |state| Redemption { state, settled_at, ..pending };
    [
        (settled(RedemptionState::Cancelled), Refused::from(redemptions::Refusal::RedemptionCancelled)),
        (settled(RedemptionState::Collected), Refused::from(redemptions::Refusal::AlreadyCollected { at: settled_at })),
        (settled(RedemptionState::Expired), Refused::from(redemptions::Refusal::RedemptionExpired { last_day })),
        (
            Redemption { last_day: 20261122, ..pending },
            Refused::from(redemptions::Refusal::RedemptionExpired { last_day: 20261122 }),
        ),
    ]
}

#[test]
fn readers_cancellations_are_refused_in_order_of_precedence() {
    let (mut memory, id) = redeemed();
    let (fresh, card) = (redemption(&memory, id), memory.get::<Card>(Card::key(CARD)).unwrap());
    let old = Redemption { at: MORNING - CANCEL_MS, ..fresh };
    // Everything is wrong at once; each mending uncovers the next reason.
    let (worst, why) = not_waiting(old)[0];
    memory.set(worst);
    memory.forget(Table::Card, Card::key(CARD));
    for nobody in [Actor::Visitor, Actor::Job, Actor::Reader(READER)] {
        let unknown = cancel(&mut memory, nobody, RedemptionId(99), MORNING);
        assert_eq!(unknown, Err(redemptions::Refusal::NoSuchRedemption.into()), "{nobody:?}");
    }
    for nobody in [Actor::Visitor, Actor::Job, Actor::Reader(ReaderId(99))] {
        assert_eq!(cancel(&mut memory, nobody, id, MORNING), Err(readers::Refusal::SignedOut.into()), "{nobody:?}");
    }
    let ask = |memory: &mut Memory| cancel(memory, Actor::Reader(READER), id, MORNING);
    memory.set(Reader { state: ReaderState::Closed, ..rows::reader(READER) });
    assert_eq!(ask(&mut memory), Err(readers::Refusal::AccountClosed.into()));
    memory.set(rows::reader(READER));
    assert_eq!(ask(&mut memory), Err(ledger::Refusal::NoSuchCard.into()));
    for has_it in [None, Some(STRANGER)] {
        memory.set(Card { reader: has_it, ..card });
        assert_eq!(ask(&mut memory), Err(redemptions::Refusal::NoSuchRedemption.into()), "{has_it:?}");
    }
    memory.set(card);
    assert_eq!(ask(&mut memory), Err(why));
    for (row, why) in not_waiting(old) {
        memory.set(row);
        assert_eq!(ask(&mut memory), Err(why), "{row:?}");
    }
    memory.set(old);
    assert_eq!(ask(&mut memory), Err(redemptions::Refusal::TooLateToCancel { hours: 24 }.into()));
    memory.set(Redemption { at: MORNING - CANCEL_MS + 1, ..fresh });
    assert!(ask(&mut memory).is_ok());
}

#[test]
fn cancellations_by_staff_are_refused_in_order_of_precedence() {
    let (mut memory, id) = redeemed();
    let old = Redemption { at: MORNING - 300 * CANCEL_MS, ..redemption(&memory, id) };
    let here = memory.get::<Prize>(Prize::key(PRIZE)).unwrap();
    let ask =
        |memory: &mut Memory, reason: &str| memory.ask(Actor::Staff(HELPER), cancellation(id, reason), at(MORNING));
    memory.set(not_waiting(old)[0].0);
    memory.set(Prize { branch: ELSEWHERE, ..here });
    assert_eq!(
        cancel(&mut memory, Actor::Staff(HELPER), RedemptionId(99), MORNING),
        Err(redemptions::Refusal::NoSuchRedemption.into())
    );
    memory.is_for_staff(CancelRedemptions, &cancellation(id, ""));
    assert_eq!(ask(&mut memory, ""), Err(staff::Refusal::OtherBranch.into()));
    memory.set(here);
    for (row, why) in not_waiting(old) {
        memory.set(row);
        assert_eq!(ask(&mut memory, ""), Err(why), "{row:?}");
    }
    memory.set(old);
    for nothing in ["", " ", "\n\t　"] {
        assert_eq!(ask(&mut memory, nothing), Err(Common::ReasonMissing.into()), "{nothing:?}");
    }
    let longest = "损".repeat(REASON_CHARS_MAX);
    assert_eq!(
        ask(&mut memory, &(longest.clone() + "坏")),
        Err(Common::TextTooLong { most: REASON_CHARS_MAX as i64 }.into())
    );
    // Months later all the same.
    assert!(ask(&mut memory, &longest).is_ok());
}

#[test]
fn points_and_stock_go_back_once() {
    let whoever = [
        (Actor::Reader(READER), redemptions::MessageKind::RedemptionCancelled, None),
        (Actor::Staff(COLLEAGUE), redemptions::MessageKind::RedemptionWithdrawn, Some(COLLEAGUE)),
    ];
    for (actor, kind, by) in whoever {
        let (mut memory, id) = redeemed();
        assert_eq!((balance(&memory), stock(&memory)), (40, (1, 1, 0)));
        let reply = cancel(&mut memory, actor, id, LATER);
        assert_eq!(reply, Ok(redemptions::Reply::RedemptionCancelled { redemption: id, points: 60 }.into()));
        let refused = cancel(&mut memory, actor, id, LATER);
        assert_eq!(refused, Err(redemptions::Refusal::RedemptionCancelled.into()));
        assert_eq!((balance(&memory), stock(&memory)), (100, (2, 0, 0)));
        let state = RedemptionState::Cancelled;
        let before = redemption(&redeemed().0, id);
        assert_eq!(redemption(&memory, id), Redemption { state, settled_at: LATER, settled_by: by, ..before });
        assert_eq!(last_told(&memory), (READER, kind.into(), id.0, 60));
        let refunds: Vec<_> = memory.all::<Posting>().iter().map(|p| (p.kind, p.points, p.cause)).collect();
        let [paid, refunded] = [
            (redemptions::PostingKind::Redemption.into(), -60),
            (redemptions::PostingKind::RedemptionCancelled.into(), 60),
        ];
        assert_eq!(refunds, [(paid.0, paid.1, id.0), (refunded.0, refunded.1, id.0)]);
        assert_eq!(memory.get::<SystemAccount>(SystemAccount::key(Account::Spent)).unwrap().balance, 0);
    }
}

#[test]
fn only_staff_are_audited_with_their_reason() {
    let (mut memory, id) = redeemed();
    // What a reader says is neither asked for nor kept, however long.
    let endless = cancellation(id, &"书".repeat(REASON_CHARS_MAX + 1));
    memory.ask(Actor::Reader(READER), endless, at(LATER)).unwrap();
    assert_eq!(audited(&memory), []);
    let (mut memory, id) = redeemed();
    cancel(&mut memory, Actor::Staff(COLLEAGUE), id, LATER).unwrap();
    assert_eq!(audited(&memory), [("redemption.cancel".to_string(), id.0, "奖品破损".into())]);
}

#[test]
fn what_was_cancelled_does_not_count_towards_the_limit() {
    let (mut memory, id) = redeemed();
    memory.set(Card { balance: 100, ..memory.get(Card::key(CARD)).unwrap() });
    assert_eq!(redeem(&mut memory), Err(prizes::Refusal::LimitReached { per_card: 1 }.into()));
    cancel(&mut memory, Actor::Reader(READER), id, LATER).unwrap();
    assert!(redeem(&mut memory).is_ok());
    assert_eq!(redeem(&mut memory), Err(prizes::Refusal::LimitReached { per_card: 1 }.into()));
}

#[test]
fn whoever_has_the_card_now_cancels_and_is_told() {
    let (mut memory, id) = redeemed();
    let card = memory.get::<Card>(Card::key(CARD)).unwrap();
    memory.set(Card { reader: Some(STRANGER), state: CardState::Lost, frozen: true, ..card });
    assert_eq!(
        cancel(&mut memory, Actor::Reader(READER), id, LATER),
        Err(redemptions::Refusal::NoSuchRedemption.into())
    );
    assert!(cancel(&mut memory, Actor::Reader(STRANGER), id, LATER).is_ok());
    assert_eq!((last_told(&memory).0, balance(&memory)), (STRANGER, 100));
    // Of a card that nobody has, whoever redeemed hears.
    let (mut memory, id) = redeemed();
    memory.set(Card { reader: None, ..card });
    cancel(&mut memory, Actor::Staff(COLLEAGUE), id, LATER).unwrap();
    assert_eq!((last_told(&memory).0, balance(&memory)), (READER, 100));
}

#[test]
fn undoing_is_refused_in_order_of_precedence() {
    let (mut memory, id) = collected();
    let (done, here) = (redemption(&memory, id), memory.get::<Prize>(Prize::key(PRIZE)).unwrap());
    let by_helper = Redemption { settled_by: Some(HELPER), ..done };
    let late = MORNING - UNDO_MS;
    let undone = |memory: &mut Memory| undo(memory, HELPER, id, MORNING);
    memory.set(Redemption { state: RedemptionState::Pending, settled_at: late, ..done });
    memory.set(Prize { branch: ELSEWHERE, ..here });
    assert_eq!(
        undo(&mut memory, HELPER, RedemptionId(99), MORNING),
        Err(redemptions::Refusal::NoSuchRedemption.into())
    );
    let command = Command::from(UndoCollection { redemption: id });
    memory.is_not_for_others(&command);
    memory.is_for_staff(HandOver, &command);
    assert_eq!(undone(&mut memory), Err(staff::Refusal::OtherBranch.into()));
    memory.set(here);
    for state in [RedemptionState::Pending, RedemptionState::Expired, RedemptionState::Cancelled] {
        memory.set(Redemption { state, settled_at: late, ..done });
        assert_eq!(undone(&mut memory), Err(redemptions::Refusal::NotCollected.into()), "{state:?}");
    }
    for by in [None, Some(COLLEAGUE)] {
        memory.set(Redemption { settled_at: late, settled_by: by, ..done });
        assert_eq!(undone(&mut memory), Err(redemptions::Refusal::NotYourHandOver.into()), "{by:?}");
    }
    memory.set(Redemption { settled_at: late, ..by_helper });
    assert_eq!(undone(&mut memory), Err(redemptions::Refusal::TooLateToUndo { minutes: 10 }.into()));
    memory.set(Redemption { settled_at: late + 1, ..by_helper });
    assert!(undone(&mut memory).is_ok());
}

#[test]
fn an_undone_hand_over_waits_at_the_desk_again() {
    let (before, id) = redeemed();
    let (mut memory, _) = collected();
    assert_eq!(stock(&memory), (1, 0, 1));
    let reply = undo(&mut memory, COLLEAGUE, id, LATER);
    assert_eq!(reply, Ok(redemptions::Reply::CollectionUndone { redemption: id, prize: PRIZE }.into()));
    assert_eq!((redemption(&memory, id), stock(&memory)), (redemption(&before, id), (1, 1, 0)));
    assert_eq!(last_told(&memory), (READER, redemptions::MessageKind::CollectionUndone.into(), id.0, 0));
    assert_eq!(undo(&mut memory, COLLEAGUE, id, LATER), Err(redemptions::Refusal::NotCollected.into()));
    assert!(hand_over(&mut memory, id, LATER).is_ok());
    let actions: Vec<_> = audited(&memory).into_iter().map(|(action, ..)| action).collect();
    assert_eq!(actions, ["redemption.collect", "redemption.undo", "redemption.collect"]);
    // Or is cancelled after all.
    undo(&mut memory, COLLEAGUE, id, LATER).unwrap();
    assert!(cancel(&mut memory, Actor::Reader(READER), id, LATER).is_ok());
    assert_eq!((balance(&memory), stock(&memory)), (100, (2, 0, 0)));
}
