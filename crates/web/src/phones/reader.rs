//! 修改手机号 for readers: a code for each number, or the way to the desk.

use super::{tail, told};
use crate::cards::family_code::{DeskCode, desk_code};
use crate::cards::{COUNTDOWN_S, code_of};
use crate::frame::app::Stop;
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::keys::{Keys, sms_code};
use crate::frame::limits::CameFrom;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::posted::Posted;
use crate::frame::sealing::{SmsPayload, phone, phone_fault};
use crate::kit::qr::Qr;
use crate::wording;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::digest::Digest;
use domain::core::refusal::Refused;
use domain::phones::{ChangePhone, PhoneWishText, Reply, RequestPhoneCode, TypedPhone, WISH_MS, WishForPhone};
use domain::rules::Rule;
use domain::slices::Refusal;
use domain::tables::PhoneSide;
use domain::{codes, phones};
use serde::Deserialize;

/// As typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PhonesForm {
    pub old: String,
    pub old_code: String,
    pub new: String,
    pub new_code: String,
}

#[derive(Default)]
pub struct Errors {
    old: Option<String>,
    old_code: Option<String>,
    new: Option<String>,
    new_code: Option<String>,
    form: Option<String>,
}

impl Errors {
    fn any(&self) -> bool {
        [&self.old, &self.old_code, &self.new, &self.new_code, &self.form].iter().any(|error| error.is_some())
    }

    fn at(side: PhoneSide, sentence: String) -> Self {
        match side {
            PhoneSide::Old => Errors { old_code: Some(sentence), ..Errors::default() },
            PhoneSide::New => Errors { new_code: Some(sentence), ..Errors::default() },
        }
    }

    fn form(sentence: String) -> Self {
        Errors { form: Some(sentence), ..Errors::default() }
    }
}

#[derive(Template)]
#[template(path = "phones/show.html")]
pub struct PhonePage {
    shell: Shell,
    key: String,
    form: PhonesForm,
    errors: Errors,
    /// Seconds until the next code may be asked for, of either number.
    old_wait_s: i64,
    new_wait_s: i64,
    cooling_hours: i64,
    done: bool,
}

fn phone_page(
    ask: &ReaderAsk,
    form: PhonesForm,
    errors: Errors,
    wait: Option<(PhoneSide, i64)>,
) -> Result<Response, Failure> {
    page_of(ask, form, errors, wait, false)
}

fn page_of(
    ask: &ReaderAsk,
    form: PhonesForm,
    errors: Errors,
    wait: Option<(PhoneSide, i64)>,
    done: bool,
) -> Result<Response, Failure> {
    let status = if errors.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let wait_of = |side: PhoneSide| wait.filter(|(of, _)| *of == side).map_or(0, |(_, seconds)| seconds);
    let template = PhonePage {
        shell: ask.shell(),
        key: form_key()?,
        form,
        errors,
        old_wait_s: wait_of(PhoneSide::Old),
        new_wait_s: wait_of(PhoneSide::New),
        cooling_hours: ask.content.rule(Rule::PhoneCoolingHours, ask.today()),
        done,
    };
    page_with(status, &template)
}

pub async fn show(ask: ReaderAsk) -> Result<Response, Failure> {
    phone_page(&ask, PhonesForm::default(), Errors::default(), None)
}

/// What a code is known by: for whom, for which side.
fn code_digest(keys: &Keys, ask: &ReaderAsk, side: PhoneSide, code: &str) -> Digest {
    keys.digest("code", &format!("{} phone {} {code}", ask.id(), side as i64))
}

pub async fn code_for_old(ask: ReaderAsk, from: CameFrom, posted: Posted<PhonesForm>) -> Result<Response, Failure> {
    request_code(ask, from, posted, PhoneSide::Old).await
}

