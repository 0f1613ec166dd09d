//! Redemptions: a reader exchanges points for a prize.
//!
//! Points leave the card at once; the prize waits at the desk, for a year unless the library's rules say otherwise.

pub mod code;
mod words;

pub use words::{MessageKind, PostingKind, Refusal, Reply};

use crate::cards::replacements::stands_for;
use crate::core::asked::{Actor, Asked, commands, only_the_program};
use crate::core::code::secret_of;
use crate::core::day::{HOUR_MS, MINUTE_MS, number, plus_months};
use crate::core::texts;
use crate::core::world::{Draft, Halt, Need};
use crate::ledger::{self, Entry, post};
use crate::messages::tell;
use crate::places::pickup::Hours;
use crate::places::{HOURS, hours};
use crate::prizes::{self, affordable, available};
use crate::readers::reader;
use crate::redemptions::code::RedemptionCode;
use crate::rules::{self, Rule};
use crate::staff::{Permission, audit, require};
use crate::tables::{
    Account, Card, CardId, Day, Millis, Minutes, Points, Prize, PrizeId, PrizeTaken, ReaderId, Redemption,
    RedemptionId, RedemptionSecret, RedemptionState, RuleValue, StaffId, SystemAccount, Table,
};

commands! {
    Redeem => redeem,
    Collect => collect,
    CancelRedemption => cancel,
    UndoCollection => undo_collection,
    ExpireRedemption => expire,
    RemindOfRedemption => remind,
}

/// What these commands look at in any case: a hint for loading many at once.
pub fn needs(_actor: Actor, command: &Command) -> Vec<Need> {
    let mut needs = vec![];
    let mut row = |table, key| needs.push(Need::Row(table, key));
    match command {
        Command::Redeem(c) => {
            row(Table::Card, Card::key(c.card));
            row(Table::Prize, Prize::key(c.prize));
            row(Table::PrizeTaken, PrizeTaken::key(c.card, c.prize));
            row(Table::SystemAccount, SystemAccount::key(Account::Spent));
            needs.extend(HOURS);
        }
        Command::Collect(c) => {
            row(Table::RedemptionSecret, RedemptionSecret::key(c.code.redemption));
            row(Table::Redemption, Redemption::key(c.code.redemption));
            needs.extend(HOURS);
        }
        Command::CancelRedemption(c) => row(Table::Redemption, Redemption::key(c.redemption)),
        Command::UndoCollection(c) => row(Table::Redemption, Redemption::key(c.redemption)),
        Command::ExpireRedemption(c) => row(Table::Redemption, Redemption::key(c.redemption)),
        Command::RemindOfRedemption(c) => row(Table::Redemption, Redemption::key(c.redemption)),
    }
    needs
}

#[derive(Clone, Copy, Debug)]
pub struct Redeem {
    pub card: CardId,
    pub prize: PrizeId,
    /// What the page said that it costs.
    pub points: Points,
}

#[derive(Clone, Copy, Debug)]
pub struct Collect {
    pub code: RedemptionCode,
    /// Staff have read the warning that the place is closed now.
    pub outside_hours: bool,
}

/// 取消兑换: by the reader within a day, by staff at any time before hand-over.
#[derive(Clone, Debug)]
pub struct CancelRedemption {
    pub redemption: RedemptionId,
    /// Staff say why.
    pub reason: String,
}

/// 撤销领取
#[derive(Clone, Copy, Debug)]
pub struct UndoCollection {
    pub redemption: RedemptionId,
}

#[derive(Clone, Copy, Debug)]
pub struct ExpireRedemption {
    pub redemption: RedemptionId,
}

#[derive(Clone, Copy, Debug)]
pub struct RemindOfRedemption {
    pub redemption: RedemptionId,
}

