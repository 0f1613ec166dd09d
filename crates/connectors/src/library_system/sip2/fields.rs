//! The variable fields of a message: two characters of code, a value, a bar.

use super::settings::Charset;

#[derive(Debug)]
pub(super) struct Fields<'a> {
    charset: Charset,
    /// In the order of the message, which means nothing.
    pairs: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Fields<'a> {
    pub(super) fn split(bytes: &'a [u8], charset: Charset) -> Fields<'a> {
        let mut pairs = Vec::new();
        let (mut start, mut at) = (0, 0);
        while at <= bytes.len() {
            let rest = bytes.get(at..).unwrap_or_default();
            if rest.first().is_none_or(|byte| *byte == b'|') {
                // A piece without a code says nothing to us.
                if let Some((code, value)) = bytes.get(start..at).and_then(|piece| piece.split_at_checked(2)) {
                    pairs.push((code, value));
                }
                start = at + 1;
                at = start;
            } else {
                at += charset.step(rest);
            }
        }
        Fields { charset, pairs }
    }

    pub(super) fn all(&self, code: &str) -> impl Iterator<Item = &'a [u8]> {
        let code = code.as_bytes().to_vec();
        self.pairs.iter().filter(move |(name, _)| *name == code).map(|(_, value)| *value)
    }

    /// The first value that is not blank, undecoded.
    pub(super) fn bytes(&self, code: &str) -> Option<&'a [u8]> {
        self.all(code).map(<[u8]>::trim_ascii).find(|value| !value.is_empty())
    }

    /// The first value that is not blank; `Err` where its bytes are no text.
    pub(super) fn text(&self, code: &str) -> Result<Option<String>, NoText> {
        let Some(bytes) = self.bytes(code) else { return Ok(None) };
        let text = self.charset.decode(bytes).ok_or(NoText)?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// All values of a field that may repeat, joined, for people to read.
    pub(super) fn screen_text(&self, code: &str) -> Option<String> {
        let lines: Vec<String> =
            self.all(code).map(|value| self.charset.decode_roughly(value)).filter(|line| !line.is_empty()).collect();
        (!lines.is_empty()).then(|| lines.join(" "))
    }
}

/// The bytes of a field are not in the charset of the settings.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoText;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_blanks_do_not_matter() {
        let fields = Fields::split("AF|BF 13800000000 |AE王小萌|x|AFone|AFtwo".as_bytes(), Charset::Utf8);
        assert_eq!(fields.text("AE"), Ok(Some("王小萌".to_owned())));
        assert_eq!(fields.text("BF"), Ok(Some("13800000000".to_owned())));
        assert_eq!(fields.text("PB"), Ok(None));
        assert_eq!(fields.screen_text("AF"), Some("one two".to_owned()));
    }

    #[test]
    fn a_bar_inside_a_gb18030_character_is_no_separator() {
        let fields = Fields::split(b"AE\xCD\xF5\x8F\x7C|AA1|", Charset::Gb18030);
        assert_eq!(fields.text("AE"), Ok(Some("王弢".to_owned())));
        assert_eq!(fields.bytes("AA"), Some(b"1".as_slice()));
    }

    #[test]
    fn bytes_of_another_charset_are_no_text() {
        let fields = Fields::split(b"AE\xCD\xF5|AF\xCD\xF5ok|", Charset::Utf8);
        assert_eq!(fields.text("AE"), Err(NoText));
        assert!(fields.screen_text("AF").is_some_and(|text| text.ends_with("ok")));
    }
}
