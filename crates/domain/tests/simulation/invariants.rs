//! The invariants of the database alone, by their numbers in docs: what each finds is a sentence.

use crate::ROOMS;
use crate::support::Memory;
use crate::{invariants_activities, invariants_codes, invariants_desk, invariants_members};
use domain::cards;
use domain::core::record::{Record, Sealed};
use domain::outbox::Payload;
use domain::staff::Audit;
use domain::tables::*;
use std::collections::{BTreeMap, BTreeSet};

pub type Findings = Vec<String>;

pub fn claim(found: &mut Findings, holds: bool, what: impl FnOnce() -> String) {
    if !holds {
        found.push(what());
    }
}

pub fn violations(memory: &Memory) -> Findings {
    let mut found = vec![];
    ledger(memory, &mut found);
    first_bindings(memory, &mut found);
    bindings(memory, &mut found);
    rebindings(memory, &mut found);
    invariants_desk::violations(memory, &mut found);
    invariants_codes::violations(memory, &mut found);
    invariants_members::violations(memory, &mut found);
    invariants_activities::violations(memory, &mut found);
    invariants_activities::paid(memory, &mut found);
    outbox(memory, &mut found);
    messages(memory, &mut found);
    audits(memory, &mut found);
    jobs(memory, &mut found);
    ROOMS.iter().for_each(|room| (room.violations)(memory, &mut found));
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

/// 6: an award is a person's, and a card has one award.
fn first_bindings(memory: &Memory, found: &mut Findings) {
    let with: BTreeSet<CardId> = memory.all::<Person>().iter().filter_map(|person| person.awarded).collect();
    let mut awarded = BTreeSet::new();
    for posting in memory.all::<Posting>().iter().filter(|posting| posting.kind == cards::PostingKind::FirstBinding) {
        claim(found, awarded.insert(posting.card), || format!("6: {posting:?} is a second award"));
        let (account, cause) = (posting.account, posting.cause);
        let right = account == Account::FirstBinding && cause == posting.card.0;
        claim(found, right, || format!("6: {posting:?} is booked wrongly"));
        claim(found, with.contains(&posting.card), || format!("6: {posting:?} is nobody's"));
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

/// 7: who wants a card is not who has had it, and a day is given to object; no third reader has the card meanwhile.
fn rebindings(memory: &Memory, found: &mut Findings) {
    for asked in memory.all::<Rebinding>() {
        let card = memory.get::<Card>(Card::key(asked.card));
        let known = card.is_some_and(|card| card.reader.is_none_or(|reader| reader == asked.from_reader));
        let fair = asked.reader != asked.from_reader && asked.due == asked.at + 86_400_000;
        claim(found, known && fair, || format!("7: {asked:?} is no rebinding"));
    }
}

/// 22: every outgoing message has its payload until it is over; a notice goes to whom its message is for, once.
fn outbox(memory: &Memory, found: &mut Findings) {
    let mut payloads: BTreeMap<OutboxId, (Vec<Sealed>, usize)> = BTreeMap::new();
    for Payload { outbox, sealed } in memory.records.iter().filter_map(Record::of) {
        let of_row = payloads.entry(outbox).or_default();
        match sealed {
            Some(sealed) => of_row.0.push(sealed),
            None => of_row.1 += 1,
        }
    }
    let mut messages: BTreeMap<i64, ReaderId> = memory.all::<Message>().iter().map(|m| (m.id.0, m.reader)).collect();
    for row in memory.all::<Outbox>() {
        let open = matches!(row.state, OutboxState::Waiting | OutboxState::Sending);
        let (written, wiped) = payloads.remove(&row.id).unwrap_or_default();
        claim(found, row.cause > 0, || format!("22: {row:?} without a cause"));
        claim(found, (written.len(), wiped) == (1, usize::from(!open)), || format!("22: {row:?} {written:?} {wiped}"));
        if !matches!(row.channel, Channel::Sms | Channel::SmsNotice) {
            let to = messages.remove(&row.cause).map(|reader| reader.0.to_le_bytes().to_vec());
            let addressed = written.first().map(|sealed| sealed.0.clone());
            claim(found, to.is_some() && to == addressed, || format!("22: {row:?} to {addressed:?}, not {to:?}"));
        }
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
    for Audit { id, at, action, .. } in memory.audits() {
        claim(found, id > newest.0 && at >= newest.1, || format!("19: {id} {action} after {newest:?}"));
        newest = (id, at);
    }
}

/// A lease is ten minutes at least from its beginning, and somebody's; a job that rests has ended after it began.
fn jobs(memory: &Memory, found: &mut Findings) {
    for run in memory.all::<JobRun>() {
        let leased = run.holder != 0 && run.until >= run.started + 600_000;
        let rests = run.until == 0 && run.ended >= run.started;
        claim(found, leased || rests, || format!("jobs: {run:?} neither runs nor rests"));
    }
}
