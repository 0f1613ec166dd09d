//! 转发给朋友: the card that WeChat shows in a friend's chat.

use crate::support::html::{Tag, tags};
use crate::support::{Page, Stage, on_both};
use connectors::wechat::jsapi_signature;
use domain::activities::CancelActivity;
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::staff::Role;
use domain::tables::Token;
use web::kit::wx_config::TOKEN_LABEL;

/// What the scripts are given.
fn panel(page: &Page) -> Tag {
    tags(&page.body).into_iter().find(|tag| tag.get("data-share").is_some()).unwrap()
}

async fn ticket(stage: &Stage) -> String {
    let (sealed, _) = store::jobs::token(&stage.reads, Token::JsapiTicket).await.unwrap().unwrap();
    stage.keys.open(TOKEN_LABEL, &sealed).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_says_what_when_and_where_and_nothing_of_who_forwards_it() {
    on_both(async |stage: &Stage| {
        const TITLE: &str = "读\"三体\"&<b>'人间'";
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let titled = |save: &mut domain::activities::SaveActivity| {
            save.text.title = TITLE.into();
            save.text.audience = "6–12 岁".into();
        };
        let activity = stage.activity(staff, titled).await;
        let (browser, path) = (stage.holder(1).await.browser, format!("/activities/{activity}"));
        let unsigned = panel(&browser.get(&path).await.is(200));
        assert_eq!((unsigned.get("data-title"), unsigned.get("data-signature")), (Some(TITLE), None));
        stage.jobs.run_due().await;

        // As a friend finds it: WeChat adds where the card was tapped.
        let here = format!("{path}?from=singlemessage");
        let page = browser.get(&here).await.is(200);
        assert!(!page.body.contains(TITLE), "{TITLE} stands there as it was typed");
        let card = panel(&page);
        let facts = "11月28日 周六 9:30–11:30 · A座三楼报告厅 · 6–12 岁";
        assert_eq!((card.get("data-title"), card.get("data-facts")), (Some(TITLE), Some(facts)));
        assert_eq!(card.get("data-link"), Some(format!("{}{path}", stage.public_url).as_str()));
        let picture = browser.local(card.get("data-picture").unwrap());
        assert!(picture.starts_with("/assets/act-porpoise."), "{picture}");
        browser.get(&picture).await.is(200);
        let said = |name| card.get(name).unwrap_or_default();
        let at = said("data-timestamp").parse().unwrap();
        let url = format!("{}{here}", stage.public_url);
        let signature = jsapi_signature(&ticket(stage).await, said("data-nonce"), at, &url);
        assert_eq!((said("data-signature"), said("data-appid").is_empty()), (signature.as_str(), false));

        let outside = stage.visitor().get(&path).await.is(200).says(&["转发给朋友：看海报"]);
        assert_eq!(panel(&outside).get("data-signature"), None);
        assert!(!outside.body.contains("share."), "WeChat's scripts are for WeChat");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poster_and_a_calendar_file_hold_nothing_that_cannot_be_read() {
    on_both(async |stage: &Stage| {
        let (staff, _) = stage.staff("huodong", Role::Activities, 1).await;
        let typed = [
            ("title", "江豚\u{b}来了\u{1}"),
            ("place", "报告\u{7}厅"),
            ("starts", "2026-12-05T09:00"),
            ("ends", "2026-12-05T11:00"),
        ];
        let form = stage.form(&staff, "/staff/activities", &typed);
        let to = staff.upload(&form, &[]).await.is(303).leads_to("/staff/activities/");
        staff.send(&stage.form(&staff, &format!("{to}/publication"), &[])).await.is(303);
        for (file, words) in [("poster.svg", "江豚 来了"), ("calendar.ics", "SUMMARY:江豚 来了\r\n")] {
            let path = format!("{}/{file}", to.strip_prefix("/staff").unwrap());
            let page = stage.visitor().get(&path).await.is(200);
            assert!(page.body.contains(words), "{}", page.body);
            assert!(!page.body.contains(|c: char| c.is_control() && !"\r\n".contains(c)), "{:?}", page.body);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_card_of_a_cancelled_activity_says_so() {
    on_both(async |stage: &Stage| {
        let (_, staff) = stage.staff("huodong", Role::Activities, 1).await;
        let activity = stage.activity(staff, |_| ()).await;
        let cancel = CancelActivity { activity, reason: "讲师生病".into() };
        stage.send(Actor::Staff(staff), Command::from(cancel)).await;
        let page = stage.visitor().get(&format!("/activities/{activity}")).await.is(200);
        assert!(panel(&page).get("data-facts").unwrap().starts_with("已取消 · 11月28日"));
    })
    .await;
}
