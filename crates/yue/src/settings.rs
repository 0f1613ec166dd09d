//! Settings: one TOML file, overridden by the environment; secrets come from files or the environment.

use connectors::Secret;
use connectors::library_system::{koha, sip2};
use connectors::{sms, wechat};
use serde::Deserialize;
use std::path::{Path, PathBuf};
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
    pub public_url: String,
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
#[serde(default, deny_unknown_fields)]
pub struct SecretFiles {
    pub master_file: Option<PathBuf>,
    pub wechat_file: Option<PathBuf>,
    pub sms_file: Option<PathBuf>,
    /// The key of the second SMS gateway.
    pub sms_fallback_file: Option<PathBuf>,
    /// Koha's client secret.
    pub koha_file: Option<PathBuf>,
    /// The token of the official account's message push.
    pub wechat_push_file: Option<PathBuf>,
    /// The token of /metrics; none: it answers to this machine only.
    pub metrics_file: Option<PathBuf>,
    pub library_system_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sms {
    pub bind_template: String,
    /// The same template at the second gateway.
    pub fallback_template: String,
    #[serde(flatten)]
    pub gateway: sms::Settings,
}

/// What no settings file holds.
#[derive(Clone, Default)]
pub struct Secrets {
    pub master: Secret,
    pub wechat: Secret,
    pub sms: Secret,
    pub sms_fallback: Secret,
    pub library_system: Secret,
    pub koha: Secret,
    /// The token of the official account's message push.
    pub wechat_push: Secret,
    pub metrics: Secret,
}

const SMS_KEYS: [&str; 6] = ["bind_template", "fallback_template", "provider", "fallback", "aliyun", "tencent"];
/// Variables that hold a secret, and those that say something else.
const SECRETS: [&str; 8] = [
    "YUE_MASTER_SECRET",
    "YUE_WECHAT_SECRET",
    "YUE_SMS_SECRET",
    "YUE_SMS_FALLBACK_SECRET",
    "YUE_LIBRARY_SYSTEM_SECRET",
    "YUE_WECHAT_PUSH_SECRET",
    "YUE_KOHA_SECRET",
    "YUE_METRICS_SECRET",
];
const NO_SETTINGS: [&str; 5] = ["YUE_CONFIG", "YUE_DATA_DIR", "YUE_LOG", "YUE_LOG_FORMAT", "YUE_PORT"];
/// What an orchestrator tells every container of a service that is named yue; what our own tools are told.
const OF_OTHERS: [&str; 5] = ["YUE_SERVICE_", "YUE_PORT_", "YUE_ENV_", "YUE_PROGRAM", "YUE_SCREENS"];
const SECTIONS: [&str; 9] =
    ["server", "secrets", "library", "wechat", "sms", "library_system", "koha", "patrons", "notices"];

pub fn load(path: &Path) -> Result<Settings, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    read(&text, std::env::vars()).map_err(|error| format!("{}: {error}", path.display()))
}

pub fn read(text: &str, environment: impl Iterator<Item = (String, String)>) -> Result<Settings, String> {
    let mut table: toml::Table = text.parse().map_err(|error| format!("{error}"))?;
    let (mut data_dir, mut faults) = (None, vec![]);
    for (name, value) in environment.filter(|(name, _)| name.starts_with("YUE_")) {
        if name == "YUE_DATA_DIR" {
            data_dir = Some(PathBuf::from(&value));
        }
        match place_of(&name) {
            Some(place) => faults.extend(put(&mut table, &place, typed(value)).err()),
            None if NO_SETTINGS.contains(&name.as_str()) || SECRETS.contains(&name.as_str()) => {}
            None if OF_OTHERS.iter().any(|others| name.starts_with(others)) => {}
            None => faults.push(format!("{name}: there is no such setting")),
        }
    }
    faults.extend(unknown_of_sms(&table));
    let mut settings: Settings = table.try_into().map_err(|error: toml::de::Error| error.to_string())?;
    settings.settle(data_dir);
    faults.extend(settings.library.faults());
    faults.extend(Location::of(&settings.server.database).err().map(|why| format!("server.database: {why}")));
    if faults.is_empty() { Ok(settings) } else { Err(faults.join("; ")) }
}

/// Serde looks at no key that another struct's fields are mixed with.
fn unknown_of_sms(table: &toml::Table) -> Vec<String> {
    let keys = table.get("sms").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
    keys.filter(|key| !SMS_KEYS.contains(&key.as_str()))
        .map(|key| format!("sms.{key}: there is no such setting"))
        .collect()
}

