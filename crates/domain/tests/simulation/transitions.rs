//! What a batch may do to a row that was there: looked at after every batch.

use crate::invariants::Findings;
use domain::row::{Cells, Key, Row};
use domain::tables::*;
use domain::world::Slot;

fn both<R: Row>(slot: &Slot) -> Option<(R, R)> {
    let read = |cells: Option<Cells>| R::of(&cells?);
    Some((read(slot.base)?, read(slot.now)?))
}

/// Rows that are new and do not say when they came.
pub fn misdated(touched: &[(Table, Key, Slot)], at: Millis) -> Findings {
    let new = touched.iter().filter(|(.., slot)| slot.base.is_none());
    let wrong = new.filter(|(table, _, slot)| {
        let column = table.shape().columns.iter().position(|name| *name == "at");
        column.zip(slot.now).is_some_and(|(column, cells)| cells[column] != at)
    });
    wrong.map(|(table, key, slot)| format!("not dated {at}: {table:?} {key:?} {slot:?}")).collect()
}

/// 4, 5, 6, 10, 17, 22: what may never be changed, and which way states go.
pub fn broken(touched: &[(Table, Key, Slot)]) -> Findings {
    let unlawful = touched.iter().filter(|(table, _, slot)| !lawful(*table, slot));
    unlawful.map(|(table, key, slot)| format!("transition: {table:?} {key:?} {slot:?}")).collect()
}

/// Of what a batch did in sum: a card can be unbound and bound again in one.
fn lawful(table: Table, slot: &Slot) -> bool {
    let new = slot.base.is_none();
    if slot.now.is_none() {
        return matches!(table, Table::Binding | Table::CodeRequest | Table::Session);
    }
    match table {
        // Written once.
        Table::Posting | Table::StockMovement | Table::Claim | Table::Outcome | Table::CodeRequest => new,
        Table::WeChatUser | Table::StaffName | Table::Barcode | Table::RedemptionSecret => new,
        Table::Binding => both::<Binding>(slot).is_none_or(|(before, now)| now.at >= before.at),
        Table::Redemption => both::<Redemption>(slot).is_none_or(|(before, now)| {
            let kept =
                Redemption { state: before.state, settled_at: before.settled_at, settled_by: before.settled_by, ..now };
            kept == before && (before.state == RedemptionState::Pending || before == now)
        }),
        Table::Outbox => both::<Outbox>(slot).is_none_or(|(before, now)| {
            let open = matches!(before.state, OutboxState::Waiting | OutboxState::Taken);
            open && before.cause == now.cause && now.attempts >= before.attempts
        }),
        Table::SmsCode => both::<SmsCode>(slot).is_none_or(|(before, now)| {
            let same = before.id == now.id;
            !same
                || !before.used && now.tries >= before.tries && (before.code_high, before.at) == (now.code_high, now.at)
        }),
        Table::Message => both::<Message>(slot).is_none_or(|(before, now)| now == Message { read: true, ..before }),
        Table::Prize => both::<Prize>(slot).is_none_or(|(before, now)| {
            now.received >= before.received
                && now.handed_over >= before.handed_over
                && now.written_off >= before.written_off
        }),
        Table::PrizeTaken => both::<PrizeTaken>(slot).is_none_or(|(before, now)| now.count > before.count),
        Table::Card => both::<Card>(slot).is_none_or(|(before, now)| now.last >= before.last && now.at == before.at),
        Table::SystemAccount | Table::CardHolder | Table::Reader | Table::Staff | Table::Session => true,
    }
}
