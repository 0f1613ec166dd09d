//! 扫一扫: WeChat's scanner on a page of ours.

use crate::frame::agent::is_wechat;
use crate::frame::ask::Ask;
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page};
use crate::frame::routes::{For, Routes};
use crate::kit::wx_config::{WxConfig, wx_config};
use askama::Template;
use axum::response::Response;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default().get("/scan", For::Everybody, show)
}

#[derive(Template)]
#[template(path = "scan/show.html")]
pub struct ScanPage {
    shell: Shell,
    wx: Option<WxConfig>,
    in_wechat: bool,
}

pub async fn show(ask: Ask) -> Result<Response, Failure> {
    let (wx, in_wechat) = (wx_config(&ask).await?, is_wechat(&ask.headers));
    page(&ScanPage { shell: ask.shell(), wx, in_wechat })
}

sample! { ScanPage { shell, wx, in_wechat } }