/// Into the table in which it stands; tables on the way are made.
fn put(table: &mut toml::Table, place: &[String], value: toml::Value) -> Result<(), String> {
    let [sections @ .., key] = place else { return Ok(()) };
    let mut table = table;
    for section in sections {
        let inner = table.entry(section.clone()).or_insert_with(|| toml::Table::new().into());
        table = inner.as_table_mut().ok_or_else(|| format!("{}: {section} is no table", place.join(".")))?;
    }
    table.insert(key.clone(), value);
    Ok(())
}

/// YUE_SERVER_LISTEN → server.listen: the longest section wins. YUE_SMS__ALIYUN__SIGN_NAME → sms.aliyun.sign_name: two lines for
/// a table within a table. YUE_SMS_SECRET and its like are no settings.
fn place_of(name: &str) -> Option<Vec<String>> {
    if SECRETS.contains(&name) {
        return None;
    }
    let name = name.strip_prefix("YUE_")?.to_lowercase();
    if name.contains("__") {
        let place: Vec<String> = name.split("__").map(String::from).collect();
        return Some(place)
            .filter(|place| SECTIONS.contains(&place[0].as_str()) && place.iter().all(|key| !key.is_empty()));
    }
    let sections = SECTIONS.iter().filter_map(|section| {
        let key = name.strip_prefix(section)?.strip_prefix('_')?;
        (!key.is_empty()).then(|| vec![section.to_string(), key.to_string()])
    });
    sections.max_by_key(|place| place[0].len())
}

/// Numbers and true or false are what they look like; everything else is text, also what stands in quotes.
fn typed(value: String) -> toml::Value {
    if let Some(quoted) = value.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        return quoted.into();
    }
    match (value.parse::<i64>(), value.parse::<bool>()) {
        (Ok(number), _) => number.into(),
        (_, Ok(flag)) => flag.into(),
        _ => value.into(),
    }
}

impl Settings {
    /// Makes every relative name stand in the data directory.
    fn settle(&mut self, data_dir: Option<PathBuf>) {
        let folder = data_dir.unwrap_or(self.server.data_dir.clone());
        if let Ok(Location::Lite(file)) = Location::of(&self.server.database) {
            self.server.database = folder.join(file).display().to_string();
        }
        let files = &mut self.secrets;
        let files = [
            &mut files.master_file,
            &mut files.wechat_file,
            &mut files.sms_file,
            &mut files.sms_fallback_file,
            &mut files.library_system_file,
            &mut files.koha_file,
            &mut files.wechat_push_file,
            &mut files.metrics_file,
        ];
        for file in files.into_iter().flatten() {
            *file = folder.join(&*file);
        }
        self.server.data_dir = folder;
    }

    pub fn secrets(&self) -> Result<Secrets, String> {
        let files = &self.secrets;
        let secrets = Secrets {
            master: secret("YUE_MASTER_SECRET", &files.master_file)?,
            wechat: secret("YUE_WECHAT_SECRET", &files.wechat_file)?,
            sms: secret("YUE_SMS_SECRET", &files.sms_file)?,
            sms_fallback: secret("YUE_SMS_FALLBACK_SECRET", &files.sms_fallback_file)?,
            library_system: secret("YUE_LIBRARY_SYSTEM_SECRET", &files.library_system_file)?,
            wechat_push: secret("YUE_WECHAT_PUSH_SECRET", &files.wechat_push_file)?,
            koha: secret("YUE_KOHA_SECRET", &files.koha_file)?,
            metrics: secret("YUE_METRICS_SECRET", &files.metrics_file)?,
        };
        if secrets.master.reveal().len() < web::frame::keys::SECRET_BYTES_MIN {
            return Err(format!("secrets.master_file: at least {} characters", web::frame::keys::SECRET_BYTES_MIN));
        }
        Ok(secrets)
    }
}

fn secret(variable: &str, file: &Option<PathBuf>) -> Result<Secret, String> {
    if let Ok(value) = std::env::var(variable) {
        return Ok(Secret::new(value));
    }
    let Some(file) = file else { return Ok(Secret::default()) };
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Secret::new(text.trim()))
}

/// An address, or a network as 10.0.0.0/8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(pub ipnet::IpNet);

impl Network {
    fn of(text: &str) -> Result<Self, String> {
        // A socket of both kinds names an address of version 4 in the form of version 6: known either way.
        let address = || text.parse::<std::net::IpAddr>().ok().map(|address| address.to_canonical().into());
        let network = text.parse().ok().or_else(address);
        network.map(Network).ok_or_else(|| format!("{text}: no address, and no network"))
    }
}

