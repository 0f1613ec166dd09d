//! 签到打卡: a stamp a card and day, days in a row, bonuses, the month's limit, and days that were made up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::checkins::{self, *};
use domain::core::asked::{Actor, Now};
use domain::core::day::plus;
use domain::core::record::{Record, Sealed};
use domain::ledger;
use domain::rules::Rule;
use domain::slices::{Command, Envelope};
use domain::tables::*;
use support::activities::{Heard, card_of, hall};
use support::*;

const READER: ReaderId = ReaderId(11);
const RULES: CheckInRules = CheckInRules { points: 1, week_bonus: 2, month_bonus: 5, month_max: 40, make_ups_max: 2 };

fn home() -> Memory {
    let mut memory = hall(1);
    memory.comes(READER.0, 0);
    memory
}

fn on(today: i64) -> Now {
    Now { at: MORNING, today, minute: 540 }
}

fn set_rules(memory: &mut Memory, rules: CheckInRules) {
    memory.rule(Rule::CheckInPoints, rules.points);
    memory.rule(Rule::WeekBonus, rules.week_bonus);
    memory.rule(Rule::MonthBonus, rules.month_bonus);
    memory.rule(Rule::CheckInMonthMax, rules.month_max);
    memory.rule(Rule::MakeUpsMax, rules.make_ups_max);
}

fn stamp_by(memory: &mut Memory, rules: CheckInRules, today: i64) -> Heard {
    set_rules(memory, rules);
    let stamp = StampDay { card: card_of(READER) };
    memory.ask(Actor::Reader(READER), Command::from(stamp), on(today))
}

/// Which day in a row, and the points.
fn stamp(memory: &mut Memory, today: i64) -> (i64, Points) {
    let reply = stamp_by(memory, RULES, today).unwrap();
    assert!(matches!(reply.of(), Some(checkins::Reply::CheckedIn { .. })));
    (reply.cells[0], reply.cells[1])
}

fn make_up(memory: &mut Memory, day: i64, today: i64) -> Heard {
    let make_up = MakeUpDay { card: card_of(READER), day };
    memory.ask(Actor::Reader(READER), Command::from(make_up), on(today))
}

fn made_up(days: i64) -> Heard {
    Ok(checkins::Reply::DayMadeUp { streak: days }.into())
}

/// Stamps so many days from this one on; what they earned.
fn stamp_days(memory: &mut Memory, from: i64, days: i64) -> Vec<(i64, Points)> {
    (0..days).map(|n| stamp(memory, plus(from, n))).collect()
}

fn streaks(memory: &Memory) -> Vec<i64> {
    memory.all::<CheckIn>().iter().map(|row| row.streak).collect()
}

#[test]
fn stamps_are_refused_in_order_of_precedence() {
    let mut memory = home();
    let other = memory.comes(12, 0);
    let of = |card| Command::from(StampDay { card });
    memory.is_for_readers(READER, &of(CardId(99)));
    let ask = |memory: &mut Memory, card| memory.ask(Actor::Reader(READER), of(card), on(20261123));
    assert_eq!(ask(&mut memory, card_of(other)), Err(ledger::Refusal::NotYourCard.into()));
    assert_eq!(ask(&mut memory, CardId(99)), Err(ledger::Refusal::NotYourCard.into()));
    let own = memory.get::<Card>(Card::key(card_of(READER))).unwrap();
    stamp(&mut memory, 20261123);
    let earned = memory.get::<Card>(Card::key(card_of(READER))).unwrap();
    memory.set(Card { state: CardState::Ended, ..own });
    assert_eq!(ask(&mut memory, own.id), Err(ledger::Refusal::CardEnded.into()));
    memory.set(earned);
    assert_eq!(ask(&mut memory, own.id), Err(checkins::Refusal::AlreadyCheckedIn.into()));
}

#[test]
fn a_card_is_stamped_once_a_day_by_two_taps_two_phones_and_at_midnight() {
    let mut memory = home();
    let command = Command::from(StampDay { card: card_of(READER) });
    let tap = |key| Envelope { actor: Actor::Reader(READER), key: keyed(key, 1), command: command.clone(), seed: 1 };
    let first = memory.run(&tap(1), on(20261130)).unwrap();
    assert_eq!((first.cells[0], first.cells[1]), (1, 1));
    assert_eq!(memory.run(&tap(1), on(20261130)), Ok(first));
    assert_eq!(memory.run(&tap(2), on(20261130)), Err(checkins::Refusal::AlreadyCheckedIn.into()));
    // Midnight passes, and the retry hears the first answer.
    assert_eq!(memory.run(&tap(1), on(20261201)), Ok(first));
    assert_eq!(stamp(&mut memory, 20261201), (2, 1));
    assert_eq!(memory.balance(READER), 2);
    // Another reader who binds the card finds it stamped.
    let other = memory.comes(12, 0);
    let card = memory.get::<Card>(Card::key(card_of(READER))).unwrap();
    memory.set(Card { reader: Some(other), ..card });
    let heard = memory.ask(Actor::Reader(other), command, on(20261201));
    assert_eq!(heard, Err(checkins::Refusal::AlreadyCheckedIn.into()));
}

