//! Redemptions that are refused: each with its sentence, and nothing taken.

use crate::support::{Form, HOUR, Holder, MINUTE, PENCILS, Prize, START, Stage, on_both, patron};
use domain::core::asked::Actor;
use domain::prizes::{MoveStock, SavePrize};
use domain::slices::Command;
use domain::staff::Role;
use domain::tables::{PrizeId, PrizeState, StaffId, StockMovementKind};
use sandbox::{Patron, PatronState};

struct Scene {
    director: StaffId,
    holder: Holder,
    prize: PrizeId,
    /// 立即兑换 as it stood on the page before anything changed.
    form: Form,
}

async fn scene(stage: &Stage) -> Scene {
    let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
    let (holder, prize) = (stage.holder(1).await, stage.prize(director, PENCILS).await);
    let form = confirmation(&holder, prize).await;
    Scene { director, holder, prize, form }
}

async fn confirmation(holder: &Holder, prize: PrizeId) -> Form {
    holder.browser.get(&format!("/prizes/{prize}/redemption")).await.is(200).form("/redemptions")
}

impl Scene {
    async fn is_refused(&self, stage: &Stage, form: &Form, status: u16, words: &str) {
        let (balance, prize) = (stage.balance(self.holder.card).await, stage.stored_prize(self.prize).await);
        let page = stage.unchanged(words, self.holder.browser.send(form)).await.is(status);
        page.says(&["没有兑换成功", words, "没有扣除积分"]);
        assert_eq!(stage.balance(self.holder.card).await, balance);
        assert_eq!(stage.stored_prize(self.prize).await, prize);
    }

    /// The page was opened while all was well; then this changed.
    async fn after(&self, stage: &Stage, change: impl FnOnce(&mut SavePrize), words: &str) {
        stage.edit(self.director, self.prize, change).await;
        self.is_refused(stage, &self.form, 409, words).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_the_page_was_opened_is_said() {
    on_both(async |stage: &Stage| {
        let scene = scene(stage).await;
        scene.after(stage, |prize| prize.state = PrizeState::Hidden, "这件奖品已下架。").await;
        let show = |prize: &mut SavePrize| (prize.points, prize.state) = (20, PrizeState::Shown);
        stage.edit(scene.director, scene.prize, show).await;
        scene.after(stage, |prize| prize.visible_from = START + HOUR, "这件奖品还没有开始兑换。").await;
        let page = scene.holder.browser.get(&format!("/prizes/{}", scene.prize)).await.is(200);
        page.says(&["11月28日 周六 10:00 开始"]).never_says("立即兑换");
        stage.pass(HOUR);
        // The same form as before: a refusal is not remembered.
        scene.holder.browser.send(&scene.form).await.is(303).leads_to("/redemptions/");
        assert_eq!(stage.balance(scene.holder.card).await, 30);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prize_that_is_over_is_not_redeemed() {
    on_both(async |stage: &Stage| {
        let scene = scene(stage).await;
        stage.edit(scene.director, scene.prize, |prize| prize.visible_until = START + HOUR).await;
        stage.pass(HOUR);
        scene.is_refused(stage, &scene.form, 409, "这件奖品的兑换已结束。").await;
        scene.holder.browser.get(&format!("/prizes/{}", scene.prize)).await.is(404);
        scene.holder.browser.get("/prizes?tab=all").await.is(200).never_says("改过的奖品");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prize_that_is_gone_is_not_redeemed() {
    on_both(async |stage: &Stage| {
        let scene = scene(stage).await;
        let (kind, reason) = (StockMovementKind::WrittenOff, "受潮".into());
        let all = MoveStock { prize: scene.prize, kind, count: 10, reason };
        stage.send(Actor::Staff(scene.director), Command::from(all)).await;
        scene.is_refused(stage, &scene.form, 409, "这件奖品已兑完。").await;
        let page = scene.holder.browser.get(&format!("/prizes/{}", scene.prize)).await.is(200);
        page.says(&["已兑完"]).never_says("立即兑换");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_per_card_holds_whatever_page_is_kept() {
    on_both(async |stage: &Stage| {
        let scene = scene(stage).await;
        stage.edit(scene.director, scene.prize, |prize| prize.per_card = 1).await;
        scene.holder.browser.send(&scene.form).await.is(303);
        let another = stage.form(
            &scene.holder.browser,
            "/redemptions",
            &["prize", "card", "points"].map(|name| (name, scene.form.get(name))),
        );
        scene.is_refused(stage, &another, 409, "每张读者证限兑 1 件，您已经兑换过了。").await;
        let confirm = scene.holder.browser.get(&format!("/prizes/{}/redemption", scene.prize)).await;
        confirm.is(303).leads_to(&format!("/prizes/{}", scene.prize));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_price_is_shown_before_it_is_paid() {
    on_both(async |stage: &Stage| {
        let scene = scene(stage).await;
        stage.edit(scene.director, scene.prize, |prize| prize.points += 1).await;
        let confirm = format!("/prizes/{}/redemption?changed=1", scene.prize);
        let sent = stage.unchanged("another price", scene.holder.browser.send(&scene.form)).await;
        sent.is(303).leads_to(&confirm);
        let page = scene.holder.browser.get(&confirm).await;
        let said = page.is(200).says(&["所需积分刚刚改为", "请再次确认"]);
        scene.holder.browser.send(&said.form("/redemptions")).await.is(303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_has_ended_pays_nothing() {
    on_both(async |stage: &Stage| {
        let scene = scene(stage).await;
        // The library system says so the next time somebody asks it about the card.
        let lost = Patron { state: PatronState::Lost, ..patron(1) };
        stage.library().put_patron(lost.clone());
        stage.pass(MINUTE);
        stage.ask_for_code(&scene.holder.browser, &lost.barcode, &lost.phone).await.is(200);
        scene.is_refused(stage, &scene.form, 409, "读者证已挂失，暂停使用积分").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_dear_or_no_prize_at_all_is_not_redeemed() {
    on_both(async |stage: &Stage| {
        let scene = scene(stage).await;
        let lamp = Prize { title: "护眼阅读灯", points: 200, stock: 6, branch: 1 };
        let lamp = stage.prize(scene.director, lamp).await;
        let dear = scene.form.clone().with(&[("prize", &lamp.to_string()), ("points", "200")]);
        scene.is_refused(stage, &dear, 409, "还差 150 积分").await;
        for odd in ["", "-1", "1e3", "９", "99999999999999999999"] {
            let odd = scene.form.clone().with(&[("prize", odd)]);
            let page = stage.unchanged("an odd number", scene.holder.browser.send(&odd)).await;
            assert!([400, 404].contains(&page.status), "{}", page.text());
        }
        assert_eq!(stage.redemptions().await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_says_so_on_the_same_page() {
    on_both(async |stage: &Stage| {
        let scene = scene(stage).await;
        let other = stage.holder(2).await;
        let foreign = scene.form.clone().with(&[("card", &other.card.to_string())]);
        scene.is_refused(stage, &foreign, 404, "这不是您绑定的读者证。").await;
        assert_eq!(stage.balance(other.card).await, 50);
        let none = scene.form.clone().with(&[("prize", "999999")]);
        scene.is_refused(stage, &none, 404, "没有这件奖品。").await;
    })
    .await;
}
