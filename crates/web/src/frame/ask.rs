//! Who asks: looked up once a request, in one query; what staff may do, in a second one.

use crate::frame::agent::{is_prefetch, is_wechat};
use crate::frame::app::App;
use crate::frame::content::Content;
use crate::frame::cookies;
use crate::frame::failure::Failure;
use crate::frame::guard::{csrf_token, is_staff};
use crate::frame::page::{Shell, StaffShell, made};
use crate::frame::router::MENU;
use crate::frame::routes::Wanted;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::activities::terms::Terms;
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::sessions::{PRIVACY_VERSION, TOUCH_MS, TouchSession, is_live};
use domain::staff::{Permission, Rights};
use domain::tables::{BranchId, Reader, ReaderId, Session, Staff};
use std::ops::Deref;
use std::sync::Arc;
use store::sessions::{CardView, Visitor, visit};

/// Anybody at a reader's page.
pub struct Ask {
    pub app: App,
    pub visitor: Visitor,
    pub content: Arc<Content>,
    pub now: i64,
    pub headers: HeaderMap,
    pub uri: Uri,
    back: Uri,
    csrf: String,
}

/// A reader who is signed in.
pub struct ReaderAsk {
    ask: Ask,
    pub reader: Reader,
    pub session: Session,
    pub card: Option<CardView>,
}

/// A reader with a current card.
pub struct CardAsk {
    ask: ReaderAsk,
    pub card: CardView,
}

pub struct StaffAsk {
    pub app: App,
    pub staff: Staff,
    /// What their roles allow, and where.
    pub rights: Rights,
    /// What the route asks for: any of these.
    wanted: &'static [Permission],
    /// The branch that they have chosen to look at.
    picked: Option<BranchId>,
    pub name: String,
    pub content: Arc<Content>,
    pub now: i64,
    csrf: String,
}

impl Deref for ReaderAsk {
    type Target = Ask;
    fn deref(&self) -> &Ask {
        &self.ask
    }
}

impl Deref for CardAsk {
    type Target = ReaderAsk;
    fn deref(&self) -> &ReaderAsk {
        &self.ask
    }
}

/// A refusal to answer: a failure, or another page to go to first.
pub enum Detour {
    Failed(Failure),
    To(Box<Response>),
}

impl From<Failure> for Detour {
    fn from(failure: Failure) -> Self {
        Detour::Failed(failure)
    }
}

impl IntoResponse for Detour {
    fn into_response(self) -> Response {
        match self {
            Detour::Failed(failure) => failure.into_response(),
            Detour::To(response) => *response,
        }
    }
}

fn to(path: &str) -> Detour {
    Detour::To(Box::new(Redirect::to(path).into_response()))
}

/// A path of ours to come back to, never another site.
pub fn local_path(text: &str) -> &str {
    let odd = |c: char| c.is_control() || c == '\\';
    if text.starts_with('/') && !text.starts_with("//") && !text.contains(odd) { text } else { "/" }
}

/// `path?to=` with where the reader is now.
pub fn and_back(path: &str, uri: &Uri) -> String {
    let here = uri.path_and_query().map_or("/", |here| here.as_str());
    let here: String = percent_encoding::utf8_percent_encode(here, percent_encoding::NON_ALPHANUMERIC).collect();
    format!("{path}?to={here}")
}

async fn looked_up(app: &App, parts: &Parts, cookie: &str) -> Result<(Visitor, i64), Failure> {
    let token = cookies::get(&parts.headers, &app.site, cookie);
    let digest = token.map_or(Digest::NONE, |token| app.keys.digest("session", &token));
    let visit = visit(&app.reads, digest).await?;
    Ok((visit.visitor, visit.content))
}

fn touched(app: &App, session: &Session, now: i64) {
    if now - session.seen < TOUCH_MS {
        return;
    }
    let (app, session) = (app.clone(), Digest { high: session.high, low: session.low });
    // Nobody waits for it; one that is lost is made up for by the next request.
    tokio::spawn(async move { app.command(Actor::Visitor, None, TouchSession { session }).await.is_ok() });
}

impl FromRequestParts<App> for Ask {
    type Rejection = Detour;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Detour> {
        let now = app.now();
        let (visitor, version) = looked_up(app, parts, cookies::READER).await?;
        let visitor = match visitor {
            Visitor::Reader { ref session, .. } if is_live(session, now) => {
                touched(app, session, now);
                visitor
            }
            _ => Visitor::Nobody,
        };
        let may_enter = matches!(visitor, Visitor::Nobody)
            && parts.method == Method::GET
            && is_wechat(&parts.headers)
            && !is_prefetch(&parts.headers);
        if may_enter && cookies::get(&parts.headers, &app.site, cookies::TRIED).is_none() {
            return Err(to(&and_back("/wechat/entry", &parts.uri)));
        }
        let content = app.contents.get(&app.reads, version, app.calendar.day(now)).await.map_err(Failure::from)?;
        let csrf = csrf_token(app, &parts.headers, parts.uri.path()).unwrap_or_default();
        let (headers, uri) = (parts.headers.clone(), parts.uri.clone());
        let back = back_from(parts);
        Ok(Ask { app: app.clone(), visitor, content, now, headers, uri, back, csrf })
    }
}

