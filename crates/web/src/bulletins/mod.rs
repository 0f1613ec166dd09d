//! 公告: read by everybody at addresses that stay, the newest on home; staff write them, from a day on and until another.

pub mod reader;
pub mod staff;
pub mod words;

use crate::frame::routes::{For, Routes};
use axum::extract::Path;
use axum::response::Redirect;
use domain::staff::Permission;
use domain::tables::{Bulletin, Day};

const WRITERS: For = For::Staff(&[Permission::EditContent]);

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/bulletins", For::Everybody, reader::index)
        // Where bulletins of the settings' file once were.
        .get("/notices/{n}", For::Everybody, moved)
        .get("/bulletins/{bulletin}", For::Everybody, reader::show)
        .get("/staff/bulletins", WRITERS, staff::index)
        .in_menu(88, "speakerphone", "公告")
        .get("/staff/bulletins/new", WRITERS, staff::new)
        .post("/staff/bulletins", WRITERS, staff::create)
        .get("/staff/bulletins/{bulletin}", WRITERS, staff::edit)
        .post("/staff/bulletins/{bulletin}", WRITERS, staff::save)
}

/// Links to the bulletins of a settings' file, which were numbered by their place; it held a few.
async fn moved(_: Path<u8>) -> Redirect {
    Redirect::permanent("/bulletins")
}

/// Whether it has begun, or is over, on a day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Hidden,
    ToCome,
    Current,
    Over,
}

pub fn phase(bulletin: &Bulletin, today: Day) -> Phase {
    match bulletin {
        Bulletin { shown: false, .. } => Phase::Hidden,
        Bulletin { since, .. } if *since > today => Phase::ToCome,
        Bulletin { until, .. } if *until != 0 && *until < today => Phase::Over,
        _ => Phase::Current,
    }
}
