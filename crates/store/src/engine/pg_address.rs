//! Where PostgreSQL is and how it is reached: several hosts, the password, TLS, time limits.
//! The words are libpq's ("Connection Strings", "SSL Support", "The Password File" in PostgreSQL's documentation).

use crate::fault::{Done, Fault};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::{Client, Config, Connection, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A host that does not answer in this time is passed over for the next.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(5);
/// What was sent and is not acknowledged for so long ends the connection.
const SILENCE_MAX: Duration = Duration::from_secs(10);

pub struct Address {
    config: Config,
    /// None: in the clear.
    tls: Option<ClientConfig>,
}

impl Address {
    /// `postgres://user@host1,host2/database?sslmode=verify-full&sslrootcert=FILE`.
    pub fn of(url: &str) -> Done<Address> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let (ours, theirs): (Vec<&str>, Vec<&str>) =
            query.split('&').filter(|pair| !pair.is_empty()).partition(|pair| is_of_tls(pair));
        let said = |name: &str| ours.iter().find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let mut config: Config = format!("{place}?{}", theirs.join("&")).parse()?;
        let root = said("sslrootcert").filter(|root| *root != "system").map(PathBuf::from);
        let (mode, tls) = match said("sslmode") {
            Some("disable") => (SslMode::Disable, None),
            None | Some("prefer" | "allow") => (SslMode::Prefer, Some(encrypted()?)),
            Some("require") if root.is_none() => (SslMode::Require, Some(encrypted()?)),
            Some("require" | "verify-ca" | "verify-full") => (SslMode::Require, Some(verified(root.as_deref())?)),
            Some(other) => {
                return Err(Fault::Failed(format!("sslmode={other}: disable, prefer, require, verify-full")));
            }
        };
        config.ssl_mode(mode);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIME_MAX);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE_MAX);
        }
        config.keepalives_idle(SILENCE_MAX);
        // A standby takes no writes, and what it tells is late.
        if config.get_hosts().len() > 1 && !query.contains("target_session_attrs") {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        if config.get_password().is_none()
            && let Some(password) = password(&config)
        {
            config.password(password);
        }
        Ok(Address { config, tls })
    }

    /// A connection whose other half runs by itself.
    pub async fn connect(self) -> Done<Client> {
        match self.tls {
            None => self.config.connect(NoTls).await.map(run),
            Some(tls) => self.config.connect(MakeRustlsConnect::new(tls)).await.map(run),
        }
        .map_err(Fault::from)
    }
}

fn run<S>((client, connection): (Client, Connection<Socket, S>)) -> Client
where
    Connection<Socket, S>: Future<Output = Result<(), tokio_postgres::Error>> + Send + 'static,
{
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(%error, "the connection to PostgreSQL ended");
        }
    });
    client
}

fn is_of_tls(pair: &str) -> bool {
    pair.starts_with("sslmode=") || pair.starts_with("sslrootcert=")
}

/// The address with a password, unless it carries one.
pub fn with_password(url: &str, password: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.into() };
    let authority = rest.find(['/', '?']).unwrap_or(rest.len());
    let at = rest[..authority].rfind('@');
    let user = at.map_or("", |at| &rest[..at]);
    if at.is_none() || user.contains(':') {
        return url.into();
    }
    let encoded: String = password.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("{scheme}://{user}:{encoded}{}", &rest[user.len()..])
}

/// PGPASSWORD, or the password file's.
fn password(config: &Config) -> Option<String> {
    if let Ok(password) = std::env::var("PGPASSWORD") {
        return Some(password);
    }
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".pgpass"));
    let file = std::env::var_os("PGPASSFILE").map(PathBuf::from).or_else(home)?;
    let text = std::fs::read_to_string(file).ok()?;
    let hosts: Vec<String> = config.get_hosts().iter().map(host_of_file).collect();
    let port =
        |n: usize| config.get_ports().get(n).or(config.get_ports().first()).map_or(5432, |port| *port).to_string();
    let user = config.get_user().unwrap_or_default();
    let database = config.get_dbname().unwrap_or(user);
    hosts.iter().enumerate().find_map(|(n, host)| password_of([host, &port(n), database, user], &text))
}

fn host_of_file(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        // A socket's folder goes by this name there.
        Host::Unix(_) => "localhost".into(),
    }
}

