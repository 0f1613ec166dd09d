//! A second SMS gateway, and the other library systems: Koha, and the register that the library has imported.

use crate::support::relay::Relay;
use crate::support::{MINUTE, Stage, on_both_with, patron};
use connectors::sms::Provider;
use domain::core::asked::Actor;
use domain::register::{ImportPatrons, PatronRow};
use domain::slices::Command;
use sandbox::{Config, Mode, Party};
use std::sync::{Arc, Mutex};
use yue::register::{Entry, EntryState, LABEL};
use yue::settings::{PatronSource, Settings};

const SECOND: &str = "模板 1000001";
const SENT: i64 = 2;
const UNKNOWN: i64 = 4;
const STATE: &str = "select state from outbox order by id desc limit 1";

fn base(settings: &Settings) -> String {
    settings.wechat.api_base.clone()
}

fn with_second(settings: &mut Settings) {
    let (base, sample) = (base(settings), Config::sample(Arc::new(|| 0)));
    let sms = &mut settings.sms;
    sms.fallback_template = "1000001".into();
    sms.gateway.fallback = Some(Provider::Tencent);
    sms.gateway.tencent.base_url = format!("{base}/tencent-sms/");
    sms.gateway.tencent.secret_id = sample.tencent.secret_id;
    sms.gateway.tencent.sdk_app_id = sample.tencent.sdk_app_id;
    sms.gateway.tencent.sign_name = "江北新区图书馆".into();
}

