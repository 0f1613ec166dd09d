//! 读者活动 and 志愿者活动 as readers see them: the list, and one with its sign-up form.

use super::{Look, Standing, before, list_stops, mark, name_of};
use crate::frame::agent::is_wechat;
use crate::frame::app::App;
use crate::frame::ask::{Ask, and_back};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page_with};
use crate::kit::wx_config::{WxConfig, wx_config};
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use domain::activities;
use domain::activities::admission::{audience, may_come_again};
use domain::activities::enrolments::{comes, places_left, sign_up_open};
use domain::tables::{
    ActivityId, ActivityKind, ActivityState, Member, ParticipantState, Reader, Volunteer, VolunteerState,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::activities::{
    ActivityLine, ActivityView, PAGE_ROWS, ParticipantView, Past, cancel_reason, coming, lines, one, over, own,
    participants, view,
};
use store::members::{MemberView, list};
use store::sessions::{CardView, Visitor};

/// As it stands in the URL.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `volunteer`: 志愿者活动.
    kind: String,
    state: String,
    category: String,
    q: String,
    /// For the past: those after this one.
    before: String,
}

#[derive(Template)]
#[template(path = "activities/index.html")]
pub struct ActivitiesPage {
    shell: Shell,
    asked: Asked,
    is_service: bool,
    states: Vec<(&'static str, &'static str)>,
    categories: Vec<String>,
    looks: Vec<Look>,
    older: Option<String>,
}

impl ActivitiesPage {
    /// The list with one thing chosen otherwise.
    fn link(&self, name: &str, value: &str) -> String {
        let with = |known: &str, is: &str| if known == name { value.to_string() } else { is.to_string() };
        let asked = &self.asked;
        let pairs = [
            ("kind", with("kind", &asked.kind)),
            ("state", with("state", &asked.state)),
            ("category", with("category", &asked.category)),
            ("q", with("q", &asked.q)),
        ];
        let filled = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish();
        if query.is_empty() { "/activities".into() } else { format!("/activities?{query}") }
    }
}

pub async fn index(ask: Ask, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let kind = if asked.kind == "volunteer" { ActivityKind::Volunteer } else { ActivityKind::Reader };
    let settings = &ask.app.library.activities;
    let is_service = kind == ActivityKind::Volunteer;
    let categories = if is_service { settings.service_categories.clone() } else { settings.categories.clone() };
    let (found, older) = found(&ask, kind, &asked).await?;
    let looks = found.iter().map(|line| Look::of(line, &ask.app.calendar, &ask.terms(), ask.now)).collect();
    let states = Standing::ALL.iter().map(|standing| standing.words()).collect();
    let shell = ask.shell();
    page_with(StatusCode::OK, &ActivitiesPage { shell, asked, is_service, states, categories, looks, older })
}

async fn found(ask: &Ask, kind: ActivityKind, asked: &Asked) -> Result<(Vec<ActivityLine>, Option<String>), Failure> {
    let reads = &ask.app.reads;
    let is_past = asked.state == Standing::Over.words().0;
    let (category, title) = (asked.category.clone(), asked.q.trim().to_string());
    let past = Past { before: before(&asked.before), category, title };
    let wanted = if is_past { over(kind, ask.now, &past) } else { coming(kind, ask.now) };
    let mut found = lines(reads.all(wanted).await?)?;
    let older = found.get(PAGE_ROWS as usize).filter(|_| is_past).and(found.get(PAGE_ROWS as usize - 1));
    let older = older.map(|line| mark(&line.activity));
    if is_past {
        found.truncate(PAGE_ROWS as usize);
        return Ok((found, older));
    }
    let part = past.title.to_lowercase();
    found.retain(|line| {
        let state =
            asked.state.is_empty() || asked.state == Standing::of(&line.activity, &ask.terms(), ask.now).words().0;
        let category = past.category.is_empty() || line.category == past.category;
        state && category && line.title.to_lowercase().contains(&part)
    });
    Ok((found, None))
}

/// Somebody who could be signed up.
pub struct Choice {
    /// 0: the reader.
    pub who: i64,
    pub name: String,
    pub about: String,
    pub chosen: bool,
    /// Why not.
    pub no: Option<String>,
}

