//! What WeChat's scripts on a page are configured with: the page's own address, signed with the account's ticket.

use crate::frame::agent::is_wechat;
use crate::frame::ask::Ask;
use crate::frame::failure::Failure;
use crate::frame::keys::{hex, random};
use connectors::wechat::jsapi_signature;
use domain::tables::Token;

/// Under which name tokens are sealed; whoever keeps them seals them so.
pub const TOKEN_LABEL: &str = "wechat-token";

/// What `wx.config` is given.
pub struct WxConfig {
    pub appid: String,
    pub timestamp_s: i64,
    pub nonce: String,
    pub signature: String,
}

/// None: outside WeChat, or WeChat has given no ticket.
pub async fn wx_config(ask: &Ask) -> Result<Option<WxConfig>, Failure> {
    let app = &ask.app;
    if !is_wechat(&ask.headers) {
        return Ok(None);
    }
    let Some((sealed, until)) = store::jobs::token(&app.reads, Token::JsapiTicket).await? else { return Ok(None) };
    if until <= ask.now {
        return Ok(None);
    }
    let ticket = app.keys.open(TOKEN_LABEL, &sealed)?;
    let nonce = hex(&random::<8>()?);
    let timestamp_s = ask.now / 1_000;
    let here = ask.uri.path_and_query().map_or("/", |here| here.as_str());
    let url = format!("{}{here}", app.site.public_url.trim_end_matches('/'));
    let signature = jsapi_signature(&ticket, &nonce, timestamp_s, &url);
    Ok(Some(WxConfig { appid: app.wechat_settings.appid.clone(), timestamp_s, nonce, signature }))
}

sample! { WxConfig { appid, timestamp_s, nonce, signature } }
