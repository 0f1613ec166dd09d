//! An ISBN as people type it is one of thirteen digits or none, and reads as itself.
#![no_main]

use domain::core::isbn::Isbn;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(isbn) = Isbn::read(text) {
        assert_eq!(Isbn::read(&isbn.to_string()), Ok(isbn));
        assert_eq!(isbn.to_string().len(), 13);
    }
});