/// Refusals: AccountClosed, CardEnded, CardExpired, CardFrozen, CardLost, LimitReached, NoLongerOnSale, NoSuchPrize, NotYetOnSale, NotYourCard,
/// PriceChanged, PrizeHidden, SignedOut, SoldOut, TooFewPoints.
pub fn redeem(d: &mut Draft, asked: &Asked, c: &Redeem) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let mut card = d.get::<Card>(Card::key(c.card))?.ok_or(ledger::Refusal::NotYourCard)?;
    if card.reader != Some(reader) {
        return Err(ledger::Refusal::NotYourCard.into());
    }
    let mut prize = d.get::<Prize>(Prize::key(c.prize))?.ok_or(prizes::Refusal::NoSuchPrize)?;
    let taken = d.get::<PrizeTaken>(PrizeTaken::key(c.card, c.prize))?;
    let taken = taken.unwrap_or(PrizeTaken { card: c.card, prize: c.prize, count: 0 });
    available(&prize, &card, taken.count, asked.now.at)?;
    if c.points != prize.points {
        return Err(Refusal::PriceChanged { points: prize.points }.into());
    }
    affordable(&prize, &card)?;
    let months = rules::today(d, Rule::ValidMonths, asked.now)?;
    let last_day = last_day_of(asked.now.today, months, hours(d, prize.place)?.as_ref());
    prize.on_hand -= 1;
    prize.reserved += 1;
    d.put(prize)?;
    // Without a limit too: a cancellation takes one off, and a limit may come later.
    d.put(PrizeTaken { count: taken.count + 1, ..taken })?;
    let id = d.new_id(RedemptionId);
    let previous = card.last_redemption.replace(id);
    d.put(card)?;
    let entry = Entry { account: Account::Spent, kind: PostingKind::Redemption.into(), cause: id.0 };
    post(d, c.card, -prize.points, entry, asked.now)?;
    let secret = secret_of(asked.seed);
    d.add(Redemption {
        id,
        card: c.card,
        reader,
        prize: c.prize,
        points: prize.points,
        state: RedemptionState::Pending,
        last_day,
        previous,
        reminded: 0,
        at: asked.now.at,
        settled_at: 0,
        settled_by: None,
    });
    d.add(RedemptionSecret { redemption: id, secret });
    tell(d, reader, MessageKind::Redeemed, id.0, prize.points, asked.now)?;
    Ok(Reply::Redeemed { redemption: id, secret })
}

/// So many months from `today`, by the library's rules; a day without pick-up hours moves to the next one with some.
pub fn last_day_of(today: Day, months: i64, hours: Option<&Hours>) -> i64 {
    let day = plus_months(today, months);
    hours.map_or(day, |hours| hours.open_day_from(day))
}

/// The last day as it stands now: a day that was closed since has moved on.
pub fn last_day(redemption: &Redemption, hours: Option<&Hours>) -> i64 {
    hours.map_or(redemption.last_day, |hours| hours.open_day_from(redemption.last_day))
}

/// A redemption with its prize and the hours of its place.
fn whole(d: &Draft, id: RedemptionId) -> Result<(Redemption, Prize, Option<Hours>), Halt> {
    let redemption = d.get::<Redemption>(Redemption::key(id))?.ok_or(Refusal::NoSuchRedemption)?;
    let prize = d.get::<Prize>(Prize::key(redemption.prize))?.ok_or(prizes::Refusal::NoSuchPrize)?;
    Ok((redemption, prize, hours(d, prize.place)?))
}

/// Who is told: whoever has the card now, else who redeemed.
fn owner(d: &Draft, redemption: &Redemption) -> Result<ReaderId, Halt> {
    Ok(stands_for(d, redemption.card)?.reader.unwrap_or(redemption.reader))
}

/// What a replaced card has taken counts for the one that stands for it.
pub fn carry_taken(d: &mut Draft, from: CardId, to: CardId) -> Result<(), Halt> {
    for taken in d.children::<PrizeTaken, 1>([from.0])? {
        let blank = PrizeTaken { card: to, prize: taken.prize, count: 0 };
        let there = d.get::<PrizeTaken>(PrizeTaken::key(to, taken.prize))?.unwrap_or(blank);
        d.put(PrizeTaken { count: there.count + taken.count, ..there })?;
        d.remove(taken)?;
    }
    Ok(())
}

