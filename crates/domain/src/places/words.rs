//! What keeping places can answer and refuse.

use crate::core::record::{text_parts, texts};
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::{Day, PlaceId};

replies! {
    Reply {
        PlaceSaved { place: PlaceId } = 27,
        PlaceDaySet { place: PlaceId, day: Day } = 28,
    }
}

refusals! {
    Refusal { NoSuchPlace, HoursOverlap }
}

text_parts! {
    PlaceText { name: String, address: String }
}

texts! {
    TextOfPlace(place: PlaceId) { text: PlaceText } in "place_text" newest content;
}
