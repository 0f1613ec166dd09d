//! Koha: a token first, kept for the next card, renewed when it is refused.

use connectors::Secret;
use connectors::library_system::koha::{Koha, Settings};
use connectors::library_system::{Fault, LibrarySystem, Outage};

use crate::clock;
use crate::scripted_http::{Party, Step};

const TOKEN: Step = Step::Answer(200, r#"{"access_token":"T","expires_in":3600,"token_type":"Bearer"}"#);
const WANG: Step =
    Step::Answer(200, r#"[{"patron_id":51,"cardnumber":"JB01","surname":"王小萌","mobile":"13900000001"}]"#);

fn koha(party: &Party) -> Koha {
    let settings = Settings {
        base_url: party.base_url.clone(),
        client_id: "yue".into(),
        whole_ms_max: crate::SILENCE_MS_MAX,
        ..Settings::default()
    };
    Koha::new(&settings, Secret::new("s&cret"), clock()).unwrap()
}

#[tokio::test]
async fn one_token_serves_many_cards() {
    let party = Party::start(vec![TOKEN, WANG, Step::Answer(200, "[]")]).await;
    let koha = koha(&party);
    assert_eq!(koha.patron("JB01").await.unwrap().unwrap().phones, ["13900000001"]);
    assert_eq!(koha.patron("JB02").await.unwrap(), None);
    let heard = party.heard();
    assert!(heard[0].starts_with("POST /api/v1/oauth/token HTTP/1.1"), "{}", heard[0]);
    assert!(heard[0].ends_with("grant_type=client_credentials&client_id=yue&client_secret=s%26cret"), "{}", heard[0]);
    assert!(heard[1].starts_with("GET /api/v1/patrons?cardnumber=JB01&"), "{}", heard[1]);
    assert!(heard[1].contains("authorization: Bearer T") && heard[1].contains("x-koha-embed: extended_attributes"));
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let refused = || Step::Answer(401, r#"{"error":"Authentication required"}"#);
    let party = Party::start(vec![TOKEN, refused(), TOKEN, WANG, refused(), TOKEN, refused()]).await;
    let koha = koha(&party);
    assert!(koha.patron("JB01").await.unwrap().is_some());
    let outcome = koha.patron("JB01").await;
    assert!(matches!(outcome, Err(Fault::Unavailable(Outage::LoginRefused))), "{outcome:?}");
}

#[tokio::test]
async fn maintenance_is_no_refusal_of_our_login() {
    for status in [503, 500, 429] {
        let koha = koha(&Party::start(vec![Step::Answer(status, "{}")]).await);
        let outcome = koha.patron("JB01").await;
        let told = matches!(outcome, Err(Fault::Unavailable(Outage::Status { status: said })) if said == status);
        assert!(told, "{status}: {outcome:?}");
    }
    for status in [400, 401, 403] {
        let koha = koha(&Party::start(vec![Step::Answer(status, r#"{"error":"unauthorized_client"}"#)]).await);
        assert!(matches!(koha.patron("JB01").await, Err(Fault::Unavailable(Outage::LoginRefused))), "{status}");
    }
}

#[tokio::test]
async fn silence_and_odd_barcodes_are_told_apart() {
    let koha = koha(&Party::start(vec![Step::Silence]).await);
    assert!(matches!(koha.patron("JB01").await, Err(Fault::Unavailable(Outage::TimedOut))));
    assert!(matches!(koha.patron("JB01&x=1").await, Err(Fault::BarcodeNotAllowed)));
}
