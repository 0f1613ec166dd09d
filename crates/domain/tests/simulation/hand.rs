//! What no command does yet, done by hand to the database and to the model alike.

use crate::dice::Dice;
use crate::hand_imports::{import_absences, import_stamps};
use crate::model::Model;
use crate::support::Memory;
use domain::tables::*;

pub fn change(dice: &mut Dice, memory: &mut Memory, model: &mut Model, at: Millis) {
    match dice.below(9) {
        4..6 => import_stamps(dice, memory, model, at),
        6.. => import_absences(dice, memory, model, at),
        0 => close_or_open(dice, memory, model),
        1 => disable_or_enable(dice, memory, model),
        _ => freeze_or_thaw(dice, memory, model),
    }
}

/// One at a time: a library of closed accounts would meet nothing else.
fn close_or_open(dice: &mut Dice, memory: &mut Memory, model: &mut Model) {
    let closed =
        model.readers.iter().find(|(id, reader)| reader.closed && !model.left.contains(*id)).map(|(id, _)| *id);
    let Some(id) = closed.or_else(|| dice.pick(model.readers.keys()).copied()) else { return };
    if model.left.contains(&id) {
        return;
    }
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
