//! Percent encoding as RFC 3986 has it: the signatures of all parties are made over this form.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

pub(crate) fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Pairs joined in the order given.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let joined: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value))).collect();
    joined.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_unreserved_characters_stay() {
        assert_eq!(query(&[("a b", "*'~-_.+/"), ("名", "")]), "a%20b=%2A%27~-_.%2B%2F&%E5%90%8D=");
    }
}
