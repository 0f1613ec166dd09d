//! The demonstration: a living sample library, with stand-ins for WeChat, the SMS gateway and the library system.
//! On loopback only, marked on every page, with a clock that can be moved forward.

mod panel;
mod sample;
mod sample_activities;
mod sample_books;
mod sample_history;

use crate::clock::LibraryClock;
use crate::serve::{Library, answer, open, told_to_end};
use crate::settings::{Secrets, Settings};
use connectors::Secret;
use connectors::sms::Provider;
use sandbox::{Config, Patron, PatronState, Running, Sandbox};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use tokio::net::TcpListener;
use web::frame::keys::token;
use web::frame::settings::{Branch, Hours, Notice, Place};
use web::kit::calendar::Calendar;

const PATRONS: &str = include_str!("patrons.csv");
const PORT: u16 = 8080;
const TEMPLATE: &str = "SMS_100000001";
const CHANGED_TEMPLATE: &str = "SMS_100000002";
const TENCENT_TEMPLATE: &str = "1000001";
const NOTICE_TEMPLATE: &str = "sandbox-notice";

/// What the demonstration is, for people, tests and scripts.
struct Demo {
    site: String,
    sandbox: String,
    folder: PathBuf,
    patrons: Vec<Patron>,
}

pub async fn run(settings: Settings) -> Result<(), String> {
    let port = match std::env::var("YUE_PORT") {
        Ok(port) => port.parse().map_err(|_| format!("YUE_PORT: {port} is no port"))?,
        Err(_) => PORT,
    };
    let folder = PathBuf::from(std::env::var("YUE_DATA_DIR").unwrap_or_else(|_| "data/demo".into()));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let clock = LibraryClock::new(Calendar::new(&settings.library.time_zone));
    clock.set_offset_ms(panel::kept_offset(&folder));

    let patrons = Patron::parse_csv(PATRONS).map_err(|error| error.to_string())?;
    let sandbox = start_sandbox(port, &patrons, &clock).await?;
    let site = format!("http://127.0.0.1:{port}");
    let (settings, secrets) = pretend(settings, &sandbox, &site, &folder)?;
    // An empty library begins some weeks ago, with its places; one with a history is only looked at.
    let now = clock.offset_ms();
    clock.set_offset_ms(now - sample::LIFE_MS);
    let library = open(&settings, &secrets, &clock, true).await?;
    clock.set_offset_ms(now);
    sample::fill(&library, &settings.wechat.appid, &clock, &patrons).await?;

    let demo = Demo { sandbox: sandbox.base_url(), site, folder, patrons };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.map_err(|error| format!("127.0.0.1:{port}: {error}"))?;
    demo.write()?;
    demo.print();
    let site = library.site.merge(panel::routes(&clock, &demo.folder, &demo.sandbox));
    answer(Library { site, ..library }, listener, told_to_end()).await
}

async fn start_sandbox(port: u16, patrons: &[Patron], clock: &LibraryClock) -> Result<Running, String> {
    let mut config = Config::sample(clock.source());
    // Next to the site, so that its address stays the same over restarts.
    config.http = SocketAddr::from((Ipv4Addr::LOCALHOST, port.wrapping_add(1)));
    config.patrons = patrons.to_vec();
    let taken = patrons.iter().filter(|patron| sample::is_taken(&patron.barcode));
    config.users = taken.map(|patron| patron.name.clone()).collect();
    Sandbox::start(config).await.map_err(|error| format!("the sandbox on port {}: {error}", port.wrapping_add(1)))
}

