//! 积分转移: a room of its own; that a replaced card is another's in all but history is the model's business.

use crate::invariants::{Findings, claim};
use crate::model::{Answer, Model};
use crate::model_places::yesterday;
use crate::rooms::Room;
use crate::script::{NOBODY, Script};
use crate::support::{Memory, digest};
use domain::core::asked::{Actor, Now};
use domain::core::digest::Digest;
use domain::slices::{Command, Envelope};
use domain::staff::{self, LinkReader};
use domain::tables::*;
use domain::transfers::{
    Amount, ApproveTransfer, CheckOriginal, Claim, DeclineTransfer, Holder, MessageKind, PostingKind, Reply,
    RequestTransfer, Said, VerifyTransfer, WithdrawTransfer,
};
use std::collections::BTreeMap;

pub const ROOM: Room = Room {
    next,
    follow,
    tables: &[
        Table::Transfer,
        Table::OpenTransfer,
        Table::TransferCount,
        Table::Replaced,
        Table::CarriedStreak,
        Table::StaffReader,
    ],
    violations,
};

/// What the model must know to say what follows.
#[derive(Clone, Copy, Default)]
pub struct Moving {
    reader: i64,
    original: i64,
    present: i64,
    points: i64,
    whole: bool,
    held: bool,
}

fn next(script: &mut Script) -> (Actor, Command) {
    let recent: Vec<i64> = script.model.transfers.keys().rev().take(6).copied().collect();
    let known = script.dice.pick(recent).unwrap_or(NOBODY);
    let transfer = TransferId(if script.dice.one_in(30) { NOBODY } else { known });
    let of = script.model.transfers.get(&transfer.0).copied().unwrap_or_default();
    match script.dice.below(24) {
        0..2 => (script.reader(), Command::from(CheckOriginal(script.claim(Digest::NONE).1))),
        2..6 => {
            // Somebody guesses all day.
            let guesser = script.model.readers.keys().next_back().copied().unwrap_or(NOBODY);
            let nobody_s = Claim { typed: holder(digest(91, 1)), ..script.claim(Digest::NONE).1 };
            (Actor::Reader(ReaderId(guesser)), Command::from(CheckOriginal(nobody_s)))
        }
        6..14 => script.wish(),
        14 => {
            let by = if script.dice.one_in(3) { script.reader() } else { Actor::Reader(ReaderId(of.reader)) };
            (by, Command::from(WithdrawTransfer { transfer }))
        }
        15..18 => (script.staff(), Command::from(VerifyTransfer { transfer })),
        18..22 => (script.staff(), Command::from(ApproveTransfer { transfer })),
        22 => {
            let reason = if script.dice.one_in(6) { String::new() } else { "查无此人".into() };
            (script.staff(), Command::from(DeclineTransfer { transfer, reason }))
        }
        _ => {
            let reader = if script.dice.one_in(6) { NOBODY } else { of.reader };
            (script.staff(), Command::from(LinkReader { reader: ReaderId(reader) }))
        }
    }
}

fn holder(identity: Digest) -> Holder {
    Holder { name: digest(92, 1), identity }
}

impl Script<'_> {
    /// The original card, if it can be of this person, and what is claimed of it: mostly true.
    fn claim(&mut self, identity: Digest) -> (Option<i64>, Claim) {
        let cards = &self.model.cards;
        let fit: Vec<_> = cards.iter().filter(|(_, card)| card.identity == identity && card.id.is_some()).collect();
        let fit: Vec<(Digest, Option<i64>)> = fit.into_iter().map(|(barcode, card)| (*barcode, card.id)).collect();
        let (barcode, card) = self.dice.pick(fit).unwrap_or((digest(93, 1), None));
        let typed = if identity.is_none() { digest(94, 1) } else { identity };
        let said = self.said(holder(typed));
        (card, Claim { barcode, typed: holder(typed), said })
    }

    fn wish(&mut self) -> (Actor, Command) {
        let bound: Vec<_> = self.model.cards.values().filter(|card| card.reader.is_some()).copied().collect();
        // Those of people with two cards can come to something.
        let twice = |identity: Digest| self.model.cards.values().filter(|card| card.identity == identity).count() > 1;
        let pairs: Vec<_> = bound.iter().filter(|card| twice(card.identity)).copied().collect();
        let from = if pairs.is_empty() { bound } else { pairs };
        let Some(present) = self.dice.pick(from) else { return (Actor::Visitor, self.nothing()) };
        let by =
            if self.dice.one_in(12) { self.reader() } else { Actor::Reader(ReaderId(present.reader.unwrap_or(0))) };
        let (card, original) = self.claim(present.identity);
        let balance = card.and_then(|id| self.model.card(id)).map_or(0, |card| card.balance);
        let amount = match self.dice.below(8) {
            0 => Amount::Part(0),
            1 => Amount::Part(balance + 1),
            2..4 => Amount::Part(1 + balance / 2),
            _ => Amount::Whole,
        };
        let present_said = self.said(original.typed);
        let present = CardId(present.id.unwrap_or(NOBODY));
        (by, Command::from(RequestTransfer { original, present, present_said, amount }))
    }

    /// What the library system says, if it says anything.
    fn said(&mut self, holder: Holder) -> Said {
        match self.dice.below(6) {
            0 => Said::NotKnown,
            1 => Said::NoAnswer,
            _ => Said::Holder(holder),
        }
    }

    fn nothing(&mut self) -> Command {
        Command::from(WithdrawTransfer { transfer: TransferId(NOBODY) })
    }
}

