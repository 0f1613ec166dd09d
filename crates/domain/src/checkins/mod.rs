//! 签到打卡: a stamp a card and calendar day, by the library's calendar. Days in a row earn more; 补签 keeps the row.

mod words;

pub use words::{PostingKind, Reading, Refusal, Reply};

use crate::cards::own;
use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::day::{is_day, number, of_number, plus};
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt, Need};
use crate::ledger::{self, Entry, post};
use crate::readers::reader;
use crate::rules::{Rule, in_force};
use crate::tables::{
    Account, Card, CardId, CarriedStreak, CheckIn, Day, Minutes, Points, RuleValue, SystemAccount, Table,
};

commands! {
    StampDay => check_in,
    MakeUpDay => make_up,
    NoteReading => note_reading,
}

/// What these commands look at in any case: a hint for loading many at once.
pub fn needs(_: Actor, command: &Command) -> Vec<Need> {
    let Command::StampDay(c) = command else { return vec![] };
    vec![
        Need::Row(Table::Card, Card::key(c.card)),
        Need::Row(Table::SystemAccount, SystemAccount::key(Account::CheckIn)),
    ]
}

/// What the library's rules say of checking in on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckInRules {
    pub points: Points,
    /// On every 7th and every 30th day in a row.
    pub week_bonus: Points,
    pub month_bonus: Points,
    /// So many points a calendar month at most.
    pub month_max: Points,
    /// 补签 so often a calendar month.
    pub make_ups_max: i64,
}

impl CheckInRules {
    pub fn in_force(values: &[RuleValue], day: Day) -> Self {
        let of = |rule| in_force(values, rule, day);
        CheckInRules {
            points: of(Rule::CheckInPoints),
            week_bonus: of(Rule::WeekBonus),
            month_bonus: of(Rule::MonthBonus),
            month_max: of(Rule::CheckInMonthMax),
            make_ups_max: of(Rule::MakeUpsMax),
        }
    }
}

fn rules(d: &Draft, now: Now) -> Result<CheckInRules, Halt> {
    Ok(CheckInRules::in_force(&d.children([])?, now.today))
}

#[derive(Clone, Copy, Debug)]
pub struct StampDay {
    pub card: CardId,
}

/// 补签: a missed day of this month.
#[derive(Clone, Copy, Debug)]
pub struct MakeUpDay {
    pub card: CardId,
    pub day: Day,
}

/// 阅读足迹: what was read today, and for how long.
#[derive(Clone, Debug)]
pub struct NoteReading {
    pub book: Sealed,
    pub minutes: Minutes,
}

/// A bonus farther off than this is no news.
const BONUS_DAYS_MAX: i64 = 30;

/// A day to come on which the row earns more than on others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bonus {
    /// So many stamps from now, this day's included.
    pub days: i64,
    pub day: Day,
    pub points: Points,
}

impl CheckInRules {
    /// What a day in a row earns, before the month's limit.
    pub fn earned(&self, streak: i64) -> Points {
        let bonus = |every: i64, bonus: Points| if streak % every == 0 { bonus } else { 0 };
        self.points + bonus(7, self.week_bonus) + bonus(30, self.month_bonus)
    }

    /// What it earns in a month that has earned so much before.
    pub fn earned_after(&self, so_far: Points, streak: i64) -> Points {
        self.earned(streak).min(self.month_max - so_far).max(0)
    }

    /// The next day that earns more than others if every day after `last` is stamped. Each month has its limit:
    /// `so_far` is what this one has earned.
    pub fn next_bonus(&self, streak: i64, last: i64, so_far: Points) -> Option<Bonus> {
        let (mut day, mut so_far) = (last, so_far);
        for days in 1..=BONUS_DAYS_MAX {
            let before = day;
            day = plus(before, 1);
            if day / 100 != before / 100 {
                so_far = 0;
            }
            let points = self.earned_after(so_far, streak + days);
            if points > self.points {
                return Some(Bonus { days, day, points });
            }
            so_far += points;
        }
        None
    }
}

fn stamp(d: &Draft, card: CardId, day: Day) -> Result<Option<CheckIn>, Halt> {
    d.get::<CheckIn>(CheckIn::key(card, day / 100, day % 100))
}

/// How many days in a row end the day before this one.
fn streak_before(d: &Draft, card: CardId, day: Day) -> Result<i64, Halt> {
    let before = of_number(number(day) - 1);
    let own = stamp(d, card, before)?.map_or(0, |stamp| stamp.streak);
    let carried = d.get::<CarriedStreak>(CarriedStreak::key(card))?.filter(|carried| carried.day == before);
    Ok(own.max(carried.map_or(0, |carried| carried.streak)))
}

fn usable(d: &Draft, actor: Actor, card: CardId) -> Result<(), Halt> {
    let reader = reader(d, actor)?.id;
    let card = own(d, reader, card)?;
    Ok(ledger::may_earn(&card)?)
}

