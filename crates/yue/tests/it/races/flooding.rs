//! Flooding: within a day ten thousand requests for a code to one phone, from many readers, cards and addresses at once.

use crate::support::{Browser, DAY, MINUTE, START, Stage, on_both, patron};
use futures_util::future::join_all;
use sandbox::Patron;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use store::Clock as _;

const REQUESTS: usize = 10_000;
/// Each with a reader, an address and a card of its own: the limits of none of these are ever reached, so
/// without the phone's own limit there would be hundreds of messages.
const ATTACKERS: usize = 50;
const AT_ONCE: usize = 20;
/// Two hours of salvos twice a minute, then the rest of the day.
const DENSE: usize = 240;
const DENSE_MS: i64 = MINUTE / 2;
const SPARSE_MS: i64 = 304_000;
/// When a message leaves: one a minute until there are five within the hour, and as soon as the first is an hour
/// old the next five; these are the ten of the day.
const SENT_MINUTES: [i64; 10] = [0, 1, 2, 3, 4, 60, 61, 62, 63, 64];
const SENT: &str = "验证码已发到这个手机";
const TOO_SOON: &str = "验证码刚刚发过，请等 60 秒再试。";
/// In an hour or in a day.
const TOO_MANY: &str = "验证码发送次数太多了，请";

struct Attackers {
    browsers: Vec<Browser>,
    /// All with the one phone.
    cards: Vec<Patron>,
}

impl Attackers {
    async fn of(stage: &Stage, phone: &str) -> Self {
        let browsers = join_all((0..ATTACKERS).map(|n| browser(stage, n))).await;
        let cards = (0..ATTACKERS).map(|n| Patron { phone: phone.into(), ..patron(100 + n) });
        let cards: Vec<Patron> = cards.collect();
        cards.iter().for_each(|card| stage.library().put_patron(card.clone()));
        Attackers { browsers, cards }
    }

    /// The nth request of the day; card and reader meet anew in every round. What it was told.
    async fn ask(&self, stage: &Stage, n: usize, phone: &str) -> &'static str {
        let (browser, card) = (&self.browsers[n % ATTACKERS], &self.cards[(n + n / ATTACKERS) % ATTACKERS]);
        let form = stage.form(browser, "/cards/codes", &[("barcode", &card.barcode), ("phone", phone)]);
        let page = browser.send(&form).await;
        let told = [SENT, TOO_SOON, TOO_MANY].into_iter().find(|words| page.body.contains(words));
        told.unwrap_or_else(|| panic!("request {n}: {}", page.text()))
    }
}

/// A reader who comes from an address of its own.
async fn browser(stage: &Stage, n: usize) -> Browser {
    let address = Ipv4Addr::new(127, 0, 1, n as u8 + 1);
    let http = reqwest::Client::builder().no_proxy().local_address(Some(address.into())).build().unwrap();
    let (elsewhere, _) = stage.reader().await;
    let browser = Browser::new(http, &stage.socket, &stage.public_url);
    browser.set_cookie("yue", &elsewhere.cookie("yue").unwrap());
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ten_thousand_requests_in_a_day_ten_reach_a_phone() {
    on_both(async |stage: &Stage| {
        let phone = patron(5).phone;
        let attackers = Attackers::of(stage, &phone).await;
        let mut heard: BTreeMap<&str, usize> = BTreeMap::new();
        for salvo in 0..REQUESTS / AT_ONCE {
            let numbers = salvo * AT_ONCE..(salvo + 1) * AT_ONCE;
            for told in join_all(numbers.map(|n| attackers.ask(stage, n, &phone))).await {
                *heard.entry(told).or_default() += 1;
            }
            stage.sender.deliver_due().await;
            stage.pass(if salvo < DENSE { DENSE_MS } else { SPARSE_MS });
        }
        assert!(stage.clock.at() < START + DAY, "the day is over before the last request");
        assert_eq!(sent_minutes(stage, &phone), SENT_MINUTES);
        assert_eq!(stage.number("select count(*) from outbox", &[]).await, 10);
        // Four times a salvo's others and the whole of the next are too soon after a message.
        let soon = 4 * (2 * AT_ONCE - 1);
        assert_eq!(heard, BTreeMap::from([(SENT, 10), (TOO_SOON, soon), (TOO_MANY, REQUESTS - 10 - soon)]));
        nothing_else_was_reached(stage, &attackers).await;
        the_next_day_begins(stage, &attackers, &phone).await;
    })
    .await;
}

/// The minutes of the day in which messages arrived.
fn sent_minutes(stage: &Stage, phone: &str) -> Vec<i64> {
    stage.library().messages(phone).iter().rev().map(|message| (message.at - START) / MINUTE).collect()
}

/// It was the phone's limit that held: every reader, card and address may still ask for another phone.
async fn nothing_else_was_reached(stage: &Stage, attackers: &Attackers) {
    let others = join_all((0..ATTACKERS).map(|n| {
        let phone = patron(200 + n).phone;
        async move { attackers.ask(stage, n, &phone).await }
    }));
    assert_eq!(others.await, [SENT; ATTACKERS]);
}

/// Windows slide: a day after the first message there is one more, and not before.
async fn the_next_day_begins(stage: &Stage, attackers: &Attackers, phone: &str) {
    stage.pass(START + DAY - 1 - stage.clock.at());
    assert_eq!(attackers.ask(stage, 0, phone).await, TOO_MANY);
    stage.pass(1);
    assert_eq!(attackers.ask(stage, 1, phone).await, SENT);
    assert_eq!(attackers.ask(stage, 2, phone).await, TOO_MANY);
    stage.sender.deliver_due().await;
    assert_eq!(stage.library().messages(phone).len(), SENT_MINUTES.len() + 1);
}
