//! Expiry: the last day of a redemption, the reminders before it, and what comes after.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::{Actor, Now};
use domain::core::day::plus;
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::places::{DayPlan, SetPlaceDay};
use domain::redemptions::code::RedemptionCode;
use domain::redemptions::{self, *};
use domain::rules::Rule;
use domain::slices::Command;
use domain::tables::*;
use support::*;

const READER: ReaderId = ReaderId(11);
const STRANGER: ReaderId = ReaderId(12);
const CARD: CardId = CardId(21);
const PRIZE: PrizeId = PrizeId(41);
const PLACE: PlaceId = PlaceId(51);
/// A year after the morning: a Tuesday.
const LAST_DAY: i64 = 20271123;
const SATURDAY: i64 = 20271127;
const SUNDAY: i64 = 20271128;
const NINE: i64 = 9 * 60;

/// A card of 100 points, and a prize of 60 points that one card may have once; its place has no hours yet.
fn library() -> Memory {
    let mut memory = Memory::default();
    memory.staff_everywhere(LIBRARIAN, !0);
    [READER, STRANGER].into_iter().for_each(|id| memory.set(rows::reader(id)));
    memory.set(Card { reader: Some(READER), balance: 100, ..rows::card(CARD) });
    memory.set(Prize { per_card: 1, place: Some(PLACE), ..rows::prize(PRIZE, 1) });
    memory.set(Place { id: PLACE, branch: BRANCH, state: PlaceState::Open, at: MORNING });
    memory
}

/// Open on Saturdays and Sundays in the morning.
fn opens_at_weekends(memory: &mut Memory) {
    for weekday in [6, 7] {
        memory.set(PlaceHours { place: PLACE, weekday, opens: 510, closes: 690 });
    }
}

fn redeemed(mut memory: Memory) -> (Memory, RedemptionId) {
    let command = Command::from(Redeem { card: CARD, prize: PRIZE, points: 60 });
    let reply = memory.ask(Actor::Reader(READER), command, at(MORNING)).unwrap();
    (memory, reply.names(RedemptionId))
}

/// At nine on that day; whatever else the clock says does not matter to it.
fn on(today: i64) -> Now {
    Now { at: MORNING + 1, today, minute: NINE }
}

fn expire(memory: &mut Memory, redemption: RedemptionId, today: i64) -> Result<Replied, Refused> {
    memory.ask(Actor::Job, Command::from(ExpireRedemption { redemption }), on(today))
}

/// How many days were left, by the reminder.
fn remind(memory: &mut Memory, redemption: RedemptionId, today: i64) -> Result<i64, Refused> {
    let command = Command::from(RemindOfRedemption { redemption });
    let reply = memory.ask(Actor::Job, command, on(today))?;
    assert!(matches!(reply.of(), Some(redemptions::Reply::Reminded { .. })));
    assert_eq!(reply.cells[0], redemption.0);
    Ok(reply.cells[1])
}

fn collect(memory: &mut Memory, redemption: RedemptionId, today: i64) -> Result<Replied, Refused> {
    let secret = memory.get::<RedemptionSecret>(RedemptionSecret::key(redemption)).unwrap().secret;
    let collect = Collect { code: RedemptionCode { redemption, secret }, outside_hours: false };
    memory.ask(Actor::Staff(LIBRARIAN), Command::from(collect), on(today))
}

fn close(memory: &mut Memory, day: i64) {
    let command = Command::from(SetPlaceDay { place: PLACE, day, plan: DayPlan::Closed });
    memory.ask(Actor::Staff(LIBRARIAN), command, at(MORNING)).unwrap();
}

fn row(memory: &Memory, id: RedemptionId) -> Redemption {
    memory.get(Redemption::key(id)).unwrap()
}

fn told(memory: &Memory, kind: redemptions::MessageKind) -> Vec<(ReaderId, i64, Points)> {
    let of_kind = memory.all::<Message>().into_iter().filter(|message| message.kind == kind);
    of_kind.map(|message| (message.reader, message.about, message.detail)).collect()
}

fn not_expired() -> Result<Replied, Refused> {
    Err(redemptions::Refusal::NotExpired.into())
}
fn nothing() -> Result<i64, Refused> {
    Err(redemptions::Refusal::NothingToRemind.into())
}
const SETTLED: [RedemptionState; 3] =
    [RedemptionState::Collected, RedemptionState::Expired, RedemptionState::Cancelled];