/// The first line whose host, port, database and user are these; `*` stands for any, `\` takes the next sign as it is.
fn password_of(wanted: [&str; 4], text: &str) -> Option<String> {
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let (mut fields, mut signs) = (vec![String::new()], line.chars());
        while let Some(sign) = signs.next() {
            let last = fields.last_mut()?;
            match sign {
                '\\' => last.extend(signs.next()),
                ':' => fields.push(String::new()),
                sign => last.push(sign),
            }
        }
        let password = fields.get(4).cloned()?;
        fields.iter().zip(wanted).all(|(field, wanted)| field == "*" || field == wanted).then_some(password)
    })
}

fn builder() -> Done<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    builder.with_safe_default_protocol_versions().map_err(|error| Fault::Failed(error.to_string()))
}

/// As libpq's `require`: nobody reads along, but who answers is not looked at.
fn encrypted() -> Done<ClientConfig> {
    let unverified = Arc::new(Unverified(ring::default_provider()));
    Ok(builder()?.dangerous().with_custom_certificate_verifier(unverified).with_no_client_auth())
}

/// As libpq's `verify-full`: the host is who its certificate says, by this file's roots or those that browsers trust.
fn verified(root: Option<&Path>) -> Done<ClientConfig> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(root) = root {
        let failed = |why: String| Fault::Failed(format!("sslrootcert: {}: {why}", root.display()));
        let file = CertificateDer::pem_file_iter(root).map_err(|error| failed(error.to_string()))?;
        roots = RootCertStore::empty();
        for certificate in file {
            let certificate = certificate.map_err(|error| failed(error.to_string()))?;
            roots.add(certificate).map_err(|error| failed(error.to_string()))?;
        }
    }
    Ok(builder()?.with_root_certificates(roots).with_no_client_auth())
}

#[derive(Debug)]
struct Unverified(CryptoProvider);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_hosts_tls_and_limits() {
        let config = |url: &str| Address::of(url).map(|address| (address.config, address.tls.is_some()));
        let (one, tls) = config("postgres://yue@db.example/yue").unwrap();
        assert_eq!((one.get_ssl_mode(), tls), (SslMode::Prefer, true));
        assert_eq!(one.get_connect_timeout(), Some(&CONNECT_TIME_MAX));
        assert_eq!(one.get_target_session_attrs(), TargetSessionAttrs::Any);
        let (two, tls) = config("postgres://yue@a:5432,b:5433/yue?sslmode=disable&connect_timeout=2").unwrap();
        assert_eq!((two.get_hosts().len(), two.get_ssl_mode(), tls), (2, SslMode::Disable, false));
        assert_eq!(two.get_connect_timeout(), Some(&Duration::from_secs(2)));
        assert_eq!(two.get_target_session_attrs(), TargetSessionAttrs::ReadWrite, "a standby is passed over");
        let (full, _) = config("postgres://yue@db/yue?sslmode=verify-full&application_name=yue").unwrap();
        assert_eq!((full.get_ssl_mode(), full.get_application_name()), (SslMode::Require, Some("yue")));
        for wrong in ["postgres://yue@db/yue?sslmode=maybe", "postgres://yue@db/yue?sslmode=require&sslrootcert=/none"]
        {
            assert!(config(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_goes_where_there_is_none() {
        assert_eq!(with_password("postgres://yue@db/yue?a=1", "p@:/"), "postgres://yue:%70%40%3A%2F@db/yue?a=1");
        for same in ["postgres://yue:known@db/yue", "postgres://db/yue"] {
            assert_eq!(with_password(same, "p"), same);
        }
        let (config, _) = Address::of(&with_password("postgres://yue@db/yue", "图书馆 p@"))
            .map(|address| (address.config, address.tls))
            .unwrap();
        assert_eq!(config.get_password(), Some("图书馆 p@".as_bytes()));
    }

    #[test]
    fn the_password_file_is_read_as_libpq_reads_it() {
        let file = "# ours\ndb:5432:other:yue:no\ndb:*:yue:yue:a\\:b\\\\c\n*:*:*:*:any\n";
        assert_eq!(password_of(["db", "5432", "yue", "yue"], file).as_deref(), Some("a:b\\c"));
        assert_eq!(password_of(["localhost", "5432", "yue", "x"], file).as_deref(), Some("any"));
        assert_eq!(password_of(["db", "1", "yue", "x"], "db:1:yue"), None);
    }
}
