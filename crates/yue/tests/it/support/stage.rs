//! The stage: a library on a fresh database, its own sandbox, a clock that only the test moves, a real socket.

use super::browser::Browser;
use sandbox::{Config, Control, Patron, PatronState, Running, Sandbox};
use std::net::SocketAddr;
use std::sync::Arc;
use store::testing::{Manual, both};
use store::{Clock as _, Door, Location, Reads, Store};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use web::TimeSource;
use web::frame::keys::Keys;
use web::kit::calendar::Calendar;
use yue::clock::LibraryClock;
use yue::jobs::Jobs;
use yue::sender::Sender;
use yue::serve::{self, Library};
use yue::settings::{Secrets, Settings};

const EXAMPLE: &str = include_str!("../../../../../config/jiangbei.toml");
/// Saturday 2026-11-28, 9:00 in Nanjing: the desk is open.
pub const START: i64 = 1_795_827_600_000;
pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

pub struct Stage {
    pub clock: Manual,
    pub sandbox: Running,
    pub door: Door,
    pub reads: Reads,
    pub keys: Keys,
    pub public_url: String,
    pub socket: String,
    /// Sends when the test says so.
    pub sender: Sender,
    /// Run when the test says so.
    pub jobs: Jobs,
    http: reqwest::Client,
    server: tokio::task::JoinHandle<()>,
    _store: Store,
}

/// Runs a test on both engines, and looks at every invariant afterwards.
pub async fn on_both(test: impl AsyncFn(&Stage)) {
    on_both_with(|_| (), test).await;
}

pub async fn on_both_with(change: impl Fn(&mut Settings), test: impl AsyncFn(&Stage)) {
    on_both_with_secrets(|settings, _| change(settings), test).await;
}

pub async fn on_both_with_secrets(change: impl Fn(&mut Settings, &mut Secrets), test: impl AsyncFn(&Stage)) {
    let run = async |location| {
        let stage = Stage::open(location, &change).await;
        test(&stage).await;
        stage.verify().await;
    };
    both(run).await;
}

/// A library's settings with every outside party replaced by the sandbox.
pub fn pretend(location: &Location, site: SocketAddr, sandbox: &Running) -> (Settings, Secrets) {
    let mut settings = yue::settings::read(EXAMPLE, std::iter::empty()).unwrap();
    let (sample, base) = (Config::sample(Arc::new(|| 0)), sandbox.base_url());
    settings.server.database = match location {
        Location::Lite(file) => file.display().to_string(),
        Location::Pg(url) => url.clone(),
    };
    settings.server.public_url = format!("http://{site}");
    settings.server.code_floor_ms = 0;
    settings.wechat.appid = sample.wechat.appid;
    (settings.wechat.authorize_base, settings.wechat.api_base) = (base.clone(), base.clone());
    settings.wechat.whole_ms_max = 400;
    settings.sms.gateway.aliyun.base_url = format!("{base}/sms-gateway/");
    settings.sms.gateway.aliyun.access_key_id = sample.sms.access_key_id;
    settings.sms.gateway.aliyun.whole_ms_max = 400;
    settings.books.sru_url = format!("{base}/sru");
    settings.books.open_library_url = format!("{base}/openlibrary/");
    settings.books.open_library_covers_url = format!("{base}/openlibrary-covers/");
    settings.books.cover_hosts = vec![base.trim_start_matches("http://").to_owned()];
    settings.library_system.host = sandbox.sip2.ip().to_string();
    settings.library_system.port = sandbox.sip2.port();
    settings.library_system.login_user = sample.library.user;
    settings.library_system.institution = sample.library.institution;
    settings.library_system.fields.identity = sample.library.id_number_field;
    settings.library_system.answer_ms_max = 400;
    settings.library_system.whole_ms_max = 800;
    let secrets = Secrets {
        master: connectors::Secret::new("a secret of the tests, long enough to be one"),
        wechat: connectors::Secret::new(sample.wechat.secret),
        sms: connectors::Secret::new(sample.sms.access_key_secret),
        sms_fallback: connectors::Secret::new(sample.tencent.secret_key),
        library_system: connectors::Secret::new(sample.library.password),
        terminal: connectors::Secret::default(),
        database: connectors::Secret::default(),
        koha: connectors::Secret::new(sample.koha.client_secret),
        wechat_push: connectors::Secret::new("a push token of the tests"),
        metrics: connectors::Secret::default(),
    };
    (settings, secrets)
}

pub async fn sandbox(time: &TimeSource) -> Running {
    let mut config = Config::sample(time.clone());
    config.patrons = (1..=9).map(patron).collect();
    Sandbox::start(config).await.unwrap()
}

pub fn by_hand(clock: &Manual) -> TimeSource {
    let clock = clock.clone();
    Arc::new(move || clock.at())
}

pub fn http() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap()
}

impl Stage {
    pub async fn open(location: Location, change: impl Fn(&mut Settings, &mut Secrets)) -> Self {
        let clock = Manual::new(START);
        let time = by_hand(&clock);
        let sandbox = sandbox(&time).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mut settings, mut secrets) = pretend(&location, address, &sandbox);
        change(&mut settings, &mut secrets);
        let clock_of_library = LibraryClock::by(time, Calendar::new(&settings.library.time_zone));
        let library = serve::open(&settings, &secrets, &clock_of_library, false).await.unwrap();
        let Library { store, keys, site, sender, jobs } = library;
        let server =
            tokio::spawn(yue::connections::serve(listener, site, yue::connections::PATIENCE, std::future::pending()));
        let (public_url, socket) = (settings.server.public_url, format!("http://{address}"));
        let (door, reads, http) = (store.door.clone(), store.reads.clone(), http());
        Stage { clock, sandbox, door, reads, keys, public_url, socket, sender, jobs, http, server, _store: store }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.http.clone(), &self.socket, &self.public_url)
    }

    /// Whatever a socket can be told, and all that it answers.
    pub async fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.socket.trim_start_matches("http://")).await.unwrap();
        // Whoever is refused early may find the road closed.
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = vec![];
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub fn library(&self) -> &Control {
        &self.sandbox.control
    }

    pub fn pass(&self, ms: i64) {
        self.clock.pass(ms);
    }

    /// What has arrived at a phone, newest first, after the sender has done what is due.
    pub async fn codes(&self, phone: &str) -> Vec<String> {
        self.sender.deliver_due().await;
        self.library().messages(phone).into_iter().filter_map(|message| message.code).collect()
    }

    /// Changes whenever anything is committed.
    pub async fn commits(&self) -> i64 {
        store::ledger::head(&self.reads).await.unwrap().sequence
    }

    pub async fn verify(&self) {
        for finding in store::verify::verify(&self.reads).await.unwrap() {
            assert!(finding.violations.is_empty(), "{}: {:?}", finding.name, finding.violations);
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The nth patron of the library: numbers 1 to 9 are known to its system from the start.
pub fn patron(n: usize) -> Patron {
    let names = ["王小萌", "李书遥", "欧阳知秋", "陈一苇", "赵远帆"];
    Patron {
        barcode: format!("JB0026{n:08}"),
        name: names[n % names.len()].into(),
        phone: format!("139{n:08}"),
        id_number: format!("11010519960512{n:04}"),
        birth_date: "1996-05-12".into(),
        state: PatronState::Active,
    }
}
