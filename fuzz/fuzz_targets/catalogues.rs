//! What catalogues answer: SRU and Open Library.
#![no_main]

use connectors::books::{Edition, read_answer};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = read_answer(bytes);
    let _ = Edition::read(bytes).map(|edition| edition.book(String::new()));
});
