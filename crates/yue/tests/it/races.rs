//! Races: everybody at once, the same twice, and without end.

mod farming;
mod flooding;

use crate::support::{Browser, Form, PENCILS, Prize, Stage, on_both, patron};
use domain::staff::Role;
use domain::tables::PrizeId;
use futures_util::future::join_all;
use std::collections::BTreeMap;

const CROWD: usize = 500;
const GUESSES: usize = 1_000;

async fn the_last(stage: &Stage) -> (PrizeId, Browser) {
    let (desk, director) = stage.staff("guanzhang", Role::Director, 1).await;
    (stage.prize(director, Prize { stock: 1, ..PENCILS }).await, desk)
}

/// 立即兑换 as the page has it.
async fn confirmation(browser: &Browser, prize: PrizeId) -> Form {
    browser.get(&format!("/prizes/{prize}/redemption")).await.is(200).form("/redemptions")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_prize_goes_to_one_of_five_hundred() {
    on_both(async |stage: &Stage| {
        let (prize, _) = the_last(stage).await;
        let crowd = stage.holders(1_000, CROWD).await;
        let forms = join_all(crowd.iter().map(|holder| confirmation(&holder.browser, prize))).await;
        let sent = crowd.iter().zip(&forms).map(|(holder, form)| holder.browser.send(form));
        let pages = join_all(sent).await;
        let (won, lost): (Vec<_>, Vec<_>) = pages.into_iter().partition(|page| page.status == 303);
        assert_eq!((won.len(), lost.len()), (1, CROWD - 1));
        for page in lost {
            page.is(409).says(&["这件奖品已兑完。", "没有扣除积分"]);
        }
        let stored = stage.stored_prize(prize).await;
        assert_eq!((stored.on_hand, stored.reserved), (0, 1));
        assert_eq!(stage.redemptions().await, 1);
        assert_eq!(stage.number("select count(*) from card where balance = 30", &[]).await, 1);
        assert_eq!(stage.number("select count(*) from card where balance = 50", &[]).await, CROWD as i64 - 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_card_with_points_for_two_buys_two_at_most() {
    on_both(async |stage: &Stage| {
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, Prize { stock: 100, ..PENCILS }).await;
        let holder = stage.holder(1).await;
        let form = confirmation(&holder.browser, prize).await;
        // Each with a key of its own: the reader means every one of them.
        let keys = (0..100).map(|n| form.clone().with(&[("key", &format!("a key of the tests {n}"))]));
        let forms: Vec<Form> = keys.collect();
        let pages = join_all(forms.iter().map(|form| holder.browser.send(form))).await;
        assert_eq!(pages.iter().filter(|page| page.status == 303).count(), 2);
        pages.into_iter().filter(|page| page.status != 303).for_each(|page| drop(page.is(409).says(&["还差 10 积分"])));
        assert_eq!(stage.balance(holder.card).await, 10);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_sent_often_redeems_once_and_hears_the_same() {
    on_both(async |stage: &Stage| {
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        let holder = stage.holder(1).await;
        // Two phones: two confirmations of the same state of the card.
        let (one, two) = (confirmation(&holder.browser, prize).await, confirmation(&holder.browser, prize).await);
        let forms = [&one, &two].repeat(25);
        let pages = join_all(forms.iter().map(|form| holder.browser.send(form))).await;
        let first = pages[0].location().unwrap();
        for page in pages {
            assert_eq!(page.is(303).location().unwrap(), first);
        }
        assert_eq!((stage.redemptions().await, stage.balance(holder.card).await), (1, 30));
        // Long after, the answer is the same.
        let late = stage.unchanged("a late repetition", holder.browser.send(&one)).await;
        assert_eq!(late.is(303).location().unwrap(), first);

        let lamp = stage.prize(director, Prize { title: "书签", points: 1, ..PENCILS }).await;
        let other = one.with(&[("prize", &lamp.to_string())]);
        let page = stage.unchanged("the same key", holder.browser.send(&other)).await;
        page.is(409).says(&["这一页已经提交过了，请返回刷新后再试。"]);
        // Whoever looks at the page again means a second one.
        holder.browser.send(&confirmation(&holder.browser, prize).await).await.is(303);
        assert_eq!((stage.redemptions().await, stage.balance(holder.card).await), (2, 10));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_its_reader_s_own() {
    on_both(async |stage: &Stage| {
        let (_, director) = stage.staff("guanzhang", Role::Director, 1).await;
        let prize = stage.prize(director, PENCILS).await;
        let (one, two) = (stage.holder(1).await, stage.holder(2).await);
        let key = ("key", "a key that both have");
        let form = confirmation(&one.browser, prize).await.with(&[key]);
        let ticket = one.browser.send(&form).await.is(303).location().unwrap();
        let form = confirmation(&two.browser, prize).await.with(&[key]);
        assert_ne!(two.browser.send(&form).await.is(303).location().unwrap(), ticket);
        assert_eq!((stage.balance(one.card).await, stage.balance(two.card).await), (30, 30));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_tap_at_the_desk_hands_over_once() {
    on_both(async |stage: &Stage| {
        let (prize, desk) = the_last(stage).await;
        let holder = stage.holder(1).await;
        let (redemption, code) = stage.redeemed(&holder, prize).await;
        let scan = format!("/staff/desk?code={}", code.replace(' ', ""));
        let tapped = desk.get(&scan).await.is(200).form("/staff/desk/hand-overs");
        // And as many windows in which the same code was scanned.
        let windows = join_all((0..20).map(|_| desk.get(&scan))).await;
        let windows = windows.iter().map(|page| page.form("/staff/desk/hand-overs"));
        let forms: Vec<Form> = windows.chain([tapped.clone(), tapped.clone()]).collect();
        let pages = join_all(forms.iter().map(|form| desk.send(form))).await;
        let mut handed_over = 0;
        for page in pages {
            match page.status {
                303 => {
                    assert_eq!(page.location().unwrap(), format!("/staff/desk?done={redemption}"));
                    handed_over += 1;
                }
                _ => drop(page.is(409).says(&["已经领取过了"])),
            }
        }
        assert!([1, 2].contains(&handed_over), "{handed_over}: one form, and its own repetition");
        assert_eq!(stage.stored_prize(prize).await.handed_over, 1);
        assert_eq!(stage.number("select count(*) from audit where action = 'redemption.collect'", &[]).await, 1);
        assert_eq!(stage.number("select count(*) from message where kind = 3", &[]).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_guesses_at_once_five_are_judged() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        let patron = patron(5);
        let page = stage.ask_for_code(&browser, &patron.barcode, &patron.phone).await.is(200);
        let right = stage.code(&patron.phone).await;
        let guesses = (0..).map(|n| format!("{:06}", n * 997)).filter(|guess| *guess != right).take(GUESSES);
        let forms: Vec<Form> = guesses
            .map(|guess| page.form("/cards").with(&[("code", &guess), ("key", &format!("a key for {guess}"))]))
            .collect();
        let pages = join_all(forms.iter().map(|form| browser.send(form))).await;
        let mut heard: BTreeMap<String, usize> = BTreeMap::new();
        for page in pages {
            let page = page.is(422);
            let words = page.body.split("id=\"code-e\">").nth(1).unwrap().split("</svg>").nth(1).unwrap();
            *heard.entry(words.split('<').next().unwrap().to_string()).or_default() += 1;
        }
        let once = |left| (format!("验证码不对，还可以再试 {left} 次。"), 1);
        let mut expected: BTreeMap<String, usize> = [4, 3, 2, 1].map(once).into();
        expected.insert("验证码输错次数太多，请重新发送。".into(), GUESSES - 4);
        assert_eq!(heard, expected);
        assert_eq!(stage.number("select tries from sms_code", &[]).await, 5);
        let late = stage.try_code(&browser, &page, &right).await;
        late.is(422).says(&["验证码输错次数太多，请重新发送。"]);
        assert_eq!(stage.bindings().await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_requests_at_once_one_code_is_sent() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        let patron = patron(5);
        let typed = [("barcode", patron.barcode.as_str()), ("phone", &patron.phone)];
        // Half of them are one form sent often, the others have keys of their own.
        let tapped = stage.form(&browser, "/cards/codes", &typed);
        let others = (0..25).map(|_| stage.form(&browser, "/cards/codes", &typed));
        let forms: Vec<Form> = others.chain(std::iter::repeat_n(tapped, 25)).collect();
        let pages = join_all(forms.iter().map(|form| browser.send(form))).await;
        for page in pages {
            match page.status {
                200 => drop(page.says(&["验证码已发到这个手机"])),
                _ => drop(page.is(422).says(&["验证码刚刚发过，请等 60 秒再试。"])),
            }
        }
        assert_eq!(stage.codes(&patron.phone).await.len(), 1);
        assert_eq!(stage.number("select count(*) from outbox", &[]).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_binding_sent_often_binds_and_pays_once() {
    on_both(async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        let patron = patron(5);
        let page = stage.ask_for_code(&browser, &patron.barcode, &patron.phone).await.is(200);
        let code = stage.code(&patron.phone).await;
        let form = page.form("/cards").with(&[("code", &code)]);
        for page in join_all((0..20).map(|_| browser.send(&form))).await {
            page.is(200).says(&["绑定成功", "+50"]);
        }
        assert_eq!((stage.bindings().await, stage.number("select count(*) from posting", &[]).await), (1, 1));
        assert_eq!(stage.number("select count(*) from message", &[]).await, 1);
    })
    .await;
}
