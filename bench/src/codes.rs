//! Requests for a code: with a known card and a wrong phone, and with a card that nobody knows.
//! The answers must be the same and take as long, or they would tell which cards there are.

use crate::http::{Connection, post};
use crate::library::Machine;
use crate::pages::{cookie, csrf};
use crate::report::{equal, heading, line};
use crate::site::Site;
use crate::w1::stage;
use futures_util::StreamExt as _;
use futures_util::stream::iter;
use sandbox::{Config, Patron, PatronState, Running, Sandbox};
use std::net::Ipv4Addr;
use std::sync::{Arc, OnceLock};
use std::time::Instant;
use store::{Clock as _, Location};
use web::frame::keys::Keys;

/// Of each kind.
const PAIRS: usize = 10_000;
/// An address may ask 60 times an hour.
const REQUESTS_AN_ADDRESS: usize = 40;
const ADDRESSES: usize = 2 * PAIRS / REQUESTS_AN_ADDRESS;
const FLOOR_MS: u64 = 800;
const WITHIN: f64 = 0.05;
/// Without the floor, one at a time: those who ask at once share a commit, and so its time.
const ALONE: usize = 1;
const SENT: &str = "如果条码号与手机号相符，验证码已发到这个手机";

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    WrongPhone,
    UnknownCard,
}

/// Each number is another reader, another card and another phone: no limit is reached.
struct Request {
    kind: Kind,
    n: usize,
}

impl Request {
    /// The kinds take turns, so that what the machine does meanwhile happens to both.
    fn of(address: usize, turn: usize) -> Self {
        let kind = if (address + turn).is_multiple_of(2) { Kind::WrongPhone } else { Kind::UnknownCard };
        Request { kind, n: address * REQUESTS_AN_ADDRESS + turn }
    }

    fn barcode(&self) -> String {
        match self.kind {
            Kind::WrongPhone => barcode(self.n),
            Kind::UnknownCard => format!("JB0099{:08}", self.n),
        }
    }

    fn phone(&self) -> String {
        format!("138{:08}", self.n)
    }

    fn bytes(&self, keys: &Keys) -> Vec<u8> {
        let (csrf, n) = (csrf(keys, self.n), self.n);
        let (barcode, phone) = (self.barcode(), self.phone());
        let body = format!("csrf={csrf}&key=a-code-of-the-benchmark-{n}&barcode={barcode}&phone={phone}");
        post("/cards/codes", &cookie(n), &body)
    }

    /// The answer without the time, the tokens, and what was typed.
    fn bare(&self, answer: &[u8], keys: &Keys) -> Result<String, String> {
        let answer = std::str::from_utf8(answer).map_err(|error| error.to_string())?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("no head")?;
        let head: Vec<&str> = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("date:")).collect();
        let key = body.split("name=\"key\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or("no key")?;
        let mut body = body.to_string();
        for (own, name) in [(key, "key"), (&csrf(keys, self.n), "csrf"), (&self.barcode(), "barcode")] {
            body = body.replace(own, name);
        }
        Ok(format!("{}\n\n{}", head.join("\n"), body.replace(&self.phone(), "phone")))
    }
}

/// The nth card's, as the library system knows it.
fn barcode(n: usize) -> String {
    format!("JB0026{n:08}")
}

fn patron(n: usize) -> Patron {
    Patron {
        barcode: barcode(n),
        name: "王小萌".into(),
        phone: format!("139{n:08}"),
        id_number: format!("1101051996{n:08}"),
        birth_date: "1996-05-12".into(),
        state: PatronState::Active,
    }
}

