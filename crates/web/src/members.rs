//! 成员管理: whom a reader signs up for activities. Name and relation are sealed; a child under 14 needs a guardian's yes.

pub mod invitations;

use crate::app::Stop;
use crate::ask::{ReaderAsk, local_path};
use crate::failure::Failure;
use crate::page::{Shell, form_key, page, page_with};
use crate::places::staff::day_of;
use crate::posted::Posted;
use crate::sealing::MemberFace;
use crate::sentences;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::envelope::Command;
use domain::members::{MEMBERS_MAX, RemoveMember, SaveMember, age};
use domain::refusal::Refusal;
use domain::tables::{CardId, MemberId, ReaderId};
use serde::Deserialize;
use store::members::{MemberView, list, views};
use store::sessions::{CardView, card_views, cards};

pub const RELATIONS: [&str; 7] = ["儿子", "女儿", "父亲", "母亲", "配偶", "孙辈", "其他"];
const NAME_CHARS_MAX: usize = 30;

pub struct Line {
    pub id: MemberId,
    pub face: MemberFace,
    pub age: i64,
    /// 关联读者证
    pub card: Option<String>,
}

#[derive(Template)]
#[template(path = "members/index.html")]
pub struct MembersPage {
    shell: Shell,
    lines: Vec<Line>,
    may_add: bool,
}

pub async fn index(ask: ReaderAsk) -> Result<Response, Failure> {
    let [found, bound] = ask.ask.app.reads.read([list(ask.id()), cards(ask.id())]).await?;
    let (found, bound) = (views(found)?, card_views(bound)?);
    let lines: Vec<Line> = found.iter().map(|view| line(&ask, view, &bound)).collect();
    page(&MembersPage { shell: ask.ask.shell(), may_add: lines.len() < MEMBERS_MAX, lines })
}

fn line(ask: &ReaderAsk, view: &MemberView, bound: &[CardView]) -> Line {
    let card = bound.iter().find(|card| Some(card.card.id) == view.member.card);
    Line {
        id: view.member.id,
        face: MemberFace::open(&ask.ask.app.keys, &view.face).unwrap_or_default(),
        age: age(view.member.birth_day, ask.ask.app.calendar.day(ask.ask.now)),
        card: card.map(|card| format!("{}（尾号{}）", card.masked_name, card.tail)),
    }
}

/// As typed, so that nothing is lost when something is wrong.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct MemberForm {
    pub name: String,
    pub relation: String,
    pub birth: String,
    pub card: String,
    pub consents: String,
    /// Where the reader came from.
    pub to: String,
}

#[derive(Default)]
pub struct Errors {
    pub name: Option<String>,
    pub birth: Option<String>,
    pub consents: Option<String>,
    pub form: Option<String>,
}

