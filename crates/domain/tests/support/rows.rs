//! Rows as they begin: a new column is filled in here, once.

use super::{BRANCH, MORNING};
use domain::tables::*;

pub fn reader(id: ReaderId) -> Reader {
    Reader { id, state: ReaderState::Active, card: None, unread: 0, read_upto: 0, at: MORNING }
}

pub fn card(id: CardId) -> Card {
    let state = CardState::Active;
    Card { id, reader: None, state, balance: 0, last: None, last_redemption: None, frozen: false, at: MORNING }
}

pub fn staff(id: StaffId, permissions: i64) -> Staff {
    let state = StaffState::Active;
    Staff { id, state, branch: BRANCH, permissions, failures: 0, locked_until: 0, at: MORNING }
}

pub fn waiting(id: OutboxId, channel: Channel) -> Outbox {
    let state = OutboxState::Waiting;
    Outbox { id, channel, cause: 1, state, attempts: 0, next_at: MORNING, at: MORNING }
}

/// On sale, with some in stock.
pub fn prize(id: PrizeId, on_hand: i64) -> Prize {
    let (branch, state) = (BRANCH, PrizeState::Shown);
    Prize {
        id,
        branch,
        state,
        points: 60,
        received: on_hand,
        on_hand,
        reserved: 0,
        handed_over: 0,
        written_off: 0,
        per_card: 0,
        visible_from: 0,
        visible_until: 0,
        position: 1,
        at: MORNING,
    }
}
