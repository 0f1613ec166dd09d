//! A certificate as a picture to keep: a drawing within the page, which a script turns into a photograph.

use super::qr::Qr;
use crate::frame::failure::Failure;
use askama::Template;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

#[derive(Template)]
#[template(path = "kit/deed.svg")]
pub struct Deed {
    pub title: String,
    pub name: String,
    pub lines: Vec<String>,
    pub by: String,
    pub day: String,
    pub qr: Qr,
    pub code: String,
}

impl Deed {
    /// In pixels: as large as so many characters may be, smaller where there are more.
    fn size(&self, text: &str, size: usize, chars: usize) -> usize {
        size * chars / text.chars().count().max(chars)
    }

    /// The drawing as an address of its own: the whole name stands in no other.
    pub fn address(&self) -> Result<String, Failure> {
        Ok(format!("data:image/svg+xml;charset=utf-8,{}", utf8_percent_encode(&self.render()?, NON_ALPHANUMERIC)))
    }
}

sample! { Deed { title, name, lines, by, day, qr, code } }