#[test]
fn expiry_is_refused_in_order_of_precedence() {
    let (mut memory, id) = redeemed(library());
    let pending = row(&memory, id);
    memory.is_for_the_program(&Command::from(ExpireRedemption { redemption: RedemptionId(99) }));
    assert_eq!(expire(&mut memory, RedemptionId(99), LAST_DAY + 1), Err(redemptions::Refusal::NoSuchRedemption.into()));
    for state in SETTLED {
        memory.set(Redemption { state, settled_at: MORNING, ..pending });
        assert_eq!(expire(&mut memory, id, LAST_DAY + 1), not_expired(), "{state:?}");
    }
    memory.set(pending);
    assert_eq!(expire(&mut memory, id, LAST_DAY), not_expired());
    assert!(expire(&mut memory, id, LAST_DAY + 1).is_ok());
    assert_eq!(expire(&mut memory, id, LAST_DAY + 1), not_expired());
}

#[test]
fn the_prize_goes_back_to_the_shelf_and_the_points_do_not_come_back() {
    let (mut memory, id) = redeemed(library());
    let before = row(&memory, id);
    let reply = expire(&mut memory, id, LAST_DAY + 1);
    assert_eq!(reply, Ok(redemptions::Reply::RedemptionExpired { redemption: id, prize: PRIZE }.into()));
    let expired = Redemption { state: RedemptionState::Expired, settled_at: MORNING + 1, ..before };
    assert_eq!(row(&memory, id), expired);
    let prize = memory.get::<Prize>(Prize::key(PRIZE)).unwrap();
    assert_eq!((prize.received, prize.on_hand, prize.reserved, prize.handed_over), (1, 1, 0, 0));
    let card = memory.get::<Card>(Card::key(CARD)).unwrap();
    assert_eq!((card.balance, memory.all::<Posting>().len()), (40, 1));
    assert_eq!(memory.all::<PrizeTaken>(), [PrizeTaken { card: CARD, prize: PRIZE, count: 1 }], "it was taken");
    assert_eq!(told(&memory, redemptions::MessageKind::RedemptionExpired), [(READER, id.0, 0)]);
}

#[test]
fn whoever_has_the_card_now_is_told() {
    for (has_it, hears) in [(Some(STRANGER), STRANGER), (None, READER)] {
        let (mut memory, id) = redeemed(library());
        let card = memory.get::<Card>(Card::key(CARD)).unwrap();
        memory.set(Card { reader: has_it, ..card });
        remind(&mut memory, id, LAST_DAY).unwrap();
        expire(&mut memory, id, LAST_DAY + 1).unwrap();
        assert_eq!(told(&memory, redemptions::MessageKind::RedemptionEnds), [(hears, id.0, 0)]);
        assert_eq!(told(&memory, redemptions::MessageKind::RedemptionExpired), [(hears, id.0, 0)]);
    }
}

#[test]
fn a_last_day_without_hours_is_the_next_day_with_some() {
    let mut memory = library();
    opens_at_weekends(&mut memory);
    let (mut memory, id) = redeemed(memory);
    assert_eq!(row(&memory, id).last_day, SATURDAY);
    assert_eq!(expire(&mut memory, id, SATURDAY), not_expired());
    assert!(collect(&mut memory, id, SATURDAY).is_ok());
}

#[test]
fn a_last_day_that_is_closed_afterwards_moves_on() {
    let mut memory = library();
    opens_at_weekends(&mut memory);
    let (mut memory, id) = redeemed(memory);
    close(&mut memory, SATURDAY);
    assert_eq!(expire(&mut memory, id, SUNDAY), not_expired());
    assert!(collect(&mut memory.clone(), id, SUNDAY).is_ok());
    let late = collect(&mut memory, id, SUNDAY + 1);
    assert_eq!(late, Err(redemptions::Refusal::RedemptionExpired { last_day: SUNDAY }.into()));
    // To the next weekend, if need be; and back, if the day is open after all.
    let mut closed = memory.clone();
    close(&mut closed, SUNDAY);
    assert_eq!(expire(&mut closed, id, 20271204), not_expired());
    assert!(expire(&mut closed, id, 20271205).is_ok());
    let as_usual = SetPlaceDay { place: PLACE, day: SATURDAY, plan: DayPlan::AsUsual };
    memory.ask(Actor::Staff(LIBRARIAN), Command::from(as_usual), at(MORNING)).unwrap();
    assert!(expire(&mut memory, id, SUNDAY).is_ok());
}

