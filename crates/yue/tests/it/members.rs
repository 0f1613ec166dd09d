//! 成员管理: what is kept of whom, with whose consent, and what goes when a member is removed.

use crate::support::activities::{CHILD, GROWN};
use crate::support::{Browser, DAY, Form, Holder, Page, Stage, on_both, patron};
use domain::staff::Role;

const MEMBERS: &str = "select count(*) from member";
const FACES: &str = "select count(*) from member_face where face is not null";

const CHILD_OF_TEN: [(&str, &str); 3] = [("name", "王小树"), ("relation", "儿子"), ("birth", "2016-05-12")];

async fn new(browser: &Browser) -> Form {
    browser.get("/members/new").await.is(200).form("/members").with(&CHILD_OF_TEN)
}

/// As somebody else fills the form in again.
fn another(form: &Form) -> Form {
    form.clone().with(&[("key", &web::frame::keys::token().unwrap())])
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_child_is_stored_without_a_guardian() {
    on_both(async |stage: &Stage| {
        let browser = stage.holder(1).await.browser;
        browser.get("/members").await.is(200).says(&["添加家人后"]);
        let form = new(&browser).await;
        let page = stage.refused(&browser, &form, 422).await.says(&["要有监护人同意才能保存", "什么都没有保存"]);
        page.keeps("/members", &CHILD_OF_TEN);
        assert_eq!((stage.number(MEMBERS, &[]).await, stage.number(FACES, &[]).await), (0, 0));
        browser.send(&another(&form).with(&[("consents", "1")])).await.is(303).leads_to("/members");
        browser.get("/members").await.is(200).says(&["王小树", "儿子", "10 岁"]);
        // Who is grown needs nobody's consent.
        let grown = another(&form).with(&[("name", "王建国"), ("relation", "父亲"), ("birth", "1960-03-01")]);
        browser.send(&grown).await.is(303);
        assert_eq!(stage.number("select count(*) from member where guardian <> 0", &[]).await, 1);
        let clear = stage.sealed_texts().await;
        assert!(
            !clear.iter().any(|text| text.contains("王小树") || text.contains("儿子")),
            "a name stands in the clear"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_says_what_is_wrong_and_keeps_what_was_typed() {
    on_both(async |stage: &Stage| {
        let browser = stage.holder(1).await.browser;
        let form = new(&browser).await.with(&[("consents", "1")]);
        let long = "长".repeat(31);
        for (field, value, sentence) in [
            ("name", " ", "请填写姓名"),
            ("name", long.as_str(), "最多 30 个字"),
            ("relation", "邻居", "请选择关系"),
            ("birth", "", "请选择出生日期"),
            ("birth", "2016-02-30", "出生日期不对"),
            ("birth", "2026-11-29", "出生日期不对"),
        ] {
            let page = stage.refused(&browser, &another(&form).with(&[(field, value)]), 422).await.says(&[sentence]);
            page.keeps("/members", &[("to", "")]);
        }
        let page = stage.refused(&browser, &another(&form).with(&[("name", "")]), 422).await;
        page.keeps("/members", &CHILD_OF_TEN[1..]);
        assert_eq!(stage.number(MEMBERS, &[]).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_s_card_is_one_of_the_reader_s_own() {
    on_both(async |stage: &Stage| {
        let (owner, stranger) = (stage.holder(1).await, stage.holder(2).await);
        let form = new(&owner.browser).await.with(&[("consents", "1")]);
        let foreign = another(&form).with(&[("card", &stranger.card.to_string())]);
        stage.refused(&owner.browser, &foreign, 404).await.says(&["这不是您绑定的读者证"]);
        let own = another(&form).with(&[("card", &owner.card.to_string()), ("to", "/activities")]);
        owner.browser.send(&own).await.is(303).leads_to("/activities");
        owner.browser.get("/members").await.is(200).says(&["积分记入 李*遥（尾号0001）"]);
        let elsewhere = another(&form).with(&[("to", "//elsewhere.example")]);
        assert_eq!(owner.browser.send(&elsewhere).await.is(303).location().as_deref(), Some("/"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_s_member_is_not_there() {
    on_both(async |stage: &Stage| {
        let (owner, stranger) = (stage.holder(1).await, stage.holder(2).await);
        let member = stage.member(&owner, "王小树", CHILD, None).await;
        let (edit, removal) = (format!("/members/{member}"), format!("/members/{member}/removal"));
        for path in [&edit, &removal] {
            stranger.browser.get(path).await.is(404).never_says("王小树");
        }
        for path in [&edit, &removal, &format!("/volunteers/{member}")] {
            stage.refused(&stranger.browser, &stage.form(&stranger.browser, path, &CHILD_OF_TEN), 404).await;
        }
        stranger.browser.get(&format!("/volunteers/new?member={member}")).await.is(404);
        stranger.browser.get(&format!("/volunteers/certificate?member={member}")).await.is(404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_edited_keeps_the_consent_and_who_is_removed_is_gone() {
    on_both(async |stage: &Stage| {
        let owner = stage.holder(1).await;
        let member = stage.member(&owner, "王小树", CHILD, Some(owner.card)).await;
        let path = format!("/members/{member}");
        let page = owner.browser.get(&path).await.is(200).says(&["监护人已于 2026年11月28日 同意", "撤回同意"]);
        let page = page.keeps(&path, &[("name", "王小树"), ("birth", "2016-05-12")]);
        let edited = page.form(&path).with(&[("name", "王大树"), ("relation", "儿子"), ("card", "")]);
        owner.browser.send(&edited).await.is(303);
        owner.browser.get("/members").await.is(200).says(&["王大树"]).never_says("王小树");
        let asked = owner.browser.get(&format!("{path}/removal")).await.is(200);
        asked.form(&format!("{path}/removal"));
        let asked = asked.says(&["姓名和出生日期马上删除", "仍计入人次"]);
        owner.browser.send(&asked.form(&format!("{path}/removal"))).await.is(303).leads_to("/members");
        owner.browser.get("/members").await.is(200).never_says("王大树");
        owner.browser.get(&path).await.is(404);
        const KEPT: &str = "select count(*) from member m join member_face f on f.member = m.id \
            where m.state = 2 and m.birth_day = 0 and m.card = 0 and f.face is null";
        assert_eq!(stage.number(KEPT, &[]).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_eight_members_at_most() {
    on_both(async |stage: &Stage| {
        let owner = stage.holder(1).await;
        for n in 0..8 {
            stage.member(&owner, &format!("家人{n}"), GROWN, None).await;
        }
        owner.browser.get("/members").await.is(200).says(&["最多添加 8 位成员"]).never_says("邀请监护人确认");
        let ninth = new(&owner.browser).await.with(&[("consents", "1")]);
        stage.refused(&owner.browser, &ninth, 409).await.says(&["最多添加 8 位成员"]);
    })
    .await;
}

/// The link on the inviter's page, as a path.
async fn invitation(stage: &Stage, inviter: &Browser) -> String {
    let form = inviter.get("/members/invitations").await.is(200).form("/members/invitations");
    let page = inviter.get(&inviter.send(&form).await.is(303).location().unwrap()).await.is(200);
    let link = page.text();
    let link = link.split_whitespace().find(|word| word.contains("/members/invitations/")).unwrap().to_string();
    assert!(link.starts_with(&stage.public_url), "{link}");
    inviter.local(&link)
}

async fn filled(page: &Page, path: &str) -> Form {
    page.form(path).with(&CHILD_OF_TEN)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_who_is_invited_fills_in_and_consents() {
    on_both(async |stage: &Stage| {
        let Holder { browser: inviter, reader, .. } = stage.holder(1).await;
        let (guardian, guardian_id) = stage.reader().await;
        let path = invitation(stage, &inviter).await;
        // By the one who sent it: still to be sent.
        inviter.get(&path).await.is(200).says(&["请只发给监护人本人"]);
        let page = guardian.get(&path).await.is(200).says(&["李*遥（读者证尾号0001）想为孩子报名"]);
        let form = filled(&page, &path).await;
        let page = stage.refused(&guardian, &form, 422).await.says(&["要有监护人同意"]);
        page.keeps(&path, &CHILD_OF_TEN);
        let consenting = another(&form).with(&[("consents", "1")]);
        guardian.send(&consenting).await.is(200).says(&["已确认", "王小树已加入李*遥（读者证尾号0001）的成员"]);
        const BY: &str = "select count(*) from member where reader = $1 and guardian = $2";
        assert_eq!(stage.number(BY, &[reader.0, guardian_id.0]).await, 1);
        guardian.get(&path).await.is(410).says(&["邀请已经用过"]);
        inviter.get("/members").await.is(200).says(&["王小树", "监护人已于 2026年11月28日 确认"]);
        let consent = format!("/consents/{reader}/{}/revocation", stage.number("select id from member", &[]).await);
        guardian.get("/members").await.is(200).says(&["我同意保存的孩子", "王小树", "李*遥（尾号0001）添加"]);
        inviter.get(&consent).await.is(404);
        // Taken back: nothing is left, and whoever had the child as a member is told.
        let page = guardian.get(&consent).await.is(200).says(&["撤回对王小树的同意", "名额让给候补", "会收到通知"]);
        let revocation = page.form(&consent);
        guardian.send(&revocation).await.is(303).leads_to("/members");
        guardian.send(&revocation).await.is(303);
        stage.refused(&guardian, &another(&revocation), 404).await;
        guardian.get("/members").await.is(200).never_says("王小树");
        inviter.get("/members").await.is(200).never_says("王小树");
        inviter.get("/messages").await.is(200).says(&["监护人撤回同意", "姓名和出生日期已删除"]);
        assert_eq!(stage.number(FACES, &[]).await, 0);
        // Who has no card is not named.
        let path = invitation(stage, &guardian).await;
        inviter.get(&path).await.is(200).says(&["一位读者想为孩子报名"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_or_forged_invitation_is_good_for_nothing() {
    on_both(async |stage: &Stage| {
        let (inviter, other) = (stage.holder(1).await, stage.holder(2).await);
        let (guardian, _) = stage.reader().await;
        let path = invitation(stage, &inviter.browser).await;
        let form = filled(&guardian.get(&path).await.is(200), &path).await.with(&[("consents", "1")]);
        let code = path.rsplit('/').next().unwrap();
        let to_other = code.replacen(&inviter.reader.to_string(), &other.reader.to_string(), 1);
        for forged in [to_other.as_str(), "none", "1-2-3", &code[..code.len() - 1]] {
            let path = format!("/members/invitations/{forged}");
            guardian.get(&path).await.is(404).says(&["邀请无效", "没有保存任何信息"]);
            let form = Form { action: path, ..another(&form) };
            stage.refused(&guardian, &form, 404).await.says(&["邀请无效"]);
        }
        stage.pass(7 * DAY - 1_000);
        guardian.get(&path).await.is(200);
        stage.pass(1_000);
        guardian.get(&path).await.is(410).says(&["邀请已过期"]);
        stage.refused(&guardian, &form, 410).await.says(&["邀请已过期"]);
        assert_eq!(stage.number(MEMBERS, &[]).await, 0);
        let visitor = stage.visitor().get(&path).await;
        visitor.is(303).leads_to("/sign-in");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_no_member_without_the_right_to() {
    on_both(async |stage: &Stage| {
        let owner = stage.holder(1).await;
        stage.bind(&owner.browser, &patron(2)).await.is(200);
        stage.member(&owner, "王小树", CHILD, None).await;
        let (desk, _) = stage.staff("fuwutai", Role::Desk, 1).await;
        desk.get("/staff/volunteers").await.is(403).never_says("王小树");
        desk.get("/staff").await.is(200).never_says("志愿者");
    })
    .await;
}
