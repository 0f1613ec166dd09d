//! Serving: everything is wired together here.

use crate::clock::LibraryClock;
use crate::connections;
use crate::jobs::Jobs;
use crate::register::Register;
use crate::sender::{Notices, Sender};
use crate::settings::{PatronSource, Secrets, Settings};
use crate::tokens::Tokens;
use axum::Router;
use connectors::books::{Covers, OpenLibrary, Sru};
use connectors::library_system::{BarcodeCase, EitherCase, LibrarySystem, koha, sip2};
use connectors::sms::{self, Failover, Gateway, Provider};
use connectors::{Clock, Secret, wechat};
use domain::books::{OPEN_LIBRARY, SRU};
use domain::core::asked::Actor;
use domain::places::{PlaceText, SavePlace};
use domain::slices::{Command, Envelope};
use domain::tables::{BranchId, CardId, PlaceState};
use metrics_exporter_prometheus::PrometheusBuilder;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use store::{NoReply, Reads, Store};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};
use web::books::Source;
use web::frame::content::Contents;
use web::frame::keys::{Keys, seed};
use web::frame::limits::AddressLimits;
use web::frame::settings::Site;
use web::kit::calendar::Calendar;
use web::system::Party;
use web::{App, Parts};

/// Passwords hashed at once.
const PASSWORD_TURNS: usize = 2;
/// Pictures decoded at once.
const PICTURE_TURNS: usize = 2;
const BATCH_BUCKETS: [f64; 8] = [1.0, 4.0, 16.0, 64.0, 128.0, 256.0, 512.0, 1_024.0];
const COMMIT_BUCKETS_S: [f64; 9] = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.25, 1.0];

/// A library that is open: its store, its site, and what runs beside them.
pub struct Library {
    pub store: Store,
    pub keys: Keys,
    pub site: Router,
    pub sender: Sender,
    pub jobs: Jobs,
}

pub async fn open(
    settings: &Settings,
    secrets: &Secrets,
    clock: &LibraryClock,
    demonstration: bool,
) -> Result<Library, String> {
    let keys = keys(settings, secrets)?;
    let location = settings.location()?;
    let store = Store::open(&location, Box::new(clock.clone())).await.map_err(|fault| fault.to_string())?;
    let calendar = Calendar::new(&settings.library.time_zone);
    prove(&store, &keys).await?;
    put_places(settings, &store).await?;
    crate::rules::seed(settings, &store).await?;
    crate::first::seed(settings, &store).await?;
    let party_clock = Clock::new({
        let clock = clock.clone();
        move || clock.now()
    });
    let text = |fault: connectors::SettingsFault| fault.to_string();
    let wechat = wechat::Client::new(&settings.wechat, secrets.wechat.clone(), party_clock.clone()).map_err(text)?;
    let wechat = Arc::new(wechat);
    let library_system = library_system(settings, secrets, &store.reads, &keys, &party_clock)?;
    let gateways = gateways(settings, secrets, &party_clock)?;
    let (bell, job_bell) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let tokens = Tokens::new(store.reads.clone(), keys.clone(), wechat.clone(), !settings.wechat.appid.is_empty());
    let sends_notices = !settings.notices.template.is_empty();
    let mut books = sources(settings, &party_clock)?;
    let parties = parties(settings, &wechat, &library_system, &gateways, &books);
    let catalogue = books.iter().find(|source| source.number == SRU).cloned();
    books.insert(0, Arc::new(Source::imported(store.reads.clone())));
    let app = App::new(Parts {
        library: Arc::new(settings.library.clone()),
        site: Site {
            public_url: settings.server.public_url.clone(),
            other_hosts: settings.server.other_hosts.clone(),
            demonstration,
            code_floor_ms: settings.server.code_floor_ms,
            phone_entry: settings.server.phone_entry,
            tells_phones: !settings.sms.changed_template.is_empty(),
            trusted_proxies: settings.server.trusted_proxies.iter().map(|network| network.0).collect(),
            sends_notices,
            subscribe_template: settings.notices.subscribe_template.clone(),
            push_token: secrets.wechat_push.reveal().into(),
            metrics_token: secrets.metrics.reveal().into(),
        },
        keys: keys.clone(),
        door: store.door.clone(),
        reads: store.reads.clone(),
        time: clock.source(),
        calendar: calendar.clone(),
        parties,
        wechat: wechat.clone(),
        wechat_settings: settings.wechat.clone(),
        library_system: library_system.clone(),
        books,
        covers: Covers::new(&settings.books).map_err(text)?,
        fetching: Default::default(),
        outbox_bell: bell.clone(),
        job_bell: job_bell.clone(),
        figures: figures(),
        contents: Contents::default(),
        addresses: AddressLimits::new(&clock.source()),
        proofs: Default::default(),
        password_turns: Semaphore::new(PASSWORD_TURNS),
        picture_turns: Arc::new(Semaphore::new(PICTURE_TURNS)),
    });
    let sender = Sender {
        door: store.door.clone(),
        reads: store.reads.clone(),
        keys: keys.clone(),
        sms: Arc::new(Failover::new(gateways)),
        wechat,
        tokens: tokens.clone(),
        notices: Notices {
            settings: settings.notices.clone(),
            public_url: settings.server.public_url.trim_end_matches('/').into(),
            calendar: calendar.clone(),
        },
        bell,
        time: clock.source(),
    };
    let jobs = Jobs {
        door: store.door.clone(),
        reads: store.reads.clone(),
        keys: keys.clone(),
        time: clock.source(),
        calendar,
        library_system,
        catalogue,
        tokens,
        bell: job_bell,
        holder: seed().map_err(|fault| fault.0.to_string())?,
    };
    Ok(Library { store, keys, site: web::router(app), sender, jobs })
}

