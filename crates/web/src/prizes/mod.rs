//! Prizes: what readers see, what staff keep.

pub mod reader;
pub mod staff;
pub mod words;

use crate::frame::routes::{For, Routes};
use crate::kit::{assets, pictures};
use domain::staff::Permission;
use domain::tables::PrizeId;
use store::prizes::PrizeView;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/prizes", For::Everybody, reader::index)
        .get("/prizes/{prize}", For::Everybody, reader::show)
        .get("/staff/prizes", For::Staff(&[Permission::Read]), staff::index)
        .in_menu(50, "gift", "奖品")
        .post("/staff/prizes", For::Staff(&[Permission::EditPrizes]), staff::create)
        .get("/staff/prizes/new", For::Staff(&[Permission::EditPrizes]), staff::new)
        .get("/staff/prizes/{prize}", For::Staff(&[Permission::Read]), staff::edit)
        .post("/staff/prizes/{prize}", For::Staff(&[Permission::EditPrizes]), staff::update)
        .post("/staff/prizes/{prize}/stock", For::Staff(&[Permission::EditPrizes]), staff::move_stock)
}

/// The drawings that a prize can be shown with.
pub const PICTURES: [(&str, &str); 9] = [
    ("prize-tote.svg", "帆布袋"),
    ("prize-notebook.svg", "札记本"),
    ("prize-bookmark.svg", "书签"),
    ("prize-pencils.svg", "铅笔"),
    ("prize-parcel.svg", "盲袋"),
    ("prize-seal.svg", "藏书印"),
    ("prize-lamp.svg", "阅读灯"),
    ("prize-mug.svg", "杯子"),
    ("empty.svg", "空白"),
];

/// The address of a drawing or of a stored picture.
fn url_of(name: &str) -> String {
    pictures::url(name).unwrap_or_else(|| {
        let known = PICTURES.iter().find(|(drawing, _)| *drawing == name);
        assets::url(known.map_or("empty.svg", |(drawing, _)| drawing)).to_string()
    })
}

/// The first picture of a prize, by which lists show it.
pub fn picture_url(pictures: &str) -> String {
    url_of(pictures.split(' ').next().unwrap_or_default())
}

pub fn picture_urls(pictures: &str) -> Vec<String> {
    pictures.split_whitespace().map(url_of).collect()
}

/// A prize in a row or a grid.
pub struct Tile {
    pub id: PrizeId,
    pub title: String,
    pub picture: String,
    pub points: i64,
}

impl Tile {
    pub fn of(view: &PrizeView) -> Self {
        let picture = picture_url(&view.text.picture);
        Tile { id: view.prize.id, title: view.text.title.clone(), picture, points: view.prize.points }
    }
}

/// 还有 12 件, 仅剩 2 件, 已兑完
pub fn stock_words(on_hand: i64) -> String {
    match on_hand {
        ..=0 => "已兑完".into(),
        1..=3 => format!("仅剩 {on_hand} 件"),
        _ => format!("还有 {on_hand} 件"),
    }
}

sample! { Tile { id, title, picture, points } }
