//! 积分转移 for readers: the two steps, their own requests, taking one back.

use super::claim::{Original, OriginalErrors, OriginalForm, said_of_own};
use super::{STATES, amount_words, side_words, state_words, tail_words};
use crate::frame::app::Stop;
use crate::frame::ask::{CardAsk, ReaderAsk};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::wording;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::refusal::Refused;
use domain::rules::Rule;
use domain::tables::{CardId, TransferId, TransferState};
use domain::transfers::{Amount, CheckOriginal, Reply, RequestTransfer, WithdrawTransfer};
use serde::Deserialize;
use store::sessions::{CardView, card_views, cards};
use store::transfers::{TransferView, one, own, views};

/// For how long step 1 stays good.
const STEP_MS: i64 = 30 * 60_000;
const DOWN: &str = "借阅系统暂时没有回应，请稍后再试；也可以转人工核验，持身份证到服务台办理。";

pub struct Line {
    pub id: i64,
    pub title: String,
    pub amount: String,
    pub state: &'static str,
    pub class: &'static str,
    pub when: String,
}

#[derive(Template)]
#[template(path = "transfers/index.html")]
pub struct IndexPage {
    shell: Shell,
    lines: Vec<Line>,
}

fn pill(state: TransferState) -> &'static str {
    STATES.iter().find(|(.., known)| *known == state).map_or("pill", |(_, _, class, ..)| class)
}

pub async fn index(ask: ReaderAsk) -> Result<Response, Failure> {
    let found = views(ask.app.reads.all(own(ask.id())).await?)?;
    let line = |view: &TransferView| Line {
        id: view.transfer.id.0,
        title: format!("{} → {}", tail_words(&view.original), side_words(&view.present)),
        amount: amount_words(view),
        state: state_words(view.transfer.state),
        class: pill(view.transfer.state),
        when: ask.app.calendar.moment(view.transfer.at),
    };
    page(&IndexPage { lines: found.iter().map(line).collect(), shell: ask.shell() })
}

#[derive(Template)]
#[template(path = "transfers/new.html")]
pub struct NewPage {
    shell: Shell,
    key: String,
    form: OriginalForm,
    errors: OriginalErrors,
}

fn new_page(ask: &ReaderAsk, form: OriginalForm, errors: OriginalErrors) -> Result<Response, Failure> {
    let is_wrong = [&errors.barcode, &errors.name, &errors.identity, &errors.form].iter().any(|error| error.is_some());
    let status = match (errors.party_down, is_wrong) {
        (true, _) => StatusCode::SERVICE_UNAVAILABLE,
        (_, true) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    page_with(status, &NewPage { shell: ask.shell(), key: form_key()?, form, errors })
}

pub async fn new(ask: CardAsk) -> Result<Response, Failure> {
    new_page(&ask, OriginalForm::default(), OriginalErrors::default())
}

fn mismatch(tries_left: i64) -> String {
    let tries = match tries_left {
        0 => "今天不能再试了".into(),
        left => format!("今天还可以试 {left} 次"),
    };
    format!("与登记的资料不符，请核对条码号、姓名和身份证号（{tries}）。确认无误请持身份证到服务台办理。")
}

fn of_form(sentence: String, party_down: bool) -> OriginalErrors {
    OriginalErrors { form: Some(sentence), party_down, ..OriginalErrors::default() }
}

/// Step 1: the original card is looked at, and nothing is moved.
pub async fn check(ask: CardAsk, posted: Posted<OriginalForm>) -> Result<Response, Failure> {
    let original = match Original::read(&posted.form) {
        Ok(original) => original,
        Err(errors) => return new_page(&ask, posted.form, errors),
    };
    let Some(claim) = original.claim(&ask).await else {
        return new_page(&ask, posted.form, of_form(DOWN.into(), true));
    };
    let key = posted.idempotency(&ask.app, ask.actor());
    match ask.app.command(ask.actor(), key, CheckOriginal(claim)).await {
        Ok(Reply::OriginalChecked { card, proven }) => {
            let (reader, until) = (ask.id().0, ask.now + STEP_MS);
            let original = Original { card: card.0, proven, reader, until, ..original };
            amount_page(&ask, original, AmountForm::default(), None).await
        }
        Ok(Reply::NotTheHolder { tries_left }) => new_page(&ask, posted.form, of_form(mismatch(tries_left), false)),
        Ok(reply) => Err(Failure::unexpected(reply)),
        Err(Stop::Refused(why)) => new_page(&ask, posted.form, of_form(wording::refusal(why), false)),
        Err(stop) => Err(stop.into()),
    }
}

/// Step 2 as typed; `original` is step 1, sealed. `amount`: 全部, or so many `points`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AmountForm {
    pub original: String,
    pub card: String,
    pub amount: String,
    pub points: String,
    pub desk: String,
}

