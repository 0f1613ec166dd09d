//! 核销 refused: a code that is unknown, over, or has been handed over.

use crate::support::{Browser, DAY, PENCILS, Page, Stage, on_both};
use domain::redemptions::code::RedemptionCode;
use domain::staff::Role;
use domain::tables::{PrizeId, RedemptionId, StaffId};

const UNKNOWN: &str = "兑换码不存在，请核对后重新输入。";

/// The director is at the desk too.
async fn desk_with_one(stage: &Stage) -> (Browser, StaffId, String) {
    let (desk, director) = stage.staff("guanzhang", Role::Director, 1).await;
    let prize = stage.prize(director, PENCILS).await;
    let (_, code) = stage.redeemed(&stage.holder(1).await, prize).await;
    (desk, director, code)
}

async fn scan(desk: &Browser, code: &str) -> Page {
    let code: String = url::form_urlencoded::byte_serialize(code.as_bytes()).collect();
    desk.get(&format!("/staff/desk?code={code}")).await
}

/// 确认领取 without having looked first.
async fn hand_over(stage: &Stage, desk: &Browser, code: &str) -> Page {
    desk.send(&stage.form(desk, "/staff/desk/hand-overs", &[("code", code)])).await
}

async fn handed_over(stage: &Stage) -> i64 {
    stage.number("select handed_over from prize", &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_code_is_unknown_however_near_it_is() {
    on_both(async |stage: &Stage| {
        let (desk, _, code) = desk_with_one(stage).await;
        let right = RedemptionCode::parse(&code).unwrap();
        let near = RedemptionCode { secret: right.secret ^ 1, ..right }.grouped();
        let next = RedemptionCode { redemption: RedemptionId(right.redemption.0 + 1), ..right };
        let mut slip = code.clone();
        slip.replace_range(0..1, if code.starts_with('Z') { "Y" } else { "Z" });
        let mut heard = vec![];
        for typed in [&near, &next.grouped(), &slip, "你好", "12345", "<script>alert(1)</script>"] {
            let scanned = stage.unchanged(typed, scan(&desk, typed)).await.is(409);
            let field = format!("value=\"{}\"", typed.replace('<', "&#60;").replace('>', "&#62;"));
            assert!(scanned.body.contains(&field), "{typed} is not kept: {}", scanned.body);
            let taken = stage.unchanged(typed, hand_over(stage, &desk, typed)).await.is(409);
            for page in [scanned, taken] {
                let page = page.says(&[UNKNOWN, typed]).never_says("旧书页卷铅笔");
                heard.push(page.text().replace(typed, ""));
            }
        }
        assert!(heard.iter().all(|text| *text == heard[0]), "near and far are told apart: {heard:?}");
        assert_eq!(handed_over(stage).await, 0);
        scan(&desk, &code).await.is(200).says(&["可以领取"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_hand_over_is_refused_with_the_time_of_the_first() {
    on_both(async |stage: &Stage| {
        let (desk, director, code) = desk_with_one(stage).await;
        let second_window = stage.signed_in(director).await;
        let waiting = scan(&second_window, &code).await.says(&["可以领取"]).form("/staff/desk/hand-overs");
        hand_over(stage, &desk, &code).await.is(303).leads_to("/staff/desk?done=");
        stage.pass(60_000);
        let again = stage.unchanged("a second hand-over", second_window.send(&waiting)).await.is(409);
        let again = again.says(&["已经领取过了", "2026年11月28日 9:00", "旧书页卷铅笔"]);
        again.never_says("确认领取");
        assert_eq!(handed_over(stage).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_day_is_the_last() {
    on_both(async |stage: &Stage| {
        let (_, director, code) = desk_with_one(stage).await;
        let prize = PrizeId(stage.number("select id from prize", &[]).await);
        let (_, other) = stage.redeemed(&stage.holder(2).await, prize).await;
        stage.pass(365 * DAY);
        let desk = stage.signed_in(director).await;
        scan(&desk, &other).await.is(200).says(&["可以领取", "2027年11月28日 周日"]);
        hand_over(stage, &desk, &other).await.is(303);
        stage.pass(DAY);
        let desk = stage.signed_in(director).await;
        let over = "已过期：最后一天是2027年11月28日。";
        scan(&desk, &code).await.says(&[over, "旧书页卷铅笔"]).never_says("确认领取");
        let taken = stage.unchanged("an expired code", hand_over(stage, &desk, &code)).await;
        taken.is(409).says(&[over]);
        assert_eq!(handed_over(stage).await, 1);
    })
    .await;
}
