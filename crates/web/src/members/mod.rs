//! 成员管理: people whom a reader signs up, and whose points go to which card.

pub mod invitations;
pub mod words;

use crate::consents::{Consent, consent, revocation};
use crate::frame::app::{App, Stop};
use crate::frame::ask::{ReaderAsk, local_path};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::posted::{Nothing, Posted};
use crate::frame::routes::{For, Routes};
use crate::frame::sealing::MemberFace;
use crate::kit::calendar::long_day;
use crate::kit::calendar::{date_value, day_of};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::day::age;
use domain::core::refusal::Refused;
use domain::ledger;
use domain::members::{self, CONSENT_AGE, RemoveMember, SaveMember};
use domain::rules::Rule;
use domain::slices::Refusal;
use domain::tables::{CardId, MemberId};
use serde::Deserialize;
use store::members::{MemberView, list, views};
use store::sessions::{CardView, card_views, cards};

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/members", For::Readers, index)
        .post("/members", For::Readers, create)
        .get("/members/new", For::Readers, new)
        .get("/members/invitations", For::Readers, invitations::new)
        .post("/members/invitations", For::Readers, invitations::create)
        .get("/members/invitations/{code}", For::Readers, invitations::show)
        .post("/members/invitations/{code}", For::Readers, invitations::consent)
        .get("/members/{member}", For::Readers, edit)
        .post("/members/{member}", For::Readers, update)
        .get("/members/{member}/removal", For::Readers, confirm_removal)
        .post("/members/{member}/removal", For::Readers, remove)
}

pub const NAME_CHARS_MAX: usize = 30;
/// Who the member is to the reader.
pub const RELATIONS: [&str; 7] = ["儿子", "女儿", "父亲", "母亲", "配偶", "孙辈", "其他"];

pub struct Line {
    pub id: MemberId,
    pub face: MemberFace,
    pub age: i64,
    /// 关联读者证; empty: the reader's own.
    pub card: String,
    /// A guardian other than the reader has consented, on this day.
    pub consented: String,
}

#[derive(Template)]
#[template(path = "members/index.html")]
pub struct MembersPage {
    shell: Shell,
    lines: Vec<Line>,
    /// Other readers' members for whom this one, as their guardian, has consented.
    consents: Vec<Consent>,
    most: i64,
    may_add: bool,
}

fn face_of(ask: &ReaderAsk, view: &MemberView) -> MemberFace {
    MemberFace::open(&ask.app.keys, &view.face).unwrap_or_default()
}

fn card_words(card: &CardView) -> String {
    store::cards::card_words(&card.masked_name, &card.tail)
}

fn line(ask: &ReaderAsk, view: &MemberView, cards: &[CardView]) -> Line {
    let calendar = &ask.app.calendar;
    let m = &view.member;
    let by_another = m.guardian.is_some_and(|guardian| guardian != ask.id());
    Line {
        id: m.id,
        face: face_of(ask, view),
        age: age(m.birth_day, calendar.day(ask.now)),
        card: cards.iter().find(|card| Some(card.card.id) == m.card).map(card_words).unwrap_or_default(),
        consented: if by_another { long_day(calendar.day(m.consented_at)) } else { String::new() },
    }
}

pub async fn index(ask: ReaderAsk) -> Result<Response, Failure> {
    let asked = [list(ask.id()), cards(ask.id()), store::consents::list(ask.id())];
    let [members, cards, consents] = ask.app.reads.read(asked).await?;
    let (members, cards) = (views(members)?, card_views(cards)?);
    let lines: Vec<_> = members.iter().map(|view| line(&ask, view, &cards)).collect();
    let consents = store::consents::views(consents)?;
    let consents = consents.iter().map(|view| consent(&ask, view)).filter(|consent| !consent.own).collect();
    let most = ask.content.rule(Rule::MembersMax, ask.today());
    let may_add = (lines.len() as i64) < most;
    page(&MembersPage { shell: ask.shell(), lines, consents, most, may_add })
}

/// As typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct MemberForm {
    pub name: String,
    pub relation: String,
    /// As 2016-05-12.
    pub birth: String,
    /// A card's number; empty: none.
    pub card: String,
    pub consents: String,
    pub to: String,
}

/// What is said at each field.
#[derive(Default)]
pub struct Errors {
    pub name: Option<String>,
    pub relation: Option<String>,
    pub birth: Option<String>,
    pub card: Option<String>,
    pub consents: Option<String>,
    pub form: Option<String>,
    status: Option<StatusCode>,
}

