//! `yue config check`: what is wrong or unwise about the settings, and what every party says when it is asked.

use crate::serve;
use crate::settings::{self, PatronSource, Secrets, Settings};
use connectors::sms::Stamp;
use connectors::{Clock, wechat};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use store::{Form, Location};
use web::frame::keys::{hex, random};

/// A party that has not answered by then is slow for readers, too.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);
const FREE_BYTES_MIN: u64 = 1 << 30;
/// An ISBN that every catalogue of Chinese books may be asked for.
const A_BOOK: &str = "9787536692930";

/// What there is to say of one thing.
enum Said {
    Ok(String),
    /// It works, and is unwise all the same.
    Note(String),
    Fault(String),
}

impl Said {
    fn of<T>(outcome: Result<T, String>, ok: &str) -> Said {
        outcome.map_or_else(Said::Fault, |_| Said::Ok(ok.into()))
    }

    fn print(&self, about: &str) {
        match self {
            Said::Ok(what) => println!("ok     {about}: {what}"),
            Said::Note(what) => println!("note   {about}: {what}"),
            Said::Fault(what) => println!("FAULT  {about}: {what}"),
        }
    }
}

pub async fn check(config: &Path) -> Result<ExitCode, String> {
    let settings = match settings::load(config) {
        Ok(settings) => settings,
        Err(faults) => {
            faults.lines().skip(1).for_each(|fault| Said::Fault(fault.into()).print("settings"));
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut said = vec![("settings", Said::Ok(config.display().to_string()))];
    said.extend(of_server(&settings).into_iter().map(|what| ("server", what)));
    said.extend(settings.doubts_of_secrets().into_iter().map(|doubt| ("secrets", Said::Note(doubt))));
    match settings.secrets() {
        Ok(secrets) => {
            said.push(("secrets", Said::Ok("every secret that is used is there".into())));
            said.extend(of_parties(&settings, &secrets).await);
        }
        Err(faults) => said.extend(faults.lines().map(|fault| ("secrets", Said::Fault(fault.into())))),
    }
    said.iter().for_each(|(about, what)| what.print(about));
    let failed = said.iter().any(|(_, what)| matches!(what, Said::Fault(_)));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn of_server(settings: &Settings) -> Vec<Said> {
    let mut said = vec![];
    let server = &settings.server;
    if server.public_url.contains("example.") {
        said.push(Said::Note(format!("server.public_url is still the example's: {}", server.public_url)));
    }
    if server.public_url.starts_with("http://") {
        said.push(Said::Note("server.plain_http: what readers send can be read on the way".into()));
    }
    if let Ok(Err(error)) = server.listen.parse::<SocketAddr>().map(std::net::TcpListener::bind) {
        said.push(match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                Said::Note(format!("server.listen: {} is in use (by yue itself?)", server.listen))
            }
            _ => Said::Fault(format!("server.listen: {}: {error}", server.listen)),
        });
    }
    said.extend(of_folder(&server.data_dir));
    said
}

fn of_folder(folder: &Path) -> Vec<Said> {
    let at = folder.display();
    let probe = folder.join(format!(".yue-check-{}", std::process::id()));
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&probe, b"yue"));
    if let Err(error) = written.and_then(|()| std::fs::remove_file(&probe)) {
        return vec![Said::Fault(format!("server.data_dir: {at} cannot be written: {error}"))];
    }
    match rustix::fs::statvfs(folder).map(|disk| disk.f_bavail * disk.f_frsize) {
        Ok(free) if free < FREE_BYTES_MIN => {
            vec![Said::Note(format!("server.data_dir: {} MiB are free in {at}", free >> 20))]
        }
        _ => vec![],
    }
}

async fn of_parties(settings: &Settings, secrets: &Secrets) -> Vec<(&'static str, Said)> {
    let clock = Clock::system();
    let (database, wechat, patrons, sms, books) = tokio::join!(
        in_time(database(settings, secrets)),
        in_time(wechat_account(settings, secrets, &clock)),
        in_time(library_system(settings, secrets, &clock)),
        gateways(settings, secrets, &clock),
        catalogues(settings, &clock),
    );
    let mut said = vec![("database", database), ("wechat", wechat), ("patrons", patrons)];
    said.extend(sms.into_iter().map(|what| ("sms", what)));
    said.extend(books.into_iter().map(|what| ("books", what)));
    said
}

