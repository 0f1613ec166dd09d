//! 图书捐赠: a room of its own.

use crate::invariants::{Findings, claim};
use crate::model::{Answer, Model};
use crate::rooms::Room;
use crate::script::{NOBODY, Script};
use crate::support::Memory;
use domain::core::asked::{Actor, Now};
use domain::donations::code::DonationCode;
use domain::donations::{
    self, CancelDonation, LapseDonation, MessageKind, NoteCopies, OfferDonation, OfferedBook, PostingKind,
    ReceiveDonation, Reply, ReviewDonation, ShelveDonation, Verdict,
};
use domain::slices::{Command, Envelope};
use domain::tables::{
    Account, BookCondition, BookFate, CardId, DonatedBook, DonatedTitle, Donation, DonationId, DonationSecret,
    DonationState, DonationYear, Donor, PlaceId, Posting, ReaderId, Table,
};
use std::collections::BTreeMap;

pub const ROOM: Room = Room {
    next,
    follow,
    tables: &[
        Table::Donation,
        Table::DonationSecret,
        Table::DonatedBook,
        Table::Donor,
        Table::DonatedTitle,
        Table::DonationYear,
    ],
    violations,
};

const ISBNS: [i64; 5] = [0, 0, 0, 9_787_536_692_930, 9_787_020_002_207];

/// What the model must know to say what follows: whose it is, its code, and its books.
#[derive(Clone, Default)]
pub struct Slip {
    reader: i64,
    card: i64,
    secret: i64,
    /// As received; before that as offered.
    copies: Vec<i64>,
}

fn next(script: &mut Script) -> (Actor, Command) {
    let known = script.dice.pick(script.model.slips.keys().rev().take(10).collect::<Vec<_>>()).copied();
    let donation = DonationId(if script.dice.one_in(30) { NOBODY } else { known.unwrap_or(NOBODY) });
    let slip = script.model.slips.get(&donation.0).cloned().unwrap_or_default();
    let reader = script.reader();
    match script.dice.below(26) {
        22..26 | 4..7 => {
            // The last one again and again: five are open at most.
            let last = script.model.slips.values().next_back().cloned().unwrap_or_default();
            let by = Actor::Reader(ReaderId(last.reader));
            let (title, isbn, copies) = ("三体".into(), 0, 1);
            let books = vec![OfferedBook { title, isbn, copies, ..book(script) }];
            (by, Command::from(OfferDonation { card: CardId(last.card), books, ..offer(script, by) }))
        }
        0..4 => {
            let command = offer(script, reader);
            (reader, Command::from(command))
        }
        7..9 => {
            let by = if script.dice.one_in(4) { reader } else { Actor::Reader(ReaderId(slip.reader)) };
            (by, Command::from(CancelDonation { donation }))
        }
        9..13 => {
            let secret = if script.dice.one_in(12) { slip.secret ^ 1 } else { slip.secret };
            let counts = script.counts(&slip.copies);
            let added = if script.dice.one_in(4) { vec![book(script)] } else { vec![] };
            let code = DonationCode { donation, secret };
            (script.staff(), Command::from(ReceiveDonation { code, counts, added }))
        }
        13..17 => {
            let verdicts = script.counts(&slip.copies);
            let verdicts = verdicts.into_iter().map(|accepted| verdict(script, accepted)).collect();
            (script.staff(), Command::from(ReviewDonation { donation, verdicts }))
        }
        17 => {
            let by = if script.dice.one_in(9) { reader } else { Actor::Job };
            (by, Command::from(LapseDonation { donation }))
        }
        18 => {
            let by = if script.dice.one_in(9) { reader } else { Actor::Job };
            (by, Command::from(NoteCopies { donation, number: 1, copies: script.dice.below(3) }))
        }
        _ => {
            let by = if script.dice.one_in(4) { Actor::Job } else { script.staff() };
            (by, Command::from(ShelveDonation { donation }))
        }
    }
}

impl Script<'_> {
    /// Now and then none, one too many, or not as many as there are.
    fn counts(&mut self, copies: &[i64]) -> Vec<i64> {
        let nothing = self.dice.one_in(8);
        let mut counts: Vec<i64> = vec![];
        for most in copies {
            counts.push(if nothing { 0 } else { self.dice.below(*most + 1) });
        }
        match self.dice.below(20) {
            0 => counts.push(1),
            1 => counts.iter_mut().for_each(|count| *count = -1),
            _ => {}
        }
        counts
    }
}

