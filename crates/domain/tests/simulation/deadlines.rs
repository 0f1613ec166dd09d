//! Moments at which a rule changes its mind: the clock is put on them, for a rule is wrong there first.

use crate::dice::Dice;
use crate::model::Model;
use crate::support::day;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const YEAR_DAYS: i64 = 366;

/// One of those to come, or the last moment before it.
pub fn next(dice: &mut Dice, model: &Model, at: i64) -> Option<i64> {
    let moments: Vec<i64> = match dice.below(8) {
        0 | 1 => model.codes.values().map(|code| code.at + 5 * MINUTE).collect(),
        2 => {
            model.sessions.values().filter(|session| session.staff).map(|session| session.seen + 30 * MINUTE).collect()
        }
        3 => model.sessions.values().map(|session| session.until()).collect(),
        4 => model.prizes.values().flat_map(|prize| [prize.from, prize.until]).collect(),
        5 => model.staff.values().map(|staff| staff.locked_until).collect(),
        6 => model.outbox.iter().rev().take(8).flat_map(|row| [row.next_at, row.at + 5 * MINUTE]).collect(),
        _ => return last_day(dice, model, at),
    };
    let to_come: Vec<i64> = moments.into_iter().filter(|moment| *moment > at).collect();
    Some(dice.pick(to_come)? - dice.below(2))
}

/// Some time on the last day of a redemption, or on the day after. A year passes: seldom.
fn last_day(dice: &mut Dice, model: &Model, at: i64) -> Option<i64> {
    let redemption = dice.pick(&model.redemptions).filter(|_| dice.one_in(3))?.1;
    let days = (0..=YEAR_DAYS).find(|days| day(at + days * DAY) >= redemption.last_day)?;
    Some(at + (days + dice.below(2)) * DAY)
}
