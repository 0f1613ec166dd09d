//! Pages: the layout's share of every template, and how a template becomes an answer.

use crate::frame::agent::{is_wechat, is_wechat_on_a_phone};
use crate::frame::app::App;
use crate::frame::failure::{Failure, Problem};
use crate::frame::guard::is_staff;
use crate::frame::routes::Entry;
use crate::frame::settings::Library;
use crate::frame::{cookies, keys};
use crate::kit::assets;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use domain::staff::Permission;
use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

/// What the reader's layout shows.
#[derive(Clone)]
pub struct Shell {
    pub library: Arc<Library>,
    pub demonstration: bool,
    pub csrf: String,
    pub unread: i64,
    /// As a reader.
    pub signed_in: bool,
    pub large: bool,
    /// Tells one session's pages from another's; empty: nobody's.
    pub who: String,
    /// Tells one rendering from another; empty: a page that stands in for another.
    pub made: String,
    pub path: String,
    /// Where a form comes back to: this page, or the one on which the form before it was.
    pub back: String,
}

/// What the back office's layout shows.
#[derive(Clone)]
pub struct StaffShell {
    pub library: Arc<Library>,
    pub demonstration: bool,
    pub csrf: String,
    pub name: String,
    pub path: String,
    pub permissions: i64,
    /// What this person can go to.
    pub menu: Vec<Entry>,
    pub today: String,
    /// The branches to choose from, where they work for several: number, name, whether it is the one.
    pub branches: Vec<(String, String, bool)>,
}

impl StaffShell {
    pub fn may(&self, permission: Permission) -> bool {
        domain::staff::has(self.permissions, permission)
    }

    /// Who takes the attendance sees who comes, and so does who plans the activity.
    pub fn sees_participants(&self) -> bool {
        self.may(Permission::TakeAttendance) || self.may(Permission::EditActivities)
    }

    pub fn initial(&self) -> String {
        self.name.chars().next().map(String::from).unwrap_or_default()
    }
}

pub fn page(template: &impl Template) -> Result<Response, Failure> {
    Ok(Html(template.render()?).into_response())
}

pub fn page_with(status: StatusCode, template: &impl Template) -> Result<Response, Failure> {
    Ok((status, Html(template.render()?)).into_response())
}

/// By which a browser tells one rendering of a page from another.
pub fn made() -> String {
    keys::random::<4>().map_or(String::new(), |bytes| keys::hex(&bytes))
}

/// A fresh key for a form: sent twice, it is decided once.
pub fn form_key() -> Result<String, Failure> {
    Ok(keys::token()?)
}

#[derive(Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    pub shell: Shell,
    pub problem: Problem,
}

#[derive(Template)]
#[template(path = "staff/problem.html")]
pub struct StaffProblemPage {
    pub library: Arc<Library>,
    pub problem: Problem,
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// What browsers load by themselves, and what programs read: no page is put around it.
fn is_bare(path: &str) -> bool {
    ["/assets/", "/wechat/push", "/healthz", "/readyz", "/metrics"].iter().any(|bare| path.starts_with(bare))
}

/// Puts the layout around every failure, so that handlers need not.
pub async fn problems(State(app): State<App>, request: Request, next: Next) -> Response {
    let (path, headers) = (request.uri().path().to_string(), request.headers().clone());
    let is_read = request.method().is_safe();
    let mut response = next.run(request).await;
    let ours = response.extensions().get::<Problem>().is_some() || is_page(&response) || is_bare(&path);
    if !ours && let Some(failure) = Failure::of(response.status(), is_read) {
        response = failure.into_response();
    }
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let large = cookies::get(&headers, &app.site, cookies::LARGE).is_some();
    let (library, demonstration) = (app.library.clone(), app.site.demonstration);
    let shell = Shell {
        library,
        demonstration,
        csrf: String::new(),
        unread: 0,
        signed_in: false,
        large,
        who: String::new(),
        made: String::new(),
        path: path.clone(),
        back: "/".into(),
    };
    let body = if is_staff(&path) {
        StaffProblemPage { library: shell.library, problem }.render()
    } else {
        ProblemPage { shell, problem }.render()
    };
    let Ok(body) = body else { return response };
    let retry = response.headers().get(header::RETRY_AFTER).cloned();
    let mut page = (response.status(), Html(body)).into_response();
    if let Some(retry) = retry {
        page.headers_mut().insert(header::RETRY_AFTER, retry);
    }
    page
}

/// What pages may load and run: nothing foreign, nothing that stands within them.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
    worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// What every answer carries: nothing personal stays where others may find it, nothing foreign runs on a page.
pub async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let may_be_kept = may_be_come_back_to(&app, &request);
    let is_of_assets = request.uri().path().starts_with("/assets/");
    let mut response = next.run(request).await;
    let is_there = response.status().is_success();
    let (is_asset, is_kept) = (is_of_assets && is_there, may_be_kept && is_there && is_page(&response));
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        // A file runs by the policy of the page that it is on: a policy of its own would be longer than most drawings.
        if !is_asset || name == header::X_CONTENT_TYPE_OPTIONS {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
    }
    if is_kept {
        // What was loaded before somebody signed in is not theirs.
        headers.append(header::VARY, HeaderValue::from_static("cookie"));
    }
    let cache = if is_kept { "private, no-cache" } else { "no-store" };
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(cache));
    if app.site.is_https() {
        let a_year = HeaderValue::from_static("max-age=31536000");
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(a_year);
    }
    response
}

/// Where nobody is signed in, these pages are the same for all.
const PUBLIC: [&str; 6] = ["/prizes", "/activities", "/questions", "/rules", "/bulletins", "/privacy"];

/// Whether the browser may keep the page for its back button (HTML, 7.4: what is `no-store` is loaded anew): a reader's own
/// phone may, and anybody's what everybody sees. A computer that many use, WeChat on it or not, may keep nothing else.
fn may_be_come_back_to(app: &App, request: &Request) -> bool {
    let (headers, path) = (request.headers(), request.uri().path());
    let is_phone = is_wechat_on_a_phone(headers);
    let is_nobodys = cookies::get(headers, &app.site, cookies::READER).is_none();
    let is_public = path == "/" || PUBLIC.iter().any(|public| path.starts_with(public));
    request.method() == Method::GET && !is_staff(path) && (is_phone && !is_signed_link(path) || is_nobodys && is_public)
}

/// Pages for paper, by a link that is good for a while: whoever has it need not be its reader.
fn is_signed_link(path: &str) -> bool {
    ["/certificates/", "/donation-certificates/", "/points/statements/"].iter().any(|begins| path.starts_with(begins))
}

/// Outside WeChat a page says how to get there; the demonstration lets any browser in.
pub fn must_open_in_wechat(app: &App, headers: &axum::http::HeaderMap) -> bool {
    !is_wechat(headers) && !app.site.demonstration
}

/// An icon of the sprite; decoration only, the words beside it say what it is.
pub fn icon(name: &str) -> String {
    let sprite = if ON_HOME.contains(name) { "icons.svg" } else { "more-icons.svg" };
    format!(r##"<svg class="i" aria-hidden="true"><use href="{}#i-{name}"/></svg>"##, assets::url(sprite))
}

/// The icons of the sprite that everybody loads first.
static ON_HOME: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let symbols = assets::text("icons.svg").split(r#"<symbol id="i-"#).skip(1);
    symbols.filter_map(|symbol| symbol.split('"').next()).collect()
});

sample! { ProblemPage { shell, problem } }
sample! { StaffProblemPage { library, problem } }
