//! 允许提醒一次: WeChat shows one more message for each consent; pages ask where news is to be expected.

use crate::frame::ask::{ReaderAsk, local_path};
use crate::frame::failure::Failure;
use crate::frame::page::form_key;
use crate::frame::posted::Posted;
use crate::kit::wx_config::{WxConfig, wx_config};
use axum::response::{IntoResponse, Redirect, Response};
use domain::messages::AllowNotice;
use serde::Deserialize;

/// What the panel needs.
pub struct Subscribe {
    pub wx: WxConfig,
    pub template: String,
    pub consents: i64,
    pub key: String,
    /// The page that it stands on.
    pub back: String,
}

/// None: WeChat cannot be asked here, or shows the reader every message anyway.
pub async fn subscribe(ask: &ReaderAsk) -> Result<Option<Subscribe>, Failure> {
    let (template, reader) = (&ask.app.site.subscribe_template, &ask.reader);
    let has_all = ask.app.site.sends_notices && reader.notices && !reader.unfollowed;
    if template.is_empty() || has_all {
        return Ok(None);
    }
    let Some(wx) = wx_config(ask).await? else { return Ok(None) };
    Ok(Some(Subscribe {
        wx,
        template: template.clone(),
        consents: reader.consents,
        key: form_key()?,
        back: ask.uri.path().into(),
    }))
}

#[derive(Deserialize)]
pub struct Allowed {
    #[serde(default)]
    back: String,
}

/// The reader has just pressed 允许 in WeChat's own panel.
pub async fn allow(ask: ReaderAsk, posted: Posted<Allowed>) -> Result<Response, Failure> {
    let (app, back) = (&ask.app, &posted.form.back);
    app.command(ask.actor(), posted.idempotency(app, ask.actor()), AllowNotice {}).await?;
    let back = if back.is_empty() { "/messages" } else { local_path(back) };
    Ok(Redirect::to(back).into_response())
}

sample! { Subscribe { wx, template, consents, key, back } }
