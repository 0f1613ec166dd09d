//! Whatever bytes come from outside: an answer or a sentence, no panic.

use connectors::books::{Edition, cents, read_answer, records, year};
use proptest::prelude::*;

/// Pieces that mean something to the readers, in whatever order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"00100nam0 2200049   45  ".to_vec()),
        Just(b"010000500000".to_vec()),
        Just(b"\x1E".to_vec()),
        Just(b"\x1D".to_vec()),
        Just(b"\x1Fa".to_vec()),
        Just(
            "<record><datafield tag='200'><subfield code='a'>三体</subfield></datafield></record>".as_bytes().to_vec()
        ),
        Just(b"<collection>".to_vec()),
        Just(b"</collection>".to_vec()),
        Just(b"<!DOCTYPE a [<!ENTITY b \"bb\"><!ENTITY c \"&b;&b;\">]>&c;".to_vec()),
        Just(b"<![CDATA[x]]>&amp;&#x4E09;&#99999999;".to_vec()),
        Just(b"<searchRetrieveResponse><records><record><recordData>".to_vec()),
        Just(b"<diagnostic><message>no</message></diagnostic>".to_vec()),
        Just(br#"{"title":"x","isbn_13":["9787536692930"],"authors":[{"key":"/authors/OL1A"}]}"#.to_vec()),
        prop::collection::vec(any::<u8>(), 0..40),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn files_and_answers_are_read_or_refused(bytes in pieces()) {
        let mut count = 0;
        let _ = records(bytes.as_slice(), |(_, told)| {
            count += 1;
            if let Ok(record) = told {
                let _ = record.book();
            }
            Ok(())
        });
        // A record has an end of its own, so there are never more of them than bytes.
        prop_assert!(count <= bytes.len());
        let _ = read_answer(&bytes);
        let _ = Edition::read(&bytes).map(|edition| edition.book(String::new()));
    }

    #[test]
    fn prices_and_years_are_numbers_or_nothing(text in ".{0,40}") {
        prop_assert!((0..10_000_000).contains(&cents(&text)));
        prop_assert!(matches!(year(&text).len(), 0 | 4));
    }
}
