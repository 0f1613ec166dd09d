//! SIP2: what the client says, and what it makes of good, broken, silent and lying parties.

use connectors::State;
use connectors::library_system::sip2::{Charset, Checksum, FieldMap, Secrets, Settings, Sip2};
use connectors::library_system::{BarcodeCase, EitherCase, Fault, LibrarySystem, Lie, Outage, Patron, PatronState};

use crate::scripted_sip2::{Party, Step, raw, say, sealed};
use crate::{NOW_MS, SILENCE_MS_MAX, clock, deaf_port};

const FOUND: &str = "64              01920231026    182233000000000000000000000000AOlib|AA0012|AE王小萌|BLY|CQN|BF13812345678|PI11010519491231002X|PB19491231|";
const UNKNOWN: &str =
    "64YYYY          01920231026    182233000000000000000000000000AOlib|AA0012|AE|BLN|AFno such card|";

fn settings(port: u16) -> Settings {
    Settings {
        port,
        answer_ms_max: 5_000,
        login_user: "yue".to_owned(),
        institution: "lib".to_owned(),
        fields: FieldMap { identity: "PI".to_owned(), ..FieldMap::default() },
        ..Settings::default()
    }
}

fn client(settings: &Settings) -> Sip2 {
    let secrets = Secrets { login_password: "word".into(), terminal_password: "term".into() };
    Sip2::new(settings, secrets, clock()).unwrap()
}

fn logged_in() -> [Step; 2] {
    [say("941"), say("98YYYYNN60000320231026    1822322.00AOlib|BXYYYYYYYYYYYNNNYY|")]
}

fn script(steps: impl IntoIterator<Item = Step>) -> Vec<Step> {
    logged_in().into_iter().chain(steps).collect()
}

/// One question over one connection that answers it with this step.
async fn asked(step: Step, change: impl FnOnce(&mut Settings)) -> Result<Option<Patron>, Fault> {
    let party = Party::start(vec![script([step])]).await;
    let mut settings = settings(party.port);
    change(&mut settings);
    client(&settings).patron("0012").await
}

#[tokio::test]
async fn a_card_is_asked_for_after_login_and_status() {
    let party = Party::start(vec![script([say(FOUND), say(UNKNOWN)])]).await;
    let sip2 = client(&settings(party.port));
    assert_eq!(sip2.state(), State::Unknown);
    let patron = sip2.patron("0012").await.unwrap().unwrap();
    assert_eq!((patron.barcode.as_str(), patron.name.as_str()), ("0012", "王小萌"));
    assert_eq!(patron.phones, ["13812345678"]);
    assert_eq!(patron.identity.as_deref(), Some("11010519491231002X"));
    assert_eq!(patron.birth_date.as_deref(), Some("19491231"));
    assert_eq!((patron.state, patron.valid), (PatronState::Active, true));
    assert!(sip2.patron("0012").await.unwrap().is_none());
    assert!(matches!(sip2.state(), State::Up { .. }));
    // Both questions over one connection, each with its own moment.
    assert_eq!(
        party.heard(),
        [
            "0: 9300CNyue|COword|",
            "0: 9900802.00",
            "0: 6301920231026    182232          AOlib|AA0012|ACterm|AD|",
            "0: 6301920231026    182234          AOlib|AA0012|ACterm|AD|",
        ]
    );
}

#[tokio::test]
async fn a_party_without_patron_information_is_asked_for_the_status() {
    let status = "98YYYYNN60000320231026    1822322.00AOlib|BXYYYYYYYNYYYNNNYY|";
    let answer = "24              01920231026    182233AOlib|AA0012|AE王|BLY|";
    let party = Party::start(vec![vec![say("941"), say(status), say(answer)]]).await;
    let patron = client(&settings(party.port)).patron("0012").await.unwrap().unwrap();
    assert_eq!(patron.name, "王");
    assert_eq!(party.heard()[2], "0: 2301920231026    182232AOlib|AA0012|ACterm|AD|");
}

#[tokio::test]
async fn a_party_that_knows_no_patron_information_is_asked_for_the_status_instead() {
    let not_understood = || raw("96AZFEF6\r");
    let status = "24              01920231026    182233AOlib|AA0012|AE王|BLY|";
    let party = Party::start(vec![script([not_understood(), not_understood(), say(status), say(status)])]).await;
    let sip2 = client(&settings(party.port));
    let patron = sip2.patron("0012").await.unwrap().unwrap();
    assert_eq!((patron.name.as_str(), patron.phones.len()), ("王", 0));
    assert!(sip2.patron("0012").await.unwrap().is_some());
    let kinds: Vec<_> = party.heard().iter().map(|message| message[3..5].to_owned()).collect();
    assert_eq!(kinds, ["93", "99", "63", "63", "23", "23"], "it is remembered for the connection");
}