#[derive(Template)]
#[template(path = "members/edit.html")]
pub struct MemberPage {
    shell: Shell,
    key: String,
    action: String,
    /// Somebody who is there already.
    member: Option<MemberId>,
    form: MemberForm,
    errors: Errors,
    relations: [&'static str; 7],
    cards: Vec<CardView>,
    /// A guardian fills this in for who invited them.
    inviter: Option<String>,
}

/// Where a form goes, and about whom it is.
struct Target {
    action: String,
    member: Option<MemberId>,
    inviter: Option<String>,
}

impl Target {
    fn of(member: Option<MemberId>) -> Self {
        let action = member.map_or("/members".to_string(), |member| format!("/members/{member}"));
        Target { action, member, inviter: None }
    }
}

async fn form_page(ask: &ReaderAsk, target: Target, form: MemberForm, errors: Errors) -> Result<Response, Failure> {
    let wrong = errors.name.is_some() || errors.birth.is_some() || errors.consents.is_some() || errors.form.is_some();
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    // A guardian's own cards are not the invited reader's.
    let cards = match target.inviter {
        Some(_) => vec![],
        None => card_views(ask.ask.app.reads.all(cards(ask.id())).await?)?,
    };
    let Target { action, member, inviter } = target;
    let (shell, key, relations) = (ask.ask.shell(), form_key()?, RELATIONS);
    page_with(status, &MemberPage { shell, key, action, member, form, errors, relations, cards, inviter })
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct To {
    to: String,
}

pub async fn new(ask: ReaderAsk, Query(query): Query<To>) -> Result<Response, Failure> {
    let to = if query.to.is_empty() { String::new() } else { local_path(&query.to).to_string() };
    form_page(&ask, Target::of(None), MemberForm { to, ..MemberForm::default() }, Errors::default()).await
}

async fn found(ask: &ReaderAsk, member: i64) -> Result<MemberView, Failure> {
    let found = views(ask.ask.app.reads.all(list(ask.id())).await?)?;
    found.into_iter().find(|view| view.member.id.0 == member).ok_or(Failure::NotFound)
}

pub async fn edit(ask: ReaderAsk, Path(member): Path<i64>) -> Result<Response, Failure> {
    let view = found(&ask, member).await?;
    let face = MemberFace::open(&ask.ask.app.keys, &view.face).unwrap_or_default();
    let day = view.member.birth_day;
    let form = MemberForm {
        name: face.name,
        relation: face.relation,
        birth: format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100),
        card: view.member.card.map_or(String::new(), |card| card.to_string()),
        consents: if view.member.guardian.is_some() { "1".into() } else { String::new() },
        to: String::new(),
    };
    form_page(&ask, Target::of(Some(view.member.id)), form, Errors::default()).await
}

/// What the form says, or what is wrong with it.
fn read(ask: &ReaderAsk, of: ReaderId, member: Option<MemberId>, form: &MemberForm) -> Result<SaveMember, Errors> {
    let name = form.name.trim();
    let length = name.chars().count();
    let birth_day = day_of(form.birth.trim());
    let errors = Errors {
        name: match length {
            0 => Some("请填写姓名。".into()),
            1..=NAME_CHARS_MAX => None,
            _ => Some(format!("姓名最多 {NAME_CHARS_MAX} 个字。")),
        },
        birth: birth_day.is_none().then(|| "请选择出生日期。".into()),
        ..Errors::default()
    };
    let Some(birth_day) = birth_day.filter(|_| errors.name.is_none()) else { return Err(errors) };
    let relation = RELATIONS.iter().find(|relation| **relation == form.relation).unwrap_or(&"其他");
    let face = MemberFace { name: name.into(), relation: relation.to_string() };
    let face = face.seal(&ask.ask.app.keys);
    let face = face.map_err(|_| Errors {
        form: Some("系统暂时不能保存，请稍后再试。".into()), ..Errors::default()
    })?;
    let card = form.card.parse().ok().filter(|card| *card > 0).map(CardId);
    Ok(SaveMember { reader: of, member, birth_day, card, consents: !form.consents.is_empty(), face })
}

fn errors_of(refusal: &Refusal) -> Errors {
    match refusal {
        Refusal::BirthDayWrong => Errors { birth: Some(sentences::of(refusal)), ..Errors::default() },
        Refusal::ConsentMissing => {
            let consents = "未满 14 岁，需要监护人同意。如果您不是监护人，请用“邀请监护人确认”。".to_string();
            Errors { consents: Some(consents), ..Errors::default() }
        }
        other => Errors { form: Some(sentences::of(other)), ..Errors::default() },
    }
}

async fn save(
    ask: ReaderAsk,
    of: ReaderId,
    target: Target,
    posted: Posted<MemberForm>,
    done: String,
) -> Result<Response, Failure> {
    let app = &ask.ask.app;
    let key = posted.idempotency(app, ask.actor());
    let form = posted.form;
    let command = match read(&ask, of, target.member, &form) {
        Ok(command) => command,
        Err(errors) => return form_page(&ask, target, form, errors).await,
    };
    match app.command(ask.actor(), key, Command::SaveMember(command)).await {
        Ok(_) => Ok(Redirect::to(&done).into_response()),
        Err(Stop::Refused(Refusal::NoSuchMember)) => Err(Failure::NotFound),
        Err(Stop::Refused(refusal)) => form_page(&ask, target, form, errors_of(&refusal)).await,
        Err(stop) => Err(stop.into()),
    }
}

pub async fn create(ask: ReaderAsk, posted: Posted<MemberForm>) -> Result<Response, Failure> {
    let (of, to) = (ask.id(), posted.form.to.clone());
    let done = if to.is_empty() { "/members".to_string() } else { local_path(&to).to_string() };
    save(ask, of, Target::of(None), posted, done).await
}

pub async fn update(ask: ReaderAsk, Path(member): Path<i64>, posted: Posted<MemberForm>) -> Result<Response, Failure> {
    let view = found(&ask, member).await?;
    let of = ask.id();
    save(ask, of, Target::of(Some(view.member.id)), posted, "/members".into()).await
}

#[derive(Template)]
#[template(path = "members/removing.html")]
pub struct RemovingPage {
    shell: Shell,
    key: String,
    line: Line,
    error: Option<String>,
}

pub async fn confirm_removal(ask: ReaderAsk, Path(member): Path<i64>) -> Result<Response, Failure> {
    let line = line(&ask, &found(&ask, member).await?, &[]);
    page(&RemovingPage { shell: ask.ask.shell(), key: form_key()?, line, error: None })
}

#[derive(Deserialize)]
pub struct Nothing {}

pub async fn remove(ask: ReaderAsk, Path(member): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (app, Nothing {}) = (&ask.ask.app, &posted.form);
    let view = found(&ask, member).await?;
    let key = posted.idempotency(app, ask.actor());
    match app.command(ask.actor(), key, Command::RemoveMember(RemoveMember { member: view.member.id })).await {
        Ok(_) => Ok(Redirect::to("/members").into_response()),
        Err(Stop::Refused(Refusal::AlreadyEnrolled)) => {
            let error = Some("还有没结束的报名，请先在“我的活动”里取消。".to_string());
            let line = line(&ask, &view, &[]);
            page_with(StatusCode::CONFLICT, &RemovingPage { shell: ask.ask.shell(), key: form_key()?, line, error })
        }
        Err(stop) => Err(stop.into()),
    }
}