/// 核销: the desk hands the prize over, once.
///
/// Refusals: AlreadyCollected, NoPermission, NoSuchRedemption, NoSuchStaff, OtherBranch, OutsideHours,
/// RedemptionCancelled, RedemptionExpired, StaffDisabled.
pub fn collect(d: &mut Draft, asked: &Asked, c: &Collect) -> Result<Reply, Halt> {
    let id = c.code.redemption;
    let secret = d.get::<RedemptionSecret>(RedemptionSecret::key(id))?;
    // An unknown id and a wrong secret are the same to whoever guesses.
    if secret.is_none_or(|known| known.secret != c.code.secret) {
        return Err(Refusal::NoSuchRedemption.into());
    }
    let (mut redemption, mut prize, hours) = whole(d, id)?;
    let staff = require(d, asked.actor, Permission::HandOver, prize.branch)?;
    claimable(&redemption, asked.now.today, hours.as_ref())?;
    let closed = hours.is_some_and(|hours| !hours.is_open(asked.now.today, asked.now.minute));
    if closed {
        if !c.outside_hours {
            return Err(Refusal::OutsideHours.into());
        }
        require(d, asked.actor, Permission::OverrideHours, prize.branch)?;
    }
    redemption.state = RedemptionState::Collected;
    redemption.settled_at = asked.now.at;
    redemption.settled_by = Some(staff);
    prize.reserved -= 1;
    prize.handed_over += 1;
    d.put(redemption)?;
    d.put(prize)?;
    tell(d, owner(d, &redemption)?, MessageKind::Collected, id.0, 0, asked.now)?;
    audit(d, Some(staff), "redemption.collect", id.0, if closed { "outside hours" } else { "" }, asked.now);
    Ok(Reply::Collected { redemption: id, prize: redemption.prize })
}

/// Whether a redemption can be handed over today; the desk's panel and the decision both ask this.
pub fn claimable(redemption: &Redemption, today: Day, hours: Option<&Hours>) -> Result<(), Refusal> {
    match redemption.state {
        RedemptionState::Collected => Err(Refusal::AlreadyCollected { at: redemption.settled_at }),
        RedemptionState::Cancelled => Err(Refusal::RedemptionCancelled),
        // The day by which it expired, as whoever waited for it was told.
        RedemptionState::Expired => Err(Refusal::RedemptionExpired { last_day: last_day(redemption, hours) }),
        RedemptionState::Pending => {
            let last_day = last_day(redemption, hours);
            if today > last_day { Err(Refusal::RedemptionExpired { last_day }) } else { Ok(()) }
        }
    }
}

/// Points and stock go back, once.
///
/// Refusals: AccountClosed, AlreadyCollected, NoPermission, NoSuchRedemption, NoSuchStaff, OtherBranch,
/// ReasonMissing, RedemptionCancelled, RedemptionExpired, SignedOut, StaffDisabled, TextTooLong, TooLateToCancel.
pub fn cancel(d: &mut Draft, asked: &Asked, c: &CancelRedemption) -> Result<Reply, Halt> {
    let (redemption, mut prize, hours) = whole(d, c.redemption)?;
    let (staff, kind) = match asked.actor {
        Actor::Staff(_) => {
            let staff = require(d, asked.actor, Permission::CancelRedemptions, prize.branch)?;
            (Some(staff), MessageKind::RedemptionWithdrawn)
        }
        _ => {
            let reader = reader(d, asked.actor)?;
            if stands_for(d, redemption.card)?.reader != Some(reader.id) {
                return Err(Refusal::NoSuchRedemption.into());
            }
            (None, MessageKind::RedemptionCancelled)
        }
    };
    claimable(&redemption, asked.now.today, hours.as_ref())?;
    if staff.is_some() {
        texts::reason(&c.reason)?;
    } else {
        let hours = rules::today(d, Rule::CancelHours, asked.now)?;
        if asked.now.at >= cancel_until(&redemption, hours) {
            return Err(Refusal::TooLateToCancel { hours }.into());
        }
    }
    let state = RedemptionState::Cancelled;
    d.put(Redemption { state, settled_at: asked.now.at, settled_by: staff, ..redemption })?;
    prize.reserved -= 1;
    prize.on_hand += 1;
    d.put(prize)?;
    let card = stands_for(d, redemption.card)?.id;
    let taken = d.get::<PrizeTaken>(PrizeTaken::key(card, redemption.prize))?;
    if let Some(taken) = taken.filter(|taken| taken.count > 0) {
        d.put(PrizeTaken { count: taken.count - 1, ..taken })?;
    }
    let entry =
        Entry { account: Account::Spent, kind: PostingKind::RedemptionCancelled.into(), cause: redemption.id.0 };
    post(d, redemption.card, redemption.points, entry, asked.now)?;
    tell(d, owner(d, &redemption)?, kind, redemption.id.0, redemption.points, asked.now)?;
    if staff.is_some() {
        audit(d, staff, "redemption.cancel", redemption.id.0, &c.reason, asked.now);
    }
    Ok(Reply::RedemptionCancelled { redemption: redemption.id, points: redemption.points })
}

