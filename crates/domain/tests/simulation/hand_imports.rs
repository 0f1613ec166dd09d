//! What another platform knew, put in by hand: what a run is too short for.

use crate::dice::Dice;
use crate::model::{self, Model, Stamp};
use crate::model_places::yesterday;
use crate::support::{Memory, day};
use domain::tables::*;

/// A row of days that another platform stamped, up to yesterday, where a card has none: nobody lives to see a month.
pub fn import_stamps(dice: &mut Dice, memory: &mut Memory, model: &mut Model, at: Millis) {
    let new = model.cards.values().filter(|card| card.reader.is_some()).filter_map(|card| card.id);
    let new: Vec<i64> = new.filter(|card| !model.stamps.contains_key(card)).collect();
    let (Some(card), Some(days)) = (dice.pick(new), dice.pick([5, 6, 27, 28, 29])) else { return };
    let yesterdays = std::iter::successors(Some(yesterday(day(at))), |day| Some(yesterday(*day)));
    for (day, streak) in yesterdays.zip((1..=days).rev()) {
        let (made_up, points) = (false, 0);
        model.stamps.entry(card).or_default().insert(day, Stamp { made_up, points, at });
        memory.set(CheckIn { card: CardId(card), month: day / 100, date: day % 100, streak, made_up, points, at });
    }
}

/// What another platform says of somebody: missed three times, where there was room. Three in 90 days are rare.
pub fn import_absences(dice: &mut Dice, memory: &mut Memory, model: &mut Model, at: Millis) {
    let held = model.cards.values().filter_map(|card| Some((card.reader?, card.id?)));
    let Some((reader, card)) = dice.pick(held.collect::<Vec<_>>()) else { return };
    let past = model.activities.iter_mut().filter(|(_, of)| of.confirmed_at > 0 && of.present() > 0);
    let roomy = past.filter(|(_, of)| of.left() != Some(0) && !of.people.contains_key(&(reader, 0)));
    for (id, of) in roomy.take(3) {
        let row = memory.get::<Activity>(Activity::key(ActivityId(*id))).expect("an activity");
        memory.set(Activity { taken: row.taken + 1, ..row });
        let party = model::Party { id: memory.new_id(), reader, card, accepts_part: false, at };
        of.parties.push(party);
        of.people.insert((reader, 0), absent(of.parties.len() - 1, at));
        absent_rows(memory, &row, &party);
    }
}

fn absent(party: usize, at: Millis) -> model::Participant {
    model::Participant {
        party,
        state: ParticipantState::NoShow,
        companion: false,
        placed: true,
        engaged: None,
        promoted_at: 0,
        in_at: 0,
        out_at: 0,
        minutes: 0,
        card: None,
        settled_at: at,
        appealed_at: 0,
        declined_at: 0,
        at,
    }
}

fn absent_rows(memory: &mut Memory, of: &Activity, known: &model::Party) {
    let model::Party { id, reader, card, accepts_part, at } = *known;
    let (reader, party, activity, held) = (ReaderId(reader), PartyId(id), of.id, of.starts);
    memory.set(Party { id: party, activity, reader, card: CardId(card), accepts_part, waiting: 0, at });
    memory.set(NoShow { reader, member: None, activity, held, at });
    memory.set(Participant {
        activity,
        reader,
        member: None,
        party,
        state: ParticipantState::NoShow,
        companion: false,
        promoted_at: 0,
        in_at: 0,
        out_at: 0,
        minutes: 0,
        card: None,
        due: 0,
        settled_at: at,
        appealed_at: 0,
        declined_at: 0,
        at,
    });
}
