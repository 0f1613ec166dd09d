//! Samples of what pages are told by others: plain values, ids, states, rows, and what the store found.

use super::{Draw, Sample};
use crate::frame::page::{Shell, StaffShell};
use crate::frame::routes::Entry;
use crate::frame::settings::Library;
use axum::http::StatusCode;
use domain::activities::ActivityText;
use domain::checkins::{Bonus, CheckInRules};
use domain::places::pickup::{Hours, Opening, SpecialDay};
use domain::prizes::PrizeText;
use domain::tables::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that a careless page would let through.
pub const HOSTILE: &str = r#"<b>"'&江豚</b>"#;
const TEXTS: &[&str] =
    &["", "阅读", HOSTILE, "一个没有任何标点也没有空格所以只能在字与字之间折行的很长的名字一个很长的名字", "Ω"];
/// Small counts, days and moments: a page must bear any of them.
const NUMBERS: &[i64] = &[0, 1, 2, 3, 7, 12, 100, 20_261_129, 1_795_000_000_000];

impl Sample for i64 {
    fn sample(draw: &mut Draw) -> Self {
        draw.one_of(NUMBERS)
    }
}

impl Sample for i32 {
    fn sample(draw: &mut Draw) -> Self {
        draw.one_of(&[0, 1, 7, 400])
    }
}

impl Sample for u32 {
    fn sample(draw: &mut Draw) -> Self {
        draw.one_of(&[0, 1, 7, 400])
    }
}

impl Sample for usize {
    fn sample(draw: &mut Draw) -> Self {
        draw.one_of(&[0, 1, 7, 400])
    }
}

impl Sample for bool {
    fn sample(draw: &mut Draw) -> Self {
        draw.below(2) == 1
    }
}

impl Sample for &'static str {
    fn sample(draw: &mut Draw) -> Self {
        draw.one_of(TEXTS)
    }
}

impl Sample for String {
    fn sample(draw: &mut Draw) -> Self {
        draw.one_of(TEXTS).into()
    }
}

impl<T: Sample> Sample for Option<T> {
    fn sample(draw: &mut Draw) -> Self {
        bool::sample(draw).then(|| T::sample(draw))
    }
}

impl<T: Sample> Sample for Vec<T> {
    fn sample(draw: &mut Draw) -> Self {
        let len = draw.one_of(&[0, 1, 2, 3]);
        (0..len).map(|_| T::sample(draw)).collect()
    }
}

impl<T: Sample, const N: usize> Sample for [T; N] {
    fn sample(draw: &mut Draw) -> Self {
        std::array::from_fn(|_| T::sample(draw))
    }
}

impl<K: Sample + Ord, V: Sample> Sample for BTreeMap<K, V> {
    fn sample(draw: &mut Draw) -> Self {
        Vec::<(K, V)>::sample(draw).into_iter().collect()
    }
}

impl Sample for u8 {
    fn sample(draw: &mut Draw) -> Self {
        draw.one_of(&[0, 7, 255])
    }
}

impl Sample for StatusCode {
    fn sample(_: &mut Draw) -> Self {
        StatusCode::OK
    }
}

impl<T: Sample> Sample for Box<T> {
    fn sample(draw: &mut Draw) -> Self {
        Box::new(T::sample(draw))
    }
}

impl<A: Sample, B: Sample> Sample for (A, B) {
    fn sample(draw: &mut Draw) -> Self {
        (A::sample(draw), B::sample(draw))
    }
}

impl<A: Sample, B: Sample, C: Sample> Sample for (A, B, C) {
    fn sample(draw: &mut Draw) -> Self {
        (A::sample(draw), B::sample(draw), C::sample(draw))
    }
}

macro_rules! sample_ids {
    ($($Id:ident),+) => { $(
        impl Sample for $Id {
            fn sample(draw: &mut Draw) -> Self {
                $Id(draw.id())
            }
        }
    )+ };
}
sample_ids!(
    PlaceId,
    BranchId,
    ActivityId,
    MemberId,
    CardId,
    ReaderId,
    PostingId,
    RedemptionId,
    PrizeId,
    StaffId,
    MessageId
);

