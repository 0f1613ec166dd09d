//! Every route of the site, written down once more: who may come is not read from the code that is tested.

/// Who a route is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    Everybody,
    /// A reader who is signed in.
    Readers,
    /// A reader with a card.
    Holders,
    Staff,
}

#[derive(Debug)]
pub struct Route {
    pub method: &'static str,
    /// Numbers stand in braces, as the router writes them.
    pub path: &'static str,
    pub whom: For,
}

const fn get(path: &'static str, whom: For) -> Route {
    Route { method: "get", path, whom }
}

const fn post(path: &'static str, whom: For) -> Route {
    Route { method: "post", path, whom }
}

pub static ROUTES: [Route; 137] = [
    get("/", For::Everybody),
    get("/modules/{module}", For::Everybody),
    get("/notices/{n}", For::Everybody),
    get("/sign-in", For::Everybody),
    get("/sign-in/phone", For::Everybody),
    post("/sign-in/phone", For::Everybody),
    post("/sign-in/phone/codes", For::Everybody),
    post("/messages/consents", For::Readers),
    post("/sign-out", For::Everybody),
    get("/wechat/entry", For::Everybody),
    get("/wechat/authorization", For::Everybody),
    get("/wechat/callback", For::Everybody),
    get("/cards", For::Readers),
    post("/cards", For::Readers),
    get("/cards/new", For::Readers),
    post("/cards/codes", For::Readers),
    post("/cards/current", For::Readers),
    get("/cards/{card}/unbinding", For::Readers),
    post("/cards/{card}/unbinding", For::Readers),
    get("/prizes", For::Everybody),
    get("/prizes/{prize}", For::Everybody),
    get("/prizes/{prize}/redemption", For::Holders),
    get("/redemptions", For::Holders),
    post("/redemptions", For::Readers),
    get("/redemptions/{redemption}", For::Readers),
    get("/points", For::Holders),
    get("/checkins", For::Holders),
    post("/checkins", For::Holders),
    post("/checkins/make-ups", For::Holders),
    get("/reading", For::Readers),
    post("/reading", For::Readers),
    get("/reading/{year}", For::Readers),
    get("/reading/{year}/card.svg", For::Readers),
    get("/messages", For::Readers),
    post("/messages/read", For::Readers),
    get("/me", For::Everybody),
    post("/me/type-size", For::Everybody),
    get("/staff", For::Staff),
    get("/staff/sign-in", For::Everybody),
    post("/staff/sign-in", For::Everybody),
    post("/staff/sign-out", For::Everybody),
    get("/staff/prizes", For::Staff),
    post("/staff/prizes", For::Staff),
    get("/staff/prizes/new", For::Staff),
    get("/staff/prizes/{prize}", For::Staff),
    post("/staff/prizes/{prize}", For::Staff),
    post("/staff/prizes/{prize}/stock", For::Staff),
    get("/staff/desk", For::Staff),
    post("/staff/desk/hand-overs", For::Staff),
    get("/healthz", For::Everybody),
    get("/assets/{*name}", For::Everybody),
    get("/pictures/{file}", For::Everybody),
    get("/scan", For::Everybody),
    get("/family", For::Readers),
    get("/cards/desk", For::Readers),
    get("/wechat/push", For::Everybody),
    post("/wechat/push", For::Everybody),
    get("/staff/cards", For::Staff),
    post("/staff/cards", For::Staff),
    get("/readyz", For::Everybody),
    get("/metrics", For::Everybody),
    get("/redemptions/{redemption}/cancellation", For::Readers),
    post("/redemptions/{redemption}/cancellation", For::Readers),
    get("/messages/{message}", For::Readers),
    post("/messages/notices", For::Readers),
    post("/cards/rebindings", For::Readers),
    post("/cards/{card}/rebinding/end", For::Readers),
    get("/staff/desk/sheet", For::Staff),
    get("/staff/redemptions", For::Staff),
    get("/staff/redemptions/export", For::Staff),
    post("/staff/redemptions/{redemption}/undoing", For::Staff),
    get("/staff/redemptions/{redemption}/cancellation", For::Staff),
    post("/staff/redemptions/{redemption}/cancellation", For::Staff),
    get("/staff/places", For::Staff),
    post("/staff/places", For::Staff),
    get("/staff/places/new", For::Staff),
    get("/staff/places/{place}", For::Staff),
    post("/staff/places/{place}", For::Staff),
    post("/staff/places/{place}/days", For::Staff),
    get("/activities", For::Everybody),
    get("/activities/{activity}", For::Everybody),
    get("/activities/{activity}/calendar.ics", For::Everybody),
    get("/activities/{activity}/poster.svg", For::Everybody),
    get("/activities/{activity}/scan", For::Everybody),
    post("/activities/{activity}/enrolment", For::Holders),
    get("/activities/{activity}/attendance", For::Readers),
    post("/activities/{activity}/attendance", For::Readers),
    post("/activities/{activity}/leaving", For::Readers),
    get("/enrolments", For::Readers),
    get("/enrolments/{activity}", For::Readers),
    get("/enrolments/{activity}/withdrawal", For::Readers),
    post("/enrolments/{activity}/withdrawal", For::Readers),
    post("/enrolments/{activity}/appeal", For::Readers),
    get("/staff/activities", For::Staff),
    post("/staff/activities", For::Staff),
    get("/staff/activities/new", For::Staff),
    get("/staff/activities/{activity}", For::Staff),
    post("/staff/activities/{activity}", For::Staff),
    get("/staff/activities/{activity}/edit", For::Staff),
    post("/staff/activities/{activity}/publication", For::Staff),
    get("/staff/activities/{activity}/cancellation", For::Staff),
    post("/staff/activities/{activity}/cancellation", For::Staff),
    post("/staff/activities/{activity}/announcements", For::Staff),
    get("/staff/activities/{activity}/participants", For::Staff),
    get("/staff/activities/{activity}/participants/export", For::Staff),
    get("/staff/activities/{activity}/sheet", For::Staff),
    post("/staff/activities/{activity}/ticks", For::Staff),
    post("/staff/activities/{activity}/removals", For::Staff),
    post("/staff/activities/{activity}/excuses", For::Staff),
    post("/staff/activities/{activity}/minutes", For::Staff),
    post("/staff/activities/{activity}/confirmation", For::Staff),
    get("/staff/activities/{activity}/screen", For::Staff),
    get("/staff/activities/{activity}/screen/code", For::Staff),
    get("/staff/system", For::Staff),
    post("/staff/system/jobs/{job}/wake", For::Staff),
    get("/members", For::Readers),
    post("/members", For::Readers),
    get("/members/new", For::Readers),
    get("/members/invitations", For::Readers),
    get("/members/invitations/{code}", For::Readers),
    post("/members/invitations/{code}", For::Readers),
    get("/members/{member}", For::Readers),
    post("/members/{member}", For::Readers),
    get("/members/{member}/removal", For::Readers),
    post("/members/{member}/removal", For::Readers),
    get("/volunteers", For::Readers),
    get("/volunteers/new", For::Readers),
    get("/volunteers/certificate", For::Readers),
    post("/volunteers/{member}", For::Readers),
    get("/certificates/{code}", For::Everybody),
    get("/staff/appeals", For::Staff),
    post("/staff/appeals", For::Staff),
    get("/staff/volunteers", For::Staff),
    get("/staff/volunteers/export", For::Staff),
    get("/staff/volunteers/{reader}/{member}", For::Staff),
    post("/staff/volunteers/{reader}/{member}", For::Staff),
    // Nothing of ours: it has an answer all the same.
    get("/nowhere", For::Everybody),
];

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

