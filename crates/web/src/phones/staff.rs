//! 修改手机号 at the desk: whose code this is, which number they want, and that their card was seen.

use super::{masked, tail, told};
use crate::cards::family_code::reader_of;
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page, page_with};
use crate::frame::posted::Posted;
use crate::wording;
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use domain::phones::{ConfirmPhone, WISH_MS};
use domain::tables::ReaderId;
use serde::Deserialize;
use store::phones::{WishView, wish_of};

const PATH: &str = "/staff/phones";

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeskForm {
    pub reader: String,
    /// The card was seen.
    pub seen: String,
    /// Which wish the page has shown.
    pub wish: String,
}

/// What the reader wants, as staff compare it.
pub struct Wanted {
    pub phone: String,
    pub cards: Vec<String>,
    pub since: String,
    /// When it was made, to know it again.
    pub wish: i64,
}

#[derive(Template)]
#[template(path = "phones/staff/show.html")]
pub struct DeskPage {
    shell: StaffShell,
    key: String,
    form: DeskForm,
    wanted: Option<Wanted>,
    error: Option<String>,
    /// The number that was just changed to, masked.
    done: Option<String>,
}

fn desk(ask: &StaffAsk, form: DeskForm, wanted: Option<Wanted>, error: Option<String>) -> Result<Response, Failure> {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (shell, key) = (ask.shell(PATH), form_key()?);
    page_with(status, &DeskPage { shell, key, form, wanted, error, done: None })
}

type LookedUp = Result<Result<(ReaderId, WishView), String>, Failure>;

async fn looked_up(ask: &StaffAsk, form: &DeskForm) -> LookedUp {
    let Some(reader) = reader_of(&ask.app, &form.reader, ask.now) else {
        return Ok(Err("读者的代码不对或已过期，请读者重新打开「旧号码已停用，到服务台办理」。".into()));
    };
    let found = wish_of(&ask.app.reads, reader).await?.filter(|wish| ask.now - wish.at < WISH_MS);
    Ok(found
        .map(|wish| (reader, wish))
        .ok_or_else(|| "没有等待办理的修改申请。如果刚才已经确认，就是办好了；否则请读者在手机上重新填写。".into()))
}

fn wanted(ask: &StaffAsk, wish: &WishView) -> Result<Wanted, Failure> {
    let phone = masked(&ask.app.keys.open("phone", &wish.new)?);
    Ok(Wanted { phone, cards: wish.cards.clone(), since: ask.app.calendar.moment(wish.at), wish: wish.at })
}

pub async fn show(ask: StaffAsk, Query(form): Query<DeskForm>) -> Result<Response, Failure> {
    if form.reader.is_empty() {
        return desk(&ask, form, None, None);
    }
    match looked_up(&ask, &form).await? {
        Ok((_, wish)) => {
            let wanted = wanted(&ask, &wish)?;
            desk(&ask, form, Some(wanted), None)
        }
        Err(sentence) => desk(&ask, form, None, Some(sentence)),
    }
}

pub async fn confirm(ask: StaffAsk, posted: Posted<DeskForm>) -> Result<Response, Failure> {
    let (key, form) = (posted.idempotency(&ask.app, ask.actor()), posted.form);
    let (reader, wish) = match looked_up(&ask, &form).await? {
        Ok(both) => both,
        Err(sentence) => return desk(&ask, form, None, Some(sentence)),
    };
    let shown = wanted(&ask, &wish)?;
    if form.wish != wish.at.to_string() {
        return desk(&ask, form, Some(shown), Some("读者刚刚换了一个号码，请重新核对。".into()));
    }
    if form.seen.is_empty() {
        return desk(&ask, form, Some(shown), Some("请先核对本人身份证和读者证。".into()));
    }
    let keys = &ask.app.keys;
    let (new, old) = (keys.open("phone", &wish.new)?, keys.open("phone", &wish.old)?);
    let told = told(&ask.app, &new, &old)?;
    let (seen, tail) = (keys.digest("phone", &new), tail(&new).parse().unwrap_or(0));
    let command = ConfirmPhone { reader, new: seen, tail, told };
    match ask.app.command(ask.actor(), key, command).await {
        Ok(_) => {
            ask.app.outbox_bell.notify_one();
            let (shell, form) = (ask.shell(PATH), DeskForm::default());
            page(&DeskPage { shell, key: form_key()?, form, wanted: None, error: None, done: Some(shown.phone) })
        }
        Err(Stop::Refused(why)) => desk(&ask, form, Some(shown), Some(wording::refusal(why))),
        Err(stop) => Err(stop.into()),
    }
}

sample! { DeskForm { reader, seen, wish } }
sample! { Wanted { phone, cards, since, wish } }
sample! { DeskPage { shell, key, form, wanted, error, done } }
