//! A browser: keeps cookies, follows redirects when told to, sends forms as they stand on a page.

use super::html::{Form, forms, tags, text};
use super::laws;
use reqwest::header::HeaderMap;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

pub const WECHAT: &str = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50";
const REDIRECTS_MAX: usize = 8;

/// Clones share their cookies, as windows of one browser do.
#[derive(Clone)]
pub struct Browser {
    http: reqwest::Client,
    /// The socket that stands for the public address.
    socket: String,
    public_url: String,
    pub agent: &'static str,
    /// Sent with every form; None: as some browsers do, nothing.
    pub origin: Option<String>,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

#[derive(Debug)]
pub struct Page {
    pub method: String,
    /// On our site; a whole address elsewhere.
    pub path: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub set_cookies: Vec<String>,
    pub body: String,
}

impl Browser {
    pub fn new(http: reqwest::Client, socket: &str, public_url: &str) -> Self {
        Browser {
            http,
            socket: socket.into(),
            public_url: public_url.into(),
            agent: WECHAT,
            origin: Some(public_url.into()),
            cookies: Arc::default(),
        }
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.into(), value.into());
    }

    pub fn forget_cookies(&self) {
        self.cookies.lock().unwrap().clear();
    }

    pub async fn get(&self, path: &str) -> Page {
        self.ask(self.http.get(self.url(path)), path).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_raw(path, body.into_bytes()).await
    }

    pub async fn post_raw(&self, path: &str, body: Vec<u8>) -> Page {
        let mut request = self.http.post(self.url(path)).body(body);
        request = request.header("content-type", "application/x-www-form-urlencoded");
        if let Some(origin) = &self.origin {
            request = request.header("origin", origin);
        }
        self.ask(request, path).await
    }

