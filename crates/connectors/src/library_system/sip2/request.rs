//! The messages we send, without their trailer.

use super::settings::{Secrets, Settings};
use crate::library_system::is_barcode;

/// A card as it may stand in a message: no separator, no end of line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Card<'a>(&'a str);

impl<'a> Card<'a> {
    pub(super) fn parse(barcode: &'a str) -> Option<Card<'a>> {
        is_barcode(barcode).then_some(Card(barcode))
    }

    pub(super) fn as_str(self) -> &'a str {
        self.0
    }
}

/// A moment in the library's own time, as both forms of the wire want it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LocalTime {
    /// YYYYMMDD
    pub date: String,
    /// HHMMSS
    pub time: String,
}

impl LocalTime {
    pub(super) fn new(at_ms: i64, utc_offset_minutes: i32) -> LocalTime {
        let local_ms = at_ms.saturating_add(i64::from(utc_offset_minutes) * 60_000);
        let at = jiff::Timestamp::from_millisecond(local_ms).unwrap_or_default();
        LocalTime { date: at.strftime("%Y%m%d").to_string(), time: at.strftime("%H%M%S").to_string() }
    }

    fn stamp(&self) -> String {
        format!("{}    {}", self.date, self.time)
    }
}

pub(super) fn login(settings: &Settings, secrets: &Secrets) -> Vec<u8> {
    let mut text = format!("9300CN{}|CO{}|", settings.login_user, secrets.login_password.reveal());
    if !settings.location.is_empty() {
        text = format!("{text}CP{}|", settings.location);
    }
    settings.charset.encode(&text).into_owned()
}

pub(super) fn status() -> Vec<u8> {
    b"9900802.00".to_vec()
}

pub(super) fn patron_information(settings: &Settings, secrets: &Secrets, card: Card<'_>, now: &LocalTime) -> Vec<u8> {
    // Ten blanks: no list of loans or holds is wanted.
    patron(settings, secrets, card, &format!("63{}{}          ", settings.language, now.stamp()))
}

pub(super) fn patron_status(settings: &Settings, secrets: &Secrets, card: Card<'_>, now: &LocalTime) -> Vec<u8> {
    patron(settings, secrets, card, &format!("23{}{}", settings.language, now.stamp()))
}

fn patron(settings: &Settings, secrets: &Secrets, card: Card<'_>, fixed: &str) -> Vec<u8> {
    let text =
        format!("{fixed}AO{}|AA{}|AC{}|AD|", settings.institution, card.as_str(), secrets.terminal_password.reveal());
    settings.charset.encode(&text).into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::library_system::sip2::{Charset, Checksum};

    fn settings() -> Settings {
        Settings {
            login_user: "LoginUserID".to_owned(),
            location: "LocationCode".to_owned(),
            institution: "馆".to_owned(),
            charset: Charset::Gb18030,
            checksum: Checksum::Strict,
            ..Settings::default()
        }
    }

    fn secrets() -> Secrets {
        Secrets { login_password: "LoginPassword".into(), ..Secrets::default() }
    }

    #[test]
    fn requests_have_their_fixed_widths() {
        // 2023-10-26T10:22:32Z is 18:22:32 in Beijing.
        let now = LocalTime::new(1_698_315_752_000, 480);
        let card = Card::parse("A-0012").unwrap();
        assert_eq!(login(&settings(), &secrets()), b"9300CNLoginUserID|COLoginPassword|CPLocationCode|");
        assert_eq!(
            patron_information(&settings(), &secrets(), card, &now),
            b"6301920231026    182232          AO\xB9\xDD|AAA-0012|AC|AD|"
        );
        assert_eq!(
            patron_status(&settings(), &secrets(), card, &now),
            b"2301920231026    182232AO\xB9\xDD|AAA-0012|AC|AD|"
        );
    }

    #[test]
    fn a_card_cannot_carry_a_separator() {
        for wrong in ["", "1|AA2", "1\r", "1 ", "１", "1\n", "王", &"1".repeat(33)] {
            assert_eq!(Card::parse(wrong), None, "{wrong:?}");
        }
        assert!(Card::parse(&"9".repeat(32)).is_some());
    }
}
