//! 到货提醒: a room of its own.

use crate::invariants::{Findings, claim};
use crate::model::{Answer, Model, Prize, says};
use crate::rooms::Room;
use crate::script::{NOBODY, Script};
use crate::support::Memory;
use domain::core::asked::{Actor, Now};
use domain::core::refusal::{Common, Refused};
use domain::prizes;
use domain::slices::{Command, Envelope};
use domain::stock_alerts::{ChooseStockAlert, Command as Alerts, MessageKind, Refusal, Reply, TellOfStock};
use domain::tables::{Closing, PrizeId, ReaderId, StockAlert, Table};
use std::collections::BTreeSet;

pub const ROOM: Room = Room { next, follow, tables: &[Table::StockAlert], violations };

fn next(script: &mut Script) -> (Actor, Command) {
    let waits: Vec<(i64, i64)> = script.model.alerts.iter().copied().collect();
    let prizes: Vec<(i64, Prize)> = script.model.prizes.iter().map(|(id, prize)| (*id, *prize)).collect();
    let gone: Vec<i64> = prizes.iter().filter(|(_, prize)| prize.on_hand() == 0).map(|(id, _)| *id).collect();
    let any = script.dice.pick(prizes).map_or(NOBODY, |(id, _)| id);
    let (reader, awaited) = script.dice.pick(waits).unwrap_or((NOBODY, any));
    if script.dice.one_in(3) {
        let by = if script.dice.one_in(9) { script.reader() } else { Actor::Job };
        return (by, Command::from(TellOfStock { reader: ReaderId(reader), prize: PrizeId(awaited) }));
    }
    let wanted = !script.dice.one_in(6);
    let gone = script.dice.pick(gone).unwrap_or(any);
    let prize = if script.dice.one_in(9) { NOBODY } else { [any, gone, gone][script.dice.below(3) as usize] };
    (script.reader(), Command::from(ChooseStockAlert { prize: PrizeId(prize), wanted }))
}

fn follow(model: &mut Model, e: &Envelope, now: Now, _: &Answer) -> Option<Answer> {
    let Command::StockAlerts(command) = &e.command else { return None };
    Some(match command {
        Alerts::ChooseStockAlert(c) => choose(model, e.actor, c, now),
        Alerts::TellOfStock(c) => tell(model, e.actor, c, now),
    })
}

fn shown(model: &Model, prize: PrizeId, now: Now) -> Result<Prize, Refused> {
    let prize = *model.prizes.get(&prize.0).ok_or(prizes::Refusal::NoSuchPrize)?;
    match () {
        () if !prize.shown => Err(prizes::Refusal::PrizeHidden.into()),
        () if prize.from > now.at => Err(prizes::Refusal::NotYetOnSale { from: prize.from }.into()),
        () if prize.until != 0 && prize.until <= now.at => Err(prizes::Refusal::NoLongerOnSale.into()),
        () => Ok(prize),
    }
}

fn choose(model: &mut Model, actor: Actor, c: &ChooseStockAlert, now: Now) -> Answer {
    let reader = model.reader(actor)?;
    model.prizes.get(&c.prize.0).ok_or(prizes::Refusal::NoSuchPrize)?;
    if !c.wanted {
        model.alerts.remove(&(reader, c.prize.0));
    } else if shown(model, c.prize, now)?.on_hand() > 0 {
        return Err(Refusal::InStock.into());
    } else {
        model.alerts.insert((reader, c.prize.0));
    }
    says(Reply::StockAlertChosen { prize: c.prize, wanted: c.wanted })
}

fn tell(model: &mut Model, actor: Actor, c: &TellOfStock, now: Now) -> Answer {
    if actor != Actor::Job {
        return Err(Common::NoPermission.into());
    }
    let alert = (c.reader.0, c.prize.0);
    if !model.alerts.contains(&alert) {
        return Err(Refusal::NoSuchAlert.into());
    }
    let prize = shown(model, c.prize, now)?;
    if prize.on_hand() == 0 {
        return Err(prizes::Refusal::SoldOut.into());
    }
    model.alerts.remove(&alert);
    model.news(c.reader.0, MessageKind::StockIsBack, c.prize.0, prize.on_hand());
    says(Reply::ToldOfStock { reader: c.reader, prize: c.prize })
}

fn violations(memory: &Memory, found: &mut Findings) {
    let left = memory.all::<Closing>().into_iter().filter(|row| row.closed_at != 0).map(|row| row.reader);
    let left: BTreeSet<ReaderId> = left.collect();
    for row in memory.all::<StockAlert>() {
        claim(found, !left.contains(&row.reader), || format!("21: {row:?} is of who has left"));
    }
}
