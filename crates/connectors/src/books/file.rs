//! Files of bibliographic records: ISO 2709 (ISO 2709:2008) or MARCXML, told apart by how they begin.

use encoding_rs::{Encoding, GB18030, UTF_8};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::{self, BufRead, Read};

use super::marc::{MarcField, MarcRecord};
use crate::xml::{Tree, is_end_of};

/// ISO 2709 itself ends at 99,999; files whose lengths were counted in characters go beyond.
const RECORD_BYTES_MAX: usize = 1_000_000;
const RECORD_END: u8 = 0x1D;
const FIELD_END: u8 = 0x1E;
const SUBFIELD: char = '\u{1F}';
const LEADER_BYTES: usize = 24;
/// Of one field in the directory: tag, length, and where it begins.
const ENTRY_BYTES: usize = 12;

/// A record, or what is wrong with it; with its number in the file, from one.
pub type FileRecord = (u64, Result<MarcRecord, &'static str>);

/// Hands over each record; a fault ends the reading.
pub fn records(mut from: impl BufRead, mut each: impl FnMut(FileRecord) -> Result<(), String>) -> Result<(), String> {
    match first_byte(&mut from)? {
        Some(b'<') => of_xml(from, &mut each),
        Some(byte) if byte.is_ascii_digit() => of_iso2709(from, &mut each),
        Some(_) => Err("this is neither ISO 2709 nor MARCXML".into()),
        None => Err("the file is empty".into()),
    }
}

/// What stands before it is left out: blank lines, and the mark that some editors begin a file with.
fn first_byte(from: &mut impl BufRead) -> Result<Option<u8>, String> {
    loop {
        let waiting = from.fill_buf().map_err(text)?;
        let Some(first) = waiting.first().copied() else { return Ok(None) };
        if !(first.is_ascii_whitespace() || matches!(first, 0xEF | 0xBB | 0xBF)) {
            return Ok(Some(first));
        }
        from.consume(1);
    }
}

fn text(error: io::Error) -> String {
    error.to_string()
}

fn of_iso2709(mut from: impl BufRead, each: &mut impl FnMut(FileRecord) -> Result<(), String>) -> Result<(), String> {
    let mut bytes = vec![];
    for number in 1.. {
        bytes.clear();
        (&mut from).take(RECORD_BYTES_MAX as u64).read_until(RECORD_END, &mut bytes).map_err(text)?;
        let told = match bytes.split_last() {
            Some((&RECORD_END, record)) => record_of(record),
            _ if bytes.len() == RECORD_BYTES_MAX => {
                skip(&mut from)?;
                Err("the record is too long")
            }
            // Blank lines, and the mark that old systems end a file with.
            _ if bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0x1A) => return Ok(()),
            _ => Err("the record is cut off"),
        };
        each((number, told))?;
    }
    Ok(())
}

fn skip(from: &mut impl BufRead) -> Result<(), String> {
    loop {
        let waiting = from.fill_buf().map_err(text)?;
        let end = waiting.iter().position(|byte| *byte == RECORD_END);
        let (count, is_over) = (end.map_or(waiting.len(), |at| at + 1), waiting.is_empty() || end.is_some());
        from.consume(count);
        if is_over {
            return Ok(());
        }
    }
}

/// The lengths of the directory are not believed, since files that were converted have wrong ones: the fields' ends tell.
fn record_of(bytes: &[u8]) -> Result<MarcRecord, &'static str> {
    // The escape character begins another set of characters (ISO 2022), which is what MARC-8 is made of.
    if bytes.contains(&0x1B) {
        return Err(MARC_8);
    }
    let bytes = bytes.trim_ascii_start();
    // For the whole record: a short field of two Chinese characters in GB18030 may be good UTF-8, too.
    let charset = if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { GB18030 };
    let (head, rest) = bytes.split_at_checked(LEADER_BYTES).ok_or("the record is shorter than its leader")?;
    let end = rest.iter().position(|byte| *byte == FIELD_END).ok_or("the record has no directory")?;
    let (directory, rest) = rest.split_at(end);
    if !head.is_ascii() || directory.len() % ENTRY_BYTES != 0 {
        return Err(UNREADABLE);
    }
    let mut entries = directory.chunks_exact(ENTRY_BYTES).map(entry).collect::<Option<Vec<_>>>().ok_or(UNREADABLE)?;
    let mut values: Vec<&[u8]> = rest.split(|byte| *byte == FIELD_END).skip(1).collect();
    values.pop_if(|last| last.trim_ascii().is_empty());
    if entries.len() != values.len() {
        return Err("the record has other fields than its directory says");
    }
    // Each field is where its place among all beginnings is; the directory may name them in another order.
    let mut places: Vec<usize> = (0..entries.len()).collect();
    places.sort_by_key(|place| entries.get(*place).map(|(_, begin)| *begin));
    let mut fields = vec![MarcField::default(); entries.len()];
    for (place, value) in places.into_iter().zip(values) {
        if let (Some(field), Some((tag, _))) = (fields.get_mut(place), entries.get_mut(place)) {
            *field = field_of(std::mem::take(tag), &decoded(charset, value).ok_or(UNDECODABLE)?);
        }
    }
    let record = MarcRecord { fields };
    // Only Chinese records are in GB18030; in others such bytes are letters with accents.
    if charset == GB18030 && record.is_marc21() { Err(MARC_8) } else { Ok(record) }
}

