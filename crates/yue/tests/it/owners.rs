//! Who may do what: every route, asked by everybody, about things that belong to one reader and one branch.

mod branches;
mod foreign;

use crate::support::activities::CHILD;
use crate::support::routes::{For, Ids, ROUTES, Route};
use crate::support::{Browser, Form, Holder, PENCILS, Page, Stage, on_both};
use domain::activities::enrolments::SignUp;
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::staff::Role;

/// What everybody gets, in this order: a visitor, a reader without a card, the owner, another reader with a card,
/// the desk of the branch, the desk of another branch, an auditor. Where a way leads elsewhere: `in` signing in,
/// `bind` binding a card, `desk` signing in to the back office.
const MATRIX: &str = "
    get  /                            200  200  200  200  200  200  200
    get  /modules/{module}            200  200  200  200  200  200  200
    get  /notices/{n}                 200  200  200  200  200  200  200
    get  /sign-in                     200  303  303  303  200  200  200
    get  /sign-in/phone               404  404  404  404  404  404  404
    post /sign-in/phone               404  404  404  404  404  404  404
    post /sign-in/phone/codes         404  404  404  404  404  404  404
    post /messages/consents           in   303  303  303  in   in   in
    get  /wechat/entry                303  303  303  303  303  303  303
    get  /wechat/authorization        303  303  303  303  303  303  303
    get  /wechat/callback             403  403  403  403  403  403  403
    get  /cards                       in   200  200  200  in   in   in
    post /cards                       in   422  422  422  in   in   in
    get  /cards/new                   in   200  200  200  in   in   in
    post /cards/codes                 in   422  422  422  in   in   in
    post /cards/current               in   404  303  404  in   in   in
    get  /cards/{card}/unbinding      in   404  200  404  in   in   in
    get  /prizes                      200  200  200  200  200  200  200
    get  /prizes/{prize}              200  200  200  200  200  200  200
    get  /prizes/{prize}/redemption   in   bind 200  200  in   in   in
    get  /redemptions                 in   bind 200  200  in   in   in
    post /redemptions                 in   404  303  404  in   in   in
    get  /redemptions/{redemption}    in   404  200  404  in   in   in
    get  /points                      in   bind 200  200  in   in   in
    get  /checkins                    in   bind 200  200  in   in   in
    post /checkins                    in   bind 303  404  in   in   in
    post /checkins/make-ups           in   bind 409  404  in   in   in
    get  /reading                     in   200  200  200  in   in   in
    post /reading                     in   303  303  303  in   in   in
    get  /reading/{year}              in   200  200  200  in   in   in
    get  /reading/{year}/card.svg     in   200  200  200  in   in   in
    get  /messages                    in   200  200  200  in   in   in
    post /messages/read               in   303  303  303  in   in   in
    get  /me                          200  200  200  200  200  200  200
    post /me/type-size                303  303  303  303  303  303  303
    get  /staff                       desk desk desk desk 200  200  200
    get  /staff/sign-in               200  200  200  200  200  200  200
    post /staff/sign-in               422  422  422  422  422  422  422
    get  /staff/prizes                desk desk desk desk 200  200  200
    post /staff/prizes                desk desk desk desk 403  403  403
    get  /staff/prizes/new            desk desk desk desk 403  403  403
    get  /staff/prizes/{prize}        desk desk desk desk 200  404  200
    post /staff/prizes/{prize}        desk desk desk desk 403  404  403
    post /staff/prizes/{prize}/stock  desk desk desk desk 403  404  403
    get  /staff/desk                  desk desk desk desk 200  200  403
    post /staff/desk/hand-overs       desk desk desk desk 303  409  403
    get  /staff/desk/sheet            desk desk desk desk 200  200  403
    get  /staff/redemptions           desk desk desk desk 200  200  200
    get  /staff/redemptions/export    desk desk desk desk 200  200  200
    post /staff/redemptions/{redemption}/undoing       desk desk desk desk 303  403  403
    get  /staff/redemptions/{redemption}/cancellation  desk desk desk desk 200  404  403
    post /staff/redemptions/{redemption}/cancellation  desk desk desk desk 303  404  403
    get  /redemptions/{redemption}/cancellation        in   404  303  404  in   in   in
    post /redemptions/{redemption}/cancellation        in   404  409  404  in   in   in
    get  /messages/{message}          in   404  404  404  in   in   in
    post /messages/notices            in   303  303  303  in   in   in
    post /cards/rebindings            in   422  422  422  in   in   in
    post /cards/{card}/rebinding/end  in   404  404  404  in   in   in
    get  /staff/places                desk desk desk desk 200  200  200
    post /staff/places                desk desk desk desk 403  403  403
    get  /staff/places/new            desk desk desk desk 403  403  403
    get  /staff/places/{place}        desk desk desk desk 200  404  200
    post /staff/places/{place}        desk desk desk desk 403  404  403
    post /staff/places/{place}/days   desk desk desk desk 403  403  403
    get  /activities                            200  200  200  200  200  200  200
    get  /activities/{activity}                 200  200  200  200  200  200  200
    get  /activities/{activity}/calendar.ics    200  200  200  200  200  200  200
    get  /activities/{activity}/poster.svg      200  200  200  200  200  200  200
    get  /activities/{activity}/scan            303  303  303  303  303  303  303
    get  /activities/{activity}/attendance      in   409  409  409  in   in   in
    post /activities/{activity}/attendance      in   409  409  409  in   in   in
    post /activities/{activity}/leaving         in   409  409  409  in   in   in
    get  /enrolments                            in   200  200  200  in   in   in
    get  /enrolments/{activity}                 in   404  200  404  in   in   in
    get  /enrolments/{activity}/withdrawal      in   404  200  404  in   in   in
    get  /staff/activities                      desk desk desk desk 200  200  200
    post /staff/activities                      desk desk desk desk 403  403  403
    get  /staff/activities/new                  desk desk desk desk 403  403  403
    get  /staff/activities/{activity}           desk desk desk desk 200  404  200
    post /staff/activities/{activity}           desk desk desk desk 403  403  403
    get  /staff/activities/{activity}/edit      desk desk desk desk 403  403  403
    post /staff/activities/{activity}/publication    desk desk desk desk 403  403  403
    get  /staff/activities/{activity}/cancellation   desk desk desk desk 403  403  403
    post /staff/activities/{activity}/cancellation   desk desk desk desk 403  403  403
    post /staff/activities/{activity}/announcements  desk desk desk desk 403  403  403
    get  /staff/activities/{activity}/participants   desk desk desk desk 200  404  403
    get  /staff/activities/{activity}/participants/export  desk desk desk desk 200  404  403
    get  /staff/activities/{activity}/sheet          desk desk desk desk 200  404  403
    get  /staff/activities/{activity}/screen         desk desk desk desk 200  404  403
    get  /staff/activities/{activity}/screen/code    desk desk desk desk 200  404  403
    post /staff/activities/{activity}/minutes        desk desk desk desk 409  404  403
    post /staff/activities/{activity}/removals       desk desk desk desk 403  404  403
    post /staff/activities/{activity}/excuses        desk desk desk desk 403  404  403
    get  /staff/appeals                              desk desk desk desk 403  403  403
    post /staff/appeals                              desk desk desk desk 403  403  403
    post /staff/activities/{activity}/confirmation   desk desk desk desk 409  404  403
    post /staff/activities/{activity}/ticks          desk desk desk desk 303  404  403
    post /activities/{activity}/enrolment       in   bind 409  303  in   in   in
    post /enrolments/{activity}/appeal          in   404  409  409  in   in   in
    post /enrolments/{activity}/withdrawal      in   404  409  303  in   in   in
    get  /staff/system                desk desk desk desk 200  200  200
    post /staff/system/jobs/{job}/wake  desk desk desk desk 403  403  403
    get  /members                     in   200  200  200  in   in   in
    get  /members/new                 in   200  200  200  in   in   in
    post /members                     in   404  303  404  in   in   in
    get  /members/invitations         in   200  200  200  in   in   in
    get  /members/invitations/{code}  in   404  404  404  in   in   in
    post /members/invitations/{code}  in   404  404  404  in   in   in
    get  /members/{member}            in   404  200  404  in   in   in
    post /members/{member}            in   404  303  404  in   in   in
    get  /volunteers                  in   200  200  200  in   in   in
    get  /volunteers/new              in   200  200  200  in   in   in
    get  /volunteers/certificate      in   404  404  404  in   in   in
    post /volunteers/{member}         in   404  422  404  in   in   in
    get  /members/{member}/removal    in   404  200  404  in   in   in
    post /members/{member}/removal    in   404  303  404  in   in   in
    get  /certificates/{code}         404  404  404  404  404  404  404
    get  /staff/volunteers            desk desk desk desk 403  403  403
    get  /staff/volunteers/export     desk desk desk desk 403  403  403
    get  /staff/volunteers/{reader}/{member}   desk desk desk desk 403  403  403
    post /staff/volunteers/{reader}/{member}   desk desk desk desk 403  403  403
    get  /scan                        200  200  200  200  200  200  200
    get  /family                      in   200  200  200  in   in   in
    get  /cards/desk                  in   200  200  200  in   in   in
    get  /wechat/push                 403  403  403  403  403  403  403
    post /wechat/push                 403  403  403  403  403  403  403
    get  /staff/cards                 desk desk desk desk 200  200  403
    post /staff/cards                 desk desk desk desk 422  422  403
    get  /readyz                      200  200  200  200  200  200  200
    get  /metrics                     200  200  200  200  200  200  200
    get  /healthz                     200  200  200  200  200  200  200
    get  /assets/{*name}              404  404  404  404  404  404  404
    get  /pictures/{file}             404  404  404  404  404  404  404
    get  /nowhere                     404  404  404  404  404  404  404
    post /cards/{card}/unbinding      in   404  303  404  in   in   in
    post /staff/sign-out              303  303  303  303  303  303  303
    post /sign-out                    303  303  303  303  303  303  303
