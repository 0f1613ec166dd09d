//! Every cell of the database: a wrong number in it is noticed, or it is said here that it is not.

use crate::agreement::disagreements;
use crate::invariants::violations;
use crate::planted::planted;
use crate::rooms;
use crate::run::Run;
use crate::support::Memory;
use domain::core::row::Cells;
use domain::tables::*;

const ROWS_TRIED: usize = 16;

fn noticed(run: &Run, memory: &Memory) -> bool {
    !disagreements(&run.model, memory, run.head_at).is_empty() || !violations(memory).is_empty()
}

/// Columns about which neither the model nor an invariant says anything. When a row came is looked at when it comes.
const UNWATCHED: &[&str] = &[
    "card.at",
    "reader.read_upto",
    "reader.at",
    "binding.at",
    "code_request.id",
    "prize.at",
    "place.at",
    "staff.at",
    "staff_role.at",
    "own_role.at",
    "message.at",
    "member.at",
    "activity.at",
    "stock_movement.staff",
    "stock_movement.at",
    "posting.at",
];

/// The row with this column a little higher and lower, where that is a row.
fn wronged(table: Table, row: &Cells, column: usize) -> Vec<Cells> {
    let by = |by: i64| {
        let mut cells = *row;
        cells[column] = cells[column].wrapping_add(by);
        cells
    };
    [by(-1), by(1)].into_iter().filter(|cells| table.is_row(cells)).collect()
}

#[test]
fn every_cell_is_watched() {
    let has = |run: &Run, table: &Table| run.memory.rows().any(|(of, ..)| of == *table);
    // A few runs that together have rows of every table.
    let mut runs: Vec<Run> = vec![];
    let mut unwatched = vec![];
    for table in Table::ALL.iter().copied().filter(|table| !rooms::has(*table)) {
        if !runs.iter().any(|run| has(run, &table)) {
            runs.push(planted(table.shape().name, |run| has(run, &table).then_some(())));
        }
        let Some(run) = runs.iter().find(|run| has(run, &table)) else { continue };
        let rows: Vec<_> =
            run.memory.rows().filter(|(of, ..)| *of == table).map(|(_, key, row)| (*key, *row)).collect();
        let shape = table.shape();
        for column in shape.keys..shape.columns.len() {
            let seen = |key, cells| {
                let mut memory = run.memory.clone();
                memory.set_cells(table, key, cells);
                noticed(run, &memory)
            };
            // Some rows are beyond watching: whether a message was read by itself does not matter once all were.
            let watched = rows.iter().rev().take(ROWS_TRIED).any(|(key, row)| {
                let wrong = wronged(table, row, column);
                !wrong.is_empty() && wrong.into_iter().all(|cells| seen(*key, cells))
            });
            if !watched {
                unwatched.push(format!("{}.{}", shape.name, shape.columns[column]));
            }
        }
    }
    assert_eq!(unwatched, UNWATCHED);
}
