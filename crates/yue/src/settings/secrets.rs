//! Secrets: from files or the environment, never from the settings themselves; asked for only where their party is used.

use super::{PatronSource, Settings};
use connectors::Secret;
use serde::Deserialize;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use web::frame::keys::SECRET_BYTES_MIN;

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
    /// SIP2's login password.
    pub library_system_file: Option<PathBuf>,
    /// SIP2's terminal password (AC), where the library system wants one.
    pub terminal_file: Option<PathBuf>,
    /// PostgreSQL's password, where it stands neither in the address nor in a .pgpass.
    pub database_file: Option<PathBuf>,
}

/// What no settings file holds.
#[derive(Clone, Default)]
pub struct Secrets {
    pub master: Secret,
    pub wechat: Secret,
    pub sms: Secret,
    pub sms_fallback: Secret,
    pub library_system: Secret,
    pub terminal: Secret,
    pub koha: Secret,
    pub wechat_push: Secret,
    pub metrics: Secret,
    pub database: Secret,
}

/// Variables that hold a secret.
pub const VARIABLES: [&str; 10] = [
    "YUE_MASTER_SECRET",
    "YUE_WECHAT_SECRET",
    "YUE_SMS_SECRET",
    "YUE_SMS_FALLBACK_SECRET",
    "YUE_LIBRARY_SYSTEM_SECRET",
    "YUE_TERMINAL_SECRET",
    "YUE_WECHAT_PUSH_SECRET",
    "YUE_KOHA_SECRET",
    "YUE_METRICS_SECRET",
    "YUE_DATABASE_SECRET",
];

/// What people leave where a secret belongs.
const PLACEHOLDERS: [&str; 8] = ["changeme", "change-me", "secret", "password", "todo", "xxx", "example", "<secret>"];
/// Whatever others may do with the file.
const OTHERS: u32 = 0o077;

/// One secret: where it stands, and whether anything works without it.
struct Wanted<'s> {
    name: &'static str,
    variable: &'static str,
    file: &'s Option<PathBuf>,
    is_used: bool,
    bytes_min: usize,
}

impl Wanted<'_> {
    /// An unused one is not looked for; a used one is there, and long enough.
    fn read(&self, faults: &mut Vec<String>) -> Secret {
        let Wanted { name, variable, file, is_used, bytes_min } = self;
        let (text, from) = match (std::env::var(variable), file) {
            (Ok(value), _) => (value, variable.to_string()),
            (Err(_), Some(file)) => match std::fs::read_to_string(file) {
                Ok(text) => (text, file.display().to_string()),
                Err(error) if *is_used => {
                    faults.push(format!(
                        "secrets.{name}_file: {}: {error} (write the secret into it, or set {variable})",
                        file.display()
                    ));
                    return Secret::default();
                }
                Err(_) => return Secret::default(),
            },
            (Err(_), None) if *is_used && *bytes_min > 0 => {
                faults.push(format!(
                    "secrets.{name}_file: not set (name a file that holds the secret, or set {variable})"
                ));
                return Secret::default();
            }
            (Err(_), None) => return Secret::default(),
        };
        let text = text.trim();
        if *is_used && text.len() < *bytes_min {
            faults.push(format!(
                "secrets.{name}_file: {from} holds {} characters, at least {bytes_min} are wanted",
                text.len()
            ));
        }
        Secret::new(text)
    }

    /// What works and is unwise all the same.
    fn doubts(&self) -> Vec<String> {
        let Wanted { name, variable, file, is_used, .. } = self;
        let mut doubts = vec![];
        if let Some(file) = file.as_ref().filter(|_| std::env::var(variable).is_err()) {
            let mode = std::fs::metadata(file).map_or(0, |file| file.permissions().mode());
            if mode & OTHERS != 0 {
                doubts.push(format!("secrets.{name}_file: others may read it (chmod 600 {})", file.display()));
            }
        }
        let text = self.read(&mut vec![]);
        let text = text.reveal().to_lowercase();
        let is_one_character = text.len() > 1 && text.chars().all(|c| text.starts_with(c));
        if *is_used && (is_one_character || PLACEHOLDERS.contains(&text.as_str())) {
            doubts.push(format!("secrets.{name}_file: it holds a placeholder, not a secret"));
        }
        doubts
    }
}

