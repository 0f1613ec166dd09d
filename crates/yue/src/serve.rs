//! Serving: everything is wired together here.

use crate::clock::LibraryClock;
use crate::sender::Sender;
use crate::settings::{Secrets, Settings};
use axum::Router;
use connectors::library_system::sip2;
use connectors::{sms, wechat};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use store::{Location, Store};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore};
use web::calendar::Calendar;
use web::content::Contents;
use web::keys::Keys;
use web::limits::AddressLimits;
use web::settings::Site;
use web::{App, Parts};

/// Passwords hashed at once.
const PASSWORD_TURNS: usize = 2;
/// Pictures decoded at once.
const PICTURE_TURNS: usize = 2;

/// A library that is open: its store, its site, its sender.
pub struct Library {
    pub store: Store,
    pub keys: Keys,
    pub site: Router,
    pub sender: Sender,
}

pub async fn open(
    settings: &Settings,
    secrets: &Secrets,
    clock: &LibraryClock,
    demonstration: bool,
) -> Result<Library, String> {
    let keys = keys(secrets)?;
    let location = Location::of(&settings.server.database);
    let store = Store::open(&location, Box::new(clock.clone())).await.map_err(|fault| fault.to_string())?;
    let calendar = Calendar::new(&settings.library.time_zone);
    let party_clock = connectors::Clock::new({
        let clock = clock.clone();
        move || clock.now()
    });
    let text = |fault: connectors::SettingsFault| fault.to_string();
    let wechat = wechat::Client::new(&settings.wechat, secrets.wechat.clone(), party_clock.clone()).map_err(text)?;
    let sip2_secrets = sip2::Secrets { login_password: secrets.library_system.clone(), ..sip2::Secrets::default() };
    let library_system = sip2::Sip2::new(&settings.library_system, sip2_secrets, party_clock.clone()).map_err(text)?;
    let gateway = sms::connect(&settings.sms.gateway, settings.sms.gateway.provider, secrets.sms.clone(), party_clock).map_err(text)?;
    let bell = Arc::new(Notify::new());
    let app = App::new(Parts {
        library: Arc::new(settings.library.clone()),
        site: Site {
            public_url: settings.server.public_url.clone(),
            demonstration,
            code_floor_ms: settings.server.code_floor_ms,
        },
        keys: keys.clone(),
        door: store.door.clone(),
        reads: store.reads.clone(),
        time: clock.source(),
        calendar,
        wechat,
        wechat_settings: settings.wechat.clone(),
        library_system: Arc::new(library_system),
        outbox_bell: bell.clone(),
        contents: Contents::default(),
        addresses: AddressLimits::default(),
        password_turns: Semaphore::new(PASSWORD_TURNS),
        picture_turns: Semaphore::new(PICTURE_TURNS),
    });
    let sender = Sender {
        door: store.door.clone(),
        reads: store.reads.clone(),
        keys: keys.clone(),
        sms: gateway,
        template: settings.sms.bind_template.clone(),
        bell,
        time: clock.source(),
    };
    Ok(Library { store, keys, site: web::router(app), sender })
}

pub fn keys(secrets: &Secrets) -> Result<Keys, String> {
    Keys::of(secrets.master.reveal().as_bytes()).ok_or_else(|| "the master secret is too short".to_string())
}

/// Answers until told to end, then lets what is under way finish.
pub async fn answer(
    library: Library,
    listener: TcpListener,
    end: impl Future<Output = ()> + Send + 'static,
) -> Result<(), String> {
    let Library { store, site, sender, .. } = library;
    let sender = tokio::spawn(sender.run());
    let service = site.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(end).await;
    sender.abort();
    let _ = sender.await;
    tokio::task::spawn_blocking(move || store.close()).await.map_err(|error| error.to_string())?;
    served.map_err(|error| error.to_string())
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
    tracing::info!(listen, "open");
    answer(library, listener, told_to_end()).await
}