impl Ask {
    /// The library's calendar day.
    pub fn today(&self) -> i64 {
        self.app.calendar.day(self.now)
    }

    /// What the library's rules say of all activities now.
    pub fn terms(&self) -> Terms {
        self.content.terms(self.today())
    }

    pub fn card(&self) -> Option<&CardView> {
        match &self.visitor {
            Visitor::Reader { card, .. } => card.as_ref(),
            _ => None,
        }
    }

    /// 「切换」 stands where there are several.
    pub fn has_several_cards(&self) -> bool {
        matches!(self.visitor, Visitor::Reader { cards: 2.., .. })
    }

    pub fn is_signed_in(&self) -> bool {
        matches!(self.visitor, Visitor::Reader { .. })
    }

    pub fn shell(&self) -> Shell {
        let (unread, who) = match &self.visitor {
            Visitor::Reader { reader, session, .. } => (reader.unread, format!("{:08x}", session.high as u32)),
            _ => (0, String::new()),
        };
        Shell {
            library: self.app.library.clone(),
            demonstration: self.app.site.demonstration,
            csrf: self.csrf.clone(),
            unread,
            signed_in: self.is_signed_in(),
            large: cookies::get(&self.headers, &self.app.site, cookies::LARGE).is_some(),
            who,
            made: made(),
            path: self.uri.path().to_string(),
            back: self.back.to_string(),
        }
    }
}

impl FromRequestParts<App> for ReaderAsk {
    type Rejection = Detour;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Detour> {
        let ask = Ask::from_request_parts(parts, app).await?;
        let Visitor::Reader { session, reader, card, .. } = &ask.visitor else {
            return Err(sign_in_first("/sign-in", parts));
        };
        if reader.privacy < PRIVACY_VERSION && !WITHOUT_AGREEMENT.iter().any(|path| parts.uri.path().starts_with(path))
        {
            return Err(to(&and_back("/privacy/agreement", &back_from(parts))));
        }
        Ok(ReaderAsk { reader: *reader, session: *session, card: card.clone(), ask })
    }
}

/// What stands open to whoever has not agreed to 隐私说明: to agree, and the rights of those who do not.
const WITHOUT_AGREEMENT: [&str; 3] = ["/privacy", "/closing", "/export"];

/// A form cannot be come back to, only the page that it was on.
fn back_from(parts: &Parts) -> Uri {
    if parts.method == Method::GET {
        return parts.uri.clone();
    }
    let text = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let from: Option<Uri> = text(header::REFERER).and_then(|from| from.parse().ok());
    let here =
        from.filter(|from| from.host().is_some() && from.authority().map(|at| at.as_str()) == text(header::HOST));
    here.and_then(|here| here.path_and_query().cloned()).map_or(Uri::from_static("/"), Uri::from)
}

/// To a sign-in page. Who comes with a form has lost what it said, and is told so.
fn sign_in_first(path: &str, parts: &Parts) -> Detour {
    let to_form = and_back(path, &back_from(parts));
    to(&if parts.method == Method::GET { to_form } else { format!("{to_form}&lost=1") })
}

impl ReaderAsk {
    /// By which the domain knows this browser's session again.
    pub fn session_key(&self) -> Digest {
        Digest { high: self.session.high, low: self.session.low }
    }

    pub fn actor(&self) -> Actor {
        Actor::Reader(self.reader.id)
    }

    pub fn id(&self) -> ReaderId {
        self.reader.id
    }
}

impl FromRequestParts<App> for CardAsk {
    type Rejection = Detour;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Detour> {
        let ask = ReaderAsk::from_request_parts(parts, app).await?;
        match ask.card.clone() {
            Some(card) => Ok(CardAsk { ask, card }),
            None => Err(to(&and_back("/cards/new", &back_from(parts)))),
        }
    }
}

