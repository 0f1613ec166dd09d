//! 志愿者: registration, review, hours, certificates that anybody can check, and what leaves the house.

use crate::support::activities::{CHILD, sign_up};
use crate::support::{Browser, DAY, Form, Holder, MINUTE, Stage, on_both, on_both_with};
use domain::activities::attendance::{CorrectMinutes, Tick};
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::staff::{Permission, Role};
use domain::tables::{ActivityKind, ReaderId, StaffId};
use store::Clock as _;

const FILLED: [(&str, &str); 7] = [
    ("name", "陈一苇"),
    ("gender", "女"),
    ("birth", "1990-05-12"),
    ("phone", "139 0000 0001"),
    ("skills", "朗读"),
    ("times", "周末上午"),
    ("accepts", "1"),
];

async fn registration(browser: &Browser, who: i64) -> Form {
    let page = browser.get(&format!("/volunteers/new?member={who}")).await.is(200);
    page.form(&format!("/volunteers/{who}"))
}

async fn register(browser: &Browser) {
    browser.send(&registration(browser, 0).await.with(&FILLED)).await.is(303).leads_to("/volunteers");
}

async fn review(staff: &Browser, reader: ReaderId, approved: &str, reason: &str) -> crate::support::Page {
    let path = format!("/staff/volunteers/{reader}/0");
    let page = staff.get(&path).await.is(200);
    staff.send(&page.form(&path).with(&[("approved", approved), ("reason", reason)])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_has_its_sentence_and_nothing_typed_is_lost() {
    on_both(async |stage: &Stage| {
        let browser = stage.holder(1).await.browser;
        let form = registration(&browser, 0).await;
        let page = stage.refused(&browser, &form, 422).await;
        let page = page.says(&["请填写姓名", "请选择性别", "请选择出生日期", "请填写手机号码", "什么时候可以服务"]);
        page.says(&["请阅读声明后勾选"]).never_says("身份证号");
        let wrong = registration(&browser, 0).await.with(&FILLED).with(&[("phone", "1390000")]);
        let page = stage.refused(&browser, &wrong, 422).await.says(&["手机号码应为 11 位"]);
        page.keeps("/volunteers/0", &[("name", "陈一苇"), ("birth", "1990-05-12"), ("phone", "1390000")]);
        let minor = registration(&browser, 0).await.with(&FILLED).with(&[("birth", "2010-05-12")]);
        let page = stage.refused(&browser, &minor, 422).await;
        page.says(&["请填写监护人姓名", "请监护人同意后勾选"]);
        assert_eq!(stage.number("select count(*) from volunteer", &[]).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn declined_with_a_reason_asked_again_and_approved() {
    on_both(async |stage: &Stage| {
        let Holder { browser, reader, .. } = stage.holder(1).await;
        register(&browser).await;
        browser.get("/volunteers").await.is(200).says(&["审核中"]);
        browser.get("/volunteers/new").await.is(303).leads_to("/volunteers");
        stage.pass(4 * DAY);
        let (staff, _) = stage.staff("huodong", Role::Activities, 1).await;
        let queue = staff.get("/staff/volunteers?state=applied").await.is(200);
        queue.says(&["陈一苇", "等了 4 天", "李*遥（尾号0001）"]);
        staff.get("/staff/volunteers?state=approved").await.is(200).never_says("陈一苇");
        let page = staff.get(&format!("/staff/volunteers/{reader}/0")).await.is(200);
        page.says(&["13900000001", "1990-05-12", "36 岁", "朗读", "周末上午"]);
        stage.unchanged("no reason", review(&staff, reader, "", " ")).await.is(422).says(&["请写明原因"]);
        review(&staff, reader, "", "请补充可服务的具体时间").await.is(303);
        browser.get("/volunteers").await.is(200).says(&["未通过", "请补充可服务的具体时间", "再次提交"]);
        browser.get("/messages").await.is(200).says(&["志愿者注册未通过", "请补充可服务的具体时间"]);
        let again = browser.get("/volunteers/new").await.is(200);
        let again =
            again.keeps("/volunteers/0", &[("name", "陈一苇"), ("phone", "13900000001"), ("times", "周末上午")]);
        let again = again.form("/volunteers/0").with(&[("gender", "女"), ("times", "周六九点"), ("accepts", "1")]);
        browser.send(&again).await.is(303);
        review(&staff, reader, "1", "").await.is(303);
        browser.get("/volunteers").await.is(200).says(&["已通过"]).never_says("再次提交");
        // What was said before stays as it was said.
        browser.get("/messages").await.is(200).says(&["志愿者注册通过", "原因：请补充可服务的具体时间。"]);
        let late = stage.form(&staff, &format!("/staff/volunteers/{reader}/0"), &[("approved", "1")]);
        stage.refused(&staff, &late, 409).await.says(&["已经审核过了"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_serves_changes_the_phone_pauses_and_leaves() {
    on_both(async |stage: &Stage| {
        let Holder { browser, reader, .. } = stage.holder(1).await;
        let (staff, _) = stage.staff("huodong", Role::Activities, 1).await;
        browser.get("/volunteers/0/edit").await.is(404);
        register(&browser).await;
        review(&staff, reader, "1", "").await.is(303);
        // The name was approved, and stays whatever is sent.
        let form = browser.get("/volunteers/0/edit").await.is(200).form("/volunteers/0/edit");
        let wrong = form.clone().with(&[("phone", "1390000"), ("times", "")]);
        let page = stage.refused(&browser, &wrong, 422).await.says(&["手机号码应为 11 位", "什么时候可以服务"]);
        page.keeps("/volunteers/0/edit", &[("phone", "1390000")]);
        let right = form.with(&[("phone", "13900000007"), ("times", "周日"), ("name", "李代桃")]);
        browser.send(&right).await.is(303).leads_to("/volunteers");
        let seen = || async { staff.get(&format!("/staff/volunteers/{reader}/0")).await.is(200) };
        seen().await.says(&["陈一苇", "13900000007", "周日", "1990-05-12"]).never_says("李代桃");
        let pause = |page: crate::support::Page, pauses| page.form("/volunteers/0/pause").with(&[("pauses", pauses)]);
        browser.send(&pause(browser.get("/volunteers").await.is(200), "1")).await.is(303);
        let page = browser.get("/volunteers").await.is(200).says(&["暂停服务", "恢复服务"]);
        browser.send(&pause(page, "")).await.is(303);
        // Staff suspend with a reason, and take it back.
        let suspension = format!("/staff/volunteers/{reader}/0/suspension");
        let form = seen().await.form(&suspension).with(&[("suspends", "1"), ("reason", " ")]);
        stage.refused(&staff, &form, 422).await.says(&["请写明原因"]);
        staff.send(&form.clone().with(&[("reason", "三次无故缺席")])).await.is(303);
        browser.get("/volunteers").await.is(200).says(&["资格暂停", "三次无故缺席"]).never_says("退出");
        browser.get("/messages").await.is(200).says(&["志愿者资格暂停", "原因：三次无故缺席。"]);
        let restore = seen().await.form(&suspension).with(&[("suspends", ""), ("reason", "")]);
        staff.send(&restore).await.is(303);
        let departure = browser.get("/volunteers/0/departure").await.is(200).says(&["退出志愿者？"]);
        browser.send(&departure.form("/volunteers/0/departure")).await.is(303);
        browser.get("/volunteers").await.is(200).says(&["已退出", "志愿者注册"]);
        let again = browser.get("/volunteers/new").await.is(200);
        again.keeps("/volunteers/0", &[("name", "陈一苇"), ("phone", "13900000007")]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_volunteer_writes_is_sealed() {
    on_both(async |stage: &Stage| {
        let Holder { browser, reader, .. } = stage.holder(1).await;
        let (staff, _) = stage.staff("huodong", Role::Activities, 1).await;
        register(&browser).await;
        review(&staff, reader, "1", "").await.is(303);
        for text in stage.sealed_texts().await {
            for personal in ["陈一苇", "13900000001", "周末上午"] {
                assert!(!text.contains(personal), "{personal} stands in the clear");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_is_registered_with_a_guardian_and_the_known_birth_date() {
    on_both(async |stage: &Stage| {
        let owner = stage.holder(1).await;
        let child = stage.member(&owner, "王小树", CHILD, None).await.0;
        let form = registration(&owner.browser, child).await;
        assert_eq!((form.get("name"), form.get("birth")), ("王小树", "2016-05-12"));
        // A birth date of one's own does not make a child grown.
        let form = form.with(&FILLED);
        stage.refused(&owner.browser, &form, 422).await.says(&["请填写监护人姓名"]);
        let guardian = [("guardian_name", "王建国"), ("guardian_phone", "13900000002"), ("guardian_consents", "1")];
        let form = registration(&owner.browser, child).await.with(&FILLED).with(&guardian);
        owner.browser.send(&form).await.is(303);
        let (staff, _) = stage.staff("huodong", Role::Activities, 1).await;
        let page = staff.get(&format!("/staff/volunteers/{}/{child}", owner.reader)).await.is(200);
        page.says(&["王建国 13900000002", "10 岁"]);
        // Whom it is about, and what staff wrote to somebody whom they approve.
        let path = format!("/staff/volunteers/{}/{child}", owner.reader);
        let approve = [("approved", "1"), ("quick", "手机号码打不通"), ("reason", "欢迎<周六>来")];
        staff.send(&stage.form(&staff, &path, &approve)).await.is(303);
        let said = "王小树的志愿者注册已通过，现在可以报名志愿活动了。馆方留言：欢迎<周六>来。";
        owner.browser.get("/messages").await.is(200).says(&[said]).never_says("打不通");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_number_is_asked_for_where_the_library_wants_it() {
    let asks = |settings: &mut yue::settings::Settings| settings.library.activities.volunteer_identity = true;
    on_both_with(asks, async |stage: &Stage| {
        let browser = stage.holder(1).await.browser;
        let form = registration(&browser, 0).await.with(&FILLED).with(&[("birth", "1949-12-31")]);
        stage.refused(&browser, &form, 422).await.says(&["请填写身份证号"]);
        let form =
            |number: &str| form.clone().with(&[("identity", number), ("key", &web::frame::keys::token().unwrap())]);
        stage.refused(&browser, &form("110105194912310021"), 422).await.says(&["身份证号不对"]);
        browser.send(&form("11010519491231002x")).await.is(303);
    })
    .await;
}

/// An approved volunteer who has served for 95 minutes.
async fn served(stage: &Stage) -> (Holder, StaffId) {
    let (staff_browser, staff) = stage.staff("huodong", Role::Activities, 1).await;
    let holder = stage.holder(1).await;
    register(&holder.browser).await;
    review(&staff_browser, holder.reader, "1", "").await.is(303);
    let service = |save: &mut domain::activities::SaveActivity| save.kind = ActivityKind::Volunteer;
    let activity = stage.activity(staff, service).await;
    sign_up(&holder.browser, activity, &[0], &[]).await.is(303);
    let (reader, member, ticked_at) = (holder.reader, None, stage.clock.at());
    let tick = Tick { activity, reader, member, present: true, ticked_at };
    stage.send(Actor::Staff(staff), Command::from(tick)).await;
    let correct = CorrectMinutes { activity, reader, member, minutes: 95, reason: "签退忘记了".into() };
    stage.send(Actor::Staff(staff), Command::from(correct)).await;
    (holder, staff)
}

fn code_on(text: &str) -> String {
    text.split_whitespace().find_map(|word| word.rsplit_once("/certificates/")).unwrap().1.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_checked_by_anybody_and_cannot_be_made_up() {
    on_both(async |stage: &Stage| {
        let (holder, staff) = served(stage).await;
        holder.browser.get("/volunteers").await.is(200).says(&["1 小时 35 分钟", "2026 年", "江豚来了"]);
        let page = holder.browser.get("/volunteers/certificate").await.is(200);
        let page = page.says(&["陈一苇", "1 小时 35 分钟", "1 次", "2026年11月28日"]);
        let code = code_on(&page.text());
        assert!(code.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b.is_ascii_uppercase()), "{code}");
        assert!(!code.contains(['I', 'L', 'O', 'U']), "{code}");
        let visitor = stage.visitor();
        // The link prints it on any machine, for a day, and not with another certificate's mark.
        let link = page.body.split("href=\"").find(|rest| rest.contains("/print?until=")).unwrap();
        let link = link.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
        let link = visitor.local(&link);
        visitor.get(&link).await.is(200).says(&["陈一苇", "1 小时 35 分钟"]);
        visitor.get(&link.replace("until=1", "until=2")).await.is(404);
        visitor.get(&link[..link.len() - 1]).await.is(404);
        stage.pass(DAY);
        visitor.get(&link).await.is(404).never_says("陈一苇");
        for typed in [code.clone(), code.to_lowercase(), code.replace('0', "o").replace('1', "l")] {
            let page = visitor.get(&format!("/certificates/{typed}")).await.is(200);
            page.says(&["证明有效", "陈*苇", "1 小时 35 分钟", "2026年11月28日"]).never_says("陈一苇");
        }
        let (numbers, mark) = code.rsplit_once('-').unwrap();
        let mut more: Vec<&str> = numbers.split('-').collect();
        more[2] = "ZZ";
        let long = "Z".repeat(14);
        let tampered = [format!("{}-{mark}", more.join("-")), format!("{code}0"), numbers.into(), "none".into()];
        for tampered in tampered.into_iter().chain([long.clone(), [long.as_str(); 5].join("-"), "Z".repeat(4_000)]) {
            visitor.get(&format!("/certificates/{tampered}")).await.is(404).says(&["证明无效"]).never_says("陈");
        }
        // Hours that are taken back later are said to be.
        let activity = domain::tables::ActivityId(stage.number("select min(id) from activity", &[]).await);
        let (reader, minutes, reason) = (holder.reader, 30, "记错了".into());
        let correct = CorrectMinutes { activity, reader, member: None, minutes, reason };
        stage.send(Actor::Staff(staff), Command::from(correct)).await;
        visitor.get(&format!("/certificates/{code}")).await.is(200).says(&["更正过服务时长"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_served_has_no_certificate() {
    on_both(async |stage: &Stage| {
        let Holder { browser, reader, .. } = stage.holder(1).await;
        browser.get("/volunteers/certificate").await.is(404);
        register(&browser).await;
        browser.get("/volunteers/certificate").await.is(404);
        let (staff, _) = stage.staff("huodong", Role::Activities, 1).await;
        review(&staff, reader, "1", "").await.is(303);
        browser.get("/volunteers/certificate").await.is(303).leads_to("/volunteers");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_leave_the_house_with_a_note_of_who_took_them() {
    on_both(async |stage: &Stage| {
        const NOTED: &str = "select count(*) from audit where action = 'volunteers.export' and about = 1";
        let (_, staff) = served(stage).await;
        stage.pass(MINUTE);
        let staff = stage.signed_in(staff).await;
        let page = staff.get("/staff/volunteers/export?format=csv").await.is(200);
        let lines: Vec<&str> = page.body.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines[0], "姓名,手机号码,服务项目,服务日期,服务时长（分钟）,积分");
        assert_eq!(lines[1..], ["陈一苇,13900000001,江豚来了,2026-11-28,95,10"]);
        assert_eq!(stage.number(NOTED, &[]).await, 1);
        assert!(staff.bytes("/staff/volunteers/export?format=xlsx").await.starts_with(b"PK"));
        assert_eq!(stage.number(NOTED, &[]).await, 2);
        let later = staff.get("/staff/volunteers/export?from=2026-11-29").await.is(200);
        assert_eq!(later.body.lines().count(), 1);
        staff.get("/staff/volunteers/export?from=soon").await.is(422).says(&["没有看懂"]);
        let may = Permission::Read as i64 | Permission::TakeAttendance as i64;
        let (other, _) = stage.staff_who_may("linshi", may, 1).await;
        for path in ["/staff/volunteers", "/staff/volunteers/export?format=csv"] {
            stage.unchanged(path, other.get(path)).await.is(403).never_says("陈一苇");
        }
    })
    .await;
}
