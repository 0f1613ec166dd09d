//! Somebody else's record: what belongs to another reader is not there.

use crate::support::{PENCILS, Stage, on_both, patron};
use domain::cards::UnbindCard;
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::staff::Role;

#[tokio::test(flavor = "multi_thread")]
async fn no_page_shows_another_reader_s_things() {
    on_both(async |stage: &Stage| {
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        let (owner, other) = (stage.holder(1).await, stage.holder(2).await);
        let (redemption, code) = stage.redeemed(&owner, prize).await;
        let highest = stage.number("select next_id from head", &[]).await;
        for path in [
            "/redemptions".to_string(),
            format!("/redemptions?from={redemption}"),
            format!("/messages?unread={highest}"),
            "/points".into(),
            "/me".into(),
            "/cards".into(),
        ] {
            let mine = owner.browser.get(&path).await.is(200);
            let theirs = other.browser.get(&path).await.is(200);
            for private in ["尾号0001", &code, "旧书页卷铅笔", "李*遥"] {
                theirs.body.contains(private).then(|| panic!("{path} shows {private}: {}", theirs.text()));
            }
            assert!(mine.body.contains("0001") || mine.body.contains("旧书页卷铅笔"), "{path}: {}", mine.text());
        }
        // Whatever number is tried: a redemption is there for its owner alone.
        for id in (redemption.0 - 20).max(0)..redemption.0 + 20 {
            other.browser.get(&format!("/redemptions/{id}")).await.is(404).says(&["没有找到这个页面"]);
        }
        owner.browser.get(&format!("/redemptions/{redemption}")).await.is(200).says(&[&code]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unbound_card_takes_its_things_along() {
    on_both(async |stage: &Stage| {
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        let (first, second) = (stage.holder(1).await, stage.holder(2).await);
        let (redemption, code) = stage.redeemed(&first, prize).await;
        let ticket = format!("/redemptions/{redemption}");
        let confirm = first.browser.get(&format!("/prizes/{prize}/redemption")).await.is(200).form("/redemptions");
        let unbind = Command::from(UnbindCard { card: first.card });
        stage.send(Actor::Reader(first.reader), unbind).await;
        first.browser.get(&ticket).await.is(404);
        stage.unchanged("a card given up", first.browser.send(&confirm)).await.is(404);
        assert_eq!(stage.balance(first.card).await, 30);
        let current = stage.form(&first.browser, "/cards/current", &[("card", &first.card.to_string())]);
        stage.unchanged("a card given up", first.browser.send(&current)).await.is(404);

        // The next who binds it has the card, its points and its tickets; no second bonus.
        stage.pass(60_000);
        stage.bind_shortly(second.reader, &patron(1)).await;
        second.browser.get(&ticket).await.is(200).says(&[&code]);
        assert_eq!(stage.balance(first.card).await, 30);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_card_s_page_acts_on_that_card_or_not_at_all() {
    on_both(async |stage: &Stage| {
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        let holder = stage.holder(1).await;
        let confirm = holder.browser.get(&format!("/prizes/{prize}/redemption")).await.is(200).form("/redemptions");
        // In another window a second card becomes the current one.
        let second = stage.bind_shortly(holder.reader, &patron(2)).await;
        holder.browser.send(&confirm).await.is(303).leads_to("/redemptions/");
        assert_eq!((stage.balance(holder.card).await, stage.balance(second).await), (30, 50));
    })
    .await;
}
