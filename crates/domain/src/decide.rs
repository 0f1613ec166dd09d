//! The one place where every command is decided, from rows alone.

use crate::envelope::{Command, Envelope, Now, Reply, ReplyKind};
use crate::refusal::Refusal;
use crate::row::Cell as _;
use crate::tables::{Account, Barcode, Card, Outcome, Prize, SystemAccount, Table};
use crate::world::{Draft, Halt, Need};
use crate::{cards, prizes, redemptions};

/// A hint for loading many commands at once; `decide` is right without it.
pub fn needs(envelope: &Envelope) -> Vec<Need> {
    let mut needs = vec![];
    if let Some(key) = envelope.key {
        needs.push(Need::Row(Table::Outcome, Outcome::key(key.key.high, key.key.low)));
    }
    match &envelope.command {
        Command::Redeem(c) => {
            needs.push(Need::Row(Table::Card, Card::key(c.card)));
            needs.push(Need::Row(Table::Prize, Prize::key(c.prize)));
            needs.push(Need::Row(Table::SystemAccount, SystemAccount::key(Account::Spent)));
        }
        Command::RequestCode(c) => needs.push(Need::Row(Table::Barcode, Barcode::key(c.barcode.high, c.barcode.low))),
        _ => {}
    }
    needs
}

pub fn decide(d: &mut Draft, e: &Envelope, now: Now) -> Result<Reply, Halt> {
    // Repeats first: a retry must hear the first answer.
    if let Some(first) = first_answer(d, e)? {
        return Ok(first);
    }
    let reply = match &e.command {
        Command::RequestCode(c) => cards::request_code(d, e.actor, c, now),
        Command::BindCard(c) => cards::bind(d, e.actor, c, now),
        Command::UnbindCard(c) => cards::unbind(d, e.actor, c),
        Command::ChooseCard(c) => cards::choose(d, e.actor, c),
        Command::Redeem(c) => redemptions::redeem(d, e.actor, c, e.seed, now),
        Command::Collect(c) => redemptions::collect(d, e.actor, c, now),
        Command::SavePrize(c) => prizes::save(d, e.actor, c, now),
        Command::MoveStock(c) => prizes::move_stock(d, e.actor, c, now),
    }?;
    remember(d, e, reply, now)?;
    Ok(reply)
}

fn first_answer(d: &Draft, e: &Envelope) -> Result<Option<Reply>, Halt> {
    let Some(key) = e.key else { return Ok(None) };
    let Some(first) = d.get::<Outcome>(Outcome::key(key.key.high, key.key.low))? else { return Ok(None) };
    if (first.body_high, first.body_low) != (key.body.high, key.body.low) {
        return Err(Refusal::KeyReused.into());
    }
    let corrupt = Halt::Corrupt(Table::Outcome, Outcome::key(first.high, first.low));
    let kind = ReplyKind::from_cell(first.reply).ok_or(corrupt)?;
    Ok(Some(Reply { kind, a: first.a, b: first.b }))
}

/// Only successes are remembered: a wrong code may be followed by the right one with the same key.
fn remember(d: &mut Draft, e: &Envelope, reply: Reply, now: Now) -> Result<(), Halt> {
    let Some(key) = e.key else { return Ok(()) };
    if reply.kind == ReplyKind::WrongCode {
        return Ok(());
    }
    d.put(Outcome {
        high: key.key.high,
        low: key.key.low,
        body_high: key.body.high,
        body_low: key.body.low,
        reply: reply.kind.into_cell(),
        a: reply.a,
        b: reply.b,
        at: now.at,
    })
}
