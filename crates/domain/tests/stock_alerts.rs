//! 到货提醒: who may ask for it and when, and that everybody is told once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::prizes;
use domain::slices::Command;
use domain::stock_alerts::{ChooseStockAlert, MessageKind, Refusal, Reply, TellOfStock};
use domain::tables::*;
use support::*;

const READER: ReaderId = ReaderId(11);
const PRIZE: PrizeId = PrizeId(41);

fn library(prize: Prize) -> Memory {
    let mut memory = Memory::default();
    memory.set(rows::reader(READER));
    memory.set(prize);
    memory
}

fn choose(memory: &mut Memory, prize: PrizeId, wanted: bool) -> Result<Replied, Refused> {
    memory.ask(Actor::Reader(READER), Command::from(ChooseStockAlert { prize, wanted }), at(MORNING))
}

fn tell(memory: &mut Memory) -> Result<Replied, Refused> {
    memory.ask(Actor::Job, Command::from(TellOfStock { reader: READER, prize: PRIZE }), at(MORNING))
}

fn restock(memory: &mut Memory, on_hand: i64) {
    memory.set(rows::prize(PRIZE, on_hand));
}

#[test]
fn one_waits_only_for_what_readers_see_and_cannot_have() {
    let gone = rows::prize(PRIZE, 0);
    let mut memory = library(Prize { state: PrizeState::Hidden, visible_from: MORNING + 1, visible_until: 1, ..gone });
    memory.is_for_readers(READER, &Command::from(ChooseStockAlert { prize: PRIZE, wanted: true }));
    assert_eq!(choose(&mut memory, PrizeId(99), true), Err(prizes::Refusal::NoSuchPrize.into()));
    assert_eq!(choose(&mut memory, PrizeId(99), false), Err(prizes::Refusal::NoSuchPrize.into()));
    assert_eq!(choose(&mut memory, PRIZE, true), Err(prizes::Refusal::PrizeHidden.into()));
    memory.set(Prize { visible_from: MORNING + 1, on_hand: 1, ..gone });
    assert_eq!(choose(&mut memory, PRIZE, true), Err(prizes::Refusal::NotYetOnSale { from: MORNING + 1 }.into()));
    memory.set(Prize { visible_until: MORNING, on_hand: 1, ..gone });
    assert_eq!(choose(&mut memory, PRIZE, true), Err(prizes::Refusal::NoLongerOnSale.into()));
    restock(&mut memory, 1);
    assert_eq!(choose(&mut memory, PRIZE, true), Err(Refusal::InStock.into()));
    assert_eq!(memory.all::<StockAlert>(), []);
}

#[test]
fn asking_twice_keeps_the_first_and_it_can_be_taken_back_at_any_time() {
    let mut memory = library(rows::prize(PRIZE, 0));
    let said = choose(&mut memory, PRIZE, true).unwrap();
    assert_eq!(said.of(), Some(Reply::StockAlertChosen { prize: PRIZE, wanted: true }));
    memory.set(StockAlert { reader: READER, prize: PRIZE, at: 5 });
    choose(&mut memory, PRIZE, true).unwrap();
    assert_eq!(memory.all::<StockAlert>(), [StockAlert { reader: READER, prize: PRIZE, at: 5 }]);
    restock(&mut memory, 3);
    for _ in 0..2 {
        choose(&mut memory, PRIZE, false).unwrap();
        assert_eq!(memory.all::<StockAlert>(), []);
    }
    assert_eq!(tell(&mut memory), Err(Refusal::NoSuchAlert.into()));
}

#[test]
fn who_waits_is_told_once_when_the_prize_can_be_had() {
    let mut memory = library(rows::prize(PRIZE, 0));
    let by_hand = Command::from(TellOfStock { reader: READER, prize: PRIZE });
    let refused = memory.ask(Actor::Reader(READER), by_hand, at(MORNING));
    assert_eq!(refused, Err(Common::NoPermission.into()));
    choose(&mut memory, PRIZE, true).unwrap();
    assert_eq!(tell(&mut memory), Err(prizes::Refusal::SoldOut.into()));
    memory.set(Prize { state: PrizeState::Hidden, ..rows::prize(PRIZE, 3) });
    assert_eq!(tell(&mut memory), Err(prizes::Refusal::PrizeHidden.into()));
    restock(&mut memory, 3);
    assert_eq!(tell(&mut memory).unwrap().of(), Some(Reply::ToldOfStock { reader: READER, prize: PRIZE }));
    assert_eq!(tell(&mut memory), Err(Refusal::NoSuchAlert.into()));
    let told = memory.all::<Message>();
    assert_eq!((told.len(), told[0].kind, told[0].about, told[0].detail), (1, MessageKind::StockIsBack.into(), 41, 3));
    assert_eq!(memory.all::<StockAlert>(), []);
}
