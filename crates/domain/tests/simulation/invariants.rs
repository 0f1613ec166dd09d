//! The invariants of the database alone, by their numbers in docs: what each finds is a sentence.

use crate::support::Memory;
use domain::record::Record;
use domain::tables::*;
use std::collections::{BTreeMap, BTreeSet};

pub type Findings = Vec<String>;

fn claim(found: &mut Findings, holds: bool, what: impl FnOnce() -> String) {
    if !holds {
        found.push(what());
    }
}

pub fn violations(memory: &Memory) -> Findings {
    let mut found = vec![];
    ledger(memory, &mut found);
    first_bindings(memory, &mut found);
    bindings(memory, &mut found);
    stock(memory, &mut found);
    redemptions(memory, &mut found);
    codes(memory, &mut found);
    outbox(memory, &mut found);
    messages(memory, &mut found);
    audits(memory, &mut found);
    found
}

/// 1, 2, 3: every posting moves points between a card and a system account, and balances are sums.
fn ledger(memory: &Memory, found: &mut Findings) {
    let mut cards: BTreeMap<CardId, (Points, Option<PostingId>)> = BTreeMap::new();
    let mut accounts: BTreeMap<Account, Points> = BTreeMap::new();
    for posting in memory.all::<Posting>() {
        let (balance, last) = cards.get(&posting.card).copied().unwrap_or_default();
        let after = balance + posting.points;
        claim(found, posting.points != 0, || format!("1: {posting:?} moves nothing"));
        claim(found, after >= 0, || format!("3: {posting:?} goes below zero"));
        claim(found, posting.after == after && posting.previous == last, || format!("2: {posting:?} after {balance}"));
        cards.insert(posting.card, (after, Some(posting.id)));
        *accounts.entry(posting.account).or_default() -= posting.points;
    }
    for card in memory.all::<Card>() {
        let sum = cards.remove(&card.id).unwrap_or_default();
        claim(found, sum == (card.balance, card.last), || format!("2: {card:?} is not the sum {sum:?}"));
    }
    claim(found, cards.is_empty(), || format!("1: no cards {cards:?}"));
    for account in memory.all::<SystemAccount>() {
        let sum = accounts.remove(&account.account).unwrap_or_default();
        claim(found, sum == account.balance, || format!("2: {account:?} is not the sum {sum}"));
    }
    claim(found, accounts.is_empty(), || format!("1: no accounts {accounts:?}"));
}

/// 6: an award has a claim of its own, and a card has one award.
fn first_bindings(memory: &Memory, found: &mut Findings) {
    let claimed: BTreeSet<CardId> = memory.all::<Claim>().iter().map(|claim| claim.card).collect();
    let mut awarded = BTreeSet::new();
    for posting in memory.all::<Posting>().iter().filter(|posting| posting.kind == PostingKind::FirstBinding) {
        claim(found, awarded.insert(posting.card), || format!("6: {posting:?} is a second award"));
        let (account, cause) = (posting.account, posting.cause);
        let right = account == Account::FirstBinding && cause == posting.card.0;
        claim(found, right, || format!("6: {posting:?} is booked wrongly"));
        claim(found, claimed.contains(&posting.card), || format!("6: {posting:?} without a claim"));
    }
}

/// 7: a binding and its card name each other; a reader has five at most.
fn bindings(memory: &Memory, found: &mut Findings) {
    let mut of_reader: BTreeMap<ReaderId, usize> = BTreeMap::new();
    let mut bound = BTreeSet::new();
    for binding in memory.all::<Binding>() {
        *of_reader.entry(binding.reader).or_default() += 1;
        claim(found, bound.insert(binding.card), || format!("7: {binding:?} is a second binding"));
        let card = memory.get::<Card>(Card::key(binding.card));
        let named = card.is_some_and(|card| card.reader == Some(binding.reader));
        claim(found, named, || format!("7: {binding:?} but {card:?}"));
    }
    for card in memory.all::<Card>() {
        claim(found, card.reader.is_some() == bound.contains(&card.id), || format!("7: {card:?} without a binding"));
    }
    for reader in memory.all::<Reader>() {
        let cards = of_reader.get(&reader.id).copied().unwrap_or(0);
        let chosen = reader.card.map(|card| memory.get::<Binding>(Binding::key(reader.id, card)).is_some());
        claim(found, cards <= 5, || format!("7: {reader:?} has {cards} cards"));
        claim(found, chosen.unwrap_or(cards == 0), || format!("7: {reader:?} has chosen wrongly among {cards}"));
    }
}