";
const PERSONS: usize = 7;

/// The route, and what each person gets.
fn rows() -> Vec<(&'static Route, [&'static str; PERSONS])> {
    let lines = MATRIX.lines().map(str::trim).filter(|line| !line.is_empty());
    let row = |line: &'static str| {
        let mut words = line.split_whitespace();
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let route = ROUTES.iter().find(|route| (route.method, route.path) == (method, path));
        let cells: Vec<&str> = words.collect();
        (route.unwrap_or_else(|| panic!("{line}")), cells.try_into().unwrap())
    };
    lines.map(row).collect()
}

#[test]
fn the_matrix_has_every_route_and_agrees_with_whom_it_is_for() {
    let rows = rows();
    assert_eq!(rows.len(), ROUTES.len());
    for route in &ROUTES {
        let (_, cells) = rows.iter().find(|(row, _)| std::ptr::eq(*row, route)).unwrap_or_else(|| panic!("{route:?}"));
        let expected = match route.whom {
            For::Everybody => cells.iter().all(|cell| !["in", "bind", "desk"].contains(cell)),
            For::Readers => (cells[0], cells[4], cells[6]) == ("in", "in", "in") && cells[1] != "bind",
            For::Holders => (cells[0], cells[1], cells[4]) == ("in", "bind", "in"),
            For::Staff => cells[..4] == ["desk"; 4],
        };
        assert!(expected, "{route:?}: {cells:?}");
    }
}

