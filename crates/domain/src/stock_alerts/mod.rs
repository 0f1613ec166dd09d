//! 到货提醒: readers who want a prize that is sold out are told once when it is back.

mod words;

pub use words::{MessageKind, Refusal, Reply};

use crate::core::asked::{Actor, Asked, commands, only_the_program};
use crate::core::row::Row as _;
use crate::core::world::{Draft, Halt, Need};
use crate::messages::{need_to_tell, tell_if_open};
use crate::prizes::{self, on_sale};
use crate::readers::reader;
use crate::tables::{Prize, PrizeId, ReaderId, StockAlert};

commands! {
    ChooseStockAlert => choose,
    TellOfStock => tell_of_stock,
}

/// Whether the reader wants to be told of a prize. Asked twice it is as it was.
#[derive(Clone, Copy, Debug)]
pub struct ChooseStockAlert {
    pub prize: PrizeId,
    pub wanted: bool,
}

/// By the program, where a prize is there again.
#[derive(Clone, Copy, Debug)]
pub struct TellOfStock {
    pub reader: ReaderId,
    pub prize: PrizeId,
}

pub fn needs(actor: Actor, command: &Command) -> Vec<Need> {
    let row = |reader, prize| Need::Row(StockAlert::TABLE, StockAlert::key(reader, prize));
    let prize = |prize| Need::Row(Prize::TABLE, Prize::key(prize));
    match (command, actor) {
        (Command::ChooseStockAlert(c), Actor::Reader(reader)) => vec![prize(c.prize), row(reader, c.prize)],
        (Command::ChooseStockAlert(_), _) => vec![],
        (Command::TellOfStock(c), _) => vec![prize(c.prize), row(c.reader, c.prize), need_to_tell(c.reader)],
    }
}

fn known(d: &Draft, prize: PrizeId) -> Result<Prize, Halt> {
    Ok(d.get::<Prize>(Prize::key(prize))?.ok_or(prizes::Refusal::NoSuchPrize)?)
}

/// Refusals: AccountClosed, InStock, NoLongerOnSale, NoSuchPrize, NotYetOnSale, PrizeHidden, SignedOut.
pub fn choose(d: &mut Draft, asked: &Asked, c: &ChooseStockAlert) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let prize = known(d, c.prize)?;
    let key = StockAlert::key(reader, prize.id);
    if c.wanted {
        on_sale(&prize, asked.now.at)?;
        if prize.on_hand > 0 {
            return Err(Refusal::InStock.into());
        }
        if d.get::<StockAlert>(key)?.is_none() {
            d.put(StockAlert { reader, prize: prize.id, at: asked.now.at })?;
        }
    } else {
        d.clear::<StockAlert>(key)?;
    }
    Ok(Reply::StockAlertChosen { prize: prize.id, wanted: c.wanted })
}

/// Refusals: NoLongerOnSale, NoPermission, NoSuchAlert, NoSuchPrize, NotYetOnSale, PrizeHidden, SoldOut.
pub fn tell_of_stock(d: &mut Draft, asked: &Asked, c: &TellOfStock) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let alert = d.get::<StockAlert>(StockAlert::key(c.reader, c.prize))?.ok_or(Refusal::NoSuchAlert)?;
    let prize = known(d, c.prize)?;
    on_sale(&prize, asked.now.at)?;
    if prize.on_hand < 1 {
        return Err(prizes::Refusal::SoldOut.into());
    }
    d.remove(alert)?;
    tell_if_open(d, c.reader, MessageKind::StockIsBack, prize.id.0, prize.on_hand, asked.now)?;
    Ok(Reply::ToldOfStock { reader: c.reader, prize: prize.id })
}

/// Nothing that a reader has asked for is left.
pub(crate) fn forget(d: &mut Draft, reader: ReaderId) -> Result<(), Halt> {
    d.children::<StockAlert, 1>([reader.0])?.into_iter().try_for_each(|alert| d.remove(alert))
}
