//! 我的账号: which reader accounts are one's own, so that nobody decides for their own good.

use crate::cards::family_code::reader_of;
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::wording;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::staff::LinkReader;
use serde::Deserialize;
use store::staff::own_readers;

const PATH: &str = "/staff/account";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReaderForm {
    pub reader: String,
}

#[derive(Template)]
#[template(path = "staff/account.html")]
pub struct AccountPage {
    shell: StaffShell,
    key: String,
    form: ReaderForm,
    readers: Vec<String>,
    error: Option<String>,
}

async fn account_page(ask: &StaffAsk, form: ReaderForm, error: Option<String>) -> Result<Response, Failure> {
    let readers = own_readers(&ask.app.reads, ask.staff.id).await?;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page_with(status, &AccountPage { shell: ask.shell(PATH), key: form_key()?, form, readers, error })
}

pub async fn show(ask: StaffAsk) -> Result<Response, Failure> {
    account_page(&ask, ReaderForm::default(), None).await
}

pub async fn link(ask: StaffAsk, posted: Posted<ReaderForm>) -> Result<Response, Failure> {
    let Some(reader) = reader_of(&ask.app, &posted.form.reader, ask.now) else {
        let sentence = "绑定码不对或已过期，请在手机上重新打开「到服务台绑定」。".into();
        return account_page(&ask, posted.form, Some(sentence)).await;
    };
    let key = posted.idempotency(&ask.app, ask.actor());
    match ask.app.command(ask.actor(), key, LinkReader { reader }).await {
        Ok(_) => Ok(Redirect::to(PATH).into_response()),
        Err(Stop::Refused(why)) => account_page(&ask, posted.form, Some(wording::refusal(why))).await,
        Err(stop) => Err(stop.into()),
    }
}

sample! { ReaderForm { reader } }
sample! { AccountPage { shell, key, form, readers, error } }
