//! Binding at the desk: the reader shows a code of ten minutes, staff see identity and card, the card is bound at once.

use crate::cards::family_code::{DeskCode, desk_code, reader_of};
use crate::frame::app::Stop;
use crate::frame::ask::{ReaderAsk, StaffAsk};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, StaffShell, form_key, page, page_with};
use crate::frame::posted::Posted;
use crate::frame::sealing::{barcode, facts, masked_name, mobiles, tail};
use crate::kit::qr::Qr;
use crate::wording;
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use connectors::library_system::{Fault, Patron};
use domain::cards::{self, BindAtDesk};
use domain::tables::ReaderId;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "cards/desk.html")]
pub struct DeskCodePage {
    shell: Shell,
    qr: Qr,
    code: String,
    until: String,
}

/// 到服务台绑定: what the reader shows.
pub async fn show_code(ask: ReaderAsk) -> Result<Response, Failure> {
    let DeskCode { code, until } = desk_code(&ask.app, ask.id(), ask.now);
    let (qr, until) = (Qr::of(&code)?, ask.app.calendar.moment(until));
    page(&DeskCodePage { shell: ask.shell(), qr, code, until })
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeskForm {
    pub reader: String,
    pub barcode: String,
    /// Identity and card were seen.
    pub seen: String,
}

/// What the library system says, as staff compare it with what lies before them.
pub struct Found {
    pub name: String,
    pub phone: Option<String>,
    pub card: String,
}

#[derive(Template)]
#[template(path = "cards/staff/desk.html")]
pub struct DeskPage {
    shell: StaffShell,
    key: String,
    form: DeskForm,
    found: Option<Found>,
    error: Option<String>,
    /// Points earned by the binding that was just made.
    done: Option<i64>,
}

fn desk(ask: &StaffAsk, form: DeskForm, found: Option<Found>, error: Option<String>) -> Result<Response, Failure> {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (shell, key) = (ask.shell("/staff/cards"), form_key()?);
    page_with(status, &DeskPage { shell, key, form, found, error, done: None })
}

fn found(patron: &Patron) -> Found {
    let digits = mobiles(patron).next().unwrap_or_default();
    let phone = digits.get(..3).zip(digits.get(7..)).map(|(first, last)| format!("{first}****{last}"));
    Found { name: masked_name(&patron.name), phone, card: format!("尾号{}", tail(&patron.barcode)) }
}

type LookedUp = Result<Result<(ReaderId, String, Patron), String>, Failure>;

/// Both codes, and the card as the library system knows it, or a sentence.
async fn looked_up(ask: &StaffAsk, form: &DeskForm) -> LookedUp {
    let Some(reader) = reader_of(&ask.app, &form.reader, ask.now) else {
        return Ok(Err("读者的绑定码不对或已过期，请读者重新打开「到服务台绑定」。".into()));
    };
    let Some(barcode) = barcode(&form.barcode) else {
        return Ok(Err("请扫描或填写读者证条码号。".into()));
    };
    match ask.app.library_system.patron(&barcode).await {
        Ok(Some(patron)) => Ok(Ok((reader, barcode, patron))),
        Ok(None) | Err(Fault::BarcodeNotAllowed) => Ok(Err("借阅系统没有这张读者证。".into())),
        Err(fault) => {
            tracing::warn!(?fault, "the library system did not tell about a card");
            Ok(Err("借阅系统暂时没有回应，请稍后再试。没有任何改动。".into()))
        }
    }
}

pub async fn show(ask: StaffAsk, Query(form): Query<DeskForm>) -> Result<Response, Failure> {
    if form.reader.is_empty() && form.barcode.is_empty() {
        return desk(&ask, form, None, None);
    }
    match looked_up(&ask, &form).await? {
        Ok((_, _, patron)) => {
            let found = found(&patron);
            desk(&ask, form, Some(found), None)
        }
        Err(sentence) => desk(&ask, form, None, Some(sentence)),
    }
}

pub async fn bind(ask: StaffAsk, posted: Posted<DeskForm>) -> Result<Response, Failure> {
    let key = posted.idempotency(&ask.app, ask.actor());
    let form = posted.form;
    let (reader, barcode, patron) = match looked_up(&ask, &form).await? {
        Ok(both) => both,
        Err(sentence) => return desk(&ask, form, None, Some(sentence)),
    };
    let shown = found(&patron);
    if form.seen.is_empty() {
        return desk(&ask, form, Some(shown), Some("请先核对本人身份证和读者证。".into()));
    }
    let keys = &ask.app.keys;
    let facts = facts(keys, &patron)?;
    let command = BindAtDesk { reader, barcode: keys.barcode(&barcode), facts };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(cards::Reply::Bound { points, .. }) => page(&DeskPage {
            shell: ask.shell("/staff/cards"),
            key: form_key()?,
            form: DeskForm::default(),
            found: Some(shown),
            error: None,
            done: Some(points),
        }),
        Ok(reply) => Err(Failure::unexpected(reply)),
        Err(Stop::Refused(refusal)) => desk(&ask, form, Some(shown), Some(wording::refusal(refusal))),
        Err(stop) => Err(stop.into()),
    }
}

sample! { DeskCodePage { shell, qr, code, until } }
sample! { DeskForm { reader, barcode, seen } }
sample! { Found { name, phone, card } }
sample! { DeskPage { shell, key, form, found, error, done } }