pub fn keys(settings: &Settings, secrets: &Secrets) -> Result<Keys, String> {
    let keys = Keys::of(secrets.master.reveal().as_bytes());
    let keys = keys.ok_or_else(|| "the master secret is too short".to_string())?;
    Ok(keys.with_barcodes(settings.patrons.barcode_case))
}

const OTHER_SECRET: &str = "secrets.master_file: this is not the secret with which this library was begun; \
    put back the file that was there, from a backup if need be";

/// Refuses to go on with another master secret than the library was begun with: nothing that is sealed could be read, and
/// nobody who is known by a hash would be found.
pub async fn prove(store: &Store, keys: &Keys) -> Result<(), String> {
    opens_what_is_there(&store.reads, keys).await?;
    let envelope = Envelope { actor: Actor::Job, key: None, command: Command::from(keys.proof()), seed: 0 };
    match store.door.ask(envelope).await {
        Ok(_) => Ok(()),
        Err(NoReply::Refused(_)) => Err(OTHER_SECRET.into()),
        Err(why) => Err(format!("the database cannot be written: {why:?}")),
    }
}

/// A library that was begun by an older program has no proof yet: its secret is the one that opens what is sealed.
pub async fn opens_what_is_there(reads: &Reads, keys: &Keys) -> Result<(), String> {
    let bound = store::cards::bound_cards(reads, CardId(0), 1).await.map_err(|fault| fault.to_string())?;
    let is_ours = bound.iter().all(|(_, barcode)| keys.open("barcode", barcode).is_ok());
    if is_ours { Ok(()) } else { Err(OTHER_SECRET.into()) }
}

/// The places of the settings, into a library that has none yet.
async fn put_places(settings: &Settings, store: &Store) -> Result<(), String> {
    if !store::places::all(&store.reads, 20200101).await.map_err(|fault| fault.to_string())?.is_empty() {
        return Ok(());
    }
    for place in &settings.library.places {
        let save = SavePlace {
            place: None,
            branch: BranchId(place.branch),
            state: PlaceState::Open,
            week: place.openings().unwrap_or_default(),
            text: PlaceText { name: place.name.clone(), address: place.address.clone() },
        };
        let command = Command::from(save);
        let answer = store.door.ask(Envelope { actor: Actor::Job, key: None, command, seed: 0 }).await;
        answer.map_err(|why| format!("library.places: {}: {why:?}", place.name))?;
    }
    Ok(())
}