impl Route {
    /// With a number, or a name, where the braces are.
    pub fn path(&self, ids: Ids) -> String {
        let path = self
            .path
            .replace("{module}", "faq")
            .replace("{n}", "0")
            .replace("{year}", "2026")
            .replace("{*name}", "none.css")
            .replace("{file}", "0.jpg")
            // Nobody's: the message of another is tried by a test of its own.
            .replace("{message}", "1")
            .replace("{job}", "1")
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

/// `.route("/path", get(…).post(…))` in the router's source, as (method, path).
fn of_source(source: &str) -> Vec<(String, String)> {
    let mut found = vec![];
    for part in source.split(".route(").skip(1) {
        let path = part.split('"').nth(1).unwrap();
        let handlers = &part[part.find(path).unwrap() + path.len()..];
        let handlers = handlers.split(".layer(").next().unwrap();
        for method in ["get", "post", "put", "patch", "delete", "any"] {
            if handlers.contains(&format!("{method}(")) {
                found.push((method.to_string(), path.to_string()));
            }
        }
    }
    found
}

#[test]
fn no_route_of_the_router_is_forgotten() {
    let mut theirs = of_source(include_str!("../../../../web/src/frame/router.rs"));
    let ours = ROUTES.iter().filter(|route| route.path != "/nowhere");
    let mut ours: Vec<_> = ours.map(|route| (route.method.to_string(), route.path.to_string())).collect();
    theirs.sort();
    ours.sort();
    assert_eq!(ours, theirs);
}