const UNREADABLE: &str = "the directory of the record cannot be read";
const MARC_8: &str = "the record is in MARC-8 or another old set of characters: have it exported in UTF-8";
const UNDECODABLE: &str = "the record is neither UTF-8 nor GB18030";

/// The tag, and where the field begins.
fn entry(bytes: &[u8]) -> Option<(String, u32)> {
    let text = std::str::from_utf8(bytes).ok()?;
    Some((text.get(..3)?.to_owned(), text.get(7..)?.parse().ok()?))
}

fn decoded(charset: &'static Encoding, bytes: &[u8]) -> Option<String> {
    charset.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
}

fn field_of(tag: String, text: &str) -> MarcField {
    if tag.starts_with("00") {
        return MarcField { tag, value: text.to_owned(), ..MarcField::default() };
    }
    let mut parts = text.split(SUBFIELD);
    let indicators = parts.next().unwrap_or_default().to_owned();
    let subfields = parts.filter_map(|part| {
        let code = part.chars().next()?;
        Some((code.to_string(), part.get(code.len_utf8()..)?.to_owned()))
    });
    MarcField { tag, value: String::new(), indicators, subfields: subfields.collect() }
}

/// Ends when more than one record's worth comes without a record.
struct Limited<R> {
    from: R,
    left: usize,
}

impl<R: BufRead> BufRead for Limited<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other("a record is too long"));
        }
        let waiting = self.from.fill_buf()?;
        Ok(waiting.get(..self.left).unwrap_or(waiting))
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count);
        self.from.consume(count);
    }
}

impl<R: BufRead> Read for Limited<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

