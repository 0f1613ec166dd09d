//! 我的证件: binding a card, choosing the current one, unbinding.

pub mod desk;
pub mod family;
pub mod family_code;
pub mod rebindings;
pub mod words;

use crate::frame::app::{App, Stop};
use crate::frame::ask::{ReaderAsk, local_path};
use crate::frame::failure::Failure;
use crate::frame::keys::sms_code;
use crate::frame::limits::CameFrom;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::frame::routes::{For, Routes};
use crate::frame::sealing::{SmsPayload, barcode, facts, mobiles, phone, phone_fault};
use crate::tickets::worker::forgotten;
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use connectors::library_system::{Fault, Patron};
use domain::cards::{self, BindCard, ChooseCard, RequestCode, UnbindCard};
use domain::codes;
use domain::core::refusal::Refused;
use domain::rules::Rule;
use domain::slices::Refusal;
use domain::staff::Permission;
use domain::tables::{CardId, Purpose};
use serde::Deserialize;
use std::time::{Duration, Instant};
use store::sessions::{CardView, card_views, cards};

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/cards", For::Readers, index)
        .post("/cards", For::Readers, bind)
        .get("/cards/new", For::Readers, new)
        .post("/cards/codes", For::Readers, request_code)
        .post("/cards/current", For::Readers, choose)
        .get("/cards/{card}/unbinding", For::Readers, confirm_unbinding)
        .post("/cards/{card}/unbinding", For::Readers, unbind)
        .get("/family", For::Readers, family::show)
        .get("/cards/desk", For::Readers, desk::show_code)
        .post("/cards/rebindings", For::Readers, rebindings::request)
        .post("/cards/{card}/rebinding/end", For::Readers, rebindings::end)
        .get("/staff/cards", For::Staff(&[Permission::BindCards]), desk::show)
        .in_menu(30, "id", "当面绑证")
        .post("/staff/cards", For::Staff(&[Permission::BindCards]), desk::bind)
}

pub const COUNTDOWN_S: i64 = 60;

#[derive(Template)]
#[template(path = "cards/index.html")]
pub struct CardsPage {
    shell: Shell,
    key: String,
    cards: Vec<CardView>,
    rebindings: Vec<rebindings::Line>,
    current: Option<CardId>,
    may_bind: bool,
    cards_max: i64,
    /// 管理: what can be unbound.
    managing: bool,
    to: String,
}

impl CardsPage {
    fn is_current(&self, view: &CardView) -> bool {
        self.current == Some(view.card.id)
    }
}

#[derive(Deserialize)]
pub struct To {
    #[serde(default)]
    to: String,
    #[serde(default)]
    manage: String,
}

pub async fn index(ask: ReaderAsk, Query(query): Query<To>) -> Result<Response, Failure> {
    let cards = card_views(ask.app.reads.all(cards(ask.id())).await?)?;
    let cards_max = ask.content.rule(Rule::CardsMax, ask.today());
    page(&CardsPage {
        shell: ask.shell(),
        key: form_key()?,
        may_bind: (cards.len() as i64) < cards_max,
        cards_max,
        current: ask.reader.card,
        rebindings: rebindings::lines(&ask).await?,
        cards,
        managing: !query.manage.is_empty(),
        to: local_path(&query.to).to_string(),
    })
}

/// What stands in the binding form, and what is said at each field.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct BindForm {
    #[serde(default)]
    barcode: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    to: String,
}

#[derive(Default)]
pub struct Errors {
    barcode: Option<String>,
    phone: Option<String>,
    code: Option<String>,
    /// Of no field of its own.
    form: Option<String>,
    may_rebind: bool,
    /// Nothing is wrong with the form: the library system does not answer.
    party_down: bool,
}

impl Errors {
    fn status(&self) -> StatusCode {
        match self.any() {
            _ if self.party_down => StatusCode::SERVICE_UNAVAILABLE,
            true => StatusCode::UNPROCESSABLE_ENTITY,
            false => StatusCode::OK,
        }
    }

    fn any(&self) -> bool {
        [&self.barcode, &self.phone, &self.code, &self.form].iter().any(|error| error.is_some())
    }
}

#[derive(Template)]
#[template(path = "cards/new.html")]
pub struct BindPage {
    shell: Shell,
    key: String,
    form: BindForm,
    errors: Errors,
    points: i64,
    /// A code was just asked for: seconds until the next may be.
    countdown_s: i64,
    /// The card is another reader's, and the code was right: 改绑 can be asked for.
    may_rebind: bool,
}

fn bind_page(ask: &ReaderAsk, form: BindForm, errors: Errors, countdown_s: i64) -> Result<Response, Failure> {
    let status = errors.status();
    let form = BindForm { to: local_path(&form.to).to_string(), ..form };
    let (shell, key, points) = (ask.shell(), form_key()?, ask.content.rule(Rule::FirstBindingPoints, ask.today()));
    let may_rebind = errors.may_rebind;
    page_with(status, &BindPage { shell, key, form, errors, points, countdown_s, may_rebind })
}