/// One reader's card and redemption, one branch's prize.
struct Things {
    ids: Ids,
    owner: i64,
    code: String,
    people: Vec<(&'static str, Browser)>,
}

async fn things(stage: &Stage) -> Things {
    let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
    let prize = stage.prize(director, PENCILS).await;
    let Holder { browser: owner, reader, card } = stage.holder(1).await;
    let holder = Holder { browser: owner.clone(), reader, card };
    let (redemption, code) = stage.redeemed(&holder, prize).await;
    let people = vec![
        ("a visitor", stage.browser()),
        ("a reader without a card", stage.reader().await.0),
        ("the owner", owner),
        ("another reader", stage.holder(2).await.browser),
        ("the desk", stage.staff("fuwutai", Role::Desk, 1).await.0),
        ("another branch's desk", stage.staff("fenguan", Role::Desk, 2).await.0),
        ("an auditor", stage.staff("shenji", Role::Auditor, 1).await.0),
    ];
    let people = people.into_iter().map(|(who, mut browser)| {
        // Outside WeChat nobody is sent to be recognised first; and every form has a token.
        browser.agent = "Mozilla/5.0 (X11; Linux x86_64)";
        browser.set_cookie("yue_visitor", "a visitor's token");
        (who, browser)
    });
    let activity = stage.activity(director, |_| {}).await;
    let sign_up = SignUp {
        activity,
        card,
        members: vec![None],
        waits: false,
        accepts_part: false,
        answers: stage.keys.seal("answers", "[]").unwrap(),
    };
    stage.send(Actor::Reader(reader), Command::from(sign_up)).await;
    let place = stage.place().await.0;
    let member = stage.member(&holder, "王小树", CHILD, None).await.0;
    let (card, prize, redemption, activity) = (card.0, prize.0, redemption.0, activity.0);
    let ids = Ids { card, prize, redemption, place, activity, reader: reader.0, member };
    Things { ids, owner: reader.0, code, people: people.collect() }
}

impl Things {
    /// A form about the owner's things that nothing else is wrong with.
    fn form(&self, stage: &Stage, browser: &Browser, path: &str) -> Form {
        let (card, prize) = (self.ids.card.to_string(), self.ids.prize.to_string());
        let owner = self.owner.to_string();
        let fields = [
            ("card", card.as_str()),
            ("reader", &owner),
            ("member", "0"),
            ("present", "1"),
            ("minutes", "60"),
            ("who-0", "1"),
            ("prize", &prize),
            ("code", &self.code),
            ("title", "书签"),
            ("points", "1"),
            ("branch", "1"),
            ("count", "1"),
            ("reason", "盘点"),
            ("name", "nobody"),
            ("relation", "其他"),
            ("birth", "2000-01-01"),
            ("password", "nothing"),
            ("to", "/prizes"),
        ];
        stage.form(browser, path, &fields)
    }