async fn in_time(asked: impl Future<Output = Said>) -> Said {
    let late = format!("no answer in {} s", ANSWER_TIME_MAX.as_secs());
    tokio::time::timeout(ANSWER_TIME_MAX, asked).await.unwrap_or(Said::Fault(late))
}

async fn database(settings: &Settings, secrets: &Secrets) -> Said {
    match opened(settings, secrets).await {
        Ok(said) => said,
        Err(why) => Said::Fault(why),
    }
}

async fn opened(settings: &Settings, secrets: &Secrets) -> Result<Said, String> {
    let location = settings.location()?;
    let text = |fault: store::Fault| fault.to_string();
    if matches!(&location, Location::Lite(file) if !file.exists()) {
        return Ok(Said::Ok(format!("{location} will be made at the first start")));
    }
    if location.form().await.map_err(text)? == Form::Older {
        return Ok(Said::Note(format!(
            "{location} is of an older program: the next start, or `yue migrate`, changes it"
        )));
    }
    let keys = serve::keys(settings, secrets)?;
    serve::opens_what_is_there(&location.reads().await.map_err(text)?, &keys).await?;
    Ok(Said::Ok(location.to_string()))
}

async fn wechat_account(settings: &Settings, secrets: &Secrets, clock: &Clock) -> Said {
    if settings.wechat.appid.is_empty() {
        return Said::Note("no appid: readers cannot enter from WeChat".into());
    }
    let asked = async {
        let client = wechat::Client::new(&settings.wechat, secrets.wechat.clone(), clock.clone());
        let client = client.map_err(|fault| fault.to_string())?;
        client.stable_token(false).await.map_err(|fault| fault.to_string())
    };
    Said::of(asked.await, "it gives a token for this appid and secret")
}

async fn library_system(settings: &Settings, secrets: &Secrets, clock: &Clock) -> Said {
    let name = match settings.patrons.source {
        PatronSource::Sip2 => "SIP2: it lets us in and is on line",
        PatronSource::Koha => "Koha: it gives a token for this client",
        PatronSource::Register => return Said::Ok("the register that `yue import readers` fills".into()),
    };
    let asked = async {
        let system = serve::outside_library_system(settings, secrets, clock)?;
        system.check().await.map_err(|fault| fault.to_string())
    };
    Said::of(asked.await, name)
}

/// Each is asked for a book, whether it has it or not.
async fn catalogues(settings: &Settings, clock: &Clock) -> Vec<Said> {
    let sources = match serve::sources(settings, clock) {
        Ok(sources) => sources,
        Err(why) => return vec![Said::Fault(why)],
    };
    let mut said = vec![];
    for source in sources {
        said.push(
            in_time(async {
                let found = source.catalogue.find(A_BOOK).await.map_err(|why| format!("{}: {why}", source.name));
                Said::of(found, &format!("{}: it answers", source.name))
            })
            .await,
        );
    }
    said
}

async fn gateways(settings: &Settings, secrets: &Secrets, clock: &Clock) -> Vec<Said> {
    if !settings.sms.is_used() {
        return vec![Said::Note("no account at a provider: no code can be sent".into())];
    }
    let gateways = match serve::gateways(settings, secrets, clock) {
        Ok(gateways) => gateways,
        Err(why) => return vec![Said::Fault(why)],
    };
    let mut said = vec![];
    for gateway in gateways {
        said.push(
            in_time(async {
                let Ok(nonce) = random::<16>() else { return Said::Fault("no random numbers".into()) };
                let stamp = Stamp { at_ms: clock.now_ms(), nonce: hex(&nonce) };
                let outcome = gateway.sms.check(&gateway.template, &stamp).await.map_err(|fault| fault.to_string());
                let outcome = outcome.map_err(|why| format!("{}: {why}", gateway.name));
                Said::of(
                    outcome,
                    &format!("{}: the key is known, the template {} approved", gateway.name, gateway.template),
                )
            })
            .await,
        );
    }
    said
}