#[test]
fn days_in_a_row_go_on_over_the_ends_of_months_and_years() {
    for (last, first) in
        [(20261130, 20261201), (20261231, 20270101), (20270228, 20270301), (20280228, 20280229), (20280229, 20280301)]
    {
        let mut memory = home();
        assert_eq!([stamp(&mut memory, last).0, stamp(&mut memory, first).0], [1, 2], "{first}");
    }
    let mut memory = home();
    assert_eq!([stamp(&mut memory, 20280228).0, stamp(&mut memory, 20280301).0], [1, 1], "a leap day is missed");
}

#[test]
fn every_seventh_and_every_thirtieth_day_earns_more() {
    let mut memory = home();
    // Over two months, so that neither month's limit is reached.
    let earned = stamp_days(&mut memory, 20261116, 30);
    for (n, (streak, points)) in (1..).zip(&earned) {
        let expected = match n {
            7 | 14 | 21 | 28 => 3,
            30 => 6,
            _ => 1,
        };
        assert_eq!((*streak, *points), (n, expected));
    }
    // 210 days in a row are both.
    assert_eq!((RULES.earned(210), RULES.earned(60), RULES.earned(209)), (8, 6, 1));
    let postings = memory.all::<Posting>();
    assert!(postings.iter().all(|p| (p.account, p.kind) == (Account::CheckIn, checkins::PostingKind::CheckIn.into())));
    assert_eq!((postings.len(), postings[29].cause, memory.balance(READER)), (30, 20261215, 43));
}

#[test]
fn a_month_earns_forty_at_most_and_the_next_begins_anew() {
    let mut memory = home();
    let month = stamp_days(&mut memory, 20261201, 31);
    // 31 days, four sevens and one thirty would be 44.
    assert_eq!(month.iter().map(|(_, points)| points).sum::<Points>(), 40);
    assert_eq!(month[27..], [(28, 3), (29, 1), (30, 3), (31, 0)]);
    assert_eq!((memory.all::<Posting>().len(), memory.all::<CheckIn>().len()), (30, 31), "a stamp without points");
    assert_eq!(stamp_days(&mut memory, 20270101, 4), [(32, 1), (33, 1), (34, 1), (35, 3)]);
}

#[test]
fn a_day_earns_only_what_the_month_leaves() {
    for (month_max, expected) in [(9, 3), (8, 2), (7, 1), (6, 0), (0, 0), (-5, 0)] {
        let mut memory = home();
        stamp_days(&mut memory, 20261101, 6);
        let rules = CheckInRules { month_max, ..RULES };
        assert_eq!(stamp_by(&mut memory, rules, 20261107).unwrap().cells[1], expected, "{month_max}");
    }
    let nothing = CheckInRules { points: 0, ..RULES };
    assert_eq!(stamp_by(&mut home(), nothing, 20261107).unwrap().cells[1], 0);
}

#[test]
fn the_next_bonus_is_what_the_days_to_come_will_earn() {
    let next = |rules: CheckInRules, streak, last, so_far| {
        rules.next_bonus(streak, last, so_far).map(|next| (next.days, next.day, next.points))
    };
    let most = |month_max| CheckInRules { month_max, ..RULES };
    assert_eq!(next(RULES, 5, 20261106, 5), Some((2, 20261108, 3)));
    // The month leaves the whole bonus, a part of it, no more than an ordinary day; then the row goes on to the next.
    for (month_max, expected) in [(9, (2, 20261107, 3)), (8, (2, 20261107, 2)), (7, (30, 20261205, 3))] {
        assert_eq!(next(most(month_max), 5, 20261105, 5), Some(expected), "{month_max}");
    }
    // The last day of a month is told of the next month's limit.
    assert_eq!(next(most(5), 6, 20261130, 5), Some((1, 20261201, 3)));
    let none = CheckInRules { week_bonus: 0, month_bonus: 0, ..RULES };
    assert_eq!(next(none, 5, 20261106, 5), None);
    // Day for day the same as what is earned then.
    for (month_max, so_far_days) in (0..45).flat_map(|most| [0, 3, 13, 27].map(|days| (most, days))) {
        let mut memory = home();
        let earn = |memory: &mut Memory, day| stamp_by(memory, most(month_max), day).unwrap().cells[1];
        let so_far: Points = (0..so_far_days).map(|n| earn(&mut memory, plus(20261201, n))).sum();
        let promised = next(most(month_max), so_far_days, plus(20261130, so_far_days), so_far);
        let to_come = (1..=30).map(|n| (n, plus(20261130, so_far_days + n)));
        let found =
            to_come.map(|(n, day)| (n, day, earn(&mut memory, day))).find(|(.., points)| *points > RULES.points);
        assert_eq!(promised, found, "{month_max} {so_far_days}");
    }
}

