//! 撤回同意: a guardian sees whom they have consented for, and takes it back.

pub mod words;

use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page};
use crate::frame::posted::{Nothing, Posted};
use crate::frame::routes::{For, Routes};
use crate::frame::sealing::MemberFace;
use crate::kit::calendar::long_day;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use domain::consents::RevokeConsent;
use domain::tables::{Member, MemberId, ReaderId};
use store::consents::{ConsentView, list, views};

const REVOCATION: &str = "/consents/{reader}/{member}/revocation";

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default().get(REVOCATION, For::Readers, confirm).post(REVOCATION, For::Readers, revoke)
}

/// Where a consent is taken back.
pub fn revocation(member: &Member) -> String {
    format!("/consents/{}/{}/revocation", member.reader, member.id)
}

/// A child for whom the reader has consented.
pub struct Consent {
    pub member: MemberId,
    /// Where it is taken back.
    pub revocation: String,
    pub name: String,
    pub consented: String,
    /// Whose member the child is; empty: the guardian's own, or of one without a card.
    pub by: String,
    pub own: bool,
}

pub fn consent(ask: &ReaderAsk, view: &ConsentView) -> Consent {
    let ConsentView { member, face, masked_name, tail } = view;
    let own = member.reader == ask.id();
    let known = !own && !masked_name.is_empty();
    Consent {
        member: member.id,
        revocation: revocation(member),
        name: MemberFace::open(&ask.app.keys, face).unwrap_or_default().name,
        consented: long_day(ask.app.calendar.day(member.consented_at)),
        by: if known { store::cards::card_words(masked_name, tail) } else { String::new() },
        own,
    }
}

#[derive(Template)]
#[template(path = "consents/revocation.html")]
pub struct RevocationPage {
    shell: Shell,
    key: String,
    consent: Consent,
}

pub async fn confirm(ask: ReaderAsk, Path((reader, member)): Path<(i64, i64)>) -> Result<Response, Failure> {
    let found = views(ask.app.reads.all(list(ask.id())).await?)?;
    let view = found.iter().find(|view| (view.member.reader.0, view.member.id.0) == (reader, member));
    let consent = consent(&ask, view.ok_or(Failure::NotFound)?);
    page(&RevocationPage { shell: ask.shell(), key: form_key()?, consent })
}

pub async fn revoke(
    ask: ReaderAsk,
    Path((reader, member)): Path<(i64, i64)>,
    posted: Posted<Nothing>,
) -> Result<Response, Failure> {
    let (app, Nothing {}) = (&ask.app, &posted.form);
    let command = RevokeConsent { reader: ReaderId(reader), member: MemberId(member) };
    app.command(ask.actor(), posted.idempotency(app, ask.actor()), command).await?;
    Ok(Redirect::to("/members").into_response())
}

sample! { Consent { member, revocation, name, consented, by, own } }
sample! { RevocationPage { shell, key, consent } }
