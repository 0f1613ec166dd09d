//! Who may do what: every route, asked by everybody, about things that belong to one reader and one branch.

mod branches;
mod foreign;

use crate::support::activities::CHILD;
use crate::support::routes::{For, Ids, ROUTES, Route};
use crate::support::{Browser, Form, Holder, PENCILS, Page, Stage, on_both};
use domain::activities::enrolments::SignUp;
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::staff::{Permission, Role};

/// Who asks, in the order of `Things::people`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Visitor,
    Cardless,
    Owner,
    Another,
    Staff(Role, Branch),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Branch {
    Theirs,
    Other,
}

const PEOPLE: [Who; 7] = [
    Who::Visitor,
    Who::Cardless,
    Who::Owner,
    Who::Another,
    Who::Staff(Role::Desk, Branch::Theirs),
    Who::Staff(Role::Desk, Branch::Other),
    Who::Staff(Role::Auditor, Branch::Theirs),
];

/// Why an answer is not what the route's declaration promises.
fn wrong(route: &Route, who: Who, got: &str) -> Option<&'static str> {
    let is_sent_away = ["in", "bind", "desk"].contains(&got);
    let is_refused = got.starts_with('4');
    let expected = match (route.whom, who) {
        (For::Everybody, _) => !is_sent_away,
        (For::Readers | For::Holders, Who::Visitor | Who::Staff(..)) => got == "in",
        (For::Holders, Who::Cardless) => got == "bind",
        (For::Readers, Who::Cardless) | (For::Readers | For::Holders, Who::Another) if is_owned(route) => is_refused,
        (For::Readers | For::Holders, _) => !is_sent_away && !got.starts_with('5'),
        (For::Staff(_), Who::Visitor | Who::Cardless | Who::Owner | Who::Another) => got == "desk",
        (For::Staff(any), Who::Staff(role, branch)) => {
            let may = any.iter().any(|permission| domain::staff::has(role.permissions(), *permission));
            match branch {
                _ if !may => got == "403",
                Branch::Theirs => got != "403" && !is_sent_away,
                Branch::Other if route.path.contains('{') => is_refused,
                Branch::Other => !is_sent_away,
            }
        }
    };
    (!expected).then_some("not as the route declares")
}

/// Whether the address names something that belongs to one reader.
fn is_owned(route: &Route) -> bool {
    let names = ["{card}", "{redemption}", "{member}", "{message}"];
    route.path.starts_with("/enrolments/") || names.iter().any(|name| route.path.contains(name))
}

/// Pages first; what ends a session, takes things away or makes a thing one's own comes last.
fn in_order() -> Vec<&'static Route> {
    let mut routes: Vec<&Route> = ROUTES.iter().collect();
    let ends = |path: &str, words: &[&str]| words.iter().any(|word| path.ends_with(word));
    routes.sort_by_key(|route| match route.method {
        "get" => 0,
        _ if ends(route.path, &["/sign-out"]) => 3,
        _ if ends(route.path, &["/unbinding", "/removal", "/enrolment"]) => 2,
        _ => 1,
    });
    routes
}

#[test]
fn every_route_of_the_back_office_declares_a_permission() {
    for route in ROUTES.iter() {
        let is_staffs = matches!(route.whom, For::Staff(permissions) if !permissions.is_empty());
        let is_entry = ["/staff/sign-in", "/staff/sign-out"].contains(&route.path);
        assert_eq!(is_staffs, route.path.starts_with("/staff") && !is_entry, "{route:?}");
        // Reading alone changes nothing: an auditor has no more than that.
        let is_open_to_auditors = matches!(route.whom, For::Staff(any) if any.contains(&Permission::Read));
        // Which branch is looked at, the browser alone remembers; and of their own account everybody speaks for themselves.
        let changes = route.method == "post" && !["/staff/branch", "/staff/account"].contains(&route.path);
        assert!(!is_open_to_auditors || !changes, "{route:?}");
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
            ("points", "20"),
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
        let path = self.ids.path(route);
        match route.method {
            "get" => browser.get(&path).await,
            _ => browser.send(&self.form(stage, browser, &path)).await,
        }
    }
}

/// Where a way leads elsewhere: `in` signing in, `bind` binding a card, `desk` signing in to the back office.
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
        let mut faults = vec![];
        for route in in_order() {
            for ((who, browser), is) in things.people.iter().zip(PEOPLE) {
                let before = stage.commits().await;
                let page = things.ask(stage, browser, route).await;
                let (got, after) = (answered(&page), stage.commits().await);
                if let Some(why) = wrong(route, is, &got) {
                    faults.push(format!("{who}: {} {}: {got}, {why}", route.method, route.path));
                }
                // An export writes down who took it.
                let is_noted = route.path.ends_with("/export") && got == "200";
                let may_change = is_noted || route.method == "post" && got == "303";
                if before != after && !may_change {
                    faults.push(format!("{who}: {} {}: {got}, and changed something", route.method, route.path));
                }
                // The code itself is typed at the desk, and kept there.
                let may_see = ["the owner", "the desk", "an auditor"].contains(who);
                if !may_see {
                    page.never_says("尾号0001");
                }
            }
        }
        assert!(faults.is_empty(), "{faults:#?}");
        // The forms were good: they did what they say for those who may.
        assert_eq!(stage.number("select count(*) from redemption where state = 4", &[]).await, 1);
        assert_eq!(stage.redemptions().await, 2);
        assert_eq!(stage.bindings().await, 1);
    })
    .await;
}
