//! What importing patrons can answer.

use crate::core::reply::replies;

replies! {
    Reply { PatronsImported { rows: i64 } = 36 }
}