impl Errors {
    fn any(&self) -> bool {
        let fields = [&self.name, &self.relation, &self.birth, &self.card, &self.consents, &self.form];
        fields.iter().any(|error| error.is_some())
    }

    pub fn status(&self) -> StatusCode {
        let usual = if self.any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        self.status.unwrap_or(usual)
    }

    pub fn of(refusal: &Refused) -> Self {
        let sentence = Some(wording::refusal(refusal));
        let errors = Errors { status: Some(wording::status(refusal)), ..Errors::default() };
        match Refusal::of(refusal) {
            Some(Refusal::Members(members::Refusal::BirthDayWrong)) => Errors { birth: sentence, ..errors },
            Some(Refusal::Members(members::Refusal::ConsentMissing)) => {
                let sentence = format!("未满 {CONSENT_AGE} 岁的成员要有监护人同意才能保存。现在什么都没有保存。");
                Errors { consents: Some(sentence), ..errors }
            }
            Some(Refusal::Ledger(ledger::Refusal::NotYourCard)) => Errors { card: sentence, ..errors },
            _ => Errors { form: sentence, ..errors },
        }
    }
}

/// Fields that are what they are said to be.
pub struct Read {
    face: MemberFace,
    birth_day: i64,
}

pub fn name_fault(name: &str) -> Option<String> {
    let chars = name.trim().chars().count();
    match chars {
        0 => Some("请填写姓名。".into()),
        _ if chars > NAME_CHARS_MAX => Some(format!("姓名太长了，最多 {NAME_CHARS_MAX} 个字。")),
        _ => None,
    }
}

pub fn birth_fault(birth: &str) -> Option<String> {
    match day_of(birth.trim()) {
        Some(_) => None,
        None if birth.trim().is_empty() => Some("请选择出生日期。".into()),
        None => Some("出生日期不对，请核对。".into()),
    }
}

pub fn read(form: &MemberForm) -> Result<Read, Box<Errors>> {
    let known = RELATIONS.contains(&form.relation.as_str());
    let errors = Errors {
        name: name_fault(&form.name),
        relation: (!known).then(|| "请选择关系。".into()),
        birth: birth_fault(&form.birth),
        ..Errors::default()
    };
    if errors.any() {
        return Err(Box::new(errors));
    }
    let face = MemberFace { name: form.name.trim().into(), relation: form.relation.clone() };
    Ok(Read { face, birth_day: day_of(form.birth.trim()).unwrap_or_default() })
}

fn command(app: &App, member: Option<MemberId>, read: &Read, form: &MemberForm) -> Result<SaveMember, Failure> {
    let card = form.card.parse().ok().map(CardId);
    let (birth_day, consents, face) = (read.birth_day, !form.consents.is_empty(), read.face.seal(&app.keys)?);
    Ok(SaveMember { member, birth_day, card, consents, face })
}

