//! Every route of the site, as the slices declare it, with numbers to fill in.

pub use web::{For, Route};

use std::sync::LazyLock;

pub static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| web::routes().declared());

/// Whose things the braces stand for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ids {
    pub card: i64,
    pub prize: i64,
    pub redemption: i64,
    pub place: i64,
    pub activity: i64,
    pub reader: i64,
    pub member: i64,
}

impl Ids {
    /// With a number, or a name, where the braces are.
    pub fn path(self, route: &Route) -> String {
        let ids = self;
        let path = route
            .path
            .replace("{module}", "faq")
            .replace("{n}", "0")
            .replace("{year}", "2026")
            .replace("{*name}", "none.css")
            .replace("{file}", "0.jpg")
            // Nobody's: the message of another is tried by a test of its own.
            .replace("{message}", "1")
            .replace("{job}", "1")
            .replace("{donation}", "1")
            .replace("{suggestion}", "1")
            .replace("{source}", "1")
            .replace("{feedback}", "1")
            .replace("{question}", "1")
            .replace("{transfer}", "1")
            .replace("{topic}", "1")
            .replace("{isbn}", "9787536692930")
            // Signed codes of their own tests.
            .replace("{code}", "none");
        let numbers = [("{card}", ids.card), ("{prize}", ids.prize), ("{redemption}", ids.redemption)];
        let numbers = numbers.into_iter().chain([("{place}", ids.place), ("{activity}", ids.activity)]);
        let numbers = numbers.chain([("{reader}", ids.reader), ("{member}", ids.member)]).collect::<Vec<_>>();
        numbers.iter().fold(path, |path, (name, id)| path.replace(name, &id.to_string()))
    }
}

pub fn posts() -> impl Iterator<Item = &'static Route> {
    // WeChat's own server has no form of ours: its pushes are signed.
    ROUTES.iter().filter(|route| route.method == "post" && route.path != "/wechat/push")
}