#[test]
fn a_card_that_cannot_spend_goes_on_earning() {
    let own = home().get::<Card>(Card::key(card_of(READER))).unwrap();
    for kept in [CardState::Expired, CardState::Lost]
        .map(|state| Card { state, ..own })
        .into_iter()
        .chain([Card { frozen: true, ..own }])
    {
        let mut memory = home();
        memory.set(kept);
        stamp(&mut memory, 20261123);
        assert_eq!(memory.get::<Card>(Card::key(own.id)).unwrap().balance, own.balance + 1, "{kept:?}");
    }
}

#[test]
fn making_up_is_refused_in_order_of_precedence() {
    let mut memory = home();
    let of = |card, day| Command::from(MakeUpDay { card, day });
    memory.is_for_readers(READER, &of(CardId(99), 0));
    let foreign = memory.ask(Actor::Reader(READER), of(CardId(99), 0), on(20261123));
    assert_eq!(foreign, Err(ledger::Refusal::NotYourCard.into()));
    let own = memory.get::<Card>(Card::key(card_of(READER))).unwrap();
    memory.set(Card { state: CardState::Ended, ..own });
    assert_eq!(make_up(&mut memory, 0, 20261123), Err(ledger::Refusal::CardEnded.into()));
    memory.set(own);
    for day in [1, 2] {
        memory.set(CheckIn { card: own.id, month: 202611, date: day, streak: day, made_up: true, points: 0, at: 0 });
    }
    // Not today, nothing to come, nothing older than seven days, no other year, nothing that is no day, and no day that has its stamp.
    let wrong = [
        0,
        20261100,
        20261101,
        20261115,
        20261123,
        20261124,
        20261131,
        20261022,
        20261222,
        20251122,
        22,
        i64::MIN,
        i64::MAX,
    ];
    for day in wrong {
        assert_eq!(make_up(&mut memory, day, 20261123), Err(checkins::Refusal::NothingToMakeUp.into()), "{day}");
    }
    assert_eq!(make_up(&mut memory, 20261122, 20261123), Err(checkins::Refusal::TooManyMakeUps { most: 2 }.into()));
    assert_eq!(
        make_up(&mut memory, 20261130, 20261201),
        Err(checkins::Refusal::TooManyMakeUps { most: 2 }.into()),
        "it counts towards the month of the day that was missed"
    );
}

#[test]
fn a_day_of_the_month_before_is_made_up_and_the_row_goes_on_over_its_end() {
    let mut memory = home();
    stamp_days(&mut memory, 20261128, 2);
    stamp_days(&mut memory, 20261201, 2);
    assert_eq!(streaks(&memory), [1, 2, 1, 2]);
    assert_eq!(make_up(&mut memory, 20261130, 20261208), Err(checkins::Refusal::NothingToMakeUp.into()));
    assert_eq!(make_up(&mut memory, 20261130, 20261207), made_up(5));
    assert_eq!(streaks(&memory), [1, 2, 3, 4, 5]);
}

#[test]
fn a_day_that_was_made_up_earns_nothing_and_the_row_goes_on() {
    let mut memory = home();
    stamp_days(&mut memory, 20261101, 3);
    stamp_days(&mut memory, 20261105, 2);
    assert_eq!(streaks(&memory), [1, 2, 3, 1, 2]);
    let balance = memory.balance(READER);
    assert_eq!(make_up(&mut memory, 20261104, 20261106), made_up(6));
    assert_eq!((streaks(&memory), memory.balance(READER)), (vec![1, 2, 3, 4, 5, 6], balance));
    let row = memory.get::<CheckIn>(CheckIn::key(card_of(READER), 202611, 4)).unwrap();
    assert_eq!((row.made_up, row.points), (true, 0));
    assert_eq!(make_up(&mut memory, 20261104, 20261107), Err(checkins::Refusal::NothingToMakeUp.into()), "once");
    // The next day is the seventh, and what was earned before stays as it was.
    assert_eq!(stamp(&mut memory, 20261107), (7, 3));
    assert_eq!(memory.balance(READER), 5 + 3);
}