    /// A file as it is, which no text could hold.
    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let cookies: Vec<String> = self.cookies.lock().unwrap().iter().map(|(n, v)| format!("{n}={v}")).collect();
        let request = self.http.get(self.url(path)).header("user-agent", self.agent);
        let answer = request.header("cookie", cookies.join("; ")).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.bytes().await.unwrap().to_vec()
    }

    /// A form with files in it, each by name and bytes, as browsers send one.
    pub async fn upload(&self, form: &Form, files: &[(&str, Vec<u8>)]) -> Page {
        const LINE: &str = "----of-the-tests";
        let mut body = vec![];
        for (name, value) in &form.fields {
            let part = format!("--{LINE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        for (name, bytes) in files {
            let head = format!("content-disposition: form-data; name=\"files\"; filename=\"{name}\"");
            body.extend(format!("--{LINE}\r\n{head}\r\ncontent-type: image/png\r\n\r\n").into_bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{LINE}--\r\n").into_bytes());
        let mut request = self.http.post(self.url(&form.action)).body(body);
        request = request.header("content-type", format!("multipart/form-data; boundary={LINE}"));
        if let Some(origin) = &self.origin {
            request = request.header("origin", origin);
        }
        self.ask(request, &form.action).await
    }

    pub async fn send(&self, form: &Form) -> Page {
        assert_eq!(form.method, "post");
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.post(&form.action, &fields).await
    }

    /// A form that says on which page it stood, as browsers do.
    pub async fn send_from(&self, form: &Form, page: &str) -> Page {
        let fields = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.http.post(self.url(&form.action)).body(body).header("referer", self.url(page));
        self.ask(request.header("content-type", "application/x-www-form-urlencoded"), &form.action).await
    }

    /// Opens a page wherever redirects lead, also to other sites and back.
    pub async fn open(&self, path: &str) -> Page {
        let page = self.get(path).await;
        self.follow(page).await
    }

    pub async fn follow(&self, mut page: Page) -> Page {
        for _ in 0..REDIRECTS_MAX {
            let Some(to) = page.location() else { return page };
            page = self.get(&self.local(&to)).await;
        }
        panic!("{} redirects without end", page.path);
    }

    /// What stands behind our public address, without it.
    pub fn local(&self, url: &str) -> String {
        let url = url.split('#').next().unwrap_or_default();
        match url.strip_prefix(&self.public_url) {
            Some(rest) if rest.starts_with('/') => rest.to_string(),
            _ => url.to_string(),
        }
    }

    fn url(&self, path: &str) -> String {
        if path.starts_with('/') { format!("{}{path}", self.socket) } else { path.to_string() }
    }

    async fn ask(&self, request: reqwest::RequestBuilder, path: &str) -> Page {
        let cookies: Vec<String> = self.cookies.lock().unwrap().iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut request = request.header("user-agent", self.agent);
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        let request = request.build().unwrap();
        let method = request.method().to_string();
        let answer = self.http.execute(request).await.unwrap_or_else(|why| panic!("{method} {path}: {why:?}"));
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let cookies = headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_string());
        let set_cookies: Vec<String> = cookies.collect();
        set_cookies.iter().for_each(|cookie| self.keep(cookie));
        let page = Page { method, path: path.into(), status, headers, set_cookies, body: answer.text().await.unwrap() };
        if path.starts_with('/') {
            laws::check(&page, self.public_url.starts_with("https:"));
        }
        page
    }

    fn keep(&self, cookie: &str) {
        let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        let mut cookies = self.cookies.lock().unwrap();
        if cookie.contains("Max-Age=0") {
            cookies.remove(name);
        } else {
            cookies.insert(name.into(), value.into());
        }
    }
}

impl Page {
    pub fn location(&self) -> Option<String> {
        let location = self.headers.get("location")?;
        Some(String::from_utf8(location.as_bytes().to_vec()).unwrap())
    }

    pub fn text(&self) -> String {
        text(&self.body)
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} {}: {}", self.method, self.path, self.text());
        self
    }

    /// Every one of these words is on the page.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        let text = self.text();
        for word in words {
            assert!(text.contains(word), "{} {} ({}) does not say {word}: {text}", self.method, self.path, self.status);
        }
        self
    }

    #[track_caller]
    pub fn never_says(self, word: &str) -> Self {
        assert!(!self.text().contains(word), "{} {} says {word}: {}", self.method, self.path, self.text());
        self
    }

    /// What was typed stands in the form again.
    #[track_caller]
    pub fn keeps(self, action: &str, typed: &[(&str, &str)]) -> Self {
        let form = self.form(action);
        for (name, value) in typed {
            assert_eq!(form.get(name), *value, "{} {} lost {name}: {}", self.method, self.path, self.text());
        }
        self
    }

    #[track_caller]
    pub fn leads_to(&self, beginning: &str) -> String {
        let to = self.location().unwrap_or_default();
        assert!(to.starts_with(beginning), "{} {} ({}): {to:?}, {}", self.method, self.path, self.status, self.text());
        to
    }

    /// The form that goes there; the one that changes something, where another only looks.
    #[track_caller]
    pub fn form(&self, action: &str) -> Form {
        let here = forms(&self.body).into_iter().filter(|form| form.action == action);
        let found = here.min_by_key(|form| form.method == "get");
        found.unwrap_or_else(|| panic!("{} ({}) has no form for {action}: {}", self.path, self.status, self.text()))
    }

    /// The token of any form on the page.
    #[track_caller]
    pub fn token(&self) -> String {
        let tokens = forms(&self.body).into_iter().map(|form| form.get("csrf").to_string());
        tokens.into_iter().find(|token| !token.is_empty()).unwrap_or_else(|| panic!("{}: no token", self.path))
    }

    /// The page without what differs each time it is made.
    pub fn without_secrets(&self) -> String {
        let mut body = self.body.clone();
        // By which a browser tells sessions and renderings apart.
        for tag in tags(&self.body).iter().filter(|tag| tag.name == "body") {
            for mark in ["data-who", "data-made"].iter().filter_map(|name| tag.get(name)) {
                body = body.replace(mark, "");
            }
        }
        for form in forms(&self.body) {
            for (name, value) in form.fields.iter().filter(|(name, value)| is_secret(name) && !value.is_empty()) {
                body = body.replace(value, name);
            }
        }
        body
    }
}

fn is_secret(name: &str) -> bool {
    name == "csrf" || name == "key"
}