#[tokio::test]
async fn a_barcode_keeps_its_case_and_may_be_answered_in_another() {
    let answer = FOUND.replace("AA0012", "AAJB01");
    for (case, is_found) in [(BarcodeCase::Ignored, true), (BarcodeCase::Exact, false)] {
        let party = Party::start(vec![script([say(&answer)])]).await;
        let mut settings = settings(party.port);
        settings.barcode_case = case;
        let told = client(&settings).patron("jb01").await;
        assert!(party.heard()[2].contains("|AAjb01|"), "{:?}", party.heard());
        match told {
            Ok(Some(patron)) => assert!(is_found && patron.barcode == "JB01"),
            told => assert!(!is_found && matches!(told, Err(Fault::Lying(Lie::OtherCard))), "{told:?}"),
        }
    }
}

#[tokio::test]
async fn where_case_is_ignored_a_system_that_cares_is_asked_in_capitals_too() {
    let found = FOUND.replace("AA0012", "AAJB01");
    let party = Party::start(vec![script([say(&UNKNOWN.replace("AA0012", "AAjb01")), say(&found)])]).await;
    let either = EitherCase(std::sync::Arc::new(client(&settings(party.port))));
    assert_eq!(either.patron("jb01").await.unwrap().unwrap().barcode, "JB01");
}

#[tokio::test]
async fn gb18030_is_split_before_it_is_decoded() {
    // The second byte of 弢 is a bar.
    let mut answer = b"64              01920231026    182233000000000000000000000000AA0012|AE".to_vec();
    answer.extend_from_slice(b"\xCD\xF5\x8F\x7C|BLY|XI110|XN77|");
    let patron = asked(Step::Say(answer), |settings| {
        settings.charset = Charset::Gb18030;
        settings.fields.identity = "XI".to_owned();
        settings.fields.patron_id = "XN".to_owned();
    })
    .await;
    let patron = patron.unwrap().unwrap();
    assert_eq!(patron.name, "王弢");
    assert_eq!(patron.identity.as_deref(), Some("110"));
    assert_eq!(patron.patron_id.as_deref(), Some("77"));
}

#[tokio::test]
async fn no_barcode_carries_a_separator() {
    let (_socket, port) = deaf_port();
    let sip2 = client(&settings(port));
    for wrong in ["", "1|AA2", "1\r99", "1\n", "1 2", "１２", "王"] {
        assert!(matches!(sip2.patron(wrong).await, Err(Fault::BarcodeNotAllowed)), "{wrong:?}");
    }
    assert_eq!(sip2.state(), State::Unknown);
}

