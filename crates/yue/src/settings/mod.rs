//! Settings: one TOML file, overridden by the environment; secrets come from files or the environment.

mod networks;
mod reading;
mod secrets;

pub use networks::Network;
use networks::networks;
pub use reading::{load, read};
pub use secrets::{SecretFiles, Secrets};

use connectors::books;
use connectors::library_system::{BarcodeCase, koha, sip2};
use connectors::{sms, wechat};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::PathBuf;
use store::Location;
use web::frame::settings::Library;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub server: Server,
    #[serde(default)]
    pub secrets: SecretFiles,
    pub library: Library,
    #[serde(default)]
    pub wechat: wechat::Settings,
    #[serde(default)]
    pub sms: Sms,
    /// SIP2.
    #[serde(default)]
    pub library_system: sip2::Settings,
    #[serde(default)]
    pub koha: koha::Settings,
    /// Catalogues that know books.
    #[serde(default)]
    pub books: books::Settings,
    #[serde(default)]
    pub patrons: Patrons,
    #[serde(default)]
    pub notices: Notices,
}

/// Who knows the library's cards.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Patrons {
    pub source: PatronSource,
    /// `ignored`: JB01 and jb01 are one card. Said once for all: a card is known by its barcode.
    pub barcode_case: BarcodeCase,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PatronSource {
    #[default]
    Sip2,
    Koha,
    /// The embedded register, filled by `yue import readers`.
    Register,
}

/// Messages that WeChat shows, too: one template with a title, a text and a time. Empty: none are sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notices {
    /// A template message: as often as the reader likes.
    pub template: String,
    /// A subscribe message: once for each consent.
    pub subscribe_template: String,
    pub title_field: String,
    pub text_field: String,
    pub time_field: String,
}

impl Default for Notices {
    fn default() -> Self {
        Notices {
            template: String::new(),
            subscribe_template: String::new(),
            title_field: "thing1".into(),
            text_field: "thing2".into(),
            time_field: "time3".into(),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Where everything lives that is not PostgreSQL's; relative names below stand in it. YUE_DATA_DIR overrides.
    pub data_dir: PathBuf,
    pub listen: String,
    /// Where readers find us: https, without a path.
    pub public_url: String,
    /// The word that allows a public_url without TLS: what readers send can be read on the way.
    #[serde(default)]
    pub plain_http: bool,
    /// Requests for any other host than public_url's are refused; the addresses of this machine are always known.
    #[serde(default)]
    pub other_hosts: Vec<String>,
    pub database: String,
    #[serde(default = "default_code_floor_ms")]
    pub code_floor_ms: u64,
    /// Readers outside WeChat may enter by phone number and SMS code.
    #[serde(default)]
    pub phone_entry: bool,
    /// Proxies before this program, whose `X-Forwarded-For` is believed.
    #[serde(default, deserialize_with = "networks")]
    pub trusted_proxies: Vec<Network>,
}

fn default_code_floor_ms() -> u64 {
    800
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sms {
    pub bind_template: String,
    /// What both numbers are told when a reader has changed theirs: its one parameter is `tail`. Empty: nothing.
    pub changed_template: String,
    /// The same templates at the second gateway.
    pub fallback_template: String,
    pub fallback_changed_template: String,
    #[serde(flatten)]
    pub gateway: sms::Settings,
}

impl Sms {
    /// Whether there is an account at a provider at all.
    pub fn is_used(&self) -> bool {
        match self.gateway.provider {
            sms::Provider::Aliyun => !self.gateway.aliyun.access_key_id.is_empty(),
            sms::Provider::Tencent => !self.gateway.tencent.secret_id.is_empty(),
        }
    }
}

#[cfg(test)]
const EXAMPLE: &str = include_str!("../../../../config/jiangbei.toml");

impl Settings {
    /// Makes every relative name stand in the data directory.
    fn settle(&mut self, data_dir: Option<PathBuf>) {
        let folder = data_dir.unwrap_or(self.server.data_dir.clone());
        if let Ok(Location::Lite(file)) = Location::of(&self.server.database) {
            self.server.database = folder.join(file).display().to_string();
        }
        self.settle_secrets(&folder);
        self.server.data_dir = folder;
        let case = self.patrons.barcode_case;
        (self.library_system.barcode_case, self.koha.barcode_case) = (case, case);
    }

    /// Where the library lives, with the password of the file that holds it.
    pub fn location(&self) -> Result<Location, String> {
        let location = Location::of(&self.server.database)?;
        let password = self.database_password();
        Ok(if password.reveal().is_empty() { location } else { location.with_password(password.reveal()) })
    }

    /// What cannot be, whatever else is right.
    fn faults(&self) -> Vec<String> {
        let mut faults = self.library.faults();
        faults.extend(Location::of(&self.server.database).err().map(|why| format!("server.database: {why}")));
        if self.server.listen.parse::<SocketAddr>().is_err() {
            faults.push("server.listen: an address and a port, as 127.0.0.1:8080".into());
        }
        faults.extend(self.faults_of_public_url());
        faults
    }

    fn faults_of_public_url(&self) -> Vec<String> {
        let Server { public_url, plain_http, .. } = &self.server;
        let fault = |why: &str| format!("server.public_url: {public_url}: {why}");
        let Ok(url) = url::Url::parse(public_url) else { return vec![fault("an address, as https://yue.library.cn")] };
        let mut faults = vec![];
        match url.scheme() {
            "https" => {}
            "http" if *plain_http => {}
            "http" => faults.push(fault("https; server.plain_http = true allows it without")),
            _ => faults.push(fault("https")),
        }
        if url.host_str().is_none_or(str::is_empty) {
            faults.push(fault("it names no host"));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            faults.push(fault("no path: WeChat and cookies know hosts alone"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            faults.push(fault("no name and no password"));
        }
        faults
    }
}