/// The library's own settings, with every outside party replaced.
fn pretend(
    mut settings: Settings,
    sandbox: &Running,
    site: &str,
    folder: &Path,
) -> Result<(Settings, Secrets), String> {
    let sample = Config::sample(std::sync::Arc::new(|| 0));
    let base = sandbox.base_url();
    settings.server.public_url = site.into();
    let branches = &mut settings.library.branches;
    branches.push(Branch { id: sample::SECOND_BRANCH.0, name: "大厂街道分馆".into() });
    settings.library.places.push(Place {
        branch: sample::SECOND_BRANCH.0,
        name: "大厂街道分馆服务台".into(),
        address: "大厂街道示例路1号二楼".into(),
        hours: vec![Hours { days: (1..=7).collect(), from: "09:00".into(), until: "17:30".into() }],
    });
    settings.library.notices.push(Notice {
        title: "国家公祭日当天闭馆半天".into(),
        date: "2026-12-01".into(),
        text: "12月13日上午闭馆，下午照常开放。还书箱全天可用。".into(),
    });
    // PostgreSQL can be tried too: YUE_SERVER_DATABASE names it.
    if std::env::var("YUE_SERVER_DATABASE").is_err() {
        settings.server.database = folder.join("yue.db").display().to_string();
    }
    settings.wechat.appid = sample.wechat.appid;
    (settings.wechat.authorize_base, settings.wechat.api_base) = (base.clone(), base.clone());
    settings.sms.bind_template = TEMPLATE.into();
    settings.sms.changed_template = CHANGED_TEMPLATE.into();
    settings.sms.gateway.aliyun.base_url = format!("{base}/sms-gateway/");
    settings.sms.gateway.aliyun.access_key_id = sample.sms.access_key_id;
    settings.sms.gateway.fallback = Some(Provider::Tencent);
    settings.sms.gateway.tencent.base_url = format!("{base}/tencent-sms/");
    settings.sms.gateway.tencent.secret_id = sample.tencent.secret_id;
    settings.sms.gateway.tencent.sdk_app_id = sample.tencent.sdk_app_id;
    settings.sms.gateway.tencent.sign_name = settings.library.name.clone();
    settings.sms.fallback_template = TENCENT_TEMPLATE.into();
    settings.notices.template = NOTICE_TEMPLATE.into();
    settings.books.sru_url = format!("{base}/sru");
    settings.books.open_library_url = format!("{base}/openlibrary/");
    settings.books.open_library_covers_url = format!("{base}/openlibrary-covers/");
    settings.books.cover_hosts = vec![base.trim_start_matches("http://").to_owned()];
    settings.koha.base_url = format!("{base}/koha");
    settings.koha.client_id = sample.koha.client_id;
    settings.library_system.host = sandbox.sip2.ip().to_string();
    settings.library_system.port = sandbox.sip2.port();
    settings.library_system.login_user = sample.library.user;
    settings.library_system.institution = sample.library.institution;
    settings.library_system.fields.identity = sample.library.id_number_field;
    let secrets = Secrets {
        master: master(folder)?,
        wechat: Secret::new(sample.wechat.secret),
        sms: Secret::new(sample.sms.access_key_secret),
        sms_fallback: Secret::new(sample.tencent.secret_key),
        library_system: Secret::new(sample.library.password),
        terminal: Secret::default(),
        database: Secret::default(),
        koha: Secret::new(sample.koha.client_secret),
        wechat_push: Secret::new("sandbox-push-token"),
        metrics: Secret::default(),
    };
    Ok((settings, secrets))
}

/// Made once: what was sealed in this folder must open again.
fn master(folder: &Path) -> Result<Secret, String> {
    let file = folder.join("secret");
    if let Ok(secret) = std::fs::read_to_string(&file) {
        return Ok(Secret::new(secret));
    }
    let random = || token().map_err(|fault| fault.0.to_string());
    let secret = format!("{}{}", random()?, random()?);
    std::fs::write(&file, &secret).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Secret::new(secret))
}

fn state_word(state: PatronState) -> &'static str {
    match state {
        PatronState::Active => "active",
        PatronState::Expired => "expired",
        PatronState::Lost => "lost",
        PatronState::Ended => "ended",
    }
}

impl Demo {
    /// Cards that nobody has bound yet.
    fn free(&self) -> impl Iterator<Item = &Patron> {
        self.patrons.iter().filter(|patron| !sample::is_taken(&patron.barcode))
    }

    fn write(&self) -> Result<(), String> {
        let cards: Vec<_> = self
            .free()
            .map(|patron| {
                serde_json::json!({
                    "barcode": patron.barcode, "name": patron.name, "phone": patron.phone,
                    "id_number": patron.id_number, "state": state_word(patron.state),
                })
            })
            .collect();
        let readers: Vec<_> = self
            .patrons
            .iter()
            .filter(|patron| sample::is_taken(&patron.barcode))
            .map(|patron| serde_json::json!({ "wechat_user": patron.name, "barcode": patron.barcode }))
            .collect();
        let accounts = sample::ACCOUNTS.map(|(name, role, _)| {
            serde_json::json!({"name": name, "password": sample::PASSWORD, "roles": [crate::staff::role_name(role)]})
        });
        let json = serde_json::json!({
            "site": self.site, "staff": format!("{}/staff", self.site), "sandbox": self.sandbox,
            "cards": cards, "readers": readers, "staff_accounts": accounts,
        });
        let file = self.folder.join("demo.json");
        std::fs::write(&file, format!("{json:#}\n")).map_err(|error| format!("{}: {error}", file.display()))
    }

    fn print(&self) {
        println!("演示系统已打开（只在本机）");
        println!("  读者：   {}/", self.site);
        println!("  馆员：   {}/staff", self.site);
        println!("  沙盒：   {}/   短信收件箱 {}/sms/手机号", self.sandbox, self.sandbox);
        println!("  时钟：   {}/demo", self.site);
        println!("样例读者（在微信授权页上选名字进入，已有几个月的记录）");
        for patron in self.patrons.iter().filter(|patron| sample::is_taken(&patron.barcode)) {
            println!("  {}", patron.name);
        }
        println!("还没有绑定的读者证（条码号 姓名 手机号 状态）");
        for patron in self.free() {
            println!("  {} {} {} {}", patron.barcode, patron.name, patron.phone, state_word(patron.state));
        }
        println!("馆员账号（密码都是 {}）", sample::PASSWORD);
        for (name, role, _) in sample::ACCOUNTS {
            println!("  {name}（{}）", crate::staff::role_name(role));
        }
    }
}
