//! ISO 2709 and MARCXML, as files have them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = connectors::books::records(bytes, |(_, told)| {
        let _ = told.map(|record| record.book().map(|book| book.clipped()));
        Ok(())
    });
});