pub async fn code_for_new(ask: ReaderAsk, from: CameFrom, posted: Posted<PhonesForm>) -> Result<Response, Failure> {
    request_code(ask, from, posted, PhoneSide::New).await
}

async fn request_code(
    ask: ReaderAsk,
    CameFrom(from): CameFrom,
    posted: Posted<PhonesForm>,
    side: PhoneSide,
) -> Result<Response, Failure> {
    let form = posted.form.clone();
    let typed = if side == PhoneSide::Old { &form.old } else { &form.new };
    let Some(number) = phone(typed) else {
        let fault = Some(phone_fault(typed));
        let errors = match side {
            PhoneSide::Old => Errors { old: fault, ..Errors::default() },
            PhoneSide::New => Errors { new: fault, ..Errors::default() },
        };
        return phone_page(&ask, form, errors, None);
    };
    let app = &ask.app;
    if !app.addresses.allow_code(from) {
        return phone_page(&ask, form, Errors::at(side, wording::codes::CROWDED_NETWORK.into()), None);
    }
    let code = sms_code()?;
    let digest = |label: &str, text: &str| app.keys.digest(label, text);
    let command = RequestPhoneCode {
        session: ask.session_key(),
        side,
        phone: digest("phone", &number),
        limited: vec![
            digest("limit.phone.side", &format!("{} {}", ask.id(), side as i64)),
            digest("limit.phone", &number),
        ],
        code: code_digest(&app.keys, &ask, side, &code),
        payload: SmsPayload::code(&number, &code).seal(&app.keys)?,
    };
    let key = posted.idempotency(app, ask.actor());
    let answer = app.command(ask.actor(), key, command).await;
    app.outbox_bell.notify_one();
    match answer {
        Ok(_) => phone_page(&ask, form, Errors::default(), Some((side, COUNTDOWN_S))),
        Err(Stop::Refused(why)) => {
            let wait_s = wording::codes::wait_s(&why, ask.now);
            phone_page(&ask, form, Errors::at(side, wording::refusal(why)), Some((side, wait_s)))
        }
        Err(stop) => Err(stop.into()),
    }
}

/// A number and its code, if they can be what they are said to be.
fn typed(
    ask: &ReaderAsk,
    side: PhoneSide,
    number: &str,
    code: &str,
    errors: &mut Errors,
) -> Option<(String, TypedPhone)> {
    let (read, code) = (phone(number), code_of(code));
    let (phone_error, code_error) = match side {
        PhoneSide::Old => (&mut errors.old, &mut errors.old_code),
        PhoneSide::New => (&mut errors.new, &mut errors.new_code),
    };
    if read.is_none() {
        *phone_error = Some(phone_fault(number));
    }
    *code_error = code.as_ref().err().cloned();
    let (read, code, keys) = (read?, code.ok()?, &ask.app.keys);
    let typed = TypedPhone { phone: keys.digest("phone", &read), code: code_digest(keys, ask, side, &code) };
    Some((read, typed))
}

pub async fn change(ask: ReaderAsk, posted: Posted<PhonesForm>) -> Result<Response, Failure> {
    let (form, mut errors) = (posted.form.clone(), Errors::default());
    let old = typed(&ask, PhoneSide::Old, &form.old, &form.old_code, &mut errors);
    let new = typed(&ask, PhoneSide::New, &form.new, &form.new_code, &mut errors);
    let (Some((old_number, old)), Some((new_number, new))) = (old, new) else {
        return phone_page(&ask, form, errors, None);
    };
    let told = told(&ask.app, &new_number, &old_number)?;
    let tail = tail(&new_number).parse().unwrap_or(0);
    let command = ChangePhone { session: ask.session_key(), old, new, tail, told };
    let key = posted.idempotency(&ask.app, ask.actor());
    match ask.app.command(ask.actor(), key, command).await {
        Ok(Reply::WrongPhoneCode { side, tries_left }) => wrong_code(&ask, form, side, tries_left),
        Ok(_) => {
            ask.app.outbox_bell.notify_one();
            changed_page(&ask)
        }
        Err(Stop::Refused(why)) => phone_page(&ask, form, errors_of(&why), None),
        Err(stop) => Err(stop.into()),
    }
}