/// 8: stock is accounted for, by its movements and by its redemptions.
fn stock(memory: &Memory, found: &mut Findings) {
    let (redemptions, movements) = (memory.all::<Redemption>(), memory.all::<StockMovement>());
    for prize in memory.all::<Prize>() {
        let Prize { received, on_hand, reserved, handed_over, written_off, .. } = prize;
        let parts = [on_hand, reserved, handed_over, written_off];
        let whole = parts.iter().all(|part| *part >= 0) && parts.iter().sum::<i64>() == received;
        claim(found, whole, || format!("8: {prize:?} is not accounted for"));
        let counted = |states: &[RedemptionState]| {
            redemptions.iter().filter(|r| r.prize == prize.id && states.contains(&r.state)).count() as i64
        };
        let waiting = counted(&[RedemptionState::Pending, RedemptionState::Expired]);
        let collected = counted(&[RedemptionState::Collected]);
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
            PostingKind::Redemption => paid.entry(posting.cause).or_default().push(posting),
            PostingKind::RedemptionCancelled => refunded.entry(posting.cause).or_default().push(posting),
            PostingKind::FirstBinding | PostingKind::Manual => {}
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
        let collected = redemption.state == RedemptionState::Collected;
        claim(found, !collected || redemption.settled_by.is_some(), || format!("9: {redemption:?} by nobody"));
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

/// 17, 18: tries within their number, and requests for one number apart.
fn codes(memory: &Memory, found: &mut Findings) {
    for code in memory.all::<SmsCode>() {
        claim(found, (0..=5).contains(&code.tries), || format!("17: {code:?} was tried too often"));
        claim(found, !code.used || code.card.is_some(), || format!("17: {code:?} was never sent, and used"));
    }
    let mut of_number: BTreeMap<(i64, i64), Vec<Millis>> = BTreeMap::new();
    for request in memory.all::<CodeRequest>() {
        of_number.entry((request.high, request.low)).or_default().push(request.at);
    }
    for (number, times) in of_number {
        for (most, window) in crate::model_cards::WINDOWS {
            let crowded = times.windows(most + 1).any(|run| run[most] - run[0] < window);
            claim(found, !crowded, || format!("18: {number:?} more than {most} within {window}"));
        }
    }
}

/// 22: every outgoing message has its payload, until it is over.
fn outbox(memory: &Memory, found: &mut Findings) {
    let mut payloads: BTreeMap<OutboxId, (usize, usize)> = BTreeMap::new();
    for record in &memory.records {
        match record {
            Record::Payload { outbox, .. } => payloads.entry(*outbox).or_default().0 += 1,
            Record::PayloadWiped { outbox } => payloads.entry(*outbox).or_default().1 += 1,
            _ => {}
        }
    }
    for row in memory.all::<Outbox>() {
        let open = matches!(row.state, OutboxState::Waiting | OutboxState::Taken);
        let (written, wiped) = payloads.remove(&row.id).unwrap_or_default();
        claim(found, row.cause > 0, || format!("22: {row:?} without a cause"));
        claim(found, (written, wiped) == (1, usize::from(!open)), || format!("22: {row:?} {written} {wiped}"));
    }
    claim(found, payloads.is_empty(), || format!("22: payloads of nothing {payloads:?}"));
}

/// The number on the badge is the number of unread messages.
fn messages(memory: &Memory, found: &mut Findings) {
    let mut unread: BTreeMap<ReaderId, i64> = BTreeMap::new();
    for message in memory.all::<Message>() {
        let reader = memory.get::<Reader>(Reader::key(message.reader));
        let new = !message.read && reader.is_some_and(|reader| message.id.0 > reader.read_upto);
        *unread.entry(message.reader).or_default() += i64::from(new);
    }
    for reader in memory.all::<Reader>() {
        let counted = unread.get(&reader.id).copied().unwrap_or(0);
        claim(found, reader.unread == counted, || format!("badge: {reader:?} but {counted}"));
    }
}

/// 19: audit rows have ids of their own, in the order in which things happened.
fn audits(memory: &Memory, found: &mut Findings) {
    let mut newest = (0, 0);
    for record in &memory.records {
        if let Record::Audit { id, at, .. } = record {
            claim(found, *id > newest.0 && *at >= newest.1, || format!("19: {record:?} after {newest:?}"));
            newest = (*id, *at);
        }
    }
}