#[derive(Template)]
#[template(path = "members/edit.html")]
pub struct EditPage {
    shell: Shell,
    key: String,
    member: Option<MemberId>,
    form: MemberForm,
    errors: Errors,
    cards: Vec<CardView>,
    /// When a guardian consented; empty: nobody has, or need not.
    consented: String,
    /// Where the reader, as the guardian, takes it back; empty: it is not theirs.
    revocation: String,
    relations: [&'static str; 7],
}

async fn edit_page(
    ask: &ReaderAsk,
    member: Option<&MemberView>,
    form: MemberForm,
    errors: Errors,
) -> Result<Response, Failure> {
    let cards = card_views(ask.app.reads.all(cards(ask.id())).await?)?;
    let consented = member.filter(|view| view.member.guardian.is_some());
    let theirs = consented.filter(|view| view.member.guardian == Some(ask.id()));
    let revocation = theirs.map(|view| revocation(&view.member));
    let consented = consented.map(|view| long_day(ask.app.calendar.day(view.member.consented_at)));
    let status = errors.status();
    let template = EditPage {
        shell: ask.shell(),
        key: form_key()?,
        member: member.map(|view| view.member.id),
        form,
        errors,
        cards,
        consented: consented.unwrap_or_default(),
        revocation: revocation.unwrap_or_default(),
        relations: RELATIONS,
    };
    page_with(status, &template)
}

#[derive(Deserialize)]
pub struct To {
    #[serde(default)]
    to: String,
}

pub async fn new(ask: ReaderAsk, Query(To { to }): Query<To>) -> Result<Response, Failure> {
    edit_page(&ask, None, MemberForm { to, ..MemberForm::default() }, Errors::default()).await
}

/// The reader's own; another's is not there.
async fn found(ask: &ReaderAsk, member: i64) -> Result<MemberView, Failure> {
    let members = views(ask.app.reads.all(list(ask.id())).await?)?;
    members.into_iter().find(|view| view.member.id.0 == member).ok_or(Failure::NotFound)
}

fn typed(ask: &ReaderAsk, view: &MemberView) -> MemberForm {
    let face = face_of(ask, view);
    MemberForm {
        name: face.name,
        relation: face.relation,
        birth: date_value(view.member.birth_day),
        card: view.member.card.map(|card| card.to_string()).unwrap_or_default(),
        consents: String::new(),
        to: String::new(),
    }
}

pub async fn edit(ask: ReaderAsk, Path(member): Path<i64>) -> Result<Response, Failure> {
    let view = found(&ask, member).await?;
    let form = typed(&ask, &view);
    edit_page(&ask, Some(&view), form, Errors::default()).await
}

pub async fn create(ask: ReaderAsk, posted: Posted<MemberForm>) -> Result<Response, Failure> {
    save(ask, None, posted).await
}

pub async fn update(ask: ReaderAsk, Path(member): Path<i64>, posted: Posted<MemberForm>) -> Result<Response, Failure> {
    let view = found(&ask, member).await?;
    save(ask, Some(view), posted).await
}

async fn save(ask: ReaderAsk, view: Option<MemberView>, posted: Posted<MemberForm>) -> Result<Response, Failure> {
    let app = &ask.app;
    let key = posted.idempotency(app, ask.actor());
    let form = posted.form;
    let read = match read(&form) {
        Ok(read) => read,
        Err(errors) => return edit_page(&ask, view.as_ref(), form, *errors).await,
    };
    let command = command(app, view.as_ref().map(|view| view.member.id), &read, &form)?;
    match app.command(ask.actor(), key, command).await {
        Ok(_) => Ok(Redirect::to(back_to(&form.to)).into_response()),
        Err(Stop::Refused(refusal)) => edit_page(&ask, view.as_ref(), form, Errors::of(&refusal)).await,
        Err(stop) => Err(stop.into()),
    }
}

/// Where the reader came from, else the list.
fn back_to(to: &str) -> &str {
    if to.is_empty() { "/members" } else { local_path(to) }
}

#[derive(Template)]
#[template(path = "members/removal.html")]
pub struct RemovalPage {
    shell: Shell,
    key: String,
    line: Line,
    error: Option<String>,
}

pub async fn confirm_removal(ask: ReaderAsk, Path(member): Path<i64>) -> Result<Response, Failure> {
    let view = found(&ask, member).await?;
    page(&RemovalPage { shell: ask.shell(), key: form_key()?, line: line(&ask, &view, &[]), error: None })
}

pub async fn remove(ask: ReaderAsk, Path(member): Path<i64>, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (app, Nothing {}) = (&ask.app, &posted.form);
    let command = RemoveMember { member: MemberId(member) };
    match app.command(ask.actor(), posted.idempotency(app, ask.actor()), command).await {
        Ok(_) => Ok(Redirect::to("/members").into_response()),
        Err(Stop::Refused(why)) if why == members::Refusal::NoSuchMember => Err(Failure::NotFound),
        Err(Stop::Refused(refusal)) => {
            let view = found(&ask, member).await?;
            let (line, error) = (line(&ask, &view, &[]), Some(wording::refusal(refusal)));
            let template = RemovalPage { shell: ask.shell(), key: form_key()?, line, error };
            page_with(wording::status(&refusal), &template)
        }
        Err(stop) => Err(stop.into()),
    }
}

impl EditPage {
    fn relation_label(&self) -> &'static str {
        "是我的"
    }
}

sample! { Errors { name, relation, birth, card, consents, form, status } }
sample! { MemberForm { name, relation, birth, card, consents, to } }
sample! { EditPage { shell, key, member, form, errors, cards, consented, revocation, relations } }
sample! { Line { id, face, age, card, consented } }
sample! { MembersPage { shell, lines, consents, most, may_add } }
sample! { RemovalPage { shell, key, line, error } }
