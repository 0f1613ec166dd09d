//! The settings of a SIP2 party: every library system speaks its own dialect.

use std::time::Duration;

use serde::Deserialize;

use crate::library_system::BarcodeCase;
use crate::secret::Secret;
use crate::settings::SettingsFault;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Charset {
    Utf8,
    Gb18030,
}

/// What to do with an answer whose checksum is wrong or missing; some systems sum differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Checksum {
    Strict,
    Log,
    Off,
}

/// Which field carries what; empty where the system has none.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FieldMap {
    pub patron_id: String,
    pub name: String,
    pub phone: String,
    pub identity: String,
    pub birth_date: String,
    pub expiry_date: String,
}

impl Default for FieldMap {
    fn default() -> FieldMap {
        FieldMap {
            // The standard has no field for it.
            patron_id: String::new(),
            name: "AE".to_owned(),
            phone: "BF".to_owned(),
            // No standard field either; PI is the internet privilege in Koha and Evergreen.
            identity: String::new(),
            birth_date: "PB".to_owned(),
            expiry_date: "PA".to_owned(),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub host: String,
    pub port: u16,
    /// Empty: the system knows us by our address and wants no login.
    pub login_user: String,
    pub location: String,
    pub institution: String,
    /// Three digits; 019 is Chinese.
    pub language: String,
    pub charset: Charset,
    pub checksum: Checksum,
    pub fields: FieldMap,
    /// Set by `patrons.barcode_case`: whether the card that is answered may be written otherwise than the one asked.
    #[serde(skip)]
    pub barcode_case: BarcodeCase,
    /// Ask 99 after the login; off for systems that do not know it.
    pub ask_status: bool,
    /// Dates on the wire are local ones.
    pub utc_offset_minutes: i32,
    pub connections_max: usize,
    /// A kept connection older than this is not trusted: gateways forget silently.
    pub idle_ms_max: u64,
    pub connect_ms_max: u64,
    pub answer_ms_max: u64,
    /// For the whole question with waiting, login and one repetition.
    pub whole_ms_max: u64,
}

/// Kept apart from the settings, so that a settings file never holds them.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    pub login_password: Secret,
    pub terminal_password: Secret,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            host: "127.0.0.1".to_owned(),
            port: 6001,
            login_user: String::new(),
            location: String::new(),
            institution: String::new(),
            language: "019".to_owned(),
            charset: Charset::Utf8,
            checksum: Checksum::Strict,
            fields: FieldMap::default(),
            barcode_case: BarcodeCase::default(),
            ask_status: true,
            utc_offset_minutes: 480,
            connections_max: 4,
            idle_ms_max: 30_000,
            connect_ms_max: 2_000,
            answer_ms_max: 3_000,
            whole_ms_max: 8_000,
        }
    }
}

impl Settings {
    pub(super) fn check(&self, secrets: &Secrets) -> Result<(), SettingsFault> {
        let texts = [
            ("login_user", self.login_user.as_str()),
            ("login_password", secrets.login_password.reveal()),
            ("location", &self.location),
            ("institution", &self.institution),
            ("terminal_password", secrets.terminal_password.reveal()),
        ];
        for (setting, text) in texts {
            // A separator in a setting would forge fields of our own message.
            if text.chars().any(|character| character == '|' || character.is_control()) {
                return Err(SettingsFault::Text { setting });
            }
        }
        if self.language.len() != 3 || !self.language.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(SettingsFault::Text { setting: "language" });
        }
        let codes = [
            ("fields.patron_id", &self.fields.patron_id),
            ("fields.name", &self.fields.name),
            ("fields.phone", &self.fields.phone),
            ("fields.identity", &self.fields.identity),
            ("fields.birth_date", &self.fields.birth_date),
            ("fields.expiry_date", &self.fields.expiry_date),
        ];
        for (setting, code) in codes {
            let two = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
            if !code.is_empty() && !two {
                return Err(SettingsFault::FieldCode { setting, value: code.clone() });
            }
        }
        if !(1..=64).contains(&self.connections_max) {
            return Err(SettingsFault::Number { setting: "connections_max", min: 1, max: 64 });
        }
        if !(-1_440..=1_440).contains(&self.utc_offset_minutes) {
            return Err(SettingsFault::Number { setting: "utc_offset_minutes", min: -1_440, max: 1_440 });
        }
        Ok(())
    }

    pub(super) fn connect_limit(&self) -> Duration {
        Duration::from_millis(self.connect_ms_max)
    }

    pub(super) fn answer_limit(&self) -> Duration {
        Duration::from_millis(self.answer_ms_max)
    }

    pub(super) fn whole_limit(&self) -> Duration {
        Duration::from_millis(self.whole_ms_max)
    }
}
