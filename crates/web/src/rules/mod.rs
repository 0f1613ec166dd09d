//! Rules: what readers are promised, as a page; staff set them on the command line so far.

mod earning;
pub mod reader;
pub mod words;

use crate::frame::routes::{For, Routes};

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default().get("/rules", For::Everybody, reader::show)
}
