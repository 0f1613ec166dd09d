//! The invariants of prizes, redemptions and places.

use crate::invariants::{Findings, claim};
use crate::support::Memory;
use domain::redemptions;
use domain::staff::Audit;
use domain::tables::*;
use std::collections::{BTreeMap, BTreeSet};

pub fn violations(memory: &Memory, found: &mut Findings) {
    stock(memory, found);
    redemptions(memory, found);
    limits(memory, found);
    endings(memory, found);
    hand_overs(memory, found);
    places(memory, found);
}

/// 8: stock is accounted for, by its movements and by its redemptions.
fn stock(memory: &Memory, found: &mut Findings) {
    let (redemptions, movements) = (memory.all::<Redemption>(), memory.all::<StockMovement>());
    for prize in memory.all::<Prize>() {
        let Prize { received, on_hand, reserved, handed_over, written_off, .. } = prize;
        let parts = [on_hand, reserved, handed_over, written_off];
        let whole = parts.iter().all(|part| *part >= 0) && parts.iter().sum::<i64>() == received;
        claim(found, whole, || format!("8: {prize:?} is not accounted for"));
        let counted = |state| redemptions.iter().filter(|r| r.prize == prize.id && r.state == state).count() as i64;
        let waiting = counted(RedemptionState::Pending);
        let collected = counted(RedemptionState::Collected);
        claim(found, (reserved, handed_over) == (waiting, collected), || {
            format!("8: {prize:?}, but {waiting} wait and {collected} are handed over")
        });
        let moved =
            |kind| -> i64 { movements.iter().filter(|m| m.prize == prize.id && m.kind == kind).map(|m| m.count).sum() };
        let moved = (moved(StockMovementKind::Received), moved(StockMovementKind::WrittenOff));
        claim(found, moved == (received, written_off), || format!("8: {prize:?} but moved {moved:?}"));
    }
}

/// 9, 10: one secret and one payment each; a refund if and only if cancelled.
fn redemptions(memory: &Memory, found: &mut Findings) {
    let mut paid: BTreeMap<i64, Vec<Posting>> = BTreeMap::new();
    let mut refunded: BTreeMap<i64, Vec<Posting>> = BTreeMap::new();
    for posting in memory.all::<Posting>() {
        match posting.kind {
            kind if kind == redemptions::PostingKind::Redemption => {
                paid.entry(posting.cause).or_default().push(posting)
            }
            kind if kind == redemptions::PostingKind::RedemptionCancelled => {
                refunded.entry(posting.cause).or_default().push(posting)
            }
            _ => {}
        }
    }
    let mut newest: BTreeMap<CardId, RedemptionId> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for redemption in memory.all::<Redemption>() {
        known.insert(redemption.id.0);
        let moved = |by: &BTreeMap<i64, Vec<Posting>>| {
            by.get(&redemption.id.0).map_or(vec![], |all| all.iter().map(|p| (p.card, p.points)).collect())
        };
        let (card, points) = (redemption.card, redemption.points);
        claim(found, moved(&paid) == [(card, -points)], || format!("9: {redemption:?} is not paid once"));
        let back = if redemption.state == RedemptionState::Cancelled { vec![(card, points)] } else { vec![] };
        claim(found, moved(&refunded) == back, || format!("10: {redemption:?} refunded {:?}", moved(&refunded)));
        let (settled, by) = (redemption.settled_at != 0, redemption.settled_by.is_some());
        let right = match redemption.state {
            RedemptionState::Pending => !settled && !by,
            RedemptionState::Collected => settled && by,
            RedemptionState::Expired => settled && !by,
            RedemptionState::Cancelled => settled,
        };
        claim(found, right, || format!("9: {redemption:?} was settled otherwise"));
        let secret = memory.get::<RedemptionSecret>(RedemptionSecret::key(redemption.id));
        claim(found, secret.is_some(), || format!("9: {redemption:?} without a code"));
        let previous = newest.insert(card, redemption.id);
        claim(found, previous == redemption.previous, || format!("9: {redemption:?} does not follow {previous:?}"));
    }
    for of_nothing in paid.keys().chain(refunded.keys()).filter(|id| !known.contains(id)) {
        found.push(format!("9: points moved for no redemption {of_nothing}"));
    }
    for card in memory.all::<Card>() {
        let last = newest.get(&card.id).copied();
        claim(found, last == card.last_redemption, || format!("9: {card:?} forgets {last:?}"));
    }
}