async fn library_system() -> Result<(Running, Vec<(&'static str, String)>), String> {
    let mut config = Config::sample(Arc::new(|| Machine.at()));
    let known = (0..ADDRESSES).flat_map(|address| (0..REQUESTS_AN_ADDRESS).map(move |turn| Request::of(address, turn)));
    config.patrons =
        known.filter(|request| request.kind == Kind::WrongPhone).map(|request| patron(request.n)).collect();
    let account = config.library.clone();
    let sandbox = Sandbox::start(config).await.map_err(|error| error.to_string())?;
    let settings = vec![
        ("YUE_LIBRARY_SYSTEM_HOST", sandbox.sip2.ip().to_string()),
        ("YUE_LIBRARY_SYSTEM_PORT", sandbox.sip2.port().to_string()),
        ("YUE_LIBRARY_SYSTEM_LOGIN_USER", account.user),
        ("YUE_LIBRARY_SYSTEM_INSTITUTION", account.institution),
        ("YUE_LIBRARY_SYSTEM_SECRET", account.password),
    ];
    Ok((sandbox, settings))
}

/// What each kind took, in milliseconds, from the first to the slowest.
#[derive(Default)]
struct Took {
    wrong_phone: Vec<f64>,
    unknown_card: Vec<f64>,
}

impl Took {
    fn note(&mut self, kind: Kind, took_ms: f64) {
        match kind {
            Kind::WrongPhone => self.wrong_phone.push(took_ms),
            Kind::UnknownCard => self.unknown_card.push(took_ms),
        }
    }

    fn sort(&mut self) {
        self.wrong_phone.sort_by(f64::total_cmp);
        self.unknown_card.sort_by(f64::total_cmp);
    }

    /// A percentile of the wrong phones beside that of the unknown cards.
    fn say(&self, name: &str, percent: usize, within: f64) {
        let of = |took: &[f64]| took.get(took.len() * percent / 100).copied().unwrap_or(f64::NAN);
        let (wrong, unknown) = (of(&self.wrong_phone), of(&self.unknown_card));
        line(&format!("{name}: wrong phone, unknown card"), &format!("{wrong:>12.3} ms, {unknown:.3} ms"));
        equal("  wrong phone ÷ unknown card", wrong / unknown, within);
    }
}

/// One address's requests, one after the other, on one connection.
async fn ask(site: &Site, keys: &Keys, heard: &OnceLock<String>, address: usize) -> Result<Vec<(Kind, f64)>, String> {
    let from = Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 1, 0, 1)) + address as u32);
    let mut connection = Connection::open_from(from, site.address).await?;
    let mut took = Vec::with_capacity(REQUESTS_AN_ADDRESS);
    for request in (0..REQUESTS_AN_ADDRESS).map(|turn| Request::of(address, turn)) {
        let (bytes, began) = (request.bytes(keys), Instant::now());
        let status = connection.ask(&bytes).await?;
        took.push((request.kind, began.elapsed().as_secs_f64() * 1_000.0));
        let answer = request.bare(connection.answer(), keys)?;
        if status != 200 || !answer.contains(SENT) {
            return Err(format!("a request for a code was answered {status}: {answer}"));
        }
        let first = heard.get_or_init(|| answer.clone());
        if *first != answer {
            return Err(format!("two answers differ:\n{first}\n{answer}"));
        }
    }
    Ok(took)
}

async fn ask_all(location: &Location, keys: &Keys, floor_ms: u64, at_once: usize) -> Result<Took, String> {
    let (_sandbox, mut settings) = library_system().await?;
    settings.push(("YUE_SERVER_CODE_FLOOR_MS", floor_ms.to_string()));
    let site = Site::start_with(location, &settings).await?;
    let heard = OnceLock::new();
    let mut asked = iter((0..ADDRESSES).map(|address| ask(&site, keys, &heard, address))).buffer_unordered(at_once);
    let mut took = Took::default();
    while let Some(some) = asked.next().await {
        some?.into_iter().for_each(|(kind, took_ms)| took.note(kind, took_ms));
    }
    drop(asked);
    site.stop().await;
    took.sort();
    Ok(took)
}

pub async fn run(name: &str, fresh: impl Fn() -> Location, keys: &Keys) -> Result<(), String> {
    heading(&format!("Codes on {name}: {PAIRS} requests with a wrong phone, {PAIRS} with an unknown card"));
    let took = ask_all(&stage(fresh(), keys).await?.location, keys, FLOOR_MS, ADDRESSES).await?;
    let answers = took.wrong_phone.len() + took.unknown_card.len();
    line("answers, the same but for tokens and what was typed", &format!("{answers:>12}     all"));
    took.say(&format!("median, floor of {FLOOR_MS} ms"), 50, WITHIN);
    took.say(&format!("p95, floor of {FLOOR_MS} ms"), 95, WITHIN);
    // What the floor hides: here for the eye, the promise is the one above.
    let took = ask_all(&stage(fresh(), keys).await?.location, keys, 0, ALONE).await?;
    took.say("median, no floor, alone", 50, WITHIN);
    took.say("p95, no floor, alone", 95, WITHIN);
    Ok(())
}