/// Refusals: AccountClosed, AlreadyCheckedIn, CardEnded, NotYourCard, SignedOut.
pub fn check_in(d: &mut Draft, asked: &Asked, c: &StampDay) -> Result<Reply, Halt> {
    usable(d, asked.actor, c.card)?;
    let (month, date) = (asked.now.today / 100, asked.now.today % 100);
    let stamps = d.children::<CheckIn, 2>([c.card.0, month])?;
    if stamp(d, c.card, asked.now.today)?.is_some() {
        return Err(Refusal::AlreadyCheckedIn.into());
    }
    let streak = streak_before(d, c.card, asked.now.today)? + 1;
    let so_far: Points = stamps.iter().map(|stamp| stamp.points).sum();
    let points = rules(d, asked.now)?.earned_after(so_far, streak);
    d.put(CheckIn { card: c.card, month, date, streak, made_up: false, points, at: asked.now.at })?;
    if points > 0 {
        let entry = Entry { account: Account::CheckIn, kind: PostingKind::CheckIn.into(), cause: asked.now.today };
        post(d, c.card, points, entry, asked.now)?;
    }
    Ok(Reply::CheckedIn { streak, points })
}

/// 补签 is for days of the last seven, across the turn of a month too. The page asks this, too.
pub fn is_in_time(day: Day, today: Day) -> bool {
    is_day(day) && (plus(today, -MAKE_UP_DAYS)..today).contains(&day)
}

/// Counts towards the month of the day that was missed.
///
/// Refusals: AccountClosed, CardEnded, NotYourCard, NothingToMakeUp, SignedOut, TooManyMakeUps.
pub fn make_up(d: &mut Draft, asked: &Asked, c: &MakeUpDay) -> Result<Reply, Halt> {
    usable(d, asked.actor, c.card)?;
    let month = c.day / 100;
    if !is_in_time(c.day, asked.now.today) || stamp(d, c.card, c.day)?.is_some() {
        return Err(Refusal::NothingToMakeUp.into());
    }
    let stamps = d.children::<CheckIn, 2>([c.card.0, month])?;
    let most = rules(d, asked.now)?.make_ups_max;
    if stamps.iter().filter(|stamp| stamp.made_up).count() as i64 >= most {
        return Err(Refusal::TooManyMakeUps { most }.into());
    }
    let streak = streak_before(d, c.card, c.day)? + 1;
    d.put(CheckIn { card: c.card, month, date: c.day % 100, streak, made_up: true, points: 0, at: asked.now.at })?;
    Ok(Reply::DayMadeUp { streak: count_on(d, c.card, c.day)?.unwrap_or(streak) })
}

/// The row goes on through the days after this one; what they have earned stays as it was. None: no day follows.
fn count_on(d: &mut Draft, card: CardId, after: Day) -> Result<Option<i64>, Halt> {
    let (mut day, mut last) = (plus(after, 1), None);
    while let Some(next) = stamp(d, card, day)? {
        let streak = streak_before(d, card, day)? + 1;
        d.put(CheckIn { streak, ..next })?;
        (day, last) = (plus(day, 1), Some(streak));
    }
    Ok(last)
}

/// The row of a replaced card goes on with the other's stamps; those of this month and the one before are looked at.
pub fn carry_streak(d: &mut Draft, from: CardId, to: CardId, now: Now) -> Result<(), Halt> {
    let (this, last) = (now.today / 100, plus(now.today / 100 * 100 + 1, -1) / 100);
    let mut stamps = d.children::<CheckIn, 2>([from.0, last])?;
    stamps.extend(d.children::<CheckIn, 2>([from.0, this])?);
    let own = stamps.last().map(|stamp| (stamp.month * 100 + stamp.date, stamp.streak));
    let carried = d.get::<CarriedStreak>(CarriedStreak::key(from))?.map(|carried| (carried.day, carried.streak));
    let known = d.get::<CarriedStreak>(CarriedStreak::key(to))?.map(|carried| (carried.day, carried.streak));
    let Some((day, streak)) = own.max(carried).filter(|newest| Some(*newest) > known) else { return Ok(()) };
    d.put(CarriedStreak { card: to, day, streak })?;
    count_on(d, to, day)?;
    Ok(())
}

pub const MAKE_UP_DAYS: i64 = 7;
pub const READING_MINUTES_MAX: i64 = 24 * 60;

/// Refusals: AccountClosed, MinutesWrong, SignedOut.
pub fn note_reading(d: &mut Draft, asked: &Asked, c: &NoteReading) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    if !(0..=READING_MINUTES_MAX).contains(&c.minutes) {
        return Err(Refusal::MinutesWrong.into());
    }
    d.emit(Reading { reader, day: asked.now.today, minutes: c.minutes, book: c.book.clone() });
    Ok(Reply::ReadingNoted { day: asked.now.today, minutes: c.minutes })
}