fn of_xml(from: impl BufRead, each: &mut impl FnMut(FileRecord) -> Result<(), String>) -> Result<(), String> {
    let mut reader = Reader::from_reader(Limited { from, left: RECORD_BYTES_MAX });
    let (mut tree, mut buffer, mut number) = (Tree::new(), vec![], 0);
    loop {
        buffer.clear();
        let wrong = |why: &str| format!("after record {number}: {why}");
        let event = reader.read_event_into(&mut buffer).map_err(|error| wrong(&error.to_string()))?;
        let (is_record, is_end) = (is_end_of(&event, "record"), matches!(event, Event::Eof));
        tree.add(event).ok_or_else(|| wrong("this is no MARCXML in UTF-8"))?;
        if is_end {
            return if tree.is_whole() { Ok(()) } else { Err(wrong("the file is cut off")) };
        }
        if is_record && let Some(record) = tree.taken() {
            reader.get_mut().left = RECORD_BYTES_MAX;
            let record = MarcRecord::of_xml(&record);
            // What SRU and OAI-PMH wrap records in is called a record, too.
            if !record.fields.is_empty() {
                number += 1;
                each((number, Ok(record)))?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Lengths and beginnings as the standard has them.
    fn iso2709(fields: &[(&str, &[u8])]) -> Vec<u8> {
        let (mut directory, mut body) = (String::new(), vec![]);
        for (tag, value) in fields {
            directory += &format!("{tag}{:04}{:05}", value.len() + 1, body.len());
            body.extend_from_slice(value);
            body.push(FIELD_END);
        }
        let base = LEADER_BYTES + directory.len() + 1;
        let leader = format!("{:05}nam0 22{base:05}   45  ", base + body.len() + 1);
        [leader.as_bytes(), directory.as_bytes(), &[FIELD_END], &body, &[RECORD_END]].concat()
    }

    fn all(bytes: &[u8]) -> Result<Vec<Result<MarcRecord, &'static str>>, String> {
        let mut found = vec![];
        records(bytes, |(_, told)| {
            found.push(told);
            Ok(())
        })
        .map(|()| found)
    }

    fn book() -> Vec<u8> {
        iso2709(&[
            ("001", b"0001"),
            ("010", "  \u{1F}a978-7-5366-9293-0\u{1F}dCNY23.00".as_bytes()),
            ("200", "1 \u{1F}a三体\u{1F}f刘慈欣著".as_bytes()),
        ])
    }

    #[test]
    fn records_are_read_in_utf_8_and_gb18030_with_whatever_between_them() {
        // 鲁迅 alone would be good UTF-8, too.
        let field = |text: &'static str| GB18030.encode(text).0.into_owned();
        let gb = iso2709(&[("200", &field("1 \u{1F}a围城")), ("701", &field(" 0\u{1F}a鲁迅"))]);
        let found = all(&[b"\xEF\xBB\xBF".to_vec(), book(), b"\r\n".to_vec(), gb, b"\r\n\x1A".to_vec()].concat());
        let books: Vec<_> = found.unwrap().into_iter().map(|told| told.unwrap().book().unwrap()).collect();
        let told = |n: usize| (books[n].title.as_str(), books[n].author.as_str());
        assert_eq!((told(0), told(1)), (("三体", "刘慈欣著"), ("围城", "鲁迅")));
        assert_eq!((books[0].isbns[0].as_str(), books[0].price), ("978-7-5366-9293-0", 2_300));
    }

    #[test]
    fn wrong_lengths_do_no_harm_and_the_order_of_the_directory_counts() {
        let text = String::from_utf8(book()).unwrap();
        let wrong = text.replacen("0010005", "0019999", 1);
        assert_eq!(all(wrong.as_bytes()).unwrap(), all(text.as_bytes()).unwrap());
        let turned = text.replacen("001000500000010003200005", "010003200005001000500000", 1);
        assert_ne!(turned, text);
        let tags = |bytes: &str| -> Vec<String> {
            all(bytes.as_bytes()).unwrap()[0].clone().unwrap().fields.into_iter().map(|field| field.tag).collect()
        };
        assert_eq!(
            (tags(&text), tags(&turned)),
            (vec!["001".into(), "010".into(), "200".into()], vec!["010".into(), "001".into(), "200".into()])
        );
    }

    #[test]
    fn a_bad_record_is_named_and_the_next_one_read() {
        let cut = book()[..70].to_vec();
        for (bad, why) in [
            (b"123".to_vec(), "shorter than its leader"),
            (book()[..40].to_vec(), "no directory"),
            (cut, "other fields"),
            (iso2709(&[("200", b"1 \x1Fa\x1B$1abc")]), "MARC-8"),
            (iso2709(&[("245", b"10\x1FaBront\xE8e")]), "MARC-8"),
            (iso2709(&[("200", b"1 \x1Fa\xFF\xFF")]), "neither UTF-8 nor GB18030"),
            (vec![b'1'; RECORD_BYTES_MAX + 9], "too long"),
        ] {
            let bad = [bad.strip_suffix(&[RECORD_END]).unwrap_or(&bad), &[RECORD_END]].concat();
            let found = all(&[bad, book()].concat()).unwrap();
            assert!(found[0].as_ref().is_err_and(|told| told.contains(why)), "{why}: {found:?}");
            assert!(found.len() == 2 && found[1].is_ok(), "{why}");
        }
        assert_eq!(all(&book()[..50]).unwrap(), [Err("the record is cut off")]);
    }

    #[test]
    fn marcxml_is_read_record_by_record() {
        let one = |title: &str| {
            format!(
                "<m:record><m:datafield tag='200' ind1='1' ind2=' '><m:subfield code='a'>{title}</m:subfield></m:datafield></m:record>"
            )
        };
        let file = |inner: &str| format!("<?xml version='1.0'?><m:collection xmlns:m='x'>{inner}</m:collection>");
        let found = all(file(&format!("{}\n{}", one("三体"), one("围城 &amp; 其他"))).as_bytes()).unwrap();
        assert_eq!(found[1].clone().unwrap().book().unwrap().title, "围城 & 其他");
        let wrapped = file(&format!("<z:record xmlns:z='y'><z:recordData>{}</z:recordData></z:record>", one("三体")));
        assert_eq!(all(wrapped.as_bytes()).unwrap().len(), 1, "a wrapper is no record");
        let cut = file(&one("三体")).replace("</m:collection>", "");
        for (bad, why) in
            [(cut.as_str(), "cut off"), ("<a><b></a>", "after record 0"), ("plain", "neither"), (" ", "empty")]
        {
            assert!(all(bad.as_bytes()).is_err_and(|told| told.contains(why)), "{bad}");
        }
        let endless = format!("<a>{}", "x".repeat(RECORD_BYTES_MAX));
        assert!(all(endless.as_bytes()).is_err_and(|told| told.contains("too long")));
    }
}