/// A list, or one text with commas, as the environment has it.
fn networks<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Network>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        Text(String),
        List(Vec<String>),
    }
    let said = match Said::deserialize(deserializer)? {
        Said::Text(text) => text.split(',').map(String::from).collect(),
        Said::List(list) => list,
    };
    let said = said.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    said.map(Network::of).collect::<Result<_, _>>().map_err(serde::de::Error::custom)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../config/jiangbei.toml");

    #[test]
    fn the_shipped_example_is_read_and_the_environment_wins() {
        let variables = [
            ("YUE_SERVER_LISTEN", "127.0.0.1:9000"),
            ("YUE_LIBRARY_SYSTEM_PORT", "6002"),
            ("YUE_LIBRARY_SYSTEM_SECRET", "no setting"),
            ("HOME", "/"),
        ];
        let variables = variables.map(|(name, value)| (name.to_string(), value.to_string()));
        let settings = read(EXAMPLE, variables.into_iter()).unwrap();
        assert_eq!(settings.server.listen, "127.0.0.1:9000");
        assert_eq!(settings.library_system.port, 6002);
        assert_eq!(settings.server.database, "data/yue.db");
        assert_eq!(settings.library.name, "江北新区图书馆");
        assert_eq!(settings.sms.gateway.aliyun.sign_name, "江北新区图书馆");
    }

    #[test]
    fn the_data_directory_moves_everything_in_it() {
        let variables = [("YUE_DATA_DIR".to_string(), "/srv/yue".to_string())];
        let settings = read(EXAMPLE, variables.into_iter()).unwrap();
        assert_eq!(settings.server.database, "/srv/yue/yue.db");
        assert_eq!(settings.secrets.master_file, Some("/srv/yue/secret".into()));
        let text = EXAMPLE.replace("\"yue.db\"", "\"postgres://yue@localhost/yue\"");
        let settings = read(&text, std::iter::empty()).unwrap();
        assert_eq!(settings.server.database, "postgres://yue@localhost/yue");
    }

    #[test]
    fn a_misspelt_database_is_no_file() {
        let text = EXAMPLE.replace("\"yue.db\"", "\"postgress://yue:secret@localhost/yue\"");
        let why = read(&text, std::iter::empty()).unwrap_err();
        assert!(why.contains("server.database: postgress://") && !why.contains("secret"), "{why}");
    }

    #[test]
    fn the_environment_reaches_every_table_and_is_told_of_what_there_is_not() {
        let read_with = |name: &str, value: &str| read(EXAMPLE, [(name.to_string(), value.to_string())].into_iter());
        let settings = read_with("YUE_SMS__ALIYUN__SIGN_NAME", "图书馆").unwrap();
        assert_eq!(settings.sms.gateway.aliyun.sign_name, "图书馆");
        let settings = read_with("YUE_WECHAT_APPID", "\"0012\"").unwrap();
        assert_eq!(settings.wechat.appid, "0012");
        for odd in [
            "YUE_SERVER_LISTEM",
            "YUE_SEVER_LISTEN",
            "YUE_SMS_SECRETS",
            "YUE_SMS__ALIYUN__SIGNNAME",
            "YUE_SMS_TEMPLAET",
        ] {
            let why = read_with(odd, "x").unwrap_err().to_uppercase();
            let key = odd.rsplit('_').next().unwrap();
            assert!(why.contains(key), "{odd}: {why}");
        }
        for others in ["YUE_LOG", "YUE_SERVICE_HOST", "YUE_PORT_8080_TCP_ADDR"] {
            assert!(read_with(others, "x").is_ok(), "{others}");
        }
        let settings = read_with("YUE_SERVER_TRUSTED_PROXIES", "::ffff:10.0.0.1, 192.168.0.0/16").unwrap();
        let networks = settings.server.trusted_proxies.iter().map(|network| network.0.to_string());
        assert_eq!(networks.collect::<Vec<_>>(), ["10.0.0.1/32", "192.168.0.0/16"]);
    }

    #[test]
    fn a_misspelt_setting_is_an_error() {
        let text = EXAMPLE.replace("public_url", "publik_url");
        assert!(read(&text, std::iter::empty()).unwrap_err().contains("publik_url"));
        let text = EXAMPLE.replace("08:30", "late");
        assert!(read(&text, std::iter::empty()).unwrap_err().contains("hours"));
        for odd in ["party_max = 0", "party_max = 10", "members_max = -1", "members_max = 51"] {
            let (name, _) = odd.split_once(' ').unwrap();
            let known = EXAMPLE.lines().find(|line| line.starts_with(name)).unwrap();
            assert!(read(&EXAMPLE.replace(known, odd), std::iter::empty()).unwrap_err().contains(name), "{odd}");
        }
    }
}
