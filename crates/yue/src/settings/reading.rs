//! From a file and the environment to settings: every fault at once, each with the setting's name.

use super::{Settings, secrets};
use serde_path_to_error as located;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const SMS_KEYS: [&str; 8] = [
    "bind_template",
    "changed_template",
    "fallback_template",
    "fallback_changed_template",
    "provider",
    "fallback",
    "aliyun",
    "tencent",
];
/// Variables that say something else.
const NO_SETTINGS: [&str; 5] = ["YUE_CONFIG", "YUE_DATA_DIR", "YUE_LOG", "YUE_LOG_FORMAT", "YUE_PORT"];
/// What an orchestrator tells every container of a service that is named yue; what our own tools are told.
const OF_OTHERS: [&str; 5] = ["YUE_SERVICE_", "YUE_PORT_", "YUE_ENV_", "YUE_PROGRAM", "YUE_SCREENS"];
const SECTIONS: [&str; 10] =
    ["server", "secrets", "library", "wechat", "sms", "library_system", "koha", "books", "patrons", "notices"];
/// So many faults are named; with more, the file is another program's.
const FAULTS_MAX: usize = 40;

pub fn load(path: &Path) -> Result<Settings, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    read(&text, std::env::vars()).map_err(|error| format!("{}:\n{error}", path.display()))
}

/// The settings, or every fault on a line of its own.
pub fn read(text: &str, environment: impl Iterator<Item = (String, String)>) -> Result<Settings, String> {
    let mut table: toml::Table = text.parse().map_err(|error| format!("{error}"))?;
    let (mut data_dir, mut faults, mut said) = (None, vec![], HashMap::new());
    for (name, value) in environment.filter(|(name, _)| name.starts_with("YUE_")) {
        if name == "YUE_DATA_DIR" {
            data_dir = Some(PathBuf::from(&value));
        }
        match place_of(&name) {
            Some(place) => match put(&mut table, &place, typed(&value)) {
                Ok(()) => drop(said.insert(place, value)),
                Err(why) => faults.push(format!("{name}: {why}")),
            },
            None if NO_SETTINGS.contains(&name.as_str()) || secrets::VARIABLES.contains(&name.as_str()) => {}
            None if OF_OTHERS.iter().any(|others| name.starts_with(others)) => {}
            None => faults.push(format!("{name}: there is no such setting")),
        }
    }
    faults.extend(take_unknown_of_sms(&mut table));
    let settings = settings(table, said, &mut faults);
    let settings = settings.map(|mut settings| {
        settings.settle(data_dir);
        faults.extend(settings.faults());
        settings
    });
    match settings {
        Some(settings) if faults.is_empty() => Ok(settings),
        _ => Err(faults.join("\n")),
    }
}

/// Takes out what is wrong and reads on, so that all faults are named. `said`: texts of the environment, which may have
/// looked like numbers.
fn settings(
    mut table: toml::Table,
    mut said: HashMap<Vec<String>, String>,
    faults: &mut Vec<String>,
) -> Option<Settings> {
    let mut taken = false;
    for _ in 0..FAULTS_MAX {
        let error = match located::deserialize::<_, Settings>(table.clone()) {
            Ok(settings) => return Some(settings),
            Err(error) => error,
        };
        let why = error.inner().message().to_string();
        let mut place: Vec<String> = error.path().to_string().split('.').map(String::from).collect();
        if let Some(key) = why.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
            if place.last().is_none_or(|last| last != key) {
                place.push(key.into());
            }
            place.retain(|part| part != ".");
            place = within(&table, place);
            faults.push(format!("{}: there is no such setting", place.join(".")));
        } else if let Some(text) = said.remove(&place) {
            // A number that was meant as text.
            if put(&mut table, &place, text.into()).is_ok() {
                continue;
            }
        } else if taken && why.starts_with("missing field") {
            // It was taken out above, and named.
            return None;
        } else {
            faults.push(format!("{}: {why}", place.join(".")));
        }
        taken = true;
        if !take(&mut table, &place) {
            return None;
        }
    }
    None
}