fn library_system(
    settings: &Settings,
    secrets: &Secrets,
    reads: &Reads,
    keys: &Keys,
    clock: &Clock,
) -> Result<Arc<dyn LibrarySystem>, String> {
    let system: Arc<dyn LibrarySystem> = match settings.patrons.source {
        PatronSource::Register => Arc::new(Register { reads: reads.clone(), keys: keys.clone() }),
        _ => outside_library_system(settings, secrets, clock)?,
    };
    Ok(match settings.patrons.barcode_case {
        BarcodeCase::Ignored => Arc::new(EitherCase(system)),
        BarcodeCase::Exact => system,
    })
}

/// The one that is asked over a protocol.
pub fn outside_library_system(
    settings: &Settings,
    secrets: &Secrets,
    clock: &Clock,
) -> Result<Arc<dyn LibrarySystem>, String> {
    let text = |fault: connectors::SettingsFault| fault.to_string();
    Ok(match settings.patrons.source {
        PatronSource::Sip2 => {
            let secrets = sip2::Secrets {
                login_password: secrets.library_system.clone(),
                terminal_password: secrets.terminal.clone(),
            };
            Arc::new(sip2::Sip2::new(&settings.library_system, secrets, clock.clone()).map_err(text)?)
        }
        PatronSource::Koha => {
            Arc::new(koha::Koha::new(&settings.koha, secrets.koha.clone(), clock.clone()).map_err(text)?)
        }
        PatronSource::Register => return Err("the register is nobody's but ours".into()),
    })
}

/// Who is asked outside. The library's own catalogue first; what it does not tell, Open Library may.
pub fn sources(settings: &Settings, clock: &Clock) -> Result<Vec<Arc<Source>>, String> {
    let text = |fault: connectors::SettingsFault| fault.to_string();
    let books = &settings.books;
    let mut sources = vec![];
    if !books.sru_url.is_empty() {
        let catalogue = Arc::new(Sru::new(books, clock.clone()).map_err(text)?);
        sources.push(Arc::new(Source::new(SRU, "sru", "馆藏目录（SRU）", catalogue)));
    }
    if !books.open_library_url.is_empty() {
        let catalogue = Arc::new(OpenLibrary::new(books, clock.clone()).map_err(text)?);
        sources.push(Arc::new(Source::new(OPEN_LIBRARY, "open_library", "Open Library", catalogue)));
    }
    Ok(sources)
}

/// The first gateway, and the second where there is one.
pub fn gateways(settings: &Settings, secrets: &Secrets, clock: &Clock) -> Result<Vec<Gateway>, String> {
    let sms = &settings.sms;
    let gateway = |provider: Provider, [template, changed]: [&String; 2], secret: &Secret| {
        let client = sms::connect(&sms.gateway, provider, secret.clone(), clock.clone());
        let client = client.map_err(|fault| fault.to_string())?;
        let (name, template, changed_template) = (provider.name(), template.clone(), changed.clone());
        Ok::<_, String>(Gateway { name, template, changed_template, sms: client })
    };
    let mut gateways = vec![gateway(sms.gateway.provider, [&sms.bind_template, &sms.changed_template], &secrets.sms)?];
    if let Some(provider) = sms.gateway.fallback {
        let templates = [&sms.fallback_template, &sms.fallback_changed_template];
        gateways.push(gateway(provider, templates, &secrets.sms_fallback)?);
    }
    Ok(gateways)
}