#[test]
fn a_seventh_day_that_was_made_up_brings_no_bonus() {
    let mut memory = home();
    stamp_days(&mut memory, 20261101, 6);
    assert_eq!(make_up(&mut memory, 20261107, 20261108), made_up(7));
    assert_eq!(memory.balance(READER), 6);
    assert_eq!(stamp(&mut memory, 20261108), (8, 1));
    // Nor a day that becomes the seventh only afterwards.
    let mut memory = home();
    stamp_days(&mut memory, 20261101, 2);
    stamp_days(&mut memory, 20261104, 4);
    assert_eq!(make_up(&mut memory, 20261103, 20261107), made_up(7));
    assert_eq!(memory.balance(READER), 6);
    assert_eq!(stamp(&mut memory, 20261108), (8, 1));
}

#[test]
fn making_up_joins_the_month_before_and_stops_at_the_next_gap() {
    let mut memory = home();
    stamp_days(&mut memory, 20261230, 2);
    stamp_days(&mut memory, 20270102, 2);
    stamp_days(&mut memory, 20270105, 1);
    assert_eq!(make_up(&mut memory, 20270101, 20270106), made_up(5));
    assert_eq!(streaks(&memory), [1, 2, 3, 4, 5, 1]);
    assert_eq!(make_up(&mut memory, 20270104, 20270106), made_up(7));
    assert_eq!(streaks(&memory), [1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn two_days_a_month_are_made_up_and_in_the_next_month_two_more() {
    let mut memory = home();
    stamp_days(&mut memory, 20261106, 1);
    assert_eq!(make_up(&mut memory, 20261101, 20261106), made_up(1));
    assert_eq!(make_up(&mut memory, 20261102, 20261106), made_up(2));
    assert_eq!(make_up(&mut memory, 20261103, 20261106), Err(checkins::Refusal::TooManyMakeUps { most: 2 }.into()));
    stamp(&mut memory, 20261203);
    assert!(make_up(&mut memory, 20261201, 20261203).is_ok());
    assert!(make_up(&mut memory, 20261202, 20261203).is_ok());
    assert_eq!(streaks(&memory)[3..], [1, 2, 3]);
    // The library may allow none.
    set_rules(&mut memory, CheckInRules { make_ups_max: 0, ..RULES });
    let none = MakeUpDay { card: card_of(READER), day: 20261204 };
    let heard = memory.ask(Actor::Reader(READER), Command::from(none), on(20261205));
    assert_eq!(heard, Err(checkins::Refusal::TooManyMakeUps { most: 0 }.into()));
}

#[test]
fn no_way_of_stamping_and_making_up_earns_more_than_stamping_daily() {
    // Every pattern of the first eleven days, with each pair of gaps made up as late as may be; then ten more days.
    let daily = stamp_days(&mut home(), 20261101, 21).iter().map(|(_, points)| points).sum::<Points>();
    for pattern in 0..1 << 11_i64 {
        let gaps: Vec<i64> = (1..=11).filter(|day| pattern >> (day - 1) & 1 == 0).collect();
        if gaps.len() != 2 || gaps.contains(&11) {
            continue;
        }
        let mut memory = home();
        for day in (1..=11).filter(|day| !gaps.contains(day)) {
            stamp(&mut memory, 20261100 + day);
        }
        for day in &gaps {
            make_up(&mut memory, 20261100 + day, 20261100 + (day + 7).min(11)).unwrap();
        }
        stamp_days(&mut memory, 20261112, 10);
        assert!(memory.balance(READER) < daily, "{gaps:?}: {}", memory.balance(READER));
    }
}

#[test]
fn notes_of_reading_are_kept_by_day() {
    let mut memory = home();
    let note = |minutes| Command::from(NoteReading { book: Sealed(vec![3]), minutes });
    memory.is_for_readers(READER, &note(-1));
    for minutes in [-1, READING_MINUTES_MAX + 1, i64::MIN, i64::MAX] {
        let heard = memory.ask(Actor::Reader(READER), note(minutes), on(20261123));
        assert_eq!(heard, Err(checkins::Refusal::MinutesWrong.into()), "{minutes}");
    }
    for minutes in [0, READING_MINUTES_MAX] {
        let heard = memory.ask(Actor::Reader(READER), note(minutes), on(20261123));
        assert_eq!(heard, Ok(checkins::Reply::ReadingNoted { day: 20261123, minutes }.into()));
    }
    let last =
        Record::from(Reading { reader: READER, day: 20261123, minutes: READING_MINUTES_MAX, book: Sealed(vec![3]) });
    assert_eq!((memory.records.len(), memory.records.last()), (2, Some(&last)));
    assert_eq!(memory.all::<Posting>(), []);
}
