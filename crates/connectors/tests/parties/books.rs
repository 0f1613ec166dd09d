//! Catalogues that limit, break off, never end or answer with something else.

use super::scripted_http::{Party, Step};
use connectors::Clock;
use connectors::books::{Catalogue, Fault, OpenLibrary, Settings, Sru};

const ISBN: &str = "9787536692930";
const BOMB: &str = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbbbbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>\
    <searchRetrieveResponse><records><record><recordData><record><datafield tag=\"200\"><subfield code=\"a\">&c;&c;\
    </subfield></datafield></record></recordData></record></records></searchRetrieveResponse>";

fn settings(party: &Party) -> Settings {
    let base_url = &party.base_url;
    Settings {
        sru_url: format!("{base_url}/sru"),
        open_library_url: format!("{base_url}/"),
        whole_ms_max: 3_000,
        ..Settings::default()
    }
}

fn sru(party: &Party) -> Sru {
    Sru::new(&settings(party), Clock::new(|| 0)).unwrap()
}

#[tokio::test]
async fn an_answer_without_end_is_left_when_it_is_too_long() {
    let party = Party::start(vec![Step::Endless("<a>piece</a>"), Step::Endless("[[[[[[[[")]).await;
    let too_long =
        |answer: Result<_, Fault>| matches!(answer, Err(Fault::Unreachable { reason }) if reason.contains("too long"));
    assert!(too_long(sru(&party).find(ISBN).await));
    let open_library = OpenLibrary::new(&settings(&party), Clock::new(|| 0)).unwrap();
    assert!(too_long(open_library.find(ISBN).await));
}

#[tokio::test]
async fn limits_errors_and_other_answers_have_their_own_faults() {
    let steps = vec![
        Step::Answer(429, ""),
        Step::Answer(500, ""),
        Step::Answer(200, "<html></html>"),
        Step::Answer(200, "\u{0}\u{1}"),
        Step::Answer(200, BOMB),
        Step::Close,
    ];
    let party = Party::start(steps).await;
    let catalogue = sru(&party);
    assert_eq!(catalogue.find(ISBN).await, Err(Fault::TooMany));
    assert_eq!(catalogue.find(ISBN).await, Err(Fault::Status { status: 500 }));
    for _ in 0..2 {
        assert!(matches!(catalogue.find(ISBN).await, Err(Fault::Unreadable { .. })));
    }
    // An entity of its own stands for nothing: the title is empty, and what has no title is no book.
    assert_eq!(catalogue.find(ISBN).await, Ok(vec![]));
    assert!(matches!(catalogue.find(ISBN).await, Err(Fault::Unreachable { .. })));
    assert!(party.heard()[0].contains("query=bath.isbn%3D9787536692930&recordSchema=marcxml"));
}