fn parties(
    settings: &Settings,
    wechat: &Arc<wechat::Client>,
    library_system: &Arc<dyn LibrarySystem>,
    gateways: &[Gateway],
    sources: &[Arc<Source>],
) -> Vec<Party> {
    let (wechat, library_system) = (wechat.clone(), library_system.clone());
    let title = match settings.patrons.source {
        PatronSource::Sip2 => "借阅系统（SIP2）",
        PatronSource::Koha => "借阅系统（Koha）",
        PatronSource::Register => "借阅系统（导入的名册）",
    };
    let mut parties = vec![
        Party { name: "wechat", title: "微信公众号", state: Arc::new(move || wechat.state()) },
        Party { name: "library_system", title, state: Arc::new(move || library_system.state()) },
    ];
    for gateway in gateways {
        let (name, sms) = (gateway.name, gateway.sms.clone());
        let title = if name == "aliyun" { "短信（阿里云）" } else { "短信（腾讯云）" };
        parties.push(Party { name, title, state: Arc::new(move || sms.state()) });
    }
    parties.extend(sources.iter().map(|source| {
        let catalogue = source.catalogue.clone();
        Party { name: source.name, title: source.title, state: Arc::new(move || catalogue.state()) }
    }));
    parties
}

/// One recorder a process; what it has gathered, as Prometheus reads it.
fn figures() -> Arc<dyn Fn() -> String + Send + Sync> {
    static HANDLE: OnceLock<Option<metrics_exporter_prometheus::PrometheusHandle>> = OnceLock::new();
    let handle = HANDLE.get_or_init(|| {
        use metrics_exporter_prometheus::Matcher::Full;
        use store::meter::{BATCH_COMMANDS, COMMIT_SECONDS};
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Full(BATCH_COMMANDS.into()), &BATCH_BUCKETS)
            .and_then(|builder| builder.set_buckets_for_metric(Full(COMMIT_SECONDS.into()), &COMMIT_BUCKETS_S));
        let recorder = builder.ok()?.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok()?;
        Some(handle)
    });
    Arc::new(move || {
        let Some(handle) = handle else { return String::new() };
        handle.run_upkeep();
        handle.render()
    })
}

/// Once nobody asks any more, the writer has so long to end.
const CLOSE_TIME_MAX: Duration = Duration::from_secs(10);

/// Answers until told to end, then lets what is under way finish.
pub async fn answer(library: Library, listener: TcpListener, end: impl Future<Output = ()>) -> Result<(), String> {
    let Library { store, site, sender, jobs, .. } = library;
    let beside = [tokio::spawn(sender.run()), tokio::spawn(jobs.run())];
    let door = store.door.clone();
    let writer_ended = tokio::select! {
        () = connections::serve(listener, site, connections::PATIENCE, end) => false,
        () = door.ended() => true,
    };
    drop(door);
    for task in beside {
        task.abort();
        let _ = task.await;
    }
    close(store).await?;
    // Without it every change would be refused for ever: whatever supervises the program starts it again.
    if writer_ended { Err("the writer has ended, and so does the program".into()) } else { Ok(()) }
}

/// Waits for what is queued, but not for a database that may never answer. On a thread of its own: the runtime would wait
/// for one of its own even then.
async fn close(store: Store) -> Result<(), String> {
    let (closed, is_closed) = tokio::sync::oneshot::channel();
    let closing = std::thread::Builder::new().name("close".into());
    closing.spawn(move || (store.close(), closed.send(())).1.is_ok()).map_err(|error| error.to_string())?;
    let ended = tokio::time::timeout(CLOSE_TIME_MAX, is_closed).await;
    ended.map(|_| ()).map_err(|_| "the database did not let the writer end in time".into())
}

/// Ctrl-C, or the service manager's request to stop.
pub async fn told_to_end() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}

pub async fn serve(settings: Settings) -> Result<(), String> {
    let secrets = settings.secrets()?;
    let clock = LibraryClock::new(Calendar::new(&settings.library.time_zone));
    let library = open(&settings, &secrets, &clock, false).await?;
    let listen = &settings.server.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("{listen}: {error}"))?;
    connections::raise_open_files();
    tracing::info!(listen, "open");
    let ended = answer(library, listener, told_to_end()).await;
    tracing::info!("closed");
    ended
}
