//! 捐赠证书: for the donor, checked by anybody. The name is the donor's own to say, has to fit the card's, and is kept nowhere.

use super::show::own;
use crate::frame::app::App;
use crate::frame::ask::{Ask, ReaderAsk};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, page, page_with};
use crate::frame::sealing::masked_name;
use crate::kit::calendar::long_day;
use crate::kit::deed::Deed;
use crate::kit::qr::Qr;
use crate::kit::signed_numbers::{read, signed};
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::day::DAY_MS;
use domain::tables::DonationState;
use serde::Deserialize;
use store::donations::{DonationView, one, views};

/// What the code and the link for printing are signed as, and how long the link is good.
const LABEL: &str = "certificate.donation";
const PRINT: &str = "certificate.donation.print";
const PRINT_LINK_MS: i64 = DAY_MS;
const NAME_CHARS_MAX: usize = 20;

/// A name as people have them, of which the card knows the ends: no sentence, nothing that no page can show.
fn fits(name: &str, masked: &str) -> bool {
    let is_of_names = |c: char| c.is_alphabetic() || matches!(c, '·' | ' ' | '\'' | '-');
    name.chars().count() <= NAME_CHARS_MAX && name.chars().all(is_of_names) && masked_name(name) == masked
}

/// What a certificate says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Said {
    donation: i64,
    copies: i64,
    day: i64,
}

impl Said {
    fn of(app: &App, view: &DonationView) -> Said {
        let donation = &view.donation;
        Said { donation: donation.id.0, copies: donation.accepted, day: app.calendar.day(donation.decided_at) }
    }

    fn code(self, app: &App) -> String {
        signed(&app.keys, LABEL, &[self.donation, self.copies, self.day])
    }

    fn read(app: &App, typed: &str) -> Option<Said> {
        let [donation, copies, day] = read(&app.keys, LABEL, typed)?;
        Some(Said { donation, copies, day })
    }
}

#[derive(Template)]
#[template(path = "donations/certificate.html")]
pub struct CertificatePage {
    shell: Shell,
    /// Where a computer without this reader's WeChat prints it. Empty: this is that page.
    print_link: String,
    /// To keep in WeChat.
    picture: String,
    name: String,
    copies: i64,
    day: String,
    qr: Qr,
    code: String,
    url: String,
}

/// Asks for the name.
#[derive(Template)]
#[template(path = "donations/naming.html")]
pub struct NamingPage {
    shell: Shell,
    id: i64,
    typed: String,
    masked: String,
    error: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Name {
    name: String,
}

pub async fn show(ask: ReaderAsk, Path(id): Path<i64>, Query(Name { name }): Query<Name>) -> Result<Response, Failure> {
    let (view, _) = own(&ask, id).await?;
    if view.donation.state != DonationState::Accepted {
        return Ok(Redirect::to(&format!("/donations/{id}")).into_response());
    }
    let (app, name) = (&ask.app, name.trim().to_string());
    if !fits(&name, &view.masked_name) {
        let error = (!name.is_empty()).then(|| format!("请填写读者证上的姓名（{}）。", view.masked_name));
        let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        return page_with(status, &NamingPage { shell: ask.shell(), id, typed: name, masked: view.masked_name, error });
    }
    let said = Said::of(app, &view);
    let link = print_link(app, &said.code(app), &name, ask.now + PRINT_LINK_MS);
    deed(app, ask.shell(), said, name, link)
}

fn deed(app: &App, shell: Shell, said: Said, name: String, print_link: String) -> Result<Response, Failure> {
    let code = said.code(app);
    let url = format!("{}/donation-certificates/{code}", app.site.public_url.trim_end_matches('/'));
    let (copies, day, qr) = (said.copies, long_day(said.day), Qr::of(&url)?);
    let library = &shell.library.name;
    let lines = vec![
        format!("于 {day} 向"),
        library.clone(),
        format!("捐赠图书 {copies} 册。"),
        "书香因您而远，特发此证，以表谢忱。".into(),
    ];
    let deed = Deed {
        title: "捐赠证书".into(),
        name: name.clone(),
        lines,
        by: library.clone(),
        day: day.clone(),
        qr: qr.clone(),
        code: code.clone(),
    };
    let picture = deed.address()?;
    page(&CertificatePage { picture, shell, print_link, name, copies, day, qr, code, url })
}

/// Inside WeChat nothing can be printed; the link has the whole name in it, so it is good for a day alone.
fn print_link(app: &App, code: &str, name: &str, until: i64) -> String {
    let mark = app.keys.signature(PRINT, &format!("{code}~{name}~{until}"));
    let pairs = [("name", name), ("until", &until.to_string()), ("mark", &mark)];
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{}/donation-certificates/{code}/print?{query}", app.site.public_url.trim_end_matches('/'))
}

#[derive(Deserialize)]
pub struct Link {
    name: String,
    until: i64,
    mark: String,
}

/// By the link that the donor has made, on any machine.
pub async fn print(ask: Ask, Path(code): Path<String>, Query(link): Query<Link>) -> Result<Response, Failure> {
    let (app, Link { name, until, mark }) = (&ask.app, link);
    let is_good = app.keys.is_signed(PRINT, &format!("{code}~{name}~{until}"), &mark) && ask.now < until;
    let said = Said::read(app, &code).filter(|_| is_good).ok_or(Failure::NotFound)?;
    deed(app, ask.shell(), said, name, String::new())
}

/// A certificate that is good, in words.
pub struct Good {
    pub name: String,
    pub copies: i64,
    pub day: String,
}

#[derive(Template)]
#[template(path = "donations/checked.html")]
pub struct CheckedPage {
    shell: Shell,
    checked: Option<Good>,
}

/// 有效 or 无效, for whoever holds the paper.
pub async fn check(ask: Ask, Path(typed): Path<String>) -> Result<Response, Failure> {
    let checked = match Said::read(&ask.app, &typed) {
        Some(said) => {
            let view = views(ask.app.reads.all(one(said.donation)).await?)?.pop();
            let name = view.map_or_else(|| "（姓名已删除）".into(), |view| view.masked_name);
            Some(Good { name, copies: said.copies, day: long_day(said.day) })
        }
        None => None,
    };
    let status = if checked.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    page_with(status, &CheckedPage { shell: ask.shell(), checked })
}

sample! { CertificatePage { shell, print_link, picture, name, copies, day, qr, code, url } }
sample! { NamingPage { shell, id = |draw| draw.id(), typed, masked, error } }
sample! { Good { name, copies, day } }
sample! { CheckedPage { shell, checked } }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_and_sentences_do_not() {
        assert!(fits("王小萌", "王*萌") && fits("阿依古丽·买买提", "阿*提") && fits("Mary-Ann O'Neil", "M*l"));
        assert!(!fits("王先生，曾捐资百万元，小萌", "王*萌") && !fits("王\u{1}萌", "王*萌") && !fits("", "王*萌"));
        assert!(!fits(&format!("王{}萌", "小".repeat(30)), "王*萌") && !fits("李小萌", "王*萌"));
    }
}