#[tokio::test]
async fn a_lying_party_is_not_believed() {
    let other_card = FOUND.replace("AA0012", "AA0013");
    let login = "941";
    for (step, lie) in [
        (say(&other_card), Lie::OtherCard),
        (say(&FOUND.replace("AA0012|", "")), Lie::OtherCard),
        (say(login), Lie::OtherKind),
        (Step::Raw(sealed(FOUND.as_bytes(), b'7')), Lie::OtherSequence),
    ] {
        match asked(step, |_| {}).await {
            Err(Fault::Lying(said)) => assert_eq!(said, lie),
            other => panic!("{lie:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn after_a_lie_the_connection_is_not_used_again() {
    let lie = say(&FOUND.replace("AA0012", "AA0013"));
    let party = Party::start(vec![script([lie]), script([say(FOUND)])]).await;
    let sip2 = client(&settings(party.port));
    assert!(matches!(sip2.patron("0012").await, Err(Fault::Lying(_))));
    assert!(matches!(sip2.state(), State::Down { .. }));
    assert!(sip2.patron("0012").await.unwrap().is_some());
    assert!(matches!(sip2.state(), State::Up { .. }));
}

#[tokio::test]
async fn a_wrong_checksum_is_judged_by_the_setting() {
    let wrong = raw(&format!("{FOUND}AY2AZ0000\r"));
    let strict = asked(wrong.clone(), |_| {}).await;
    assert!(matches!(strict, Err(Fault::Unavailable(Outage::Unreadable { .. }))));
    for checksum in [Checksum::Log, Checksum::Off] {
        assert!(asked(wrong.clone(), |settings| settings.checksum = checksum).await.unwrap().is_some());
    }
    let bare = raw(&format!("{FOUND}\r"));
    assert!(asked(bare.clone(), |_| {}).await.is_err());
    assert!(asked(bare, |settings| settings.checksum = Checksum::Off).await.unwrap().is_some());
}

#[tokio::test]
async fn a_message_damaged_on_the_way_is_sent_again_once() {
    let party = Party::start(vec![script([raw("96AZFEF6\r"), say(FOUND)])]).await;
    assert!(client(&settings(party.port)).patron("0012").await.unwrap().is_some());
    let heard = party.heard();
    assert_eq!(heard[2], heard[3]);

    // The older question is not understood either.
    let deaf = Party::start(vec![script(vec![raw("96AZFEF6\r"); 4])]).await;
    let result = client(&settings(deaf.port)).patron("0012").await;
    assert!(matches!(result, Err(Fault::Unavailable(Outage::NotUnderstood))));
}

#[tokio::test]
async fn a_connection_closed_while_idle_is_opened_again_with_login() {
    let closing = script([Step::SayAndClose(FOUND.as_bytes().to_vec())]);
    let party = Party::start(vec![closing, script([say(FOUND)])]).await;
    let sip2 = client(&settings(party.port));
    assert!(sip2.patron("0012").await.unwrap().is_some());
    assert!(sip2.patron("0012").await.unwrap().is_some());
    let heard = party.heard();
    assert!(heard.contains(&"1: 9300CNyue|COword|".to_owned()), "{heard:?}");
    assert!(heard.last().unwrap().starts_with("1: 63"), "{heard:?}");
}

#[tokio::test]
async fn a_kept_connection_that_fell_silent_is_replaced_once() {
    let party = Party::start(vec![script([say(FOUND), Step::Silence]), script([say(FOUND)])]).await;
    let sip2 = client(&Settings { answer_ms_max: SILENCE_MS_MAX, ..settings(party.port) });
    assert!(sip2.patron("0012").await.unwrap().is_some());
    assert!(sip2.patron("0012").await.unwrap().is_some());
}

#[tokio::test]
async fn a_party_that_always_closes_is_asked_twice_only() {
    let party = Party::start(vec![script([Step::Close]), script([Step::Close]), script([say(FOUND)])]).await;
    let sip2 = client(&settings(party.port));
    assert!(matches!(sip2.patron("0012").await, Err(Fault::Unavailable(Outage::Closed { .. }))));
    assert_eq!(party.heard().len(), 6);
}

#[tokio::test]
async fn silence_ends_with_the_time_limit() {
    let result = asked(Step::Silence, |settings| settings.answer_ms_max = SILENCE_MS_MAX).await;
    assert!(matches!(result, Err(Fault::Unavailable(Outage::TimedOut))));
    let whole = asked(Step::Silence, |settings| settings.whole_ms_max = SILENCE_MS_MAX).await;
    assert!(matches!(whole, Err(Fault::Unavailable(Outage::TimedOut))));
}

#[tokio::test]
async fn waiting_for_a_place_counts_towards_the_time_limit() {
    let party = Party::start(vec![script([Step::Silence])]).await;
    let one = Settings { connections_max: 1, whole_ms_max: SILENCE_MS_MAX, ..settings(party.port) };
    let sip2 = client(&one);
    let (first, second) = tokio::join!(sip2.patron("0012"), sip2.patron("0012"));
    for result in [first, second] {
        assert!(matches!(result, Err(Fault::Unavailable(Outage::TimedOut))));
    }
}

#[tokio::test]
async fn a_party_that_is_away_is_down_since_the_first_failure() {
    let (_socket, port) = deaf_port();
    let sip2 = client(&settings(port));
    for _ in 0..2 {
        assert!(matches!(sip2.check().await, Err(Fault::Unavailable(Outage::Unreachable { .. }))));
    }
    match sip2.state() {
        State::Down { since_ms, last_failure_ms, last_success_ms: None } => {
            assert_eq!((since_ms, last_failure_ms), (NOW_MS, NOW_MS + 1_000));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_refused_login_and_a_party_off_line_are_told_apart() {
    let party = Party::start(vec![vec![say("940")]]).await;
    let result = client(&settings(party.port)).patron("0012").await;
    assert!(matches!(result, Err(Fault::Unavailable(Outage::LoginRefused))));

    let status = "98NYYYNN60000320231026    1822322.00AOlib|BXYYYYYYYYYYYNNNYY|";
    let party = Party::start(vec![vec![say("941"), say(status)]]).await;
    let result = client(&settings(party.port)).check().await;
    assert!(matches!(result, Err(Fault::Unavailable(Outage::OffLine))));
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let result = asked(Step::Raw(vec![b'6'; 100_000]), |_| {}).await;
    assert!(matches!(result, Err(Fault::Unavailable(Outage::Unreadable { .. }))));
}

#[tokio::test]
async fn a_login_is_left_out_where_none_is_set() {
    let party = Party::start(vec![vec![say(FOUND)]]).await;
    let bare = Settings { login_user: String::new(), ask_status: false, ..settings(party.port) };
    assert!(client(&bare).patron("0012").await.unwrap().is_some());
    assert!(party.heard()[0].starts_with("0: 63"));
}
