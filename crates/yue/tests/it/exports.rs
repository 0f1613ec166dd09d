//! 兑换记录: the filter is in the URL, the files hold exactly its rows, and who took them out is written down.

use crate::support::{Browser, DAY, Holder, MINUTE, PENCILS, Prize, Stage, on_both, patron};
use domain::staff::Role;
use domain::tables::PrizeId;
use std::io::Read as _;

const FORMULA: Prize = Prize { title: "=1+1", points: 10, stock: 10, branch: 1 };
const EXPORTS: &str = "select count(*) from audit where action = 'redemptions.export'";

struct Scene {
    staff: Browser,
    pencils: PrizeId,
    formula: PrizeId,
}

/// Five redemptions: pencils pending, pencils collected, formula pending twice; a day later one more, cancelled.
async fn scene(stage: &Stage) -> Scene {
    let (staff, director) = stage.staff("guanzhang", Role::Director, 1).await;
    let (pencils, formula) = (stage.prize(director, PENCILS).await, stage.prize(director, FORMULA).await);
    let holders: Vec<Holder> = stage.holders(1, 3).await;
    stage.redeemed(&holders[0], pencils).await;
    let (_, code) = stage.redeemed(&holders[1], pencils).await;
    staff.send(&stage.form(&staff, "/staff/desk/hand-overs", &[("code", &code)])).await.is(303);
    stage.redeemed(&holders[0], formula).await;
    stage.redeemed(&holders[2], formula).await;
    stage.pass(DAY);
    let (redemption, _) = stage.redeemed(&holders[2], pencils).await;
    let path = format!("/redemptions/{redemption}/cancellation");
    holders[2].browser.send(&stage.form(&holders[2].browser, &path, &[])).await.is(303);
    Scene { staff: stage.signed_in(director).await, pencils, formula }
}

async fn csv(staff: &Browser, query: &str) -> Vec<String> {
    let page = staff.get(&format!("/staff/redemptions/export?{query}&format=csv")).await.is(200);
    assert_eq!(page.headers["content-type"], "text/csv; charset=utf-8");
    assert!(page.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"export.csv\""));
    let mut lines = page.body.trim_start_matches('\u{feff}').lines().map(str::to_string);
    assert!(lines.next().unwrap().starts_with("编号,奖品,积分,读者,状态"));
    lines.collect()
}

/// The sheet inside the file.
async fn xlsx(staff: &Browser, query: &str) -> String {
    let bytes = staff.bytes(&format!("/staff/redemptions/export?{query}&format=xlsx")).await;
    let mut book = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut sheet = String::new();
    book.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    sheet
}

#[tokio::test(flavor = "multi_thread")]
async fn list_and_files_hold_exactly_the_filtered_rows() {
    on_both(async |stage: &Stage| {
        let Scene { staff, pencils, formula } = scene(stage).await;
        let (card, place) = (patron(1).barcode, stage.place().await);
        let filters = [
            (String::new(), 5),
            ("state=pending".into(), 3),
            ("state=collected".into(), 1),
            ("state=expired".into(), 0),
            ("state=cancelled".into(), 1),
            (format!("prize={pencils}"), 3),
            (format!("state=pending&prize={formula}"), 2),
            (format!("place={place}"), 5),
            (format!("place={}", place.0 + 1_000), 0),
            ("until=2026-11-28".into(), 4),
            ("from=2026-11-29".into(), 1),
            ("from=2026-11-28&until=2026-11-29".into(), 5),
            (format!("card={}", card.to_lowercase()), 2),
            ("card=JB00269999999".into(), 0),
            ("card=%3F".into(), 0),
        ];
        for (exports, (query, rows)) in (1..).zip(&filters) {
            let list = staff.get(&format!("/staff/redemptions?{query}")).await.is(200);
            let lines = list.body.split("<tbody>").nth(1).map_or(0, |body| body.matches("<tr>").count());
            assert_eq!(lines, *rows, "{query}: {}", list.text());
            assert_eq!(csv(&staff, query).await.len(), *rows, "{query}");
            assert_eq!(xlsx(&staff, query).await.matches("<row ").count(), rows + 1, "{query}");
            assert_eq!(stage.number(EXPORTS, &[]).await, exports * 2, "{query}");
            const ROWS: &str = "select about from audit where action = 'redemptions.export' order by id desc limit 1";
            assert_eq!(stage.number(ROWS, &[]).await, *rows as i64, "{query}");
        }
        let page = staff.get("/staff/redemptions?state=pending&from=2026-11-28").await;
        assert!(
            page.body.contains("/staff/redemptions/export?state=pending&#38;from=2026-11-28")
                || page.body.contains("/staff/redemptions/export?state=pending&amp;from=2026-11-28"),
            "{}",
            page.body
        );
        // Which card was looked for is not noted.
        let personal = stage.number("select count(*) from audit where upper(note) like '%JB0026%'", &[]).await;
        assert_eq!(personal, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cell_is_taken_for_a_formula() {
    on_both(async |stage: &Stage| {
        let Scene { staff, formula, .. } = scene(stage).await;
        let query = format!("prize={formula}");
        for line in csv(&staff, &query).await {
            assert!(line.contains(",'=1+1,10,") && line.contains("（尾号000"), "{line}");
        }
        let sheet = xlsx(&staff, &query).await;
        assert!(!sheet.contains("<f>") && !sheet.contains(">=1+1<"), "{sheet}");
        staff.get("/staff/redemptions").await.is(200).says(&["=1+1"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn others_see_their_branch_or_nothing() {
    on_both(async |stage: &Stage| {
        scene(stage).await;
        let (elsewhere, _) = stage.staff("fenguan", Role::Desk, 2).await;
        elsewhere.get("/staff/redemptions").await.is(200).never_says("旧书页卷铅笔（");
        assert!(csv(&elsewhere, "").await.is_empty());
        let (nobody, _) = stage.staff_who_may("linshi", 0, 1).await;
        nobody.get("/staff/redemptions").await.is(403);
        let export = nobody.get("/staff/redemptions/export?format=csv");
        stage.unchanged("an export that is not allowed", export).await.is(403);
        let visitor = stage.browser().get("/staff/redemptions/export?format=csv").await;
        visitor.is(303).leads_to("/staff/sign-in");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_s_sheet_counts_what_left_and_what_is_left() {
    on_both(async |stage: &Stage| {
        let Scene { staff, .. } = scene(stage).await;
        stage.pass(MINUTE);
        let saturday = staff.get("/staff/desk/sheet?day=2026-11-28").await.is(200);
        saturday.says(&["2026年11月28日 周六，共 1 件", "旧书页卷铅笔 1 20 1 8 9", "guanzhang", "（尾号0002）"]);
        let today = staff.get("/staff/desk/sheet").await.is(200);
        today.says(&["2026年11月29日 周日，共 0 件", "这一天没有领取记录"]);
        let (elsewhere, _) = stage.staff("fenguan", Role::Desk, 2).await;
        elsewhere.get("/staff/desk/sheet?day=2026-11-28").await.is(200).says(&["共 0 件"]);
    })
    .await;
}
