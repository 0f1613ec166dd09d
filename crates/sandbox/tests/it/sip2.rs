use crate::stage::Stage;
use encoding_rs::GB18030;
use sandbox::{Charset, Mode, Party, Patron, PatronState};

const DATE: &str = "20261130    080000";

fn information(barcode: &str) -> String {
    format!("63019{DATE}          AOLIB|AA{barcode}|AC|AD|BP|BQ|")
}

fn field<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    answer.get(61..)?.split('|').find_map(|field| field.strip_prefix(name))
}

#[tokio::test]
async fn known_answers_of_the_protocol() {
    let stage = Stage::new().await;
    let mut line = stage.sip2().await;
    let status = line.ask("9900802.00AY1AZFCA0").await;
    assert!(status.starts_with(&format!("98YNNNNN100003{DATE}2.00AOLIB|")), "{status}");
    assert!(status.contains("|BXYNNNYYYYYNNNNNNN|AY1AZ"), "{status}");
    assert_eq!(line.ask("9900802.00AY1AZFCA1").await, "96AZFEF6");
    assert_eq!(line.ask("9700").await, status, "asked again, said again");
    assert_eq!(line.ask("77").await, "96AZFEF6");
}

#[tokio::test]
async fn a_login_is_needed_and_checked() {
    let stage = Stage::new().await;
    let mut line = stage.sip2().await;
    assert_eq!(line.ask("9300CNyue|COwrong|CP|").await, "940");
    assert_eq!(line.ask(&information("20260001")).await, "", "strangers are hung up on");
    let mut line = stage.sip2().await;
    // A sequence comes back, with a checksum; line feeds do no harm.
    line.send(b"9300CNyue|COyue-sip2|CP|\r\n").await;
    assert_eq!(line.hear().await, b"941");
    assert_eq!(line.ask("9300CNyue|COyue-sip2|CP|AY0AZF654").await, "941AY0AZFDFD");
}

#[tokio::test]
async fn patron_information_tells_all_that_is_known() {
    let stage = Stage::new().await;
    let mut line = stage.sip2().await.log_in().await;
    let answer = line.ask(&information("20260001")).await;
    assert!(
        answer.starts_with(&format!("64              019{DATE}000000000000000000000000AOLIB|AA20260001|AE张小满|"))
    );
    let known =
        [("BL", "Y"), ("BF", "13800001111"), ("PB", "19491231"), ("XI", "11010519491231002X"), ("PA", "20271130")];
    for (name, value) in known {
        assert_eq!(field(&answer, name), Some(value), "{name}");
    }
    assert_eq!((field(&answer, "CQ"), field(&answer, "AF")), (None, None));
}

#[tokio::test]
async fn states_are_seen_in_flags_validity_and_message() {
    let stage = Stage::new().await;
    let mut line = stage.sip2().await.log_in().await;
    let cases = [
        ("20260003", "YYYY          ", "Y", Some("读者证已过期，请到服务台续期")),
        ("20260004", "YYYYY         ", "Y", Some("读者证已挂失")),
        ("20260005", "YYYY          ", "N", Some("读者证已注销")),
        ("20260006", "              ", "Y", None),
        ("29999999", "YYYY          ", "N", Some("查无此读者证")),
    ];
    for (barcode, flags, valid, message) in cases {
        let answer = line.ask(&information(barcode)).await;
        assert_eq!(&answer[2..16], flags, "{barcode}");
        assert_eq!((field(&answer, "AA"), field(&answer, "BL")), (Some(barcode), Some(valid)));
        assert_eq!(field(&answer, "AF"), message);
        let brief = line.ask(&format!("23019{DATE}AOLIB|AA{barcode}|AC|AD|")).await;
        assert!(brief.starts_with(&format!("24{flags}019{DATE}AOLIB|AA{barcode}|AE")), "{brief}");
        assert!(brief.contains(&format!("|BL{valid}|")) && !brief.contains("|BF"));
    }
    let expired = line.ask(&information("20260003")).await;
    assert_eq!(field(&expired, "PA"), Some("20261030"));
    let ended = line.ask(&information("20260005")).await;
    assert_eq!(field(&ended, "BF"), None, "a card given up tells nothing personal");
}

#[tokio::test]
async fn a_password_on_a_card_without_one_is_wrong() {
    let stage = Stage::new().await;
    let mut line = stage.sip2().await.log_in().await;
    let answer = line.ask(&information("20260001").replace("|AD|", "|AD1234|")).await;
    assert_eq!((field(&answer, "BL"), field(&answer, "CQ")), (Some("Y"), Some("N")));
}

#[tokio::test]
async fn a_session_ends_politely() {
    let stage = Stage::new().await;
    let mut line = stage.sip2().await.log_in().await;
    assert_eq!(line.ask(&format!("35{DATE}AOLIB|AA20260001|")).await, format!("36Y{DATE}AOLIB|AA20260001|"));
}

#[tokio::test]
async fn gb18030_carries_names_whose_bytes_look_like_bars() {
    let stage = Stage::with(|config| {
        config.library.charset = Charset::Gb18030;
        config.patrons = Patron::parse_csv("1,刘珅,13800001111,,,active").unwrap();
    })
    .await;
    let mut line = stage.sip2().await.log_in().await;
    line.send(format!("{}\r", information("1")).as_bytes()).await;
    let bytes = line.hear().await;
    let text = GB18030.decode(&bytes).0;
    assert_eq!(field(&text, "AE"), Some("刘珅"));
}

#[tokio::test]
async fn a_liar_speaks_of_another_card() {
    let stage = Stage::new().await;
    let mut line = stage.sip2().await.log_in().await;
    stage.control().set(Party::Sip2, Mode::Lying);
    let answer = line.ask(&information("20260001")).await;
    assert_eq!(field(&answer, "AA"), Some("20260002"));
    stage.control().clear(Party::Sip2);
    assert_eq!(field(&line.ask(&information("20260001")).await, "AA"), Some("20260001"));
}

#[tokio::test]
async fn down_hangs_up_and_unknown_never_answers() {
    let stage = Stage::new().await;
    let mut line = stage.sip2().await.log_in().await;
    stage.control().set(Party::Sip2, Mode::Down);
    assert_eq!(line.ask(&information("20260001")).await, "");
    assert_eq!(stage.sip2().await.hear().await, b"");
    stage.control().set(Party::Sip2, Mode::Unknown);
    assert_eq!(stage.sip2().await.ask("9300CNyue|COyue-sip2|CP|").await, "");
}

#[tokio::test]
async fn a_patron_changes_while_it_runs() {
    let stage = Stage::new().await;
    let mut line = stage.sip2().await.log_in().await;
    let mut patron = Patron::parse_csv("20260001,张小满,,,,active").unwrap().remove(0);
    patron.state = PatronState::Lost;
    stage.control().put_patron(patron);
    assert_eq!(&line.ask(&information("20260001")).await[2..7], "YYYYY");
    stage.control().remove_patron("20260001");
    assert_eq!(field(&line.ask(&information("20260001")).await, "BL"), Some("N"));
}
