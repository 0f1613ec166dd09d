//! What keeping places can answer and refuse.

use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::PlaceId;

replies! {
    Reply {
        PlaceSaved { place: PlaceId } = 27,
        PlaceDaySet { place: PlaceId, day: i64 } = 28,
    }
}

refusals! {
    Refusal { NoSuchPlace, HoursOverlap }
}