fn verdict(script: &mut Script, accepted: i64) -> Verdict {
    let fate = if script.dice.one_in(9) { BookFate::Kept } else { BookFate::Returned };
    let reason = if script.dice.one_in(20) { String::new() } else { "破损".into() };
    Verdict { accepted, fate, reason }
}

fn book(script: &mut Script) -> OfferedBook {
    let title = if script.dice.one_in(40) { String::new() } else { format!("三体{}", script.dice.below(20)) };
    let isbn = if script.dice.one_in(40) { 12 } else { ISBNS[script.dice.below(5) as usize] };
    let copies = if script.dice.one_in(40) { 21 } else { 1 + script.dice.below(4) };
    let (author, publisher, year) = <(String, String, String)>::default();
    OfferedBook { isbn, copies, condition: BookCondition::Good, title, author, publisher, year }
}

fn offer(script: &mut Script, reader: Actor) -> OfferDonation {
    let own: Vec<i64> = match reader {
        Actor::Reader(id) => script.model.cards_of(id.0).filter_map(|card| card.id).collect(),
        _ => vec![],
    };
    let card = CardId(script.dice.pick(own).unwrap_or(NOBODY));
    let places: Vec<i64> = script.model.places.keys().copied().collect();
    let place = PlaceId(if script.dice.one_in(20) { NOBODY } else { script.dice.pick(places).unwrap_or(NOBODY) });
    let many = if script.dice.one_in(40) { 21 } else { script.dice.below(3) };
    let books = (0..many).map(|_| book(script)).collect();
    OfferDonation { card, place, books }
}

fn follow(model: &mut Model, e: &Envelope, now: Now, heard: &Answer) -> Option<Answer> {
    let Command::Donations(command) = &e.command else { return None };
    if let Some(reply) = heard.as_ref().ok().and_then(|reply| reply.of::<Reply>()) {
        follow_reply(model, e.actor, command, reply, now, heard);
    }
    Some(*heard)
}

fn follow_reply(model: &mut Model, actor: Actor, c: &donations::Command, reply: Reply, now: Now, heard: &Answer) {
    match (reply, c, actor) {
        (Reply::DonationOffered { secret, .. }, donations::Command::OfferDonation(c), Actor::Reader(reader)) => {
            let id = model.fresh(heard);
            let copies: Vec<i64> = c.books.iter().map(|book| book.copies).collect();
            let days = model.rule_now(domain::rules::Rule::DonationDays);
            let last_day = model.pick_up_day(Some(c.place.0), domain::core::day::plus(now.today, days));
            c.books.iter().for_each(|_| model.wrote("donated"));
            model.slips.insert(id, Slip { reader: reader.0, card: c.card.0, secret, copies });
            model.tell(reader.0, MessageKind::DonationOffered, id, last_day);
        }
        (Reply::DonationCancelled { donation }, ..) => told(model, donation, MessageKind::DonationCancelled, 0),
        (Reply::DonationReceived { donation, copies }, donations::Command::ReceiveDonation(c), _) => {
            received(model, donation, c);
            told(model, donation, MessageKind::DonationReceived, copies);
        }
        // In one step: the desk approves all that it receives.
        (Reply::DonationReviewed { donation, points }, donations::Command::ReceiveDonation(c), _) => {
            received(model, donation, c);
            reviewed(model, donation, true, points);
        }
        (Reply::DonationReviewed { donation, points }, donations::Command::ReviewDonation(c), _) => {
            let slip = model.slips[&donation.0].clone();
            let declined = slip.copies.iter().zip(&c.verdicts).filter(|(copies, verdict)| **copies != verdict.accepted);
            declined.for_each(|_| model.wrote("declined"));
            reviewed(model, donation, c.verdicts.iter().any(|verdict| verdict.accepted > 0), points);
        }
        (Reply::DonationLapsed { donation }, ..) => told(model, donation, MessageKind::DonationLapsed, 0),
        (Reply::CopiesNoted { .. }, ..) => model.wrote("donated_copies"),
        (Reply::DonationShelved { donation }, ..) => {
            model.audits += 1;
            told(model, donation, MessageKind::DonationShelved, 0);
        }
        _ => {}
    }
}

