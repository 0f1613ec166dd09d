//! 扫一扫: WeChat's scanner on a page of ours. The page's own address is signed with the account's ticket.

use crate::app::App;
use crate::ask::{Ask, is_wechat};
use crate::failure::Failure;
use crate::keys::random;
use crate::page::{Shell, page};
use askama::Template;
use axum::response::Response;
use connectors::wechat::jsapi_signature;
use domain::tables::Token;

/// Under which name tokens are sealed; whoever keeps them seals them so.
pub const TOKEN_LABEL: &str = "wechat-token";

/// What `wx.config` is given.
pub struct Signed {
    pub appid: String,
    pub timestamp_s: i64,
    pub nonce: String,
    pub signature: String,
}

#[derive(Template)]
#[template(path = "scan/show.html")]
pub struct ScanPage {
    shell: Shell,
    /// None: outside WeChat, or WeChat has given no ticket.
    signed: Option<Signed>,
    in_wechat: bool,
}

pub async fn show(ask: Ask) -> Result<Response, Failure> {
    let in_wechat = is_wechat(&ask.headers);
    let signed = if in_wechat { signed(&ask.app, &ask).await? } else { None };
    page(&ScanPage { shell: ask.shell(), signed, in_wechat })
}

async fn signed(app: &App, ask: &Ask) -> Result<Option<Signed>, Failure> {
    let Some((sealed, until)) = store::jobs::token(&app.reads, Token::JsapiTicket).await? else { return Ok(None) };
    if until <= ask.now {
        return Ok(None);
    }
    let ticket = app.keys.open(TOKEN_LABEL, &sealed)?;
    let nonce: String = random::<8>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    let timestamp_s = ask.now / 1_000;
    let here = ask.uri.path_and_query().map_or("/scan", |here| here.as_str());
    let url = format!("{}{here}", app.site.public_url.trim_end_matches('/'));
    let signature = jsapi_signature(&ticket, &nonce, timestamp_s, &url);
    Ok(Some(Signed { appid: app.wechat_settings.appid.clone(), timestamp_s, nonce, signature }))
}
