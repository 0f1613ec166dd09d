//! What stands around every page: the host it is asked at, its size on the way, the account and branch it is for.

use crate::support::{Browser, PENCILS, Stage, on_both, on_both_with};
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::staff::{ChangeStaff, Role, StaffChange};
use domain::tables::BranchId;
use web::frame::settings::Branch;

async fn asked_at(stage: &Stage, host: &str, path: &str) -> String {
    let answer = stage.raw(&format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")).await;
    answer.lines().next().unwrap_or_default().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_not_ours_is_refused_but_for_programs() {
    let named = |settings: &mut yue::settings::Settings| {
        settings.server.public_url = "https://yue.example.org".into();
        settings.server.other_hosts = vec!["Old.example.org".into()];
    };
    on_both_with(named, async |stage: &Stage| {
        for host in ["yue.example.org", "YUE.example.org:443", "old.example.org", "127.0.0.1:1", "localhost"] {
            assert!(asked_at(stage, host, "/").await.contains(" 200 "), "{host}");
        }
        for host in ["evil.example", "yue.example.org.evil.example", "10.0.0.7", ""] {
            assert!(asked_at(stage, host, "/").await.contains(" 421 "), "{host:?}");
            assert!(asked_at(stage, host, "/healthz").await.contains(" 200 "), "{host:?}");
        }
    })
    .await;
    let any = |settings: &mut yue::settings::Settings| settings.server.other_hosts = vec!["*".into()];
    on_both_with(any, async |stage: &Stage| assert!(asked_at(stage, "10.0.0.7", "/").await.contains(" 200 "))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_compressed_for_who_takes_that() {
    on_both(async |stage: &Stage| {
        let request = |more: &str| format!("GET / HTTP/1.1\r\nhost: localhost\r\n{more}connection: close\r\n\r\n");
        let packed = stage.raw(&request("accept-encoding: gzip\r\n")).await;
        assert!(packed.contains("content-encoding: gzip") && !packed.contains("</html>"), "{packed}");
        let plain = stage.raw(&request("")).await;
        assert!(!plain.contains("content-encoding") && plain.contains("</html>"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_and_a_pause_end_the_sessions_of_an_account() {
    on_both(async |stage: &Stage| {
        let (browser, staff) = stage.staff("fuwutai", Role::Desk, 1).await;
        let change = async |change| {
            stage.pass(1);
            let name_hash = stage.keys.digest("staff", "fuwutai");
            stage.send(Actor::Job, Command::from(ChangeStaff { name_hash, name: "fuwutai".into(), change })).await;
        };
        browser.get("/staff/desk").await.is(200);
        change(StaffChange::Password { hash: "another".into() }).await;
        browser.get("/staff/desk").await.is(303).leads_to("/staff/sign-in");
        let again = stage.signed_in(staff).await;
        again.get("/staff/desk").await.is(200);
        change(StaffChange::Pause).await;
        again.get("/staff/desk").await.is(303).leads_to("/staff/sign-in");
        change(StaffChange::Resume).await;
        again.get("/staff/desk").await.is(303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_works_for_several_branches_chooses_which_to_look_at() {
    let two = |settings: &mut yue::settings::Settings| {
        settings.library.branches.push(Branch { id: 2, name: "大厂街道分馆".into() });
    };
    on_both_with(two, async |stage: &Stage| {
        let (director, id) = stage.staff("guanzhang", Role::Director, 1).await;
        stage.prize(id, PENCILS).await;
        let (desk, _) = stage.staff("fuwutai", Role::Desk, 1).await;
        desk.get("/staff/desk").await.is(200).never_says("大厂街道分馆");
        let page = director.get("/staff/prizes").await.is(200).says(&["全部分馆", "大厂街道分馆", "旧书页卷铅笔"]);
        let form = page.form("/staff/branch").with(&[("branch", "2")]);
        director.send(&form).await.is(303).leads_to("/staff/prizes");
        let page = director.get("/staff/prizes").await.is(200).never_says("旧书页卷铅笔");
        // Something new belongs there, unless they say otherwise.
        let new = director.get("/staff/prizes/new").await.is(200).form("/staff/prizes");
        assert_eq!(new.get("branch"), "2");
        // What nobody has is nobody's list; another site is not led to.
        let odd = page.form("/staff/branch").with(&[("branch", ""), ("to", "//evil.example/staff")]);
        director.send(&odd).await.is(303).leads_to("/staff");
        director.get("/staff/prizes").await.is(200).says(&["旧书页卷铅笔"]);
        assert_eq!(
            BranchId(1).to_string(),
            director.get("/staff/prizes/new").await.form("/staff/prizes").get("branch")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tap_on_the_sign_in_leads_to_consent() {
    on_both(async |stage: &Stage| {
        let browser = stage.browser();
        // Silent entry was tried, and nobody was known.
        browser.set_cookie("yue_tried", "1");
        browser.get("/sign-in?go=1&to=%2Fme").await.is(303).leads_to("/wechat/authorization?to=%2Fme");
        stage.visitor().get("/sign-in?go=1&to=%2Fme").await.is(200).says(&["微信"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_can_be_put_on_a_home_screen() {
    on_both(async |stage: &Stage| {
        let browser = stage.visitor();
        let home = browser.get("/").await.is(200);
        assert!(home.body.contains("<link rel=\"manifest\" href=\"/manifest.webmanifest\">"));
        let manifest: serde_json::Value =
            serde_json::from_str(&browser.get("/manifest.webmanifest").await.is(200).body).unwrap();
        assert_eq!(manifest["name"], "江北新区图书馆YUE积分社");
        let purposes: Vec<_> = manifest["icons"].as_array().unwrap().iter().map(|icon| &icon["purpose"]).collect();
        assert_eq!(purposes, ["any", "any", "maskable"]);
        for icon in manifest["icons"].as_array().unwrap() {
            let picture = browser.get(icon["src"].as_str().unwrap()).await.is(200);
            assert_eq!(picture.headers["content-type"], "image/png");
        }
    })
    .await;
}

const PHONE: &str = "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36 MicroMessenger/8.0.58";
const WECHAT_ON_A_COMPUTER: &str = "Mozilla/5.0 (Windows NT 10.0) Chrome/132 MicroMessenger/7.0.20 WindowsWechat";
const COMPUTER: &str = "Mozilla/5.0 (X11; Linux x86_64)";

/// A page by a signed link is good for whoever has the link, and no browser keeps it.
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_keeps_pages_where_nobody_else_comes_to_see_them() {
    on_both(async |stage: &Stage| {
        let holder = stage.holder(1).await;
        let points = holder.browser.get("/points?back=1").await.is(200).body;
        let link = points.split('"').find(|text| text.starts_with("/points/statements/")).unwrap().to_string();
        let (staff, _) = stage.staff("guanzhang", Role::Administrator, 1).await;
        let with = |mut browser: Browser, agent| {
            browser.agent = agent;
            browser
        };
        let visitor = || stage.browser();
        let reader = || holder.browser.clone();
        for (browser, path, kept) in [
            (with(reader(), PHONE), "/me", true),
            (with(reader(), PHONE), "/prizes", true),
            (with(reader(), WECHAT_ON_A_COMPUTER), "/me", false),
            (with(reader(), COMPUTER), "/", false),
            (with(visitor(), COMPUTER), "/", true),
            (with(visitor(), COMPUTER), "/rules", true),
            (with(visitor(), COMPUTER), "/offline", false),
            (with(reader(), PHONE), link.as_str(), false),
            (with(visitor(), COMPUTER), link.as_str(), false),
            (staff, "/staff", false),
        ] {
            let page = browser.get(path).await;
            let said = page.headers["cache-control"].to_str().unwrap().to_string();
            assert_eq!(said, if kept { "private, no-cache" } else { "no-store" }, "{path}");
        }
    })
    .await;
}
