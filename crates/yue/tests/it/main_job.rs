//! The main job from the entry to the statement, and every refusal on the way.

mod codes;
mod desk;
mod kept_pages;
mod limits;
mod refusals;
mod typed;

use crate::support::{Browser, Prize, Stage, on_both, patron};
use domain::staff::Role;
use domain::tables::{BranchId, PrizeId};

const PASSWORD: &str = "a long enough password";

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_binds_redeems_and_collects() {
    on_both(async |stage: &Stage| {
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let pencils = Prize { title: "旧书页卷铅笔", points: 20, stock: 2, branch: 1 };
        let lamp = Prize { title: "护眼阅读灯", points: 200, stock: 6, branch: 1 };
        let pencils = stage.prize(director, pencils).await;
        stage.prize(director, lamp).await;
        let reader = stage.browser();
        enter(stage, &reader).await;
        bind(stage, &reader).await;
        let code = redeem(&reader, pencils).await;
        let desk = desk_signs_in(stage).await;
        hand_over(&desk, &code).await;
        read_up(&reader, &code).await;
    })
    .await;
}

/// Silent first, then 微信授权登录 and 允许.
async fn enter(stage: &Stage, reader: &Browser) {
    let silent = reader.get("/prizes").await.is(303);
    let entry = silent.leads_to("/wechat/entry?to=%2Fprizes");
    let wechat = reader.get(&entry).await.leads_to(&stage.sandbox.base_url());
    assert!(wechat.contains("scope=snsapi_base"), "{wechat}");
    let page = reader.open(&wechat).await.is(200);
    assert_eq!(page.path, "/prizes", "silent entry leads back to where the reader was");
    page.says(&["旧书页卷铅笔", "护眼阅读灯"]);
    reader.get("/me").await.is(200).says(&["还没有登录", "微信授权登录"]);

    let refused = stage.consent_page(reader, "%2Fprizes").await;
    let refused = reader.open(&stage.answer(&refused, "王小萌", "deny")).await.is(200);
    refused.says(&["您没有允许授权", "微信授权登录"]);
    let page = stage.sign_in(reader, "王小萌").await.is(200);
    page.says(&["绑定读者证，首次绑定送 50 积分", "去绑定证件"]);
    assert!(reader.cookie("yue").is_some() && reader.cookie("yue_state").is_none());
}

async fn bind(stage: &Stage, reader: &Browser) {
    let patron = patron(5);
    reader.get("/redemptions").await.is(303).leads_to("/cards/new?to=%2Fredemptions");
    let page = reader.get("/cards/new?to=%2Fprizes").await.is(200);
    page.says(&["读者证条码号", "手机号码", "发送验证码", "验证码", "立即绑定", "前往注册成为读者"]);
    let bound = stage.bind(reader, &patron).await.is(200);
    bound.says(&["绑定成功", "+50", "积分记入：王*萌（尾号0005）"]);
    reader.get("/").await.is(200).says(&["50", "王*萌（尾号0005）"]);
}

/// The code on the ticket.
async fn redeem(reader: &Browser, prize: PrizeId) -> String {
    let can = reader.get("/prizes").await.is(200).says(&["我能兑换", "全部奖品", "旧书页卷铅笔"]);
    can.never_says("护眼阅读灯");
    let all = reader.get("/prizes?tab=all").await.is(200);
    all.says(&["护眼阅读灯", "还差 150 积分"]);
    let prize = format!("/prizes/{prize}");
    reader.get(&prize).await.is(200).says(&["立即兑换", "使用积分：王*萌（尾号0005）", "兑换后余 30 积分"]);
    let confirm = reader.get(&format!("{prize}/redemption")).await.is(200);
    let confirm = confirm.says(&["请于2027年11月28日前领取，过期失效，积分不退还", "兑换后余 30"]);
    let ticket = reader.send(&confirm.form("/redemptions")).await.is(303).leads_to("/redemptions/");
    let ticket = reader.get(&ticket).await.is(200);
    let ticket = ticket.says(&["兑换成功", "待领取", "今天可领，到", "每周六、周日", "最后一天：2027年11月28日 周日"]);
    reader.get("/redemptions").await.is(200).says(&["旧书页卷铅笔", "待领取"]);
    code_of(&ticket.body)
}

/// The reader's own words: what stands under 兑换码.
pub fn code_of(ticket: &str) -> String {
    let code = ticket.split("<p class=\"code").nth(1).unwrap();
    code.split('>').nth(1).unwrap().split('<').next().unwrap().to_string()
}

async fn desk_signs_in(stage: &Stage) -> Browser {
    let (desk, branch) = (stage.browser(), BranchId(1));
    yue::staff::create(&stage.door, &stage.keys, "fuwutai", PASSWORD, yue::staff::given(Role::Desk), branch)
        .await
        .unwrap();
    let sign_in = desk.get("/staff/desk").await.is(303).leads_to("/staff/sign-in?to=%2Fstaff%2Fdesk");
    let page = desk.get(&sign_in).await.is(200);
    let wrong = page.form("/staff/sign-in").with(&[("name", "fuwutai"), ("password", "wrong password")]);
    let page = desk.send(&wrong).await.is(422).says(&["登录名或密码不对"]);
    let right = page.form("/staff/sign-in").with(&[("name", "fuwutai"), ("password", PASSWORD)]);
    desk.send(&right).await.is(303).leads_to("/staff/desk");
    desk
}

async fn hand_over(desk: &Browser, code: &str) {
    let typed = code.to_lowercase().replace(' ', "");
    let panel = desk.get(&format!("/staff/desk?code={typed}")).await.is(200);
    let panel = panel.says(&["可以领取", "旧书页卷铅笔", "王*萌（尾号0005）", code]);
    let done = desk.send(&panel.form("/staff/desk/hand-overs")).await.is(303).leads_to("/staff/desk?done=");
    desk.get(&done).await.is(200).says(&["已领取", "旧书页卷铅笔", "王*萌（尾号0005）"]);
    let again = desk.get(&format!("/staff/desk?code={typed}")).await;
    again.says(&["已经领取过了", "2026年11月28日 9:00"]);
}

/// Ticket, messages, statement.
async fn read_up(reader: &Browser, code: &str) {
    let ticket = reader.open("/redemptions").await.is(200).says(&["已领取"]);
    let link = ticket.body.split("href=\"/redemptions/").nth(1).unwrap().split('"').next().unwrap().to_string();
    let ticket = reader.get(&format!("/redemptions/{link}")).await.is(200).says(&["已领取", code]);
    ticket.never_says("今天可领，到");
    let told = ["奖品已领取", "兑换成功", "读者证绑定成功", "首次绑定获得 50 积分", "3 条未读"];
    let messages = reader.get("/messages").await.is(200).says(&told);
    reader.send(&messages.form("/messages/read")).await.is(303);
    reader.get("/messages").await.is(200).says(&["奖品已领取"]).never_says("未读");
    let statement = reader.get("/points").await.is(200);
    statement.says(&["首次绑定读者证", "+50", "余额 50", "兑换 · 旧书页卷铅笔", "−20", "余额 30"]);
}
