//! Moments at which a rule changes its mind: the clock is put on them, for a rule is wrong there first.

use crate::dice::Dice;
use crate::model::{Activity, Model, Participant, Place};
use crate::model_jobs::OUTCOME_LIFE;
use crate::support::day;
use domain::tables::{ActivityState, ParticipantState, RedemptionState};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const YEAR_DAYS: i64 = 366;

/// One of those to come, or the last moment before it.
pub fn next(dice: &mut Dice, model: &Model, at: i64) -> Option<i64> {
    let moments: Vec<i64> = match dice.below(32) {
        18..21 => return midnight(dice, at),
        21..32 => activities(dice, model, at),
        0 => model.codes.values().map(|code| code.at + 5 * MINUTE).collect(),
        1 => model.entry_codes.values().map(|code| code.until()).collect(),
        2 => {
            model.sessions.values().filter(|session| session.staff).map(|session| session.seen + 30 * MINUTE).collect()
        }
        3 => model.sessions.values().map(|session| session.until()).collect(),
        4 => model.prizes.values().flat_map(|prize| [prize.from, prize.until]).collect(),
        5 => model.staff.values().map(|staff| staff.locked_until).collect(),
        6 => model.outbox.iter().rev().take(8).flat_map(|row| [row.next_at, row.until()]).collect(),
        7 => model.redemptions.values().rev().take(8).map(|redemption| redemption.at + DAY).collect(),
        8 => model.redemptions.values().rev().map(|redemption| redemption.settled_at + 10 * MINUTE).collect(),
        9 | 13 => model.wishes.values().map(|wish| wish.at + DAY).collect(),
        10 => model.jobs.values().flat_map(|run| [run.until(), run.next_at]).collect(),
        11 | 14 => awaited(model).flat_map(|place| opening_minutes(place, at)).collect(),
        12 if dice.one_in(3) => model.outcomes.values().map(|(.., then)| then + OUTCOME_LIFE).collect(),
        _ => return last_day(dice, model, at),
    };
    let to_come: Vec<i64> = moments.into_iter().filter(|moment| *moment > at).collect();
    Some(dice.pick(to_come)? - dice.below(2))
}

/// Places at which something waits.
fn awaited(model: &Model) -> impl Iterator<Item = &Place> {
    let prizes = model.prizes.values().filter(|prize| prize.reserved > 0);
    prizes.filter_map(|prize| model.places.get(&prize.place?))
}

/// When a place opens and closes within two days.
fn opening_minutes(place: &Place, at: i64) -> Vec<i64> {
    let midnight = (at + 8 * 60 * MINUTE).div_euclid(DAY) * DAY - 8 * 60 * MINUTE;
    let days = [midnight, midnight + DAY].into_iter();
    let openings = days.flat_map(|morning| place.openings(day(morning)).into_iter().map(move |hours| (morning, hours)));
    openings.flat_map(|(morning, (from, until))| [from, until].map(|minute| morning + minute * MINUTE)).collect()
}

/// Some time on the last day of a redemption, or on the day after, or a month or a week before.
fn last_day(dice: &mut Dice, model: &Model, at: i64) -> Option<i64> {
    let pending = model.redemptions.values().filter(|redemption| redemption.state == RedemptionState::Pending);
    let pending: Vec<_> = pending.collect();
    // Whoever has had the month's reminder waits for the week's.
    let reminded = pending.iter().copied().find(|redemption| redemption.reminded == 1).filter(|_| dice.one_in(2));
    let redemption = reminded.or_else(|| dice.pick(pending))?;
    let days = (0..=YEAR_DAYS).find(|days| day(at + days * DAY) >= redemption.last_day)?;
    // A year passes: seldom, for little else lasts so long.
    if days > 40 && !dice.one_in(3) {
        return None;
    }
    let from_then = dice.pick([-31, -30, -29, -8, -7, -6, 0, 0, 1, 1]).unwrap_or(0);
    Some(at + (days + from_then).max(0) * DAY)
}

/// The next day, or the next month but for a day: some moment of it.
fn midnight(dice: &mut Dice, at: i64) -> Option<i64> {
    let midnight = (at + 8 * 60 * MINUTE).div_euclid(DAY) * DAY - 8 * 60 * MINUTE + DAY;
    Some(midnight + dice.pick([-1, 0, 9 * 60 * MINUTE]).unwrap_or(0))
}

/// When sign-up begins and ends, people are let in, called in, let go or blamed.
fn activities(dice: &mut Dice, model: &Model, at: i64) -> Vec<i64> {
    const HOUR: i64 = 60 * MINUTE;
    let recent = model.activities.values().rev().take(8).filter(|of| of.state == ActivityState::Published);
    let recent: Vec<&Activity> = recent.collect();
    if dice.one_in(6) {
        return recent.iter().flat_map(|of| of.people.values()).flat_map(blamed).collect();
    }
    let of = recent.into_iter().filter(|of| of.confirmed_at == 0 && of.times.ends + HOUR > at);
    let times = of.flat_map(|of| {
        let t = of.times;
        let doors = [model.doors(of), t.starts, t.starts + 95 * MINUTE, t.ends, t.ends + HOUR];
        doors.into_iter().chain([t.opens, t.closes, t.withdraw_until, t.starts - 2 * HOUR, t.starts - DAY])
    });
    let crowded = model.activities.values().filter(|of| !of.people.is_empty() && of.confirmed_at == 0);
    let doors: Vec<i64> = crowded.map(|of| model.doors(of)).filter(|doors| *doors > at).collect();
    if !doors.is_empty() && dice.one_in(2) {
        return doors.into_iter().min().into_iter().collect();
    }
    // The next of them, mostly: else nobody would be there when doors open.
    let mut times: Vec<i64> = times.filter(|time| *time > at).collect();
    times.sort_unstable();
    times.truncate(3);
    times
}

/// A week to appeal, and a pause that ends.
fn blamed(one: &Participant) -> Vec<i64> {
    match one.state {
        ParticipantState::NoShow => [7, 30, 90].map(|days| one.settled_at + days * DAY).to_vec(),
        _ => vec![],
    }
}