/// Until when the reader may take it back: the ticket and the decision both ask this. `hours`: by the library's rules.
pub fn cancel_until(redemption: &Redemption, hours: i64) -> Millis {
    redemption.at + hours * HOUR_MS
}

/// Refusals: NoPermission, NoSuchRedemption, NoSuchStaff, NotCollected, NotYourHandOver, OtherBranch, StaffDisabled,
/// TooLateToUndo.
pub fn undo_collection(d: &mut Draft, asked: &Asked, c: &UndoCollection) -> Result<Reply, Halt> {
    let (redemption, mut prize, _) = whole(d, c.redemption)?;
    let staff = require(d, asked.actor, Permission::HandOver, prize.branch)?;
    undoable(&redemption, staff, rules::today(d, Rule::UndoMinutes, asked.now)?, asked.now.at)?;
    let state = RedemptionState::Pending;
    d.put(Redemption { state, settled_at: 0, settled_by: None, ..redemption })?;
    prize.handed_over -= 1;
    prize.reserved += 1;
    d.put(prize)?;
    tell(d, owner(d, &redemption)?, MessageKind::CollectionUndone, redemption.id.0, 0, asked.now)?;
    audit(d, Some(staff), "redemption.undo", redemption.id.0, "", asked.now);
    Ok(Reply::CollectionUndone { redemption: redemption.id, prize: redemption.prize })
}

/// The desk's list and the decision both ask this. `minutes`: for how long, by the library's rules.
pub fn undoable(redemption: &Redemption, staff: StaffId, minutes: Minutes, at: Millis) -> Result<(), Refusal> {
    if redemption.state != RedemptionState::Collected {
        return Err(Refusal::NotCollected);
    }
    if redemption.settled_by != Some(staff) {
        return Err(Refusal::NotYourHandOver);
    }
    let is_late = at - redemption.settled_at >= minutes * MINUTE_MS;
    if is_late { Err(Refusal::TooLateToUndo { minutes }) } else { Ok(()) }
}

/// The prize goes back to the shelf; the points do not come back.
///
/// Refusals: NoPermission, NoSuchRedemption, NotExpired.
pub fn expire(d: &mut Draft, asked: &Asked, c: &ExpireRedemption) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let (redemption, mut prize, hours) = whole(d, c.redemption)?;
    let is_over =
        redemption.state == RedemptionState::Pending && asked.now.today > last_day(&redemption, hours.as_ref());
    if !is_over {
        return Err(Refusal::NotExpired.into());
    }
    d.put(Redemption { state: RedemptionState::Expired, settled_at: asked.now.at, ..redemption })?;
    prize.reserved -= 1;
    prize.on_hand += 1;
    d.put(prize)?;
    tell(d, owner(d, &redemption)?, MessageKind::RedemptionExpired, redemption.id.0, 0, asked.now)?;
    Ok(Reply::RedemptionExpired { redemption: redemption.id, prize: redemption.prize })
}

/// Days before the last one on which the reader is reminded, the first reminder first.
pub fn reminder_days(rule: impl Fn(Rule) -> i64) -> [i64; 2] {
    let days = [rule(Rule::ReminderDays), rule(Rule::LastReminderDays)];
    [days[0].max(days[1]), days[0].min(days[1])]
}

/// Twice before the last day; whoever was late for the first reminder is sent the second alone.
///
/// Refusals: NoPermission, NoSuchRedemption, NothingToRemind.
pub fn remind(d: &mut Draft, asked: &Asked, c: &RemindOfRedemption) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let (redemption, _, hours) = whole(d, c.redemption)?;
    let last_day = last_day(&redemption, hours.as_ref());
    let days = number(last_day) - number(asked.now.today);
    let rules = d.children::<RuleValue, 0>([])?;
    let before = reminder_days(|rule| rules::in_force(&rules, rule, asked.now.today));
    let due = before.iter().filter(|before| days <= **before).count() as i64;
    let is_open = redemption.state == RedemptionState::Pending && days >= 0;
    if !is_open || due <= redemption.reminded {
        return Err(Refusal::NothingToRemind.into());
    }
    d.put(Redemption { reminded: due, ..redemption })?;
    tell(d, owner(d, &redemption)?, MessageKind::RedemptionEnds, redemption.id.0, days, asked.now)?;
    Ok(Reply::Reminded { redemption: redemption.id, days_left: days })
}