fn received(model: &mut Model, donation: DonationId, c: &ReceiveDonation) {
    let slip = model.slips.entry(donation.0).or_default();
    slip.copies = c.counts.clone();
    slip.copies.extend(c.added.iter().map(|book| book.copies));
    c.added.iter().for_each(|_| model.wrote("donated"));
    model.audits += 1;
}

fn reviewed(model: &mut Model, donation: DonationId, keeps: bool, points: i64) {
    let card = model.slips[&donation.0].card;
    if points > 0 {
        model.post(card, points, Account::Donation);
    }
    model.audits += 1;
    let kind = if keeps { MessageKind::DonationAccepted } else { MessageKind::DonationDeclined };
    told(model, donation, kind, points);
}

/// Whoever has the card now, else who offered.
fn told(model: &mut Model, donation: DonationId, kind: MessageKind, detail: i64) {
    let slip = model.slips[&donation.0].clone();
    let card = model.stands_for(slip.card);
    let reader = model.card(card).and_then(|card| card.reader).unwrap_or(slip.reader);
    model.news(reader, kind, donation.0, detail);
}

fn violations(memory: &Memory, found: &mut Findings) {
    let mut sums: BTreeMap<(i64, CardId), (i64, i64)> = BTreeMap::new();
    for posting in memory.all::<Posting>().iter().filter(|posting| posting.kind == PostingKind::DonationAccepted) {
        claim(found, posting.account == Account::Donation, || format!("14: {posting:?} is booked wrongly"));
        let sum = sums.entry((posting.cause, posting.card)).or_default();
        *sum = (sum.0 + posting.points, sum.1 + 1);
    }
    let books: Vec<DonatedBook> = memory.all();
    let secrets: Vec<DonationSecret> = memory.all();
    let (mut open, mut earned): (BTreeMap<CardId, i64>, BTreeMap<CardId, i64>) = Default::default();
    for row in memory.all::<Donation>() {
        let (posted, times) = sums.remove(&(row.id.0, row.card)).unwrap_or_default();
        claim(found, posted == row.points && times <= 1, || {
            format!("14: {row:?}, but {posted} were posted {times} times")
        });
        let of = || books.iter().filter(|book| book.donation == row.id);
        let sum = |count: fn(&DonatedBook) -> i64| of().map(count).sum::<i64>();
        let counts = (sum(|book| book.copies), sum(|book| book.received), sum(|book| book.accepted));
        claim(found, counts == (row.copies, row.received, row.accepted), || {
            format!("{row:?}, but its books say {counts:?}")
        });
        let is_fine = |book: &DonatedBook| {
            let has_fate = row.decided_by.is_some() && book.accepted < book.received;
            (0..=book.received).contains(&book.accepted) && has_fate == (book.fate != BookFate::Kept)
        };
        claim(found, of().all(is_fine), || format!("{row:?} and what becomes of its books"));
        let reached = (row.received_at > 0, row.decided_by.is_some(), row.accepted > 0);
        let due = match row.state {
            DonationState::Offered | DonationState::Lapsed | DonationState::Cancelled => (false, false, false),
            DonationState::Received => (true, false, false),
            DonationState::Accepted => (true, true, true),
            DonationState::Declined => (true, true, false),
        };
        claim(found, reached == due && (row.received > 0) == reached.0, || format!("{row:?} and what has happened"));
        claim(found, secrets.iter().any(|one| one.donation == row.id), || format!("{row:?} has no secret"));
        *open.entry(row.card).or_default() += i64::from(row.state == DonationState::Offered);
        *earned.entry(row.card).or_default() += row.points;
    }
    claim(found, sums.is_empty(), || format!("14: paid for nothing {sums:?}"));
    for row in memory.all::<Donor>() {
        let count = open.remove(&row.card).unwrap_or(0);
        claim(found, count == row.open, || format!("{row:?}, but {count} are open"));
    }
    claim(found, open.values().all(|count| *count == 0), || format!("uncounted slips {open:?}"));
    for row in memory.all::<DonationYear>() {
        *earned.entry(row.card).or_default() -= row.points;
    }
    claim(found, earned.values().all(|rest| *rest == 0), || format!("14: years and slips differ {earned:?}"));
    for row in memory.all::<DonatedTitle>() {
        claim(found, row.copies > 0, || format!("{row:?} counts nothing"));
    }
}
