//! Rows as they begin: a new column is filled in here, once.

use super::{BRANCH, MORNING};
use domain::prizes::SavePrize;
use domain::record::PrizeText;
use domain::tables::*;

pub fn reader(id: ReaderId) -> Reader {
    let (state, notices) = (ReaderState::Active, false);
    Reader { id, state, card: None, unread: 0, read_upto: 0, notices, consents: 0, at: MORNING }
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
        place: None,
        at: MORNING,
    }
}

/// The form of such a prize: a new one, or one that is edited.
pub fn prize_form(prize: Option<PrizeId>) -> SavePrize {
    let (branch, state) = (BRANCH, PrizeState::Shown);
    let text = PrizeText { title: "黄铜波纹书签".into(), ..PrizeText::default() };
    SavePrize {
        prize,
        branch,
        state,
        points: 60,
        per_card: 0,
        visible_from: 0,
        visible_until: 0,
        position: 1,
        place: None,
        text,
        pictures: vec![],
    }
}

/// One of that prize, waiting at the desk for this card.
pub fn redemption(id: RedemptionId, card: CardId, prize: PrizeId) -> Redemption {
    Redemption {
        id,
        card,
        reader: ReaderId(11),
        prize,
        points: 60,
        state: RedemptionState::Pending,
        last_day: 20271123,
        previous: None,
        reminded: 0,
        at: MORNING,
        settled_at: 0,
        settled_by: None,
    }
}