#[test]
fn what_has_expired_says_the_day_by_which_it_did() {
    let mut memory = library();
    opens_at_weekends(&mut memory);
    let (mut memory, id) = redeemed(memory);
    close(&mut memory, SATURDAY);
    let late = Err(redemptions::Refusal::RedemptionExpired { last_day: SUNDAY }.into());
    assert_eq!(collect(&mut memory, id, SUNDAY + 1), late);
    expire(&mut memory, id, SUNDAY + 1).unwrap();
    assert_eq!(collect(&mut memory, id, SUNDAY + 1), late);
}

#[test]
fn hours_that_came_after_the_redemption_move_its_last_day_too() {
    let (mut memory, id) = redeemed(library());
    assert_eq!(row(&memory, id).last_day, LAST_DAY);
    opens_at_weekends(&mut memory);
    assert_eq!(expire(&mut memory, id, SATURDAY), not_expired());
    assert_eq!(remind(&mut memory, id, plus(SATURDAY, -7)), Ok(7));
}

#[test]
fn reminders_are_refused_in_order_of_precedence() {
    let (mut memory, id) = redeemed(library());
    let pending = row(&memory, id);
    memory.is_for_the_program(&Command::from(RemindOfRedemption { redemption: RedemptionId(99) }));
    assert_eq!(remind(&mut memory, RedemptionId(99), LAST_DAY), Err(redemptions::Refusal::NoSuchRedemption.into()));
    for state in SETTLED {
        memory.set(Redemption { state, settled_at: MORNING, ..pending });
        assert_eq!(remind(&mut memory, id, LAST_DAY), nothing(), "{state:?}");
    }
    memory.set(pending);
    assert_eq!(remind(&mut memory, id, LAST_DAY + 1), nothing(), "it is over");
    assert_eq!(remind(&mut memory, id, plus(LAST_DAY, -31)), nothing(), "it is too early");
}

#[test]
fn one_is_reminded_once_a_month_and_once_a_week_before() {
    let (mut memory, id) = redeemed(library());
    let reminded = (0..=40).rev().filter_map(|days| remind(&mut memory, id, plus(LAST_DAY, -days)).ok());
    assert_eq!(reminded.collect::<Vec<_>>(), [30, 7]);
    assert_eq!(told(&memory, redemptions::MessageKind::RedemptionEnds), [(READER, id.0, 30), (READER, id.0, 7)]);
    assert_eq!(row(&memory, id).reminded, 2);
}

#[test]
fn a_late_reminder_stands_for_those_before_it() {
    for (days, after) in [(29, vec![7]), (8, vec![7]), (7, vec![]), (3, vec![]), (0, vec![])] {
        let (mut memory, id) = redeemed(library());
        assert_eq!(remind(&mut memory, id, plus(LAST_DAY, -days)), Ok(days));
        let reminded = (0..days).rev().filter_map(|days| remind(&mut memory, id, plus(LAST_DAY, -days)).ok());
        assert_eq!(reminded.collect::<Vec<_>>(), after, "first {days} days before");
    }
}

#[test]
fn a_last_day_that_moves_on_reminds_nobody_twice() {
    let mut memory = library();
    opens_at_weekends(&mut memory);
    let (mut memory, id) = redeemed(memory);
    assert_eq!(remind(&mut memory, id, plus(SATURDAY, -30)), Ok(30));
    close(&mut memory, SATURDAY);
    assert_eq!(remind(&mut memory, id, plus(SUNDAY, -30)), nothing());
    assert_eq!(remind(&mut memory, id, plus(SUNDAY, -8)), nothing());
    assert_eq!(remind(&mut memory, id, plus(SUNDAY, -7)), Ok(7));
}

#[test]
fn an_undone_hand_over_expires_like_any_other() {
    let (mut memory, id) = redeemed(library());
    collect(&mut memory, id, LAST_DAY).unwrap();
    let undo = Command::from(UndoCollection { redemption: id });
    memory.ask(Actor::Staff(LIBRARIAN), undo, on(LAST_DAY)).unwrap();
    assert!(expire(&mut memory, id, LAST_DAY + 1).is_ok());
}

#[test]
fn the_first_reminder_is_the_earlier_one_whichever_rule_says_so() {
    let rule = |rule| if rule == Rule::ReminderDays { 5 } else { 9 };
    assert_eq!(reminder_days(rule), [9, 5]);
    assert_eq!(reminder_days(|rule| rule.about().default), [30, 7]);
}