#[derive(Template)]
#[template(path = "transfers/amount.html")]
pub struct AmountPage {
    shell: Shell,
    key: String,
    form: AmountForm,
    cards: Vec<CardView>,
    chosen: i64,
    /// 尾号0001
    original: String,
    /// What can be moved; None: the desk looks first.
    balance: Option<i64>,
    two_people: bool,
    error: Option<String>,
    party_down: bool,
}

async fn amount_page(
    ask: &CardAsk,
    original: Original,
    form: AmountForm,
    error: Option<(String, bool)>,
) -> Result<Response, Failure> {
    let cards = card_views(ask.app.reads.all(cards(ask.id())).await?)?;
    let cards: Vec<CardView> = cards.into_iter().filter(|view| view.card.id.0 != original.card).collect();
    let balance = match original.proven {
        true => store::transfers::balance(&ask.app.reads, CardId(original.card)).await?,
        false => None,
    };
    let party_down = error.as_ref().is_some_and(|(_, down)| *down);
    let status = match (&error, party_down) {
        (Some(_), true) => StatusCode::SERVICE_UNAVAILABLE,
        (Some(_), false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, _) => StatusCode::OK,
    };
    let template = AmountPage {
        key: form_key()?,
        chosen: chosen(&form, &cards, ask.card.card.id),
        original: format!("尾号{}", crate::frame::sealing::tail(&original.barcode)),
        form: AmountForm { original: original.seal(&ask.app.keys)?, ..form },
        two_people: ask.content.rule(Rule::TransferTwoPeople, ask.today()) == 1,
        error: error.map(|(sentence, _)| sentence),
        cards,
        balance,
        party_down,
        shell: ask.shell(),
    };
    page_with(status, &template)
}

/// As typed; else the current card, if it can be that; else the first.
fn chosen(form: &AmountForm, cards: &[CardView], current: CardId) -> i64 {
    let known = |id: i64| cards.iter().map(|view| view.card.id.0).find(|card| *card == id);
    let typed = form.card.parse().ok().and_then(known);
    typed.or_else(|| known(current.0)).or_else(|| cards.first().map(|view| view.card.id.0)).unwrap_or_default()
}

fn amount(form: &AmountForm) -> Result<Amount, String> {
    match form.amount.as_str() {
        "whole" => Ok(Amount::Whole),
        "part" => match form.points.trim().parse() {
            Ok(points) if points > 0 => Ok(Amount::Part(points)),
            _ => Err("请填写要转移的积分，须为大于 0 的整数。".into()),
        },
        _ => Err("请选择转移全部积分还是一部分。".into()),
    }
}

/// 提交申请
pub async fn request(ask: CardAsk, posted: Posted<AmountForm>) -> Result<Response, Failure> {
    let form = posted.form.clone();
    let Some(mut original) = Original::open(&ask, &form.original) else {
        let sentence = "填写的时间太久了，请重新填写原读者证。".into();
        return new_page(&ask, OriginalForm::default(), of_form(sentence, false));
    };
    original.desk |= !form.desk.is_empty();
    let amount = match amount(&form) {
        Ok(amount) => amount,
        Err(sentence) => return amount_page(&ask, original, form, Some((sentence, false))).await,
    };
    let Ok(present) = form.card.parse().map(CardId) else {
        let sentence = "请选择转到哪张读者证。".to_string();
        return amount_page(&ask, original, form, Some((sentence, false))).await;
    };
    let (Some(claim), Some(present_said)) =
        (original.claim(&ask).await, said_of_own(&ask, present, original.desk).await?)
    else {
        return amount_page(&ask, original, form, Some((DOWN.into(), true))).await;
    };
    let command = RequestTransfer { original: claim, present, present_said, amount };
    let key = posted.idempotency(&ask.app, ask.actor());
    match ask.app.command(ask.actor(), key, command).await {
        Ok(Reply::TransferRequested { transfer, .. }) => {
            Ok(Redirect::to(&format!("/transfers/{transfer}")).into_response())
        }
        Ok(Reply::NotTheHolder { tries_left }) => {
            amount_page(&ask, original, form, Some((mismatch(tries_left), false))).await
        }
        Ok(reply) => Err(Failure::unexpected(reply)),
        Err(Stop::Refused(why)) => amount_page(&ask, original, form, Some((wording::refusal(why), false))).await,
        Err(stop) => Err(stop.into()),
    }
}