fn wrong_code(ask: &ReaderAsk, form: PhonesForm, side: PhoneSide, tries_left: i64) -> Result<Response, Failure> {
    phone_page(ask, form, Errors::at(side, wording::codes::wrong_code(tries_left)), None)
}

fn changed_page(ask: &ReaderAsk) -> Result<Response, Failure> {
    page_of(ask, PhonesForm::default(), Errors::default(), None, true)
}

fn errors_of(why: &Refused) -> Errors {
    let sentence = wording::refusal(why);
    match Refusal::of(why) {
        Some(Refusal::Phones(phones::Refusal::SamePhone | phones::Refusal::PhoneTaken)) => {
            Errors { new: Some(sentence), ..Errors::default() }
        }
        Some(Refusal::Codes(codes::Refusal::NoCode)) => Errors::form("请先给两个号码都发送验证码。".into()),
        _ => Errors::form(sentence),
    }
}

/// 旧号码已停用: the new number is proven here, the rest at the desk.
pub async fn go_to_desk(ask: ReaderAsk, posted: Posted<PhonesForm>) -> Result<Response, Failure> {
    let (form, mut errors) = (posted.form.clone(), Errors::default());
    let Some((number, new)) = typed(&ask, PhoneSide::New, &form.new, &form.new_code, &mut errors) else {
        return phone_page(&ask, form, errors, None);
    };
    let keys = &ask.app.keys;
    // The old number may be forgotten, but not half known.
    let old = phone(&form.old).unwrap_or_default();
    if old.is_empty() && !form.old.trim().is_empty() {
        let errors = Errors { old: Some(phone_fault(&form.old)), ..Errors::default() };
        return phone_page(&ask, form, errors, None);
    }
    let text = PhoneWishText { reader: ask.id(), new: keys.seal("phone", &number)?, old: keys.seal("phone", &old)? };
    let command = WishForPhone { session: ask.session_key(), old: keys.digest("phone", &old), new, text };
    let key = posted.idempotency(&ask.app, ask.actor());
    match ask.app.command(ask.actor(), key, command).await {
        Ok(Reply::WrongPhoneCode { side, tries_left }) => wrong_code(&ask, form, side, tries_left),
        Ok(_) => Ok(Redirect::to("/phone/desk").into_response()),
        Err(Stop::Refused(why)) => phone_page(&ask, form, errors_of(&why), None),
        Err(stop) => Err(stop.into()),
    }
}

#[derive(Template)]
#[template(path = "phones/desk.html")]
pub struct DeskPage {
    shell: Shell,
    /// The number that waits; empty: none does.
    wanted: String,
    qr: Qr,
    code: String,
    until: String,
}

pub async fn show_desk(ask: ReaderAsk) -> Result<Response, Failure> {
    let wish = store::phones::wish_of(&ask.app.reads, ask.id()).await?.filter(|wish| ask.now - wish.at < WISH_MS);
    let number = wish.map(|wish| ask.app.keys.open("phone", &wish.new)).transpose()?;
    let wanted = number.map_or(String::new(), |number| super::masked(&number));
    let DeskCode { code, until } = desk_code(&ask.app, ask.id(), ask.now);
    let (qr, until) = (Qr::of(&code)?, ask.app.calendar.moment(until));
    page(&DeskPage { shell: ask.shell(), wanted, qr, code, until })
}

sample! { PhonesForm { old, old_code, new, new_code } }
sample! { Errors { old, old_code, new, new_code, form } }
sample! { PhonePage { shell, key, form, errors, old_wait_s, new_wait_s, cooling_hours, done } }
sample! { DeskPage { shell, wanted, qr, code, until } }