impl FromRequestParts<App> for StaffAsk {
    type Rejection = Detour;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Detour> {
        debug_assert!(is_staff(parts.uri.path()));
        let now = app.now();
        let (visitor, version) = looked_up(app, parts, cookies::STAFF).await?;
        let Visitor::Staff { session, staff, name } = visitor else {
            return Err(sign_in_first("/staff/sign-in", parts));
        };
        let is_over = session.at < staff.since || staff.state != domain::tables::StaffState::Active;
        if !is_live(&session, now) || is_over {
            return Err(sign_in_first("/staff/sign-in", parts));
        }
        let Some(Wanted(wanted)) = parts.extensions.get::<Wanted>().copied() else {
            return Err(Failure::Internal("a route of the back office says nothing about who may use it".into()).into());
        };
        // What changes anything is judged again by `decide`, also for whose branch it is.
        let rights = store::staff::rights(&app.reads, staff.id).await.map_err(Failure::from)?;
        if !domain::staff::has_any(rights.anywhere(), wanted) {
            return Err(Failure::Forbidden.into());
        }
        touched(app, &session, now);
        let content = app.contents.get(&app.reads, version, app.calendar.day(now)).await.map_err(Failure::from)?;
        let csrf = csrf_token(app, &parts.headers, parts.uri.path()).unwrap_or_default();
        let picked = cookies::get(&parts.headers, &app.site, cookies::BRANCH);
        let picked = picked.and_then(|branch| branch.parse().ok()).map(BranchId);
        Ok(StaffAsk { app: app.clone(), staff, rights, wanted, picked, name, content, now, csrf })
    }
}

impl StaffAsk {
    /// The library's calendar day.
    pub fn today(&self) -> i64 {
        self.app.calendar.day(self.now)
    }

    /// What the library's rules say of all activities now.
    pub fn terms(&self) -> Terms {
        self.content.terms(self.today())
    }

    /// The branches where they may do this, with their names.
    pub fn branches(&self, permission: Permission) -> Vec<(String, String)> {
        let known = self.app.library.branches.iter();
        let may = known.filter(|branch| self.rights.may(permission, BranchId(branch.id)));
        may.map(|branch| (branch.id.to_string(), branch.name.clone())).collect()
    }

    /// What a branch is called, where there are several.
    pub fn branch_name(&self, id: BranchId) -> &str {
        let branches = &self.app.library.branches;
        let named = branches.iter().find(|branch| branch.id == id.0 && branches.len() > 1);
        named.map_or("", |branch| branch.name.as_str())
    }

    pub fn actor(&self) -> Actor {
        Actor::Staff(self.staff.id)
    }

    pub fn may(&self, permission: Permission) -> bool {
        domain::staff::has(self.rights.anywhere(), permission)
    }

    /// Whose things this page lists; None: every branch's. What was chosen counts where they may look.
    pub fn branch(&self) -> Option<BranchId> {
        match (self.picked, self.rights.branches(self.wanted)) {
            (picked, None) => picked,
            (Some(picked), Some(theirs)) if theirs.contains(&picked) => Some(picked),
            (_, Some(theirs)) => Some(theirs.first().copied().unwrap_or(self.staff.branch)),
        }
    }

    /// Where something new belongs, unless they say otherwise.
    pub fn home(&self) -> BranchId {
        self.picked.filter(|picked| self.covers(*picked)).unwrap_or(self.staff.branch)
    }

    /// Whether a branch's things stand in this page's list.
    pub fn lists(&self, branch: BranchId) -> bool {
        self.covers(branch) && self.branch().is_none_or(|listed| listed == branch)
    }

    /// The branches to choose from, where there are several: number, name, whether it is the one.
    fn picks(&self) -> Vec<(String, String, bool)> {
        let theirs = self.rights.branches(Permission::ALL);
        let may = |id: i64| theirs.as_ref().is_none_or(|theirs| theirs.contains(&BranchId(id)));
        let known = self.app.library.branches.iter().filter(|branch| may(branch.id));
        let is_it = |id: i64| self.branch() == Some(BranchId(id));
        let one = known.map(|branch| (branch.id.to_string(), branch.name.clone(), is_it(branch.id)));
        let all = theirs.is_none().then(|| (String::new(), "全部分馆".to_string(), self.branch().is_none()));
        let picks: Vec<_> = all.into_iter().chain(one).collect();
        if picks.iter().filter(|(id, ..)| !id.is_empty()).count() > 1 { picks } else { vec![] }
    }

    /// Whether a branch's things are shown on this page.
    pub fn covers(&self, branch: BranchId) -> bool {
        self.rights.covers(self.wanted, branch)
    }

    pub fn shell(&self, path: &str) -> StaffShell {
        StaffShell {
            library: self.app.library.clone(),
            demonstration: self.app.site.demonstration,
            csrf: self.csrf.clone(),
            name: self.name.clone(),
            path: path.to_string(),
            permissions: self.rights.anywhere(),
            menu: MENU.iter().filter(|entry| entry.is_for(self.rights.anywhere())).copied().collect(),
            today: self.app.calendar.moment(self.now),
            branches: self.picks(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_paths_are_come_back_to() {
        assert_eq!(local_path("/prizes/7?tab=all"), "/prizes/7?tab=all");
        for foreign in ["//evil.example", "https://evil.example", "/\\evil.example", "", "prizes", "/a\nb"] {
            assert_eq!(local_path(foreign), "/", "{foreign:?}");
        }
    }
}
