//! A page on which staff give their reason before something ends: what follows from it, the reason, the exact verb.

use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::wording;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use domain::core::refusal::Refused;
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReasonForm {
    pub reason: String,
}

/// What is about to end.
pub struct Ending {
    /// As the menu has it.
    pub path: &'static str,
    /// Of the page and of the button: 取消活动.
    pub verb: &'static str,
    pub busy: &'static str,
    pub back: String,
    pub action: String,
    /// What it is, and what follows.
    pub facts: String,
    /// Who reads the reason.
    pub label: &'static str,
}

#[derive(Template)]
#[template(path = "kit/reason.html")]
pub struct ReasonPage<'a> {
    shell: StaffShell,
    key: String,
    ending: Ending,
    reason: &'a str,
    error: Option<String>,
}

/// What was typed is kept when it is refused.
pub fn reason_page(
    ask: &StaffAsk,
    ending: Ending,
    reason: &str,
    refused: Option<&Refused>,
) -> Result<Response, Failure> {
    let status = refused.map_or(StatusCode::OK, wording::status);
    let (shell, key, error) = (ask.shell(ending.path), form_key()?, refused.map(wording::refusal));
    page_with(status, &ReasonPage { shell, key, ending, reason, error })
}

sample! { Ending { path, verb, busy, back, action, facts, label } }
sample! { ReasonPage<'static> { shell, key, ending, reason, error } }