impl Settings {
    fn wanted(&self) -> [Wanted<'_>; 10] {
        let files = &self.secrets;
        let of =
            |name, variable, file, is_used| Wanted { name, variable, file, is_used, bytes_min: usize::from(is_used) };
        let by = |source| self.patrons.source == source;
        [
            Wanted { bytes_min: SECRET_BYTES_MIN, ..of("master", VARIABLES[0], &files.master_file, true) },
            of("wechat", VARIABLES[1], &files.wechat_file, !self.wechat.appid.is_empty()),
            of("sms", VARIABLES[2], &files.sms_file, self.sms.is_used()),
            of("sms_fallback", VARIABLES[3], &files.sms_fallback_file, self.sms.gateway.fallback.is_some()),
            of(
                "library_system",
                VARIABLES[4],
                &files.library_system_file,
                by(PatronSource::Sip2) && !self.library_system.login_user.is_empty(),
            ),
            // The rest may be left out: what needs them is then not there.
            Wanted { bytes_min: 0, ..of("terminal", VARIABLES[5], &files.terminal_file, by(PatronSource::Sip2)) },
            Wanted { bytes_min: 0, ..of("wechat_push", VARIABLES[6], &files.wechat_push_file, true) },
            of("koha", VARIABLES[7], &files.koha_file, by(PatronSource::Koha)),
            Wanted { bytes_min: 0, ..of("metrics", VARIABLES[8], &files.metrics_file, true) },
            Wanted { bytes_min: 0, ..of("database", VARIABLES[9], &files.database_file, true) },
        ]
    }

    /// Every secret that is used, or everything that is wrong with them.
    pub fn secrets(&self) -> Result<Secrets, String> {
        let mut faults = vec![];
        let [master, wechat, sms, sms_fallback, library_system, terminal, wechat_push, koha, metrics, database] =
            self.wanted().map(|wanted| wanted.read(&mut faults));
        let secrets = Secrets {
            master,
            wechat,
            sms,
            sms_fallback,
            library_system,
            terminal,
            koha,
            wechat_push,
            metrics,
            database,
        };
        if faults.is_empty() { Ok(secrets) } else { Err(faults.join("\n")) }
    }

    pub(super) fn database_password(&self) -> Secret {
        let [.., database] = self.wanted();
        database.read(&mut vec![])
    }

    /// What is unwise about them, for `yue config check`.
    pub fn doubts_of_secrets(&self) -> Vec<String> {
        self.wanted().iter().flat_map(Wanted::doubts).collect()
    }

    /// Names of files stand in the data directory.
    pub(super) fn settle_secrets(&mut self, folder: &Path) {
        let files = &mut self.secrets;
        let files = [
            &mut files.master_file,
            &mut files.wechat_file,
            &mut files.sms_file,
            &mut files.sms_fallback_file,
            &mut files.library_system_file,
            &mut files.terminal_file,
            &mut files.koha_file,
            &mut files.wechat_push_file,
            &mut files.metrics_file,
            &mut files.database_file,
        ];
        for file in files.into_iter().flatten() {
            *file = folder.join(&*file);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::read;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn every_fault_of_a_secret_is_named_at_once_and_none_of_one_that_is_not_used() {
        let folder = std::env::temp_dir().join(format!("yue-secrets-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("secret"), "short").unwrap();
        std::fs::write(folder.join("sip2-password"), "password").unwrap();
        std::fs::set_permissions(folder.join("sip2-password"), PermissionsExt::from_mode(0o644)).unwrap();
        let variables = [
            ("YUE_DATA_DIR".to_string(), folder.display().to_string()),
            ("YUE_WECHAT_APPID".to_string(), "wx1".to_string()),
            ("YUE_LIBRARY_SYSTEM_LOGIN_USER".to_string(), "yue".to_string()),
        ];
        let settings = read(super::super::EXAMPLE, variables.into_iter()).unwrap();
        let faults = settings.secrets().err().unwrap();
        for named in ["secrets.master_file", "at least 32", "secrets.wechat_file", "YUE_WECHAT_SECRET"] {
            assert!(faults.contains(named), "{named}: {faults}");
        }
        assert!(!faults.contains("sms") && !faults.contains("koha"), "no party, no secret: {faults}");
        let doubts = settings.doubts_of_secrets().join("\n");
        std::fs::remove_dir_all(folder).unwrap();
        assert!(
            doubts.contains("chmod 600") && doubts.contains("library_system_file: it holds a placeholder"),
            "{doubts}"
        );
    }
}
