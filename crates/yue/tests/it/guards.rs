//! The guard: no form is taken that did not come from our own page, and none that is too large.

use crate::support::routes::{Ids, ROUTES, posts};
use crate::support::{Browser, HOUR, PENCILS, Stage, on_both};
use domain::staff::Role;
use domain::tables::StaffId;

const KEY: &str = "a key of the tests";
const STALE: [&str; 2] = ["页面已过期", "没有任何改动"];
/// What a form may weigh, and the same as the guard has it.
const BODY_BYTES_MAX: usize = 64 * 1024;

fn is_staff(path: &str) -> bool {
    path.starts_with("/staff")
}

/// A browser signed in where the route is.
async fn signed_in(stage: &Stage, director: StaffId, path: &str) -> Browser {
    if is_staff(path) { stage.signed_in(director).await } else { stage.reader().await.0 }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_is_taken_without_its_token_and_from_elsewhere() {
    on_both(async |stage: &Stage| {
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        for route in posts() {
            let path = Ids { card: prize.0, prize: prize.0, ..Ids::default() }.path(route);
            let mine = signed_in(stage, director, &path).await;
            let other = signed_in(stage, director, &path).await;
            let (token, foreign) = (stage.token(&mine, &path), stage.token(&other, &path));
            let fields = |token: &str| {
                let pairs = [("csrf", token), ("key", KEY), ("prize", "1"), ("card", "1"), ("code", "1")];
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes()
            };
            let bare = b"key=a+key+of+the+tests&prize=1&card=1&code=1".to_vec();
            let before = stage.commits().await;
            let refused = async |what: &str, browser: &Browser, path: &str, body: Vec<u8>| {
                let page = browser.post_raw(path, body).await;
                assert_eq!(page.status, 403, "{what}: {path}: {}", page.text());
                page.says(&STALE);
            };
            refused("no token", &mine, &path, bare.clone()).await;
            refused("no body", &mine, &path, vec![]).await;
            refused("an empty token", &mine, &path, fields("")).await;
            refused("another session's token", &mine, &path, fields(&foreign)).await;
            refused("a cut token", &mine, &path, fields(&token[..token.len() - 1])).await;
            refused("a token in the address", &mine, &format!("{path}?csrf={token}"), bare).await;
            for origin in ["https://evil.example", "null", "", "http://127.0.0.1", "http://127.0.0.1:1"] {
                let mut elsewhere = mine.clone();
                elsewhere.origin = Some(origin.into());
                refused(&format!("from {origin:?}"), &elsewhere, &path, fields(&token)).await;
            }
            let nobody = stage.browser();
            refused("no session", &nobody, &path, fields(&token)).await;
            assert_eq!(stage.commits().await, before, "{path} changed something");

            // The same form from our own page passes, also where the browser keeps its origin to itself.
            let mut silent = mine.clone();
            silent.origin = None;
            for browser in [&mine, &silent] {
                let page = browser.post_raw(&path, fields(&stage.token(browser, &path))).await;
                page.never_says(STALE[0]);
                if path.ends_with("/sign-out") {
                    break;
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_s_token_is_no_staff_token() {
    on_both(async |stage: &Stage| {
        let (desk, _) = stage.staff("fuwutai", Role::Desk, 1).await;
        let (reader, _) = stage.reader().await;
        // One browser in which both are signed in.
        desk.set_cookie("yue", &reader.cookie("yue").unwrap());
        let (path, token) = ("/staff/desk/hand-overs", desk.get("/me").await.is(200).token());
        let page = stage.unchanged(path, desk.post(path, &[("csrf", &token), ("key", KEY), ("code", "1")])).await;
        page.is(403).says(&STALE);
        let token = desk.get("/staff").await.is(200).token();
        let page = stage.unchanged(path, desk.post("/messages/read", &[("csrf", &token), ("key", KEY)])).await;
        page.is(403).says(&STALE);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_a_page_that_says_so() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        let token = stage.token(&browser, "/cards");
        let form = |bytes: usize| {
            let mut body = format!("csrf={token}&key=a+key+of+the+tests&barcode=").into_bytes();
            body.resize(bytes, b'x');
            body
        };
        browser.post_raw("/cards", form(BODY_BYTES_MAX)).await.is(422);
        for bytes in [BODY_BYTES_MAX + 1, 4 * BODY_BYTES_MAX] {
            let page = stage.unchanged("a large body", browser.post_raw("/cards", form(bytes))).await;
            page.is(413).says(&["提交的内容太大", "没有任何改动"]);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_says_it_will_be_huge_is_not_waited_for() {
    on_both(async |stage: &Stage| {
        let head = format!(
            "POST /cards HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: 1073741824\r\n\r\n",
            stage.socket.trim_start_matches("http://"),
        );
        let answer = stage.raw(&head).await;
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("提交的内容太大"), "{answer}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_body_that_hides_its_length_is_refused_too() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        let chunk = format!("2000\r\n{}\r\n", "x".repeat(0x2000));
        let head = format!(
            "POST /cards HTTP/1.1\r\nhost: {}\r\ncookie: yue={}\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked\r\n\r\n",
            stage.socket.trim_start_matches("http://"),
            browser.cookie("yue").unwrap(),
        );
        let answer = stage.unchanged("chunks", stage.raw(&format!("{head}{}0\r\n\r\n", chunk.repeat(9)))).await;
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("提交的内容太大"), "{answer}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_addresses_and_odd_forms_get_a_page_in_our_own_words() {
    on_both(async |stage: &Stage| {
        let (staff, _) = stage.staff("guanzhang", Role::Director, 1).await;
        let browser = stage.holder(1).await.browser;
        browser.set_cookie("yue_staff", &staff.cookie("yue_staff").unwrap());
        for odd in
            ["x", "-1", "999", "9223372036854775807", "9223372036854775808", "%00", "%ff", "1%2F2", "' or 1=1 --"]
        {
            for route in ROUTES.iter().filter(|route| route.path.contains('{') && !route.path.starts_with("/assets/")) {
                let path = ["{card}", "{prize}", "{redemption}", "{module}", "{n}", "{file}"].iter();
                let path = path.fold(route.path.to_string(), |path, name| path.replace(name, &odd.replace(' ', "%20")));
                let page = match route.method {
                    "get" => browser.get(&path).await,
                    _ => browser.send(&stage.form(&browser, &path, &[])).await,
                };
                assert!((400..500).contains(&page.status), "{} {path}: {}", route.method, page.status);
            }
        }
        let queries =
            ["/points?back=x", "/redemptions?from=x", "/messages?before=x", "/messages?unread=x", "/staff/desk?done=x"];
        for path in queries.iter().chain(&["/redemptions?from=-9223372036854775808", "/points?back=-5"]) {
            browser.get(path).await.never_says("deserialize");
        }
        browser.send(&stage.form(&browser, "/redemptions", &[("prize", "x"), ("card", "%")])).await.is(400);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_none_is_refused() {
    on_both(async |stage: &Stage| {
        let browser = stage.holder(1).await.browser;
        for key in ["", "short", &"x".repeat(65)] {
            let form = stage.form(&browser, "/messages/read", &[("key", key)]);
            let page = stage.unchanged(key, browser.send(&form)).await;
            page.is(400).says(&["没有看懂您的提交", "没有任何改动"]);
        }
        stage.pass(HOUR);
        browser.send(&stage.form(&browser, "/messages/read", &[])).await.is(303);
    })
    .await;
}