macro_rules! sample_states {
    ($($State:ident),+) => { $(
        impl Sample for $State {
            fn sample(draw: &mut Draw) -> Self {
                draw.one_of($State::ALL)
            }
        }
    )+ };
}
sample_states!(
    CardState,
    PlaceState,
    PrizeState,
    StockMovementKind,
    RedemptionState,
    VenueCode,
    VolunteerState,
    ActivityKind,
    ActivityState
);

sample! { Card { id, reader, state, balance, last, last_redemption, frozen, successor, at } }
sample! { Prize {
    id, branch, state, points, received, on_hand, reserved, handed_over, written_off, per_card, visible_from,
    visible_until, position, place, at,
} }
sample! { Redemption {
    id, card, reader, prize, points, state, last_day, previous, reminded, at, settled_at, settled_by,
} }
sample! { ActivityRules {
    activity, points, per_participant, block_minutes, minutes_min, code, walk_ins, age_min, age_max, companions,
    escorted, party_max, series,
} }
sample! { Activity {
    id, branch, kind, state, opens, closes, withdraw_until, starts, ends, start_day, capacity, taken, waiting,
    present, confirmed_at, at,
} }
sample! { Volunteer { reader, member, state, birth_day, guardian, minutes, reviewed_at, reviewed_by, at } }
sample! { Place { id, branch, state, at } }
sample! { Opening { weekday = |_| 1, from, until } }
sample! { SpecialDay { day = |_| 20_261_129, from, until } }
sample! { Hours { week, special } }
sample! { PrizeText { title, description, picture } }
sample! { ActivityText { title, description, category, place, audience, picture, questions } }
sample! { Bonus { days, day, points } }
sample! { CheckInRules { points, week_bonus, month_bonus, month_max, make_ups_max } }
sample! { store::sessions::CardView { card, masked_name, tail } }
sample! { store::transfers::ReplacedCard { card, tail, since } }
sample! { store::prizes::MovementView { kind, count, staff, reason, at } }
sample! { store::redemptions::Ticket { redemption, secret, text, branch, place, card } }
sample! { store::redemptions::RedemptionView { redemption, text, place } }
sample! { store::redemptions::desk::HandOver { view, reader, staff } }
sample! { store::redemptions::desk::SheetLine { title, picture, count, points, on_hand, reserved } }
sample! { store::activities::appeals::Waiting { volunteers, appeals } }
sample! { store::activities::Figures { signed_up, attended, no_shows, points } }
sample! { store::activities::ActivityView { activity, rules, text } }

sample! { store::volunteers::VolunteerView { volunteer, face, reason, member_face, masked_name, tail, birth_day } }

#[allow(clippy::unwrap_used)]
impl Sample for Arc<Library> {
    fn sample(draw: &mut Draw) -> Self {
        let text = || HOSTILE.to_string();
        let register_url = "https://library.example/register".to_string();
        let telephones = serde_json::json!([{ "label": HOSTILE, "number": "025-00000000" }]);
        let notices = serde_json::json!([{ "title": HOSTILE, "date": "2026-11-29", "text": HOSTILE }]);
        let library = serde_json::json!({
            "name": text(), "platform": text(), "time_zone": "Asia/Shanghai", "address": text(),
            "telephones": telephones, "email": text(), "register_url": register_url, "places": [],
            "icp": String::sample(draw), "police_record": String::sample(draw), "notices": notices,
        });
        Arc::new(serde_json::from_value(library).unwrap())
    }
}

sample! { Shell { library, demonstration, csrf, unread, signed_in, large, who = |_| String::new(), made = |_| String::new(), path, back } }

impl Sample for Entry {
    fn sample(draw: &mut Draw) -> Self {
        let entries = &crate::frame::router::MENU;
        entries[draw.below(entries.len())]
    }
}

impl Sample for StaffShell {
    fn sample(draw: &mut Draw) -> Self {
        StaffShell {
            library: Sample::sample(draw),
            demonstration: Sample::sample(draw),
            csrf: Sample::sample(draw),
            name: Sample::sample(draw),
            path: Sample::sample(draw),
            permissions: draw.one_of(&[0, i64::MAX, 0b1010_1010]),
            menu: Sample::sample(draw),
            today: Sample::sample(draw),
            branches: Sample::sample(draw),
        }
    }
}