    async fn ask(&self, stage: &Stage, browser: &Browser, route: &Route) -> Page {
        let path = route.path(self.ids);
        match route.method {
            "get" => browser.get(&path).await,
            _ => browser.send(&self.form(stage, browser, &path)).await,
        }
    }
}

fn answered(page: &Page) -> String {
    let to = page.location().unwrap_or_default();
    let place = |beginning: &str| to == beginning || to.starts_with(&format!("{beginning}?"));
    match page.status {
        303 if place("/sign-in") => "in".into(),
        303 if place("/cards/new") => "bind".into(),
        303 if place("/staff/sign-in") && page.path != "/staff/sign-out" => "desk".into(),
        status => status.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_what_is_theirs_at_every_route() {
    on_both(async |stage: &Stage| {
        let things = things(stage).await;
        let mut wrong = vec![];
        for (route, cells) in rows() {
            for ((who, browser), expected) in things.people.iter().zip(cells) {
                let before = stage.commits().await;
                let page = things.ask(stage, browser, route).await;
                let (got, after) = (answered(&page), stage.commits().await);
                // An export writes down who took it.
                let is_noted = route.path.ends_with("/export") && expected == "200";
                let may_change = is_noted || route.method == "post" && expected == "303";
                if got != expected || (before != after && !may_change) {
                    let changed = if before == after { "" } else { ", and changed something" };
                    wrong.push(format!("{who}: {} {}: {got}, not {expected}{changed}", route.method, route.path));
                }
                // The code itself is typed at the desk, and kept there.
                let may_see = ["the owner", "the desk", "an auditor"].contains(who);
                if !may_see {
                    page.never_says("尾号0001");
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        // The forms were good: they did what they say for those who may.
        assert_eq!(stage.number("select count(*) from redemption where state = 4", &[]).await, 1);
        assert_eq!(stage.redemptions().await, 2);
        assert_eq!(stage.bindings().await, 1);
    })
    .await;
}