pub async fn new(ask: ReaderAsk, Query(query): Query<To>) -> Result<Response, Failure> {
    bind_page(&ask, BindForm { to: query.to, ..BindForm::default() }, Errors::default(), 0)
}

/// Both numbers, if they can be what they are said to be.
fn read(form: &BindForm) -> Result<(String, String), Errors> {
    let (barcode, phone) = (barcode(&form.barcode), phone(&form.phone));
    match (barcode, phone) {
        (Some(barcode), Some(phone)) => Ok((barcode, phone)),
        (barcode, phone) => {
            let barcode_fault = match form.barcode.trim() {
                "" => "请填写读者证条码号。",
                _ => "条码号只有字母和数字，请照读者证背面填写。",
            };
            Err(Errors {
                barcode: barcode.is_none().then(|| barcode_fault.into()),
                phone: phone.is_none().then(|| phone_fault(&form.phone)),
                ..Errors::default()
            })
        }
    }
}

/// 发送验证码. The answer and its time are the same whether card and phone match or not.
pub async fn request_code(
    ask: ReaderAsk,
    CameFrom(from): CameFrom,
    posted: Posted<BindForm>,
) -> Result<Response, Failure> {
    let started = Instant::now();
    let (barcode, phone) = match read(&posted.form) {
        Ok(numbers) => numbers,
        Err(errors) => return bind_page(&ask, posted.form, errors, 0),
    };
    let app = &ask.app;
    if !app.addresses.allow_code(from) {
        let form = Some(wording::codes::CROWDED_NETWORK.into());
        return bind_page(&ask, posted.form, Errors { form, ..Errors::default() }, 0);
    }
    let patron = match app.library_system.patron(&barcode).await {
        Ok(patron) => patron,
        Err(Fault::BarcodeNotAllowed) => None,
        Err(fault) => {
            tracing::warn!(?fault, "the library system did not tell about a card");
            // What was typed stays; nothing was counted or changed.
            let form = Some("借阅系统暂时没有回应，请稍后再试。没有任何改动。".into());
            return bind_page(&ask, posted.form, Errors { form, party_down: true, ..Errors::default() }, 0);
        }
    };
    let command = code_command(&ask, &barcode, &phone, patron)?;
    let key = posted.idempotency(app, ask.actor());
    let answer = app.command(ask.actor(), key, command).await;
    let floor = Duration::from_millis(app.site.code_floor_ms).saturating_sub(started.elapsed());
    tokio::time::sleep(floor).await;
    app.outbox_bell.notify_one();
    match answer {
        Ok(_) => bind_page(&ask, posted.form, Errors::default(), COUNTDOWN_S),
        Err(Stop::Refused(refusal)) => {
            let wait_s = wording::codes::wait_s(&refusal, ask.now);
            let code = Some(wording::refusal(refusal));
            bind_page(&ask, posted.form, Errors { code, ..Errors::default() }, wait_s)
        }
        Err(stop) => Err(stop.into()),
    }
}

fn code_command(ask: &ReaderAsk, barcode: &str, phone: &str, patron: Option<Patron>) -> Result<RequestCode, Failure> {
    let keys = &ask.app.keys;
    let digest = |label: &str, text: &str| keys.digest(label, text);
    // A card that has ended is said to be so only after the code was right.
    if patron.as_ref().is_some_and(|patron| mobiles(patron).next().is_none()) {
        tracing::info!("the library system tells no mobile number of a card: it can be bound at the desk only");
    }
    let patron = patron.filter(|patron| mobiles(patron).any(|mobile| mobile == phone));
    let matched = patron.map(|patron| facts(keys, &patron)).transpose()?;
    let code = sms_code()?;
    let payload = SmsPayload::code(phone, &code).seal(keys)?;
    let reader = ask.id();
    Ok(RequestCode {
        session: ask.session_key(),
        purpose: Purpose::Bind,
        phone: digest("phone", phone),
        barcode: keys.barcode(barcode),
        limited: vec![
            digest("limit.reader", &reader.to_string()),
            digest("limit.phone", phone),
            digest("limit.barcode", &barcode.to_uppercase()),
        ],
        matched,
        code: digest("code", &format!("{reader} {code}")),
        payload,
    })
}

/// A code as typed, or what is wrong with it.
pub fn code_of(typed: &str) -> Result<String, String> {
    let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    match code.as_str() {
        "" => Err("请填写短信里的验证码。".into()),
        _ if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) => Ok(code),
        _ => Err("验证码是 6 位数字，请核对。".into()),
    }
}

/// 立即绑定
pub async fn bind(ask: ReaderAsk, posted: Posted<BindForm>) -> Result<Response, Failure> {
    prove(ask, posted, cards::Command::from).await
}

