//! Taking requests apart and putting answers together, in the library's character set.

use encoding_rs::GB18030;

use super::trailer;
use crate::Charset;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// The two digits that say what it is.
    pub kind: String,
    /// What follows them: fixed positions, then fields.
    rest: String,
}

impl Request {
    /// The text is decoded before it is split: the second byte of a GB18030 character may look like `|`.
    pub(super) fn read(body: &[u8], charset: Charset) -> Self {
        let text = match charset {
            Charset::Utf8 => String::from_utf8_lossy(body).into_owned(),
            Charset::Gb18030 => GB18030.decode_without_bom_handling(body).0.into_owned(),
        };
        let (kind, rest) = text.split_at_checked(2).unwrap_or((&text, ""));
        Self { kind: kind.to_owned(), rest: rest.to_owned() }
    }

    /// Characters of the fixed part, by position behind the kind.
    pub(super) fn fixed(&self, from: usize, to: usize) -> &str {
        self.rest.get(from..to).unwrap_or_default()
    }

    /// A field's value; the fields begin behind a fixed part of this length.
    pub(super) fn field(&self, fixed_length: usize, name: &str) -> &str {
        let fields = self.rest.get(fixed_length..).unwrap_or_default();
        fields.split('|').find_map(|field| field.strip_prefix(name)).unwrap_or_default()
    }
}

/// An answer in the making.
pub(super) struct Answer(String);

impl Answer {
    pub(super) fn new(fixed: String) -> Self {
        Self(fixed)
    }

    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push_str(name);
        self.0.push_str(value);
        self.0.push('|');
        self
    }

    /// Most systems leave an empty field out.
    pub(super) fn with_known(self, name: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.with(name, value) }
    }

    /// A trailer if the request had one, and the carriage return.
    pub(super) fn bytes(&self, charset: Charset, sequence: Option<u8>) -> Vec<u8> {
        let mut bytes = match charset {
            Charset::Utf8 => self.0.clone().into_bytes(),
            Charset::Gb18030 => GB18030.encode(&self.0).0.into_owned(),
        };
        if let Some(sequence) = sequence {
            trailer::append(&mut bytes, sequence);
        }
        bytes.push(b'\r');
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_in_any_order() {
        let request = Request::read(b"9300CP|COsecret|CNuser|", Charset::Utf8);
        assert_eq!((request.kind.as_str(), request.fixed(0, 2)), ("93", "00"));
        assert_eq!((request.field(2, "CN"), request.field(2, "CO"), request.field(2, "CX")), ("user", "secret", ""));
    }

    #[test]
    fn a_character_whose_second_byte_is_a_bar_stays_whole() {
        let answer = Answer::new("24".into()).with("AE", "刘珅").bytes(Charset::Gb18030, None);
        let request = Request::read(&answer, Charset::Gb18030);
        assert_eq!(request.field(0, "AE"), "刘珅");
        assert_eq!(answer.iter().filter(|byte| **byte == b'|').count(), 2);
    }
}