/// Serde forgets a table whose fields are mixed with another's: the key stands one table deeper.
fn within(table: &toml::Table, place: Vec<String>) -> Vec<String> {
    let [section, key] = place.as_slice() else { return place };
    let inner = table.get(section).and_then(toml::Value::as_table);
    let holds = |value: &toml::Value| value.as_table().is_some_and(|table| table.contains_key(key));
    match inner {
        Some(inner) if !inner.contains_key(key) => match inner.iter().find(|(_, value)| holds(value)) {
            Some((name, _)) => vec![section.clone(), name.clone(), key.clone()],
            None => place,
        },
        _ => place,
    }
}

/// False: there is nothing at that place.
fn take(table: &mut toml::Table, place: &[String]) -> bool {
    let [sections @ .., key] = place else { return false };
    let mut table = Some(table);
    for section in sections {
        // A table within a list, as `library.places[0]`, is left alone.
        table = table.and_then(|table| table.get_mut(section)).and_then(toml::Value::as_table_mut);
    }
    table.is_some_and(|table| table.remove(key).is_some())
}

/// Serde looks at no key that another struct's fields are mixed with.
fn take_unknown_of_sms(table: &mut toml::Table) -> Vec<String> {
    let Some(sms) = table.get_mut("sms").and_then(toml::Value::as_table_mut) else { return vec![] };
    let unknown: Vec<String> = sms.keys().filter(|key| !SMS_KEYS.contains(&key.as_str())).cloned().collect();
    unknown.iter().for_each(|key| drop(sms.remove(key)));
    unknown.iter().map(|key| format!("sms.{key}: there is no such setting")).collect()
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
    if secrets::VARIABLES.contains(&name) {
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
fn typed(value: &str) -> toml::Value {
    if let Some(quoted) = value.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        return quoted.into();
    }
    // 0012 is a name, not twelve.
    let is_number = value == "0" || !value.trim_start_matches('-').starts_with('0');
    match (value.parse::<i64>(), value.parse::<bool>()) {
        (Ok(number), _) if is_number => number.into(),
        (_, Ok(flag)) => flag.into(),
        _ => value.into(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::EXAMPLE;
    use super::*;

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
    fn every_fault_is_named_at_once() {
        let text = EXAMPLE
            .replace("code_floor_ms = 800", "code_floor_ms = \"soon\"")
            .replace("[library_system]", "[library_system]\ntypo = 1")
            .replace("sign_name = \"江北新区图书馆\"", "signname = \"x\"")
            .replace("https://yue.example.org", "http://yue.example.org/points")
            .replace("127.0.0.1:8080", "8080");
        let variables = [("YUE_NOWHERE".to_string(), "1".to_string())];
        let why = read(&text, variables.into_iter()).unwrap_err();
        for named in ["server.code_floor_ms: ", "library_system.typo: ", "sms.aliyun.signname: ", "YUE_NOWHERE: "] {
            assert!(why.contains(named), "{named}: {why}");
        }
        let text = EXAMPLE
            .replace("https://yue.example.org", "http://yue.example.org/points")
            .replace("127.0.0.1:8080", "8080");
        let why = read(&text, std::iter::empty()).unwrap_err();
        for named in ["server.public_url: ", "server.listen: ", "plain_http", "no path"] {
            assert!(why.contains(named), "{named}: {why}");
        }
    }

    #[test]
    fn a_number_of_the_environment_may_be_a_text() {
        let read_with = |name: &str, value: &str| read(EXAMPLE, [(name.to_string(), value.to_string())].into_iter());
        assert_eq!(read_with("YUE_WECHAT_APPID", "12").unwrap().wechat.appid, "12");
        assert_eq!(read_with("YUE_LIBRARY_SYSTEM_LOCATION", "0012").unwrap().library_system.location, "0012");
        assert!(read_with("YUE_LIBRARY_SYSTEM_PORT", "six").unwrap_err().contains("library_system.port"));
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
