//! 系统状态: outside parties, jobs, the outbox and the queue, for staff; probes and figures for programs.

use crate::frame::app::{App, Stop};
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page};
use crate::frame::posted::{Nothing, Posted};
use crate::frame::routes::{For, Routes};
use askama::Template;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use connectors::State as PartyState;
use domain::core::asked::Actor;
use domain::core::day::DAY_MS;
use domain::core::row::Cell;
use domain::jobs::WakeJob;
use domain::staff::Permission;
use domain::tables::{Channel, Job, Millis, OutboxState};
use std::net::SocketAddr;
use std::sync::Arc;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/staff/system", For::Staff(&[Permission::Read]), show)
        .in_menu(100, "heartbeat", "系统状态")
        .post("/staff/system/jobs/{job}/wake", For::Staff(&[Permission::ManageSystem]), wake)
}

/// How long a proof that the program can write is good, and how long it counts that it could not.
const PROOF_MS: Millis = 20_000;
const FAILURE_MS: Millis = 1_000;

/// An outside party as the page and the figures show it.
#[derive(Clone)]
pub struct Party {
    pub name: &'static str,
    pub title: &'static str,
    pub state: Arc<dyn Fn() -> PartyState + Send + Sync>,
}

pub struct PartyLine {
    pub title: &'static str,
    pub words: String,
    pub class: &'static str,
}

pub struct JobLine {
    pub job: i64,
    pub title: &'static str,
    pub last: String,
    pub outcome: String,
    pub next: String,
    pub is_failing: bool,
}

#[derive(Template)]
#[template(path = "system/show.html")]
pub struct SystemPage {
    shell: StaffShell,
    key: String,
    parties: Vec<PartyLine>,
    jobs: Vec<JobLine>,
    outbox: Vec<(&'static str, &'static str, i64)>,
    waiting: usize,
}

const JOBS: [(Job, &str); 11] = [
    (Job::Expiry, "兑换和捐赠到期"),
    (Job::Reminders, "到期提醒"),
    (Job::Rebindings, "改绑生效"),
    (Job::PatronRefresh, "刷新读者证状态"),
    (Job::AccountToken, "微信凭据"),
    (Job::Sweep, "清理过期记录"),
    (Job::Participants, "活动通知与未到场"),
    (Job::Shelving, "捐赠图书是否上架"),
    (Job::Closings, "注销账号"),
    (Job::Exports, "导出数据"),
    (Job::StockAlerts, "到货提醒"),
];

fn party_line(ask: &StaffAsk, party: &Party) -> PartyLine {
    let moment = |at: i64| ask.app.calendar.moment(at);
    let (words, class) = match (party.state)() {
        PartyState::Unknown => ("还没有用到".to_string(), "st"),
        PartyState::Up { last_success_ms } => (format!("正常，最近 {}", moment(last_success_ms)), "st st-ok"),
        PartyState::Down { since_ms, .. } => (format!("连不上，从 {} 起", moment(since_ms)), "st st-no"),
    };
    PartyLine { title: party.title, words, class }
}

pub async fn show(ask: StaffAsk) -> Result<Response, Failure> {
    let runs = store::jobs::runs(&ask.app.reads).await?;
    let moment = |at: i64| if at == 0 { "—".to_string() } else { ask.app.calendar.moment(at) };
    let jobs = JOBS.iter().map(|(job, title)| {
        let run = runs.iter().find(|run| run.job == *job);
        let outcome = match run {
            Some(run) if run.until > ask.now => "正在运行".to_string(),
            Some(run) if run.ended > 0 && run.failed > 0 => format!("办成 {}，没办成 {}", run.done, run.failed),
            Some(run) if run.ended > 0 => format!("办成 {}", run.done),
            _ => "还没有运行".to_string(),
        };
        JobLine {
            job: *job as i64,
            title,
            last: moment(run.map_or(0, |run| run.ended)),
            outcome,
            next: moment(run.map_or(0, |run| run.next_at)),
            is_failing: run.is_some_and(|run| run.failed > 0),
        }
    });
    let jobs = jobs.collect();
    let counts = store::outbox::counts(&ask.app.reads, ask.now - 7 * DAY_MS).await?;
    let outbox = counts.into_iter().map(|(channel, state, count)| (channel_words(channel), outbox_words(state), count));
    page(&SystemPage {
        key: form_key()?,
        parties: ask.app.parties.iter().map(|party| party_line(&ask, party)).collect(),
        jobs,
        outbox: outbox.collect(),
        waiting: ask.app.door.waiting(),
        shell: ask.shell("/staff/system"),
    })
}

