//! What no command does yet, done by hand to the database and to the model alike.

use crate::dice::Dice;
use crate::model::Model;
use crate::support::Memory;
use domain::tables::*;

pub fn change(dice: &mut Dice, memory: &mut Memory, model: &mut Model, at: i64) {
    match dice.below(6) {
        0 => close_or_open(dice, memory, model),
        1 => disable_or_enable(dice, memory, model),
        2 | 3 => freeze_or_thaw(dice, memory, model),
        4 => settle(dice, memory, model, RedemptionState::Expired, at),
        _ => settle(dice, memory, model, RedemptionState::Cancelled, at),
    }
}

/// One at a time: a library of closed accounts would meet nothing else.
fn close_or_open(dice: &mut Dice, memory: &mut Memory, model: &mut Model) {
    let closed = model.readers.iter().find(|(_, reader)| reader.closed).map(|(id, _)| *id);
    let Some(id) = closed.or_else(|| dice.pick(model.readers.keys()).copied()) else { return };
    let state = if closed.is_some() { ReaderState::Active } else { ReaderState::Closed };
    model.readers.entry(id).and_modify(|reader| reader.closed = closed.is_none());
    let row = memory.get::<Reader>(Reader::key(ReaderId(id))).expect("a reader");
    memory.set(Reader { state, ..row });
}

fn disable_or_enable(dice: &mut Dice, memory: &mut Memory, model: &mut Model) {
    let disabled = model.staff.iter().find(|(_, staff)| staff.disabled).map(|(id, _)| *id);
    let Some(id) = disabled.or_else(|| dice.pick(model.staff.keys()).copied()) else { return };
    let state = if disabled.is_some() { StaffState::Active } else { StaffState::Disabled };
    model.staff.entry(id).and_modify(|staff| staff.disabled = disabled.is_none());
    let row = memory.get::<Staff>(Staff::key(StaffId(id))).expect("a member of staff");
    memory.set(Staff { state, ..row });
}

fn freeze_or_thaw(dice: &mut Dice, memory: &mut Memory, model: &mut Model) {
    let frozen = model.cards.values().find(|card| card.frozen).and_then(|card| card.id);
    let known: Vec<i64> = model.cards.values().filter_map(|card| card.id).collect();
    let Some(id) = frozen.or_else(|| dice.pick(known)) else { return };
    model.card_mut(id).expect("a card").frozen = frozen.is_none();
    let row = memory.get::<Card>(Card::key(CardId(id))).expect("a card");
    memory.set(Card { frozen: frozen.is_none(), ..row });
}

/// A pending redemption expires, or is cancelled and its points go back.
fn settle(dice: &mut Dice, memory: &mut Memory, model: &mut Model, state: RedemptionState, at: i64) {
    let pending = model.redemptions.iter().filter(|(_, r)| r.state == RedemptionState::Pending);
    let Some(id) = dice.pick(pending.map(|(id, _)| *id).collect::<Vec<_>>()) else { return };
    let row = memory.get::<Redemption>(Redemption::key(RedemptionId(id))).expect("a redemption");
    memory.set(Redemption { state, settled_at: at, ..row });
    model.redemptions.entry(id).and_modify(|known| (known.state, known.settled_at) = (state, at));
    if state == RedemptionState::Cancelled {
        refund(memory, &row, at);
        model.post(row.card.0, row.points, Account::Spent);
        model.prizes.entry(row.prize.0).and_modify(|prize| prize.reserved -= 1);
    }
}

fn refund(memory: &mut Memory, of: &Redemption, at: i64) {
    let prize = memory.get::<Prize>(Prize::key(of.prize)).expect("a prize");
    memory.set(Prize { reserved: prize.reserved - 1, on_hand: prize.on_hand + 1, ..prize });
    let card = memory.get::<Card>(Card::key(of.card)).expect("a card");
    let (id, after) = (PostingId(memory.new_id()), card.balance + of.points);
    let (account, kind) = (Account::Spent, PostingKind::RedemptionCancelled);
    let (points, cause, previous) = (of.points, of.id.0, card.last);
    memory.set(Posting { id, card: card.id, account, points, kind, cause, after, previous, at });
    memory.set(Card { balance: after, last: Some(id), ..card });
    let spent = memory.get::<SystemAccount>(SystemAccount::key(account)).expect("an account");
    memory.set(SystemAccount { balance: spent.balance - points, ..spent });
}