/// What is proven by a code: a binding, or the wish for another's card.
async fn prove(
    ask: ReaderAsk,
    posted: Posted<BindForm>,
    command_of: impl Fn(BindCard) -> cards::Command,
) -> Result<Response, Failure> {
    let (barcode, phone) = match read(&posted.form) {
        Ok(numbers) => numbers,
        Err(errors) => return bind_page(&ask, posted.form, errors, 0),
    };
    let code = match code_of(&posted.form.code) {
        Ok(code) => code,
        Err(sentence) => {
            return bind_page(&ask, posted.form, Errors { code: Some(sentence), ..Errors::default() }, 0);
        }
    };
    let app = &ask.app;
    let command = BindCard {
        session: ask.session_key(),
        phone: app.keys.digest("phone", &phone),
        barcode: app.keys.barcode(&barcode),
        code: app.keys.digest("code", &format!("{} {code}", ask.id())),
    };
    let key = posted.idempotency(app, ask.actor());
    match app.command(ask.actor(), key, command_of(command)).await {
        Ok(cards::Reply::WrongCode { tries_left }) => {
            let code = Some(wording::codes::wrong_code(tries_left));
            bind_page(&ask, posted.form, Errors { code, ..Errors::default() }, 0)
        }
        Ok(cards::Reply::RebindingRequested { due, .. }) => rebindings::requested(&ask, due),
        Ok(cards::Reply::Bound { card, points }) => bound(&ask, card, points, &posted.form.to).await,
        Ok(reply) => Err(Failure::unexpected(reply)),
        Err(Stop::Refused(refusal)) => bind_page(&ask, posted.form, errors_of(&refusal), 0),
        Err(stop) => Err(stop.into()),
    }
}

fn errors_of(refusal: &Refused) -> Errors {
    let sentence = Some(wording::refusal(refusal));
    match Refusal::of(refusal) {
        Some(Refusal::Codes(codes::Refusal::CodeOfOtherPhone)) => Errors { phone: sentence, ..Errors::default() },
        Some(Refusal::Codes(
            codes::Refusal::NoCode
            | codes::Refusal::CodeUsed
            | codes::Refusal::CodeExpired
            | codes::Refusal::TooManyTries,
        )) => Errors { code: sentence, ..Errors::default() },
        Some(Refusal::Cards(cards::Refusal::BoundToAnother)) => {
            Errors { barcode: sentence, may_rebind: true, ..Errors::default() }
        }
        Some(Refusal::Cards(
            cards::Refusal::CardEnded
            | cards::Refusal::CardReplaced
            | cards::Refusal::AlreadyBound
            | cards::Refusal::NotBoundToAnother
            | cards::Refusal::RebindingUnderWay { .. },
        )) => Errors { barcode: sentence, ..Errors::default() },
        _ => Errors { form: sentence, ..Errors::default() },
    }
}

#[derive(Template)]
#[template(path = "cards/bound.html")]
pub struct BoundPage {
    shell: Shell,
    card: CardView,
    points: i64,
    to: String,
}

async fn bound(ask: &ReaderAsk, card: CardId, points: i64, to: &str) -> Result<Response, Failure> {
    let views = card_views(ask.app.reads.all(cards(ask.id())).await?)?;
    let card = views.into_iter().find(|view| view.card.id == card).ok_or(Failure::NotFound)?;
    page(&BoundPage { shell: ask.shell(), card, points, to: local_path(to).to_string() })
}

#[derive(Deserialize)]
pub struct ChooseForm {
    card: i64,
    #[serde(default)]
    to: String,
}

/// 切换
pub async fn choose(ask: ReaderAsk, posted: Posted<ChooseForm>) -> Result<Response, Failure> {
    let command = ChooseCard { card: CardId(posted.form.card) };
    let app = &ask.app;
    // Safe to repeat by what it does: a remembered answer would hide a change of mind.
    app.command(ask.actor(), None, command).await?;
    Ok(Redirect::to(local_path(&posted.form.to)).into_response())
}

#[derive(Template)]
#[template(path = "cards/unbinding.html")]
pub struct UnbindingPage {
    shell: Shell,
    key: String,
    card: CardView,
}

pub async fn confirm_unbinding(ask: ReaderAsk, Path(card): Path<i64>) -> Result<Response, Failure> {
    let views = card_views(ask.app.reads.all(cards(ask.id())).await?)?;
    let card = views.into_iter().find(|view| view.card.id.0 == card).ok_or(Failure::NotFound)?;
    page(&UnbindingPage { shell: ask.shell(), key: form_key()?, card })
}

pub async fn unbind(ask: ReaderAsk, Path(card): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let app: &App = &ask.app;
    let Nothing {} = posted.form;
    let command = UnbindCard { card: CardId(card) };
    app.command(ask.actor(), posted.idempotency(app, ask.actor()), command).await?;
    Ok(forgotten(Redirect::to("/cards").into_response()))
}

sample! { CardsPage { shell, key, cards, rebindings, current, may_bind, cards_max, managing, to } }
sample! { BindForm { barcode, phone, code, to } }
sample! { Errors { barcode, phone, code, form, may_rebind, party_down } }
sample! { BindPage { shell, key, form, errors, points, countdown_s, may_rebind } }
sample! { BoundPage { shell, card, points, to } }
sample! { UnbindingPage { shell, key, card } }
