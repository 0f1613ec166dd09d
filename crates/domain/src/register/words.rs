//! What importing patrons can answer.

use crate::core::digest::Digest;
use crate::core::record::{Sealed, texts};
use crate::core::reply::replies;

replies! {
    Reply { PatronsImported { rows: i64 } = 36 }
}

texts! {
    /// A row of the embedded register of patrons.
    Patron(barcode: Digest) { sealed: Sealed } in "patron" newest;
}
