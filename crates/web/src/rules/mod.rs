//! Rules: what readers are promised, as a page; staff set them from a day on.

mod earning;
pub mod reader;
pub mod staff;
mod trial;
pub mod words;

use crate::frame::routes::{For, Routes};
use domain::staff::Permission;

/// As the decision asks it.
const SETTERS: For = For::Staff(&[Permission::ManageStaff]);

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/rules", For::Everybody, reader::show)
        .get("/staff/rules", SETTERS, staff::index)
        .in_menu(89, "scale", "规则")
        .get("/staff/rules/{rule}", SETTERS, staff::edit)
        .post("/staff/rules/{rule}", SETTERS, staff::save)
}
