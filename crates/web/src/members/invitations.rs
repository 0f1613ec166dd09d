//! 邀请监护人确认: who is not the guardian sends a link; the guardian fills in the child and consents.

use super::{Errors, MemberForm, Target, form_page, save};
use crate::app::App;
use crate::ask::ReaderAsk;
use crate::failure::Failure;
use crate::page::{Shell, page};
use crate::posted::Posted;
use crate::redemptions::qr::Qr;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use domain::tables::ReaderId;
use store::sessions::{card_views, cards};

const LIFE_MS: i64 = 7 * 86_400_000;

/// `34-1796000000-0123456789AB`: who invites, until when in seconds, and 48 bits that only this library can make.
fn code(app: &App, reader: ReaderId, until_s: i64) -> String {
    let said = format!("{reader}-{until_s}");
    let mark = app.keys.digest("invitation", &said).high.cast_unsigned() >> 16;
    format!("{said}-{mark:012X}")
}

/// Who invites, while the code is good.
fn inviter(app: &App, text: &str, now: i64) -> Option<ReaderId> {
    let mut parts = text.split('-');
    let (reader, until_s) = (parts.next()?.parse().ok()?, parts.next()?.parse::<i64>().ok()?);
    let expected = code(app, ReaderId(reader), until_s);
    let same: bool = subtle::ConstantTimeEq::ct_eq(expected.as_bytes(), text.as_bytes()).into();
    (same && now < until_s.checked_mul(1_000)?).then_some(ReaderId(reader))
}

#[derive(Template)]
#[template(path = "members/invitation.html")]
pub struct InvitationPage {
    shell: Shell,
    qr: Qr,
    url: String,
    until: String,
}

pub async fn show(ask: ReaderAsk) -> Result<Response, Failure> {
    let (app, until) = (&ask.ask.app, ask.ask.now + LIFE_MS);
    let code = code(app, ask.id(), until / 1_000);
    let url = format!("{}/members/invitations/{code}", app.site.public_url.trim_end_matches('/'));
    let (qr, until) = (Qr::of(&url)?, app.calendar.moment(until));
    page(&InvitationPage { shell: ask.ask.shell(), qr, url, until })
}

#[derive(Template)]
#[template(path = "members/invited.html")]
pub struct InvitedPage {
    shell: Shell,
    /// Done, or why not.
    done: bool,
}

async fn target(ask: &ReaderAsk, code: &str) -> Result<Option<(ReaderId, Target)>, Failure> {
    let app = &ask.ask.app;
    let Some(by) = inviter(app, code, ask.ask.now).filter(|by| *by != ask.id()) else { return Ok(None) };
    let card = card_views(app.reads.all(cards(by)).await?)?.into_iter().next();
    let inviter = Some(card.map_or("一位读者".to_string(), |card| card.masked_name));
    Ok(Some((by, Target { action: format!("/members/invitations/{code}"), member: None, inviter })))
}

/// What the guardian opens.
pub async fn open(ask: ReaderAsk, Path(code): Path<String>) -> Result<Response, Failure> {
    if code == "done" {
        return page(&InvitedPage { shell: ask.ask.shell(), done: true });
    }
    match target(&ask, &code).await? {
        Some((_, target)) => form_page(&ask, target, MemberForm::default(), Errors::default()).await,
        None => page(&InvitedPage { shell: ask.ask.shell(), done: false }),
    }
}

pub async fn accept(ask: ReaderAsk, Path(code): Path<String>, posted: Posted<MemberForm>) -> Result<Response, Failure> {
    let Some((by, target)) = target(&ask, &code).await? else { return Err(Failure::NotFound) };
    save(ask, by, target, posted, "/members/invitations/done".into()).await
}