fn follow(model: &mut Model, e: &Envelope, now: Now, heard: &Answer) -> Option<Answer> {
    let command = match &e.command {
        Command::Transfers(command) => command,
        Command::Staff(staff::Command::LinkReader(c)) => {
            if let (Ok(_), Actor::Staff(by)) = (heard, e.actor) {
                model.audits += usize::from(model.own_readers.insert((by.0, c.reader.0)));
            }
            return Some(*heard);
        }
        _ => return None,
    };
    let Some(reply) = heard.as_ref().ok().and_then(|reply| reply.of::<Reply>()) else { return Some(*heard) };
    match (reply, command, e.actor) {
        (
            Reply::TransferRequested { transfer, held },
            domain::transfers::Command::RequestTransfer(c),
            Actor::Reader(by),
        ) => {
            model.fresh(heard);
            let original = model.cards[&c.original.barcode].id.unwrap_or(-1);
            let (points, whole) = match c.amount {
                Amount::Whole => (0, true),
                Amount::Part(points) => (points, false),
            };
            let moving = Moving { reader: by.0, original, present: c.present.0, points, whole, held: false };
            model.transfers.insert(transfer.0, moving);
            if held {
                hold(model, transfer);
            }
        }
        (Reply::TransferWithdrawn { transfer }, ..) => release(model, transfer),
        (Reply::TransferVerified { transfer, .. }, ..) => {
            hold(model, transfer);
            let of = model.transfers[&transfer.0];
            model.news(of.reader, MessageKind::TransferVerified, transfer.0, of.points);
            model.audits += 1;
        }
        (Reply::TransferDeclined { transfer }, ..) => {
            release(model, transfer);
            model.wrote("transfer note");
            model.news(model.transfers[&transfer.0].reader, MessageKind::TransferDeclined, transfer.0, 0);
            model.audits += 1;
        }
        (Reply::TransferApproved { transfer, .. }, ..) => approved(model, transfer, now),
        _ => {}
    }
    Some(*heard)
}

fn hold(model: &mut Model, id: TransferId) {
    let of = model.transfers[&id.0];
    let card = model.card(of.original).expect("a card");
    let points = if of.whole { card.balance } else { of.points };
    move_points(model, of.original, -points);
    model.transfers.insert(id.0, Moving { points, held: true, ..of });
    if let Some(other) = card.reader.filter(|binder| *binder != of.reader) {
        model.news(other, MessageKind::TransferAsked, id.0, points);
    }
}

fn move_points(model: &mut Model, card: i64, points: i64) {
    if points != 0 {
        model.post(card, points, Account::Held);
    }
}

fn release(model: &mut Model, id: TransferId) {
    let of = model.transfers[&id.0];
    if of.held {
        move_points(model, of.original, of.points);
    }
    model.transfers.insert(id.0, Moving { held: false, ..of });
}

