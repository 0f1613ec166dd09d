//! Passages: the library's own words at fixed places of the site, written by staff with every version kept.

pub mod staff;
pub mod words;

use crate::frame::routes::{For, Routes};
use domain::staff::Permission;
use domain::tables::Passage;

const WRITERS: For = For::Staff(&[Permission::EditContent]);

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/staff/passages", WRITERS, staff::index)
        .in_menu(91, "notes", "页面文字")
        .get("/staff/passages/{passage}", WRITERS, staff::edit)
        .post("/staff/passages/{passage}", WRITERS, staff::save)
}

/// A place where the library's words stand.
struct Spot {
    passage: Passage,
    /// As in the URL.
    name: &'static str,
    title: &'static str,
    place: &'static str,
    /// Where everybody sees it; empty: readers alone do.
    page: &'static str,
}

const SPOTS: [Spot; 3] = [
    Spot {
        passage: Passage::Rules,
        name: "rules",
        title: "积分规则补充说明",
        place: "「积分规则」页面下方",
        page: "/rules",
    },
    Spot {
        passage: Passage::Donations,
        name: "donations",
        title: "图书捐赠须知",
        place: "「图书捐赠」页面下方",
        page: "",
    },
    Spot {
        passage: Passage::Volunteers,
        name: "volunteers",
        title: "志愿者须知",
        place: "「志愿者注册」页面上方",
        page: "",
    },
];
