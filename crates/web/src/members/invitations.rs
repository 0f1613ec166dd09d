//! 邀请监护人确认: who is not a child's guardian asks the guardian to fill in the child's data and to consent.

use super::{Errors, MemberForm, RELATIONS, command, read};
use crate::frame::app::{App, Stop};
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::posted::Posted;
use crate::kit::qr::Qr;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use domain::members;
use domain::tables::ReaderId;
use store::members::inviter;

const LIFE_MS: i64 = 7 * 86_400_000;
const LABEL: &str = "member-invitation";

/// `1234-1795395600-…`: who invites, until when in seconds, and the signature.
fn code(app: &App, reader: ReaderId, until_s: i64) -> String {
    let said = format!("{reader}-{until_s}");
    let signature = app.keys.signature(LABEL, &said);
    format!("{said}-{signature}")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Good(ReaderId),
    Old,
    Forged,
}

fn standing(app: &App, code: &str, now: i64) -> Standing {
    let mut parts = code.splitn(3, '-');
    let (Some(reader), Some(until_s), Some(signature)) = (parts.next(), parts.next(), parts.next()) else {
        return Standing::Forged;
    };
    if !app.keys.is_signed(LABEL, &format!("{reader}-{until_s}"), signature) {
        return Standing::Forged;
    }
    match (reader.parse(), until_s.parse::<i64>()) {
        (Ok(reader), Ok(until_s)) if now < until_s.saturating_mul(1_000) => Standing::Good(ReaderId(reader)),
        (Ok(_), Ok(_)) => Standing::Old,
        _ => Standing::Forged,
    }
}

#[derive(Template)]
#[template(path = "members/invitations/new.html")]
pub struct InvitePage {
    shell: Shell,
    qr: Qr,
    link: String,
    until: String,
}

fn invite_page(ask: &ReaderAsk, until: i64) -> Result<Response, Failure> {
    let app = &ask.app;
    let link = format!("{}/members/invitations/{}", app.site.public_url, code(app, ask.id(), until / 1_000));
    let (qr, until) = (Qr::of(&link)?, app.calendar.moment(until));
    page(&InvitePage { shell: ask.shell(), qr, link, until })
}

/// What the reader sends to the guardian.
pub async fn new(ask: ReaderAsk) -> Result<Response, Failure> {
    invite_page(&ask, ask.now + LIFE_MS)
}

#[derive(Template)]
#[template(path = "members/invitations/ended.html")]
pub struct EndedPage {
    shell: Shell,
    is_old: bool,
}

fn ended(ask: &ReaderAsk, is_old: bool) -> Result<Response, Failure> {
    let status = if is_old { StatusCode::GONE } else { StatusCode::NOT_FOUND };
    page_with(status, &EndedPage { shell: ask.shell(), is_old })
}

/// Who invites, and how the guardian knows them.
struct Inviter {
    reader: ReaderId,
    name: String,
}

/// None: the code is good for nothing; the page that says so.
async fn invited(ask: &ReaderAsk, code: &str) -> Result<Result<Inviter, Response>, Failure> {
    let app = &ask.app;
    let reader = match standing(app, code, ask.now) {
        Standing::Good(reader) => reader,
        Standing::Old => return Ok(Err(ended(ask, true)?)),
        Standing::Forged => return Ok(Err(ended(ask, false)?)),
    };
    let Some(mut row) = app.reads.one(inviter(reader)).await? else { return Ok(Err(ended(ask, true)?)) };
    let (name, tail) = (row.text()?, row.text()?);
    let name = if name.is_empty() { "一位读者".into() } else { format!("{name}（读者证尾号{tail}）") };
    Ok(Ok(Inviter { reader, name }))
}

#[derive(Template)]
#[template(path = "members/invitations/show.html")]
pub struct ConsentPage {
    shell: Shell,
    key: String,
    code: String,
    inviter: String,
    form: MemberForm,
    errors: Errors,
    relations: [&'static str; 7],
}

fn consent_page(
    ask: &ReaderAsk,
    code: String,
    inviter: &Inviter,
    form: MemberForm,
    errors: Errors,
) -> Result<Response, Failure> {
    let (status, inviter) = (errors.status(), inviter.name.clone());
    let (shell, key) = (ask.shell(), form_key()?);
    page_with(status, &ConsentPage { shell, key, code, inviter, form, errors, relations: RELATIONS })
}

/// What the guardian opens.
pub async fn show(ask: ReaderAsk, Path(code): Path<String>) -> Result<Response, Failure> {
    match invited(&ask, &code).await? {
        // Opened by the one who sent it: to be sent on.
        Ok(inviter) if inviter.reader == ask.id() => new(ask).await,
        Ok(inviter) => consent_page(&ask, code, &inviter, MemberForm::default(), Errors::default()),
        Err(page) => Ok(page),
    }
}

#[derive(Template)]
#[template(path = "members/invitations/done.html")]
pub struct DonePage {
    shell: Shell,
    inviter: String,
    name: String,
}

/// The guardian consents: the child becomes the inviter's member.
pub async fn consent(
    ask: ReaderAsk,
    Path(code): Path<String>,
    posted: Posted<MemberForm>,
) -> Result<Response, Failure> {
    let inviter = match invited(&ask, &code).await? {
        Ok(inviter) if inviter.reader == ask.id() => return new(ask).await,
        Ok(inviter) => inviter,
        Err(page) => return Ok(page),
    };
    let app = &ask.app;
    let key = posted.idempotency(app, ask.actor());
    // The cards are the inviter's: which one is theirs to say.
    let form = MemberForm { card: String::new(), ..posted.form };
    let read = match read(&form) {
        Ok(read) if form.consents.is_empty() => {
            let errors = Errors::of(&members::Refusal::ConsentMissing.into());
            return consent_page(&ask, code, &inviter, MemberForm { name: read.face.name, ..form }, errors);
        }
        Ok(read) => read,
        Err(errors) => return consent_page(&ask, code, &inviter, form, *errors),
    };
    match app.command(ask.actor(), key, command(app, inviter.reader, None, &read, &form)?).await {
        Ok(_) => page(&DonePage { shell: ask.shell(), inviter: inviter.name, name: read.face.name }),
        Err(Stop::Refused(refusal)) => consent_page(&ask, code, &inviter, form, Errors::of(&refusal)),
        Err(stop) => Err(stop.into()),
    }
}

impl ConsentPage {
    fn relation_label(&self) -> &'static str {
        "孩子是邀请人的"
    }
}

sample! { InvitePage { shell, qr, link, until } }
sample! { EndedPage { shell, is_old } }
sample! { ConsentPage { shell, key, code, inviter, form, errors, relations } }
sample! { DonePage { shell, inviter, name } }
