//! 邀请监护人确认: who is not a child's guardian asks the guardian to fill in the child's data and to consent.

use super::{Errors, MemberForm, RELATIONS, read};
use crate::frame::app::{App, Stop};
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::kit::qr::Qr;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::digest::Digest;
use domain::core::refusal::Refused;
use domain::members::invitations::{AcceptInvitation, InviteGuardian};
use domain::members::{self, Reply};
use domain::tables::{InvitationId, ReaderId};
use store::members::invitation;

/// `12-345-token`: whose invitation, which one, and what only the link says.
struct Code {
    reader: ReaderId,
    invitation: InvitationId,
    secret: Digest,
}

impl Code {
    fn of(app: &App, code: &str) -> Option<Self> {
        let mut parts = code.splitn(3, '-');
        let reader = ReaderId(parts.next()?.parse().ok()?);
        let invitation = InvitationId(parts.next()?.parse().ok()?);
        Some(Code { reader, invitation, secret: secret(app, parts.next()?) })
    }
}

fn secret(app: &App, token: &str) -> Digest {
    app.keys.digest("member-invitation", token)
}

#[derive(Template)]
#[template(path = "members/invitations/new.html")]
pub struct InvitePage {
    shell: Shell,
    key: String,
    error: Option<String>,
}

fn invite_page(ask: &ReaderAsk, refusal: Option<Refused>) -> Result<Response, Failure> {
    let status = refusal.as_ref().map_or(StatusCode::OK, wording::status);
    let error = refusal.map(wording::refusal);
    page_with(status, &InvitePage { shell: ask.shell(), key: form_key()?, error })
}

pub async fn new(ask: ReaderAsk) -> Result<Response, Failure> {
    invite_page(&ask, None)
}

pub async fn create(ask: ReaderAsk, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let app = &ask.app;
    // Sent twice, it leads to the same invitation: what the link says comes from the form's key.
    let (key, Nothing {}) = (posted.idempotency(app, ask.actor()), &posted.form);
    let token = app.keys.signature("member-invitation", &posted.key);
    match app.command(ask.actor(), key, InviteGuardian { secret: secret(app, &token) }).await {
        Ok(Reply::GuardianInvited { invitation }) => {
            Ok(Redirect::to(&format!("/members/invitations/{}-{invitation}-{token}", ask.id())).into_response())
        }
        Ok(_) => Err(Failure::Internal("an invitation of another kind".into())),
        Err(Stop::Refused(refusal)) => invite_page(&ask, Some(refusal)),
        Err(stop) => Err(stop.into()),
    }
}

#[derive(Template)]
#[template(path = "members/invitations/link.html")]
pub struct LinkPage {
    shell: Shell,
    qr: Qr,
    link: String,
    until: String,
}

/// What the reader sends to the guardian.
fn link_page(ask: &ReaderAsk, code: &str, until: i64) -> Result<Response, Failure> {
    let link = format!("{}/members/invitations/{code}", ask.app.site.public_url);
    let (qr, until) = (Qr::of(&link)?, ask.app.calendar.moment(until));
    page(&LinkPage { shell: ask.shell(), qr, link, until })
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Unknown,
    Used,
    Old,
}

#[derive(Template)]
#[template(path = "members/invitations/ended.html")]
pub struct EndedPage {
    shell: Shell,
    ended: Ended,
}

fn ended(ask: &ReaderAsk, ended: Ended) -> Result<Response, Failure> {
    let status = if ended == Ended::Unknown { StatusCode::NOT_FOUND } else { StatusCode::GONE };
    page_with(status, &EndedPage { shell: ask.shell(), ended })
}

/// Who invites, and how the guardian knows them.
struct Inviter {
    code: Code,
    name: String,
    until: i64,
}

/// The inner error is the page that says why the code is good for nothing.
async fn invited(ask: &ReaderAsk, code: &str) -> Result<Result<Inviter, Response>, Failure> {
    let app = &ask.app;
    let Some(code) = Code::of(app, code) else { return Ok(Err(ended(ask, Ended::Unknown)?)) };
    let found = invitation(&app.reads, code.reader, code.invitation).await?;
    let secret = code.secret;
    let Some(view) = found.filter(|view| (view.invitation.high, view.invitation.low) == (secret.high, secret.low))
    else {
        return Ok(Err(ended(ask, Ended::Unknown)?));
    };
    if view.invitation.accepted_by.is_some() {
        return Ok(Err(ended(ask, Ended::Used)?));
    }
    if view.invitation.until <= ask.now {
        return Ok(Err(ended(ask, Ended::Old)?));
    }
    let name = match view.masked_name.as_str() {
        "" => "一位读者".into(),
        name => format!("{name}（读者证尾号{}）", view.tail),
    };
    Ok(Ok(Inviter { code, name, until: view.invitation.until }))
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
    inviter: &str,
    form: MemberForm,
    errors: Errors,
) -> Result<Response, Failure> {
    let (status, inviter) = (errors.status(), inviter.to_string());
    let (shell, key) = (ask.shell(), form_key()?);
    page_with(status, &ConsentPage { shell, key, code, inviter, form, errors, relations: RELATIONS })
}

/// What the guardian opens.
pub async fn show(ask: ReaderAsk, Path(code): Path<String>) -> Result<Response, Failure> {
    match invited(&ask, &code).await? {
        // Opened by the one who sends it: to be sent on.
        Ok(inviter) if inviter.code.reader == ask.id() => link_page(&ask, &code, inviter.until),
        Ok(inviter) => consent_page(&ask, code, &inviter.name, MemberForm::default(), Errors::default()),
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
        Ok(inviter) if inviter.code.reader == ask.id() => return link_page(&ask, &code, inviter.until),
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
            return consent_page(&ask, code, &inviter.name, MemberForm { name: read.face.name, ..form }, errors);
        }
        Ok(read) => read,
        Err(errors) => return consent_page(&ask, code, &inviter.name, form, *errors),
    };
    let Code { reader, invitation, secret } = inviter.code;
    let (birth_day, face) = (read.birth_day, read.face.seal(&app.keys)?);
    let accept = AcceptInvitation { reader, invitation, secret, birth_day, consents: true, face };
    match app.command(ask.actor(), key, accept).await {
        Ok(_) => page(&DonePage { shell: ask.shell(), inviter: inviter.name, name: read.face.name }),
        Err(Stop::Refused(refusal)) => consent_page(&ask, code, &inviter.name, form, Errors::of(&refusal)),
        Err(stop) => Err(stop.into()),
    }
}

impl ConsentPage {
    fn relation_label(&self) -> &'static str {
        "孩子是邀请人的"
    }
}

sample! { InvitePage { shell, key, error } }
sample! { LinkPage { shell, qr, link, until } }
sample! { enum Ended { Unknown, Used, Old } }
sample! { EndedPage { shell, ended } }
sample! { ConsentPage { shell, key, code, inviter, form, errors, relations } }
sample! { DonePage { shell, inviter, name } }