/// What the bar at the bottom offers.
pub enum Bar {
    SignUp { label: &'static str },
    Cannot { sentence: String },
    SignIn { to: String },
    Bind { to: String },
    Volunteer,
    Enrolled,
}

#[derive(Template)]
#[template(path = "activities/show.html")]
pub struct ActivityPage {
    shell: Shell,
    key: String,
    look: Look,
    pictures: Vec<String>,
    description: String,
    capacity: i64,
    percent: i64,
    closes: String,
    withdraw_until: String,
    sign_in_from: String,
    rules: domain::tables::ActivityRules,
    card: Option<CardView>,
    several: bool,
    choices: Vec<Choice>,
    questions: Vec<(usize, String, String)>,
    /// No place is free.
    /// Until when anybody is called in from the waiting list, in words.
    list_stops: String,
    is_full: bool,
    /// A party may find too few places: whether to wait, and in parts, is asked.
    is_tight: bool,
    typed: BTreeMap<String, String>,
    error: Option<String>,
    cancelled: Option<String>,
    bar: Bar,
    in_wechat: bool,
    share: ShareCard,
    wx: Option<WxConfig>,
}

impl ActivityPage {
    fn is_ticked(&self, name: &str) -> bool {
        self.typed.contains_key(name)
    }
}

/// 转发给朋友: what the card in the friend's chat says. The same for everybody: nothing of who forwards it.
pub struct ShareCard {
    pub facts: String,
    pub link: String,
    pub picture: String,
}

impl ShareCard {
    fn of(look: &Look, picture: &str, public_url: &str) -> Self {
        let site = public_url.trim_end_matches('/');
        let cancelled = if look.standing == Standing::Cancelled { look.state } else { "" };
        let facts = [cancelled, &look.when, &look.place, &look.audience];
        let facts: Vec<&str> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
        ShareCard {
            facts: facts.join(" · "),
            link: format!("{site}/activities/{}", look.id),
            picture: format!("{site}{}", super::share_picture_url(picture)),
        }
    }
}

/// What a form said that was refused.
#[derive(Default)]
pub struct Typed {
    pub typed: BTreeMap<String, String>,
    pub error: Option<String>,
}

pub async fn find(app: &App, activity: i64) -> Result<ActivityView, Failure> {
    let view = view(app.reads.all(one(ActivityId(activity))).await?)?;
    view.filter(|view| view.activity.state != ActivityState::Draft).ok_or(Failure::NotFound)
}

pub async fn show(ask: Ask, Path(activity): Path<i64>) -> Result<Response, Failure> {
    show_with(&ask, activity, Typed::default()).await
}

/// Who the visitor is, as far as the page needs to know.
struct Who {
    own: Vec<ParticipantView>,
    members: Vec<MemberView>,
    approved: Vec<i64>,
    /// Of the reader, if it is known.
    birth_day: i64,
}

async fn who(ask: &Ask, reader: Option<&Reader>, activity: ActivityId) -> Result<Who, Failure> {
    let Some(reader) = reader else {
        return Ok(Who { own: vec![], members: vec![], approved: vec![], birth_day: 0 });
    };
    let queries = [own(activity, reader.id), list(reader.id), store::volunteers::of(reader.id)];
    let [own, members, volunteers] = ask.app.reads.read(queries).await?;
    let volunteers = store::volunteers::views(volunteers)?.into_iter().map(|view| view.volunteer);
    let approved: Vec<Volunteer> = volunteers.filter(|one| one.state == VolunteerState::Approved).collect();
    let birth_day = approved.iter().find(|one| one.member.is_none()).map_or(0, |one| one.birth_day);
    let approved = approved.iter().map(|one| one.member.map_or(0, |member| member.0)).collect();
    Ok(Who { own: participants(own)?, members: store::members::views(members)?, approved, birth_day })
}

pub async fn show_with(ask: &Ask, activity: i64, refused: Typed) -> Result<Response, Failure> {
    let reader = match &ask.visitor {
        Visitor::Reader { reader, .. } => Some(reader),
        _ => None,
    };
    // All at once: on PostgreSQL one round trip besides the session's.
    let id = ActivityId(activity);
    let (view, who, wx) = tokio::try_join!(find(&ask.app, activity), who(ask, reader, id), wx_config(ask))?;
    let choices = choices(ask, &view, &who, &refused);
    let cancelled = match view.activity.state {
        ActivityState::Cancelled => ask.app.reads.one(cancel_reason(view.activity.id)).await?,
        _ => None,
    };
    let calendar = &ask.app.calendar;
    let a = &view.activity;
    let terms = ask.terms();
    let left = places_left(a, &terms, ask.now);
    let look = Look::of(&view.line(), calendar, &ask.terms(), ask.now);
    let share = ShareCard::of(&look, &view.text.picture, &ask.app.site.public_url);
    let questions = view.text.questions.lines().filter(|line| !line.trim().is_empty()).enumerate();
    let typed = |n: usize| refused.typed.get(&format!("answer-{n}")).cloned().unwrap_or_default();
    let status = if refused.error.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let template = ActivityPage {
        shell: ask.shell(),
        key: form_key()?,
        look,
        pictures: super::picture_urls(&view.text.picture),
        description: view.text.description.clone(),
        capacity: a.capacity,
        percent: if a.capacity > 0 { a.taken * 100 / a.capacity } else { 0 },
        closes: calendar.moment(a.closes),
        withdraw_until: calendar.moment(a.withdraw_until),
        sign_in_from: calendar.time(terms.doors(a)),
        rules: view.rules,
        card: ask.card().cloned(),
        several: ask.has_several_cards(),
        questions: questions.map(|(n, question)| (n, question.trim().to_string(), typed(n))).collect(),
        list_stops: list_stops(&terms),
        is_full: left.is_some_and(|left| left < 1),
        is_tight: left.is_some_and(|left| left < view.rules.party_max || refused.error.is_some())
            && terms.list_is_open(a, ask.now),
        bar: bar(ask, &view, &who, &choices),
        choices,
        cancelled: cancelled.map(|mut row| row.text()).transpose()?,
        typed: refused.typed,
        error: refused.error,
        in_wechat: is_wechat(&ask.headers),
        share,
        wx,
    };
    page_with(status, &template)
}

fn choices(ask: &Ask, view: &ActivityView, who: &Who, refused: &Typed) -> Vec<Choice> {
    let me = ask.card().map(|card| card.masked_name.clone()).unwrap_or_default();
    let reader = (0, me, "本人".to_string(), None);
    let members = who.members.iter().map(|member| {
        let face = crate::frame::sealing::MemberFace::open(&ask.app.keys, &member.face).unwrap_or_default();
        let age = domain::core::day::age(member.member.birth_day, view.activity.start_day);
        (
            member.member.id.0,
            name_of(&ask.app, &member.face, ""),
            format!("{} · {age} 岁", face.relation),
            Some(&member.member),
        )
    });
    let people = [reader].into_iter().chain(members);
    people.map(|(id, name, about, member)| choice(view, who, refused, id, name, about, member)).collect()
}

fn choice(
    view: &ActivityView,
    who: &Who,
    refused: &Typed,
    id: i64,
    name: String,
    about: String,
    member: Option<&Member>,
) -> Choice {
    let is_in = |one: &&ParticipantView| one.participant.member.map_or(0, |member| member.0) == id;
    let known = who.own.iter().find(is_in).map(|one| one.participant.state);
    let birth_day = member.map_or(who.birth_day, |member| member.birth_day);
    let standing = audience(member.map(|member| member.id), birth_day, &view.activity, &view.rules);
    let no = match standing {
        _ if known == Some(ParticipantState::Removed) => Some(activities::Refusal::RemovedByStaff),
        _ if known.is_some_and(|state| !may_come_again(state)) => Some(activities::Refusal::AlreadyEnrolled),
        _ if view.activity.kind == ActivityKind::Volunteer && !who.approved.contains(&id) => {
            Some(activities::Refusal::NotApproved)
        }
        Err(why) => Some(why),
        Ok(_) => None,
    };
    let about = if standing == Ok(true) { format!("{about} · 陪同，不占名额") } else { about };
    let chosen = refused.typed.contains_key(&format!("who-{id}"));
    Choice { who: id, name, about, chosen, no: no.map(wording::refusal) }
}

fn bar(ask: &Ask, view: &ActivityView, who: &Who, choices: &[Choice]) -> Bar {
    let is_enrolled = who.own.iter().any(|one| comes(one.participant.state));
    let may_add = choices.iter().any(|choice| choice.no.is_none());
    match sign_up_open(&view.activity, ask.now) {
        _ if is_enrolled && !may_add => Bar::Enrolled,
        Err(_) if is_enrolled => Bar::Enrolled,
        Err(activities::Refusal::SignUpNotOpen { from }) => {
            Bar::Cannot { sentence: format!("{} 开始报名", ask.app.calendar.moment(from)) }
        }
        Err(why) => Bar::Cannot { sentence: wording::refusal(why) },
        Ok(()) if !ask.is_signed_in() => Bar::SignIn { to: and_back("/sign-in", &ask.uri) },
        Ok(()) if ask.card().is_none() => Bar::Bind { to: and_back("/cards/new", &ask.uri) },
        Ok(()) if view.activity.kind == ActivityKind::Volunteer && who.approved.is_empty() => Bar::Volunteer,
        Ok(()) if places_left(&view.activity, &ask.terms(), ask.now).is_some_and(|left| left < 1) => {
            match ask.terms().list_is_open(&view.activity, ask.now) {
                true => Bar::SignUp { label: "报名候补" },
                false => Bar::Cannot { sentence: format!("已报满，{}", list_stops(&ask.terms())) },
            }
        }
        Ok(()) => Bar::SignUp { label: "立即报名" },
    }
}

sample! { Asked { kind, state, category, q, before } }
sample! { ActivitiesPage { shell, asked, is_service, states, categories, looks, older } }
sample! { enum Bar { SignUp { label }, Cannot { sentence }, SignIn { to }, Bind { to }, Volunteer, Enrolled } }
sample! { ShareCard { facts, link, picture } }
sample! { Choice { who, name, about, chosen, no } }
sample! { ActivityPage {
    shell, key, look, pictures, description = |_| "<p>介绍</p>".into(), capacity, percent, closes, withdraw_until, sign_in_from,
    rules, card, several, choices,
    questions = |_| vec![(0, "带电脑吗？".into(), String::new()), (1, "几岁？".into(), "6".into())], list_stops, is_full,
    is_tight, typed, error, cancelled, bar, in_wechat, share, wx,
} }