pub fn channel_words(channel: Channel) -> &'static str {
    match channel {
        Channel::Sms => "短信",
        Channel::SmsNotice => "短信通知",
        Channel::WeChat => "微信模板消息",
        Channel::WeChatOnce => "微信订阅消息",
    }
}

pub fn outbox_words(state: OutboxState) -> &'static str {
    match state {
        OutboxState::Waiting => "等待发送",
        OutboxState::Sending => "正在发送",
        OutboxState::Sent => "已发送",
        OutboxState::Failed => "没有发送",
        OutboxState::Unknown => "结果不明，不再发送",
    }
}

/// 立即运行
pub async fn wake(ask: StaffAsk, Path(job): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (key, Nothing {}) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    let job = Job::from_cell(job).ok_or(Failure::NotFound)?;
    ask.app.command(ask.actor(), key, WakeJob { job }).await?;
    ask.app.job_bell.notify_one();
    Ok(Redirect::to("/staff/system").into_response())
}

/// Whether the database answers: a proxy sends readers to another instance while it does not.
pub async fn readyz(State(app): State<App>) -> Response {
    let unready = |why: &'static str| (StatusCode::SERVICE_UNAVAILABLE, why).into_response();
    match store::ledger::head(&app.reads).await {
        Ok(_) if !app.door.is_open() => unready("the writer has stopped"),
        Ok(_) if !proven(&app).await => unready("nothing can be written: the log says why"),
        Ok(_) => "ready".into_response(),
        Err(_) => unready("the database does not answer"),
    }
}

/// When the program last tried to write for /readyz, and whether it could.
#[derive(Default)]
pub struct Proofs {
    tried_at: Millis,
    is_proven: bool,
}

impl Proofs {
    /// What was found lately; a failure is soon looked at again.
    fn lately(&self, now: Millis) -> Option<bool> {
        let holds_ms = if self.is_proven { PROOF_MS } else { FAILURE_MS };
        (0..holds_ms).contains(&(now - self.tried_at)).then_some(self.is_proven)
    }
}

/// Whether the program could write a moment ago, or can now: a full disk or a clock set back shows in no reading.
/// Whoever asks at the same time waits for one answer.
async fn proven(app: &App) -> bool {
    let mut proofs = app.proofs.lock().await;
    if let Some(proven) = proofs.lately(app.now()) {
        return proven;
    }
    let is_proven = match app.command(Actor::Job, None, app.keys.proof()).await {
        Ok(_) => true,
        // A long queue moves on: to leave it to the other instances would only make theirs longer.
        Err(Stop::Failed(Failure::Busy)) => return true,
        Err(_) => false,
    };
    *proofs = Proofs { tried_at: app.now(), is_proven };
    is_proven
}

/// Figures for Prometheus. Nothing personal is in them; all the same they are for this machine, or for who has the token.
pub async fn metrics(State(app): State<App>, from: ConnectInfo<SocketAddr>, headers: HeaderMap) -> Response {
    if !may_see_figures(&app, &from.0, &headers) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut text = (app.figures)();
    text.push_str(&format!("# TYPE yue_queue_commands gauge\nyue_queue_commands {}\n", app.door.waiting()));
    text.push_str("# TYPE yue_party_up gauge\n");
    for party in &app.parties {
        let up = match (party.state)() {
            PartyState::Up { .. } => "1",
            PartyState::Down { .. } => "0",
            PartyState::Unknown => "NaN",
        };
        text.push_str(&format!("yue_party_up{{party=\"{}\"}} {up}\n", party.name));
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

fn may_see_figures(app: &App, from: &SocketAddr, headers: &HeaderMap) -> bool {
    if app.site.metrics_token.is_empty() {
        // A proxy on this machine speaks for the whole world, and keeps the Host that the world asked for.
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        let is_here = ["127.0.0.1", "localhost", "[::1]"].contains(&name.map_or(host, |(name, _)| name));
        return from.ip().is_loopback() && is_here && !headers.contains_key("x-forwarded-for");
    }
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wanted = format!("Bearer {}", app.site.metrics_token);
    subtle::ConstantTimeEq::ct_eq(sent.as_bytes(), wanted.as_bytes()).into()
}

sample! { JobLine { job, title, last, outcome, next, is_failing } }
sample! { PartyLine { title, words, class } }
sample! { SystemPage { shell, key, parties, jobs, outbox, waiting } }