/// 8: what a card has taken of a prize is counted, and never below what waits for it.
fn limits(memory: &Memory, found: &mut Findings) {
    let mut taken: BTreeMap<(CardId, PrizeId), i64> = BTreeMap::new();
    for redemption in memory.all::<Redemption>() {
        let kept = redemption.state != RedemptionState::Cancelled;
        let card = memory.get::<Card>(Card::key(redemption.card)).and_then(|card| card.successor);
        *taken.entry((card.unwrap_or(redemption.card), redemption.prize)).or_default() += i64::from(kept);
    }
    for row in memory.all::<PrizeTaken>() {
        let counted = taken.remove(&(row.card, row.prize)).unwrap_or(0);
        claim(found, row.count == counted, || format!("8: {row:?}, but {counted} were taken"));
    }
    claim(found, taken.is_empty(), || format!("8: taken and not counted: {taken:?}"));
}

/// 10: each end is told once, and at most two reminders came before it.
fn endings(memory: &Memory, found: &mut Findings) {
    let mut told: BTreeMap<(i64, MessageNumber), i64> = BTreeMap::new();
    for message in memory.all::<Message>() {
        *told.entry((message.about, message.kind)).or_default() += 1;
    }
    for redemption in memory.all::<Redemption>() {
        let of = |kind| told.get(&(redemption.id.0, kind)).copied().unwrap_or(0);
        let by_staff = redemption.settled_by.is_some();
        let ends = [
            (redemptions::MessageKind::RedemptionExpired, redemption.state == RedemptionState::Expired),
            (
                redemptions::MessageKind::RedemptionCancelled,
                redemption.state == RedemptionState::Cancelled && !by_staff,
            ),
            (redemptions::MessageKind::RedemptionWithdrawn, redemption.state == RedemptionState::Cancelled && by_staff),
        ];
        for (kind, holds) in ends {
            claim(found, of(kind.into()) == i64::from(holds), || {
                format!("10: {redemption:?} told {} {kind:?}", of(kind.into()))
            });
        }
        let reminders = of(redemptions::MessageKind::RedemptionEnds.into());
        let right = reminders <= redemption.reminded
            && redemption.reminded <= 2
            && (reminders > 0) == (redemption.reminded > 0);
        claim(found, right, || format!("10: {redemption:?} has had {reminders} reminders"));
    }
}

/// 19: every hand-over that was not undone is audited, by the one who made it; and every end by staff.
fn hand_overs(memory: &Memory, found: &mut Findings) {
    let mut open: BTreeMap<i64, Vec<Option<StaffId>>> = BTreeMap::new();
    let mut cancelled: BTreeMap<i64, Vec<Option<StaffId>>> = BTreeMap::new();
    for Audit { staff, action, about, .. } in memory.audits() {
        match action.as_str() {
            "redemption.collect" => open.entry(about).or_default().push(staff),
            "redemption.undo" => {
                let made_by = open.entry(about).or_default().pop();
                claim(found, made_by == Some(staff), || format!("19: {staff:?} undoes what {made_by:?} did"));
            }
            "redemption.cancel" => cancelled.entry(about).or_default().push(staff),
            _ => {}
        }
    }
    for redemption in memory.all::<Redemption>() {
        let by = |state| if redemption.state == state { vec![redemption.settled_by] } else { vec![] };
        let made = open.remove(&redemption.id.0).unwrap_or_default();
        let right = made == by(RedemptionState::Collected);
        claim(found, right, || format!("19: {redemption:?} handed over by {made:?}"));
        let ended = cancelled.remove(&redemption.id.0).unwrap_or_default();
        let by_staff: Vec<_> = by(RedemptionState::Cancelled).into_iter().filter(Option::is_some).collect();
        claim(found, ended == by_staff, || format!("19: {redemption:?} cancelled by {ended:?}"));
    }
}

/// Openings are of a place that exists, lie in their day and are apart; so is the place of a prize.
fn places(memory: &Memory, found: &mut Findings) {
    let known: BTreeSet<PlaceId> = memory.all::<Place>().iter().map(|place| place.id).collect();
    for prize in memory.all::<Prize>() {
        let there = prize.place.is_none_or(|place| known.contains(&place));
        claim(found, there, || format!("places: {prize:?} is nowhere"));
    }
    let week = memory.all::<PlaceHours>().into_iter().map(|row| (row.place, row.weekday, row.opens, row.closes));
    let days = memory.all::<PlaceDay>().into_iter().map(|row| (row.place, row.day, row.opens, row.closes));
    // In the order of their keys: place, day, opening.
    for openings in [week.collect::<Vec<_>>(), days.collect()] {
        for (n, opening) in openings.iter().enumerate() {
            let (place, day, opens, closes) = *opening;
            let closed = (opens, closes) == (0, 0) && day > 7;
            let sound = known.contains(&place) && opens >= 0 && closes <= 1_440 && (opens < closes || closed);
            let next = openings.get(n + 1).filter(|next| (next.0, next.1) == (place, day));
            let apart = next.is_none_or(|next| !closed && next.2 >= closes);
            claim(found, sound && apart, || format!("places: {opening:?} before {next:?}"));
        }
    }
}