#[derive(Template)]
#[template(path = "transfers/show.html")]
pub struct ShowPage {
    shell: Shell,
    id: i64,
    reason: String,
    original: String,
    present: String,
    amount: String,
    state: &'static str,
    class: &'static str,
    asked_at: String,
    settled_at: String,
    is_open: bool,
    at_desk: bool,
    approved: bool,
}

async fn found(ask: &ReaderAsk, id: i64) -> Result<TransferView, Failure> {
    let found = views(ask.app.reads.all(one(id)).await?)?.pop();
    found.filter(|view| view.transfer.reader == ask.id()).ok_or(Failure::NotFound)
}

pub async fn show(ask: ReaderAsk, Path(id): Path<i64>) -> Result<Response, Failure> {
    show_page(&ask, found(&ask, id).await?)
}

fn show_page(ask: &ReaderAsk, view: TransferView) -> Result<Response, Failure> {
    let transfer = &view.transfer;
    page(&ShowPage {
        original: tail_words(&view.original),
        present: side_words(&view.present),
        amount: amount_words(&view),
        state: state_words(transfer.state),
        class: pill(transfer.state),
        asked_at: ask.app.calendar.moment(transfer.at),
        settled_at: if transfer.decided_at == 0 { String::new() } else { ask.app.calendar.moment(transfer.decided_at) },
        is_open: is_open(transfer.state),
        at_desk: transfer.state == TransferState::AtDesk,
        approved: transfer.state == TransferState::Approved,
        shell: ask.shell(),
        id: transfer.id.0,
        reason: view.reason.clone(),
    })
}

fn is_open(state: TransferState) -> bool {
    matches!(state, TransferState::Held | TransferState::AtDesk)
}

#[derive(Template)]
#[template(path = "transfers/withdrawal.html")]
pub struct WithdrawalPage {
    shell: Shell,
    key: String,
    id: i64,
    original: String,
    amount: String,
    /// Else nothing was, and nothing comes back.
    held: bool,
}

/// What is over has nothing to take back: its page says what became of it.
pub async fn confirm_withdrawal(ask: ReaderAsk, Path(id): Path<i64>) -> Result<Response, Failure> {
    let view = found(&ask, id).await?;
    if !is_open(view.transfer.state) {
        return Ok(Redirect::to(&format!("/transfers/{id}")).into_response());
    }
    let (original, amount) = (tail_words(&view.original), amount_words(&view));
    let held = view.transfer.state == TransferState::Held;
    page(&WithdrawalPage { shell: ask.shell(), key: form_key()?, id, original, amount, held })
}

pub async fn withdraw(ask: ReaderAsk, Path(id): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (key, Nothing {}) = (posted.idempotency(&ask.app, ask.actor()), &posted.form);
    let settled = Refused::from(domain::transfers::Refusal::TransferSettled);
    match ask.app.command(ask.actor(), key, WithdrawTransfer { transfer: TransferId(id) }).await {
        Ok(_) => {}
        Err(Stop::Refused(why)) if why == settled => {}
        Err(stop) => return Err(stop.into()),
    }
    Ok(Redirect::to(&format!("/transfers/{id}")).into_response())
}

sample! { Line { id = |draw| draw.id(), title, amount, state, class, when } }
sample! { IndexPage { shell, lines } }
sample! { NewPage { shell, key, form, errors } }
sample! { AmountForm { original, card, amount, points, desk } }
sample! { AmountPage { shell, key, form, cards, chosen = |draw| draw.id(), original, balance, two_people, error, party_down } }
sample! { ShowPage { shell, id = |draw| draw.id(), reason, original, present, amount, state, class, asked_at, settled_at, is_open, at_desk, approved } }
sample! { WithdrawalPage { shell, key, id = |draw| draw.id(), original, amount, held } }
