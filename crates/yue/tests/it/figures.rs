//! Probes, figures and 系统状态: what programs and staff read of the running program, and nothing personal.

use crate::support::{PENCILS, Stage, WRONG_CODE, on_both, on_both_with_secrets, patron};
use domain::staff::Role;
use domain::tables::CardId;

fn get(path: &str, header: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{header}\r\n")
}

async fn status(stage: &Stage, path: &str, header: &str) -> String {
    let answer = stage.raw(&get(path, header)).await;
    answer.split(' ').nth(1).unwrap_or_default().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_probes_answer_everybody() {
    on_both(async |stage: &Stage| {
        for path in ["/healthz", "/readyz"] {
            assert_eq!(status(stage, path, "x-forwarded-for: 203.0.113.9\r\n").await, "200", "{path}");
        }
        assert_eq!(stage.browser().get("/readyz").await.is(200).body, "ready");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_count_commands_and_refusals_and_name_nobody() {
    on_both(async |stage: &Stage| {
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        let holder = stage.holder(1).await;
        stage.redeemed(&holder, prize).await;
        let card = CardId(holder.card.0 + 1_000).to_string();
        let foreign = [("prize", prize.to_string()), ("card", card), ("points", PENCILS.points.to_string())];
        let foreign = foreign.each_ref().map(|(name, value)| (*name, value.as_str()));
        holder.browser.send(&stage.form(&holder.browser, "/redemptions", &foreign)).await.is(404);
        let (browser, _) = stage.reader().await;
        let page = stage.ask_for_code(&browser, &patron(5).barcode, &patron(5).phone).await.is(200);
        let code = stage.code(&patron(5).phone).await;
        stage.try_code(&browser, &page, WRONG_CODE).await.is(422);
        let text = stage.raw(&get("/metrics", "")).await;
        let names = [
            "yue_batch_commands_bucket",
            "yue_commit_seconds_bucket",
            "yue_commands_total{outcome=\"done\"}",
            "yue_commands_total{outcome=\"refused\"}",
            "yue_refusals_total{kind=\"NotYourCard\"}",
            "yue_queue_commands 0",
            "yue_party_up{party=\"library_system\"} 1",
            "yue_party_up{party=\"aliyun\"} 1",
            "yue_party_up{party=\"wechat\"}",
        ];
        for name in names {
            assert!(text.contains(name), "{name} is missing: {text}");
        }
        let patrons = [patron(1), patron(5)];
        let personal = patrons.iter().flat_map(|p| [&p.barcode, &p.phone, &p.name, &p.id_number]);
        for word in personal.chain([&code]).map(String::as_str).chain(["guanzhang"]) {
            // Six digits may stand in a sum of seconds by chance.
            assert!(word.len() == 6 || !text.contains(word), "{word}: {text}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_for_this_machine_or_for_who_has_the_token() {
    on_both(async |stage: &Stage| {
        assert_eq!(status(stage, "/metrics", "").await, "200");
        for header in ["x-forwarded-for: 127.0.0.1\r\n", "X-Forwarded-For: 203.0.113.9, 127.0.0.1\r\n"] {
            assert_eq!(status(stage, "/metrics", header).await, "404", "{header}");
        }
    })
    .await;
    let token = "a token of the tests";
    let set = |_: &mut _, secrets: &mut yue::settings::Secrets| secrets.metrics = connectors::Secret::new(token);
    on_both_with_secrets(set, async |stage: &Stage| {
        let sent = |token: &str| format!("authorization: {token}\r\n");
        for wrong in [String::new(), sent(token), sent("Bearer "), sent("Bearer a token of the test")] {
            assert_eq!(status(stage, "/metrics", &wrong).await, "404", "{wrong}");
        }
        let right = sent(&format!("Bearer {token}"));
        assert_eq!(status(stage, "/metrics", &right).await, "200");
        // Through a proxy, too.
        assert_eq!(status(stage, "/metrics", &format!("{right}x-forwarded-for: 203.0.113.9\r\n")).await, "200");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_how_it_stands_and_only_an_administrator_wakes_a_job() {
    on_both(async |stage: &Stage| {
        let (director, _) = stage.staff("guanzhang", Role::Director, 1).await;
        let (administrator, _) = stage.staff("guanliyuan", Role::Administrator, 1).await;
        let page = director.get("/staff/system").await.is(200);
        page.says(&["兑换和捐赠到期", "还没有运行", "微信公众号", "借阅系统（SIP2）", "短信（阿里云）", "还没有用到"]);
        let (reader, _) = stage.reader().await;
        stage.bind(&reader, &patron(5)).await.is(200);
        stage.jobs.run_due().await;
        let page = director.get("/staff/system").await.is(200);
        page.says(&["办成", "正常，最近", "短信 已发送 1"]).never_says("立即运行");

        let path = "/staff/system/jobs/1/wake";
        let theirs = stage.form(&director, path, &[]);
        stage.unchanged("a director", director.send(&theirs)).await.is(403);
        const NEXT: &str = "select next_at from job_run where job = 1";
        assert!(stage.number(NEXT, &[]).await > 0);
        let page = administrator.get("/staff/system").await.is(200).says(&["立即运行"]);
        administrator.send(&page.form(path)).await.is(303).leads_to("/staff/system");
        assert_eq!(stage.number(NEXT, &[]).await, 0);
        assert_eq!(stage.number("select count(*) from audit where action = 'job.wake'", &[]).await, 1);
        let unknown = stage.form(&administrator, "/staff/system/jobs/99/wake", &[]);
        stage.unchanged("no such job", administrator.send(&unknown)).await.is(404);
    })
    .await;
}
