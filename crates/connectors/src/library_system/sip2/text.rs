//! Text on the wire: UTF-8 or GB18030.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8};

use super::settings::Charset;

impl Charset {
    fn encoding(self) -> &'static Encoding {
        match self {
            Charset::Utf8 => UTF_8,
            Charset::Gb18030 => GB18030,
        }
    }

    pub(super) fn encode(self, text: &str) -> Cow<'_, [u8]> {
        self.encoding().encode(text).0
    }

    /// Nothing where the bytes are no text of this charset: a mangled name must not reach a reader.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<String> {
        self.encoding().decode_without_bom_handling_and_without_replacement(bytes).map(tidy)
    }

    /// For messages to be shown only, where a replaced character does no harm.
    pub(super) fn decode_roughly(self, bytes: &[u8]) -> String {
        tidy(self.encoding().decode_without_bom_handling(bytes).0)
    }

    /// How many bytes the character that starts here takes, as far as finding separators needs to know.
    pub(super) fn step(self, bytes: &[u8]) -> usize {
        // The second byte of a GB18030 character may be 0x7C, which is '|' when it stands alone (弢 is 8F 7C).
        match (self, bytes) {
            (Charset::Gb18030, [0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE, ..]) => 2,
            (Charset::Gb18030, [0x81..=0xFE, 0x30..=0x39, 0x81..=0xFE, 0x30..=0x39, ..]) => 4,
            _ => 1,
        }
    }
}

fn tidy(text: Cow<'_, str>) -> String {
    text.chars().filter(|character| !character.is_control()).collect::<String>().trim().to_owned()
}
