//! The invariants near the rows that a batch has touched: cheap enough to look at after every batch.

use crate::invariants::Findings;
use crate::support::Memory;
use domain::core::row::{Cells, Key, Row, key};
use domain::core::world::{Need, Slot};
use domain::tables::*;

pub fn violations(memory: &Memory, touched: &[(Table, Key, Slot)]) -> Findings {
    let present = touched.iter().filter_map(|(table, _, slot)| Some((*table, slot.now?)));
    let broken = present.filter(|(table, cells)| !holds(memory, *table, cells));
    broken.map(|(table, cells)| format!("near: {table:?} {cells:?}")).collect()
}

fn read<R: Row>(cells: &Cells) -> R {
    R::of(cells).expect("a row")
}

fn holds(memory: &Memory, table: Table, cells: &Cells) -> bool {
    match table {
        Table::Card => card(memory, &read(cells)),
        Table::Posting => posting(memory, &read(cells)),
        Table::Reader => reader(memory, &read(cells)),
        Table::Prize => {
            let Prize { received, on_hand, reserved, handed_over, written_off, .. } = read(cells);
            let parts = [on_hand, reserved, handed_over, written_off];
            parts.iter().all(|part| *part >= 0) && parts.iter().sum::<i64>() == received
        }
        Table::Redemption => {
            let row: Redemption = read(cells);
            memory.get::<RedemptionSecret>(RedemptionSecret::key(row.id)).is_some()
                && (row.state == RedemptionState::Pending) == (row.settled_at == 0)
                && (row.state == RedemptionState::Collected) <= row.settled_by.is_some()
        }
        Table::PrizeTaken => taken(memory, &read(cells)),
        Table::Rebinding => {
            let row: Rebinding = read(cells);
            row.reader != row.from_reader && row.due > row.at
        }
        Table::Binding => {
            let row: Binding = read(cells);
            memory.get::<Card>(Card::key(row.card)).is_some_and(|card| card.reader == Some(row.reader))
        }
        Table::Activity => {
            let Activity { capacity, taken, waiting, present, .. } = read(cells);
            (capacity == 0 || taken <= capacity) && taken >= 0 && waiting >= 0 && present >= 0
        }
        Table::Party => {
            let row: Party = read(cells);
            let need = if row.accepts_part { 1 } else { row.waiting };
            let line = memory.get::<WaitingParty>(WaitingParty::key(row.activity, need, row.id));
            line.map_or(0, |line| line.size) == row.waiting
        }
        Table::Participant => {
            let row: Participant = read(cells);
            let party = memory.get::<Party>(Party::key(row.party));
            party.is_some_and(|party| (party.activity, party.reader) == (row.activity, row.reader))
                && (row.state == ParticipantState::Attended) == row.card.is_some()
        }
        Table::NoShow => {
            let row: NoShow = read(cells);
            let one = memory.get::<Participant>(Participant::key(row.activity, row.reader, row.member));
            one.is_some_and(|one| one.state == ParticipantState::NoShow)
        }
        Table::CheckIn => {
            let row: CheckIn = read(cells);
            row.streak > 0 && row.points >= 0 && !(row.made_up && row.points > 0)
        }
        _ => true,
    }
}

fn card(memory: &Memory, row: &Card) -> bool {
    let last = row.last.and_then(|last| memory.get::<Posting>(Posting::key(last)));
    let bound = row.reader.is_none_or(|reader| memory.get::<Binding>(Binding::key(reader, row.id)).is_some());
    bound && row.balance >= 0 && row.balance == last.map_or(0, |last| last.after)
}

fn posting(memory: &Memory, row: &Posting) -> bool {
    let before = row.previous.and_then(|previous| memory.get::<Posting>(Posting::key(previous)));
    before.is_none_or(|before| before.card == row.card && before.id < row.id)
        && row.after == before.map_or(0, |before| before.after) + row.points
        && row.after >= 0
        && row.points != 0
}

/// Along the card's redemptions: what waits is never more than what is counted.
fn taken(memory: &Memory, row: &PrizeTaken) -> bool {
    let mut waiting = 0;
    let mut next = memory.get::<Card>(Card::key(row.card)).and_then(|card| card.last_redemption);
    while let Some(redemption) = next.and_then(|id| memory.get::<Redemption>(Redemption::key(id))) {
        let waits = redemption.prize == row.prize && redemption.state == RedemptionState::Pending;
        waiting += i64::from(waits);
        next = redemption.previous;
    }
    row.count >= waiting
}

fn reader(memory: &Memory, row: &Reader) -> bool {
    let of = Need::Range { table: Table::Binding, depth: 1, from: key([row.id.0]), limit: usize::MAX };
    let cards = memory.answer(&of);
    let chosen = row.card.map(|card| cards.iter().any(|binding| binding[1] == card.0));
    row.unread >= 0 && cards.len() <= 5 && chosen.unwrap_or(cards.is_empty())
}