/// The texts at the phone, after a code was asked for and two senders have done what they could.
async fn texts(stage: &Stage) -> Vec<String> {
    let ((browser, _), patron) = (stage.reader().await, patron(5));
    stage.ask_for_code(&browser, &patron.barcode, &patron.phone).await.is(200);
    for _ in 0..5 {
        tokio::join!(stage.sender.deliver_due(), stage.sender.deliver_due());
        stage.pass(MINUTE);
    }
    stage.library().messages(&patron.phone).into_iter().map(|message| message.text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_first_gateway_cannot_be_reached_the_second_sends_one() {
    let roads = Mutex::new(vec![]);
    let cut = |settings: &mut Settings| {
        with_second(settings);
        let closed = Relay::closed();
        settings.sms.gateway.aliyun.base_url = format!("http://{}/sms-gateway/", closed.here());
        roads.lock().unwrap().push(closed);
    };
    on_both_with(cut, async |stage: &Stage| {
        let (browser, _) = stage.reader().await;
        stage.bind(&browser, &patron(6)).await.is(200).says(&["绑定成功", "+50"]);
        let texts = texts(stage).await;
        assert_eq!((texts.len(), stage.number(STATE, &[]).await), (1, SENT), "{texts:?}");
        assert!(texts[0].contains(SECOND), "{texts:?}");
        // The second says nothing: perhaps it sent.
        stage.library().set(Party::Tencent, Mode::Unknown);
        assert_eq!((self::texts(stage).await.len(), stage.number(STATE, &[]).await), (2, UNKNOWN));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_first_gateway_may_have_sent_the_second_is_not_asked() {
    on_both_with(with_second, async |stage: &Stage| {
        let mut so_far = 0;
        for (mode, arrives) in [(Mode::Unknown, 1), (Mode::Down, 0), (Mode::Slow { ms: 60_000 }, 0)] {
            stage.library().set(Party::Sms, mode);
            let texts = texts(stage).await;
            so_far += arrives;
            assert_eq!((texts.len(), stage.number(STATE, &[]).await), (so_far, UNKNOWN), "{mode:?} {texts:?}");
            assert!(texts.iter().all(|text| !text.contains(SECOND)), "{texts:?}");
        }
        stage.library().clear(Party::Sms);
        let texts = texts(stage).await;
        assert_eq!((texts.len(), stage.number(STATE, &[]).await), (so_far + 1, SENT), "{texts:?}");
        assert!(texts.iter().all(|text| !text.contains(SECOND)), "{texts:?}");
    })
    .await;
}

fn with_koha(settings: &mut Settings) {
    settings.patrons.source = PatronSource::Koha;
    settings.koha.base_url = format!("{}/koha", base(settings));
    settings.koha.client_id = Config::sample(Arc::new(|| 0)).koha.client_id;
    settings.koha.whole_ms_max = 800;
}

#[tokio::test(flavor = "multi_thread")]
async fn koha_knows_a_card_and_its_troubles_are_said() {
    on_both_with(with_koha, async |stage: &Stage| {
        stage.library().set(Party::Sip2, Mode::Down);
        let ((browser, _), patron) = (stage.reader().await, patron(5));
        for mode in [Mode::Slow { ms: 60_000 }, Mode::Down, Mode::Unknown] {
            stage.library().set(Party::Koha, mode);
            let asked = stage.ask_for_code(&browser, &patron.barcode, &patron.phone);
            stage.unchanged(mode.name(), asked).await.is(503).says(&["借阅系统暂时没有回应"]);
        }
        // Everybody but the one asked for: nobody is found, and nothing is sent.
        stage.library().set(Party::Koha, Mode::Lying);
        stage.ask_for_code(&browser, &patron.barcode, &patron.phone).await.is(200);
        assert!(stage.codes(&patron.phone).await.is_empty());
        stage.library().clear(Party::Koha);
        stage.pass(MINUTE);
        // Part of a number is not the number.
        let (other, _) = stage.reader().await;
        stage.ask_for_code(&other, &patron.barcode[..10], &patron.phone).await.is(200);
        assert!(stage.codes(&patron.phone).await.is_empty());
        stage.pass(MINUTE);
        stage.bind(&browser, &patron).await.is(200).says(&["绑定成功", "+50", "（尾号0005）"]);
    })
    .await;
}

async fn import(stage: &Stage, entries: &[Entry]) -> i64 {
    let row = |entry: &Entry| {
        let text = serde_json::to_string(entry).unwrap();
        PatronRow { barcode: stage.keys.barcode(&entry.barcode), sealed: stage.keys.seal(LABEL, &text).unwrap() }
    };
    let rows = entries.iter().map(row).collect();
    stage.send(Actor::Job, Command::from(ImportPatrons { rows })).await.cells[0]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_of_the_imported_register_is_bound() {
    let register = |settings: &mut Settings| settings.patrons.source = PatronSource::Register;
    on_both_with(register, async |stage: &Stage| {
        stage.library().set(Party::Sip2, Mode::Down);
        let entry = |n: usize, phone: &str, state| {
            let sandbox::Patron { barcode, name, id_number, birth_date, .. } = patron(n);
            Entry { barcode, name, phone: phone.into(), id_number, birth_date, state }
        };
        let phones = [5, 6, 7].map(|n| patron(n).phone);
        let states = [EntryState::Active, EntryState::Ended, EntryState::Active];
        let mut entries: Vec<Entry> = (5..).zip(states).map(|(n, state)| entry(n, &patron(n).phone, state)).collect();
        assert_eq!(import(stage, &entries).await, 3);
        let (browser, _) = stage.reader().await;
        stage.bind(&browser, &patron(5)).await.is(200).says(&["绑定成功", "+50"]);
        // One that has ended is said to be so after the right code; one that is not in it hears nothing.
        let (other, _) = stage.reader().await;
        stage.bind(&other, &patron(6)).await.is(422).says(&["该读者证已过期、挂失或注销"]);
        stage.pass(MINUTE);
        stage.ask_for_code(&other, &patron(8).barcode, &patron(8).phone).await.is(200);
        assert!(stage.codes(&patron(8).phone).await.is_empty());
        // Imported anew with another phone: the old one is of no use.
        entries[2].phone = "13700000007".into();
        import(stage, &entries).await;
        assert_eq!(stage.number("select count(*) from patron", &[]).await, 3, "a row each");
        let (third, _) = stage.reader().await;
        stage.ask_for_code(&third, &patron(7).barcode, &phones[2]).await.is(200);
        assert!(stage.codes(&phones[2]).await.is_empty());
        let moved = sandbox::Patron { phone: "13700000007".into(), ..patron(7) };
        stage.pass(MINUTE);
        stage.bind(&third, &moved).await.is(200).says(&["绑定成功"]);
    })
    .await;
}