fn approved(model: &mut Model, id: TransferId, now: Now) {
    let of = model.transfers[&id.0];
    let card = model.card(of.original).expect("a card");
    let points = if of.whole { of.points + card.balance } else { of.points };
    if of.whole {
        move_points(model, of.original, -card.balance);
        for replaced in model.cards.values_mut() {
            if replaced.id == Some(of.original) || replaced.successor == Some(of.original) {
                replaced.successor = Some(of.present);
            }
        }
        carry(model, of.original, of.present, now.today);
        let used = model.readers[&of.reader].chosen == Some(of.original);
        model.take_from_holder(of.original);
        if used {
            model.readers.entry(of.reader).or_default().chosen = Some(of.present);
        }
    }
    move_points(model, of.present, points);
    model.transfers.insert(id.0, Moving { held: false, points, ..of });
    model.news(of.reader, MessageKind::TransferApproved, id.0, points);
    if let Some(other) = card.reader.filter(|binder| *binder != of.reader) {
        model.news(other, MessageKind::TransferredAway, id.0, points);
    }
    model.audits += 1;
}

/// The newest stamped day of this month and the one before, with its row.
fn carry(model: &mut Model, from: i64, to: i64, today: i64) {
    let first = yesterday(today / 100 * 100 + 1) / 100 * 100 + 1;
    let stamped = model.stamps.get(&from).and_then(|stamps| stamps.range(first..).next_back());
    let own = stamped.map(|(day, _)| (*day, model.days_in_a_row(from, *day)));
    let newest = own.max(model.carried.get(&from).copied());
    if let Some(newest) = newest.filter(|newest| Some(newest) > model.carried.get(&to)) {
        model.carried.insert(to, newest);
    }
}

fn violations(memory: &Memory, found: &mut Findings) {
    let mut moved: BTreeMap<(i64, CardId), Points> = BTreeMap::new();
    let mut passed = 0;
    for posting in memory.all::<Posting>() {
        let kind = posting.kind;
        if kind == PostingKind::TransferHeld || kind == PostingKind::TransferReturned || kind == PostingKind::TransferIn
        {
            claim(found, posting.account == Account::Held, || format!("16: {posting:?} is booked wrongly"));
            *moved.entry((posting.cause, posting.card)).or_default() += posting.points;
        }
        if kind == domain::ledger::PostingKind::PassedOn {
            passed += posting.points;
        }
    }
    claim(found, passed == 0, || format!("16: {passed} points were passed on to nobody"));
    let (mut held, mut open) = (0, BTreeMap::<ReaderId, i64>::new());
    for row in memory.all::<Transfer>() {
        let mut of = |card| moved.remove(&(row.id.0, card)).unwrap_or(0);
        let sides = (of(row.original), of(row.present));
        let due = match row.state {
            TransferState::Held => (-row.points, 0),
            TransferState::Approved => (-row.points, row.points),
            TransferState::AtDesk | TransferState::Declined | TransferState::Withdrawn => (0, 0),
        };
        claim(found, sides == due, || format!("16: {row:?}, but {sides:?} were moved"));
        let is_held = row.state == TransferState::Held;
        let is_open = is_held || row.state == TransferState::AtDesk;
        held += if is_held { row.points } else { 0 };
        *open.entry(row.reader).or_default() += i64::from(is_open);
        let holds = memory.get::<OpenTransfer>(OpenTransfer::key(row.original)).is_some_and(|w| w.transfer == row.id);
        claim(found, holds == is_held, || format!("17: {row:?} and what is held"));
        let by_staff = matches!(row.state, TransferState::Approved | TransferState::Declined);
        let settled = (row.decided_by.is_some(), row.decided_at != 0) == (by_staff, !is_open);
        claim(found, settled, || format!("17: {row:?} was decided otherwise"));
    }
    claim(found, moved.is_empty(), || format!("16: moved for nothing {moved:?}"));
    let account = memory.get::<SystemAccount>(SystemAccount::key(Account::Held)).map_or(0, |row| row.balance);
    claim(found, account == held, || format!("16: {held} are held, the account has {account}"));
    for row in memory.all::<TransferCount>() {
        let count = open.remove(&row.reader).unwrap_or(0);
        claim(found, count == row.open, || format!("17: {row:?}, but {count} are open"));
    }
    claim(found, open.values().all(|count| *count == 0), || format!("17: uncounted transfers {open:?}"));
    for card in memory.all::<Card>() {
        let Some(successor) = card.successor else { continue };
        let known = memory.get::<Replaced>(Replaced::key(successor, card.id)).is_some();
        let last = memory.get::<Card>(Card::key(successor)).is_some_and(|card| card.successor.is_none());
        let empty = card.reader.is_none() && card.balance == 0;
        claim(found, known && last && empty, || format!("17: {card:?} is not replaced"));
    }
}
