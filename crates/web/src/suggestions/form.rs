//! 去推荐: the form as it was typed, and what is made of it.

use super::yuan;
use crate::books::{clipped, isbn_fault, work_of};
use connectors::books::BookRecord;
use domain::core::isbn::Isbn;
use domain::core::refusal::{Common, Refused};
use domain::slices::Refusal;
use domain::suggestions::{self, BOOK_TITLE_CHARS_MAX, BOOK_WORDS_CHARS_MAX, Book, Holdings, PRICE_MAX, Propose};
use domain::tables::{CardId, SuggestionKind};
use serde::Deserialize;

/// As typed, so that nothing is lost when something is wrong.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    pub isbn: String,
    pub title: String,
    pub author: String,
    pub publisher: String,
    pub year: String,
    pub price: String,
    pub reason: String,
    /// `copy`: 申请增加复本.
    pub kind: String,
}

#[derive(Default)]
pub struct Errors {
    pub isbn: Option<String>,
    pub title: Option<String>,
    pub author: Option<String>,
    pub publisher: Option<String>,
    pub year: Option<String>,
    pub price: Option<String>,
    pub reason: Option<String>,
    pub form: Option<String>,
}

impl Errors {
    pub fn is_some(&self) -> bool {
        let fields = [&self.isbn, &self.title, &self.author, &self.publisher, &self.year, &self.price, &self.reason];
        fields.iter().any(|error| error.is_some()) || self.form.is_some()
    }

    pub fn of(refusal: &Refused, sentence: String) -> Errors {
        let sentence = Some(sentence);
        match Refusal::of(refusal) {
            Some(Refusal::Common(Common::TitleMissing)) => Errors { title: sentence, ..Errors::default() },
            Some(Refusal::Suggestions(suggestions::Refusal::IsbnWrong)) => {
                Errors { isbn: sentence, ..Errors::default() }
            }
            Some(Refusal::Suggestions(suggestions::Refusal::PriceWrong)) => {
                Errors { price: sentence, ..Errors::default() }
            }
            _ => Errors { form: sentence, ..Errors::default() },
        }
    }
}

impl Form {
    /// What a look-up found; all of it can be changed.
    pub fn of(isbn: Isbn, record: &BookRecord) -> Form {
        Form {
            isbn: isbn.to_string(),
            title: clipped(&record.title, BOOK_TITLE_CHARS_MAX),
            author: clipped(&record.author, BOOK_WORDS_CHARS_MAX),
            publisher: clipped(&record.publisher, BOOK_WORDS_CHARS_MAX),
            year: record.year.clone(),
            price: yuan(record.price),
            reason: String::new(),
            kind: String::new(),
        }
    }

    /// The ISBN, if there is one.
    pub fn isbn(&self) -> Result<Option<Isbn>, String> {
        if self.isbn.trim().is_empty() {
            return Ok(None);
        }
        Isbn::read(&self.isbn).map(Some).map_err(|fault| isbn_fault(fault).to_string())
    }

    pub fn command(&self, card: CardId, isbn: Option<Isbn>, held: Holdings) -> Result<Propose, Box<Errors>> {
        let price = price(&self.price);
        let long = |text: &str| {
            let length = text.trim().chars().count();
            (length > BOOK_WORDS_CHARS_MAX).then(|| format!("最多 {BOOK_WORDS_CHARS_MAX} 个字，这里有 {length} 个。"))
        };
        let errors = Errors {
            title: self.title.trim().is_empty().then(|| "请填写书名。".into()),
            author: long(&self.author),
            publisher: long(&self.publisher),
            year: long(&self.year),
            price: price.is_none().then(|| "定价应为数字，例如 45.00，不知道请留空。".into()),
            ..Errors::default()
        };
        let Some(price) = price.filter(|_| !errors.is_some()) else { return Err(errors.into()) };
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Propose {
            card,
            kind: if self.kind == "copy" { SuggestionKind::Copy } else { SuggestionKind::Title },
            isbn: isbn.map_or(0, Isbn::number),
            held,
            price,
            book: Book {
                title: line(&self.title),
                author: line(&self.author),
                publisher: line(&self.publisher),
                year: line(&self.year),
                reason: self.reason.trim().into(),
                work: work_of(&self.title, &self.author),
            },
        })
    }
}

/// In cents; empty: not known. None: no price.
fn price(text: &str) -> Option<i64> {
    let text = text.trim().trim_start_matches(['￥', '¥']).trim_end_matches('元').trim();
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if text.is_empty() {
        return Some(0);
    }
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if part.len() > 2 || !are_digits(part) || !are_digits(whole) {
        return None;
    }
    let cents: i64 = format!("{part:0<2}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents).filter(|price| (0..=PRICE_MAX).contains(price))
}

sample! { Form { isbn, title, author, publisher, year, price, reason, kind } }
sample! { Errors { isbn, title, author, publisher, year, price, reason, form } }

#[cfg(test)]
mod tests {
    use super::price;

    #[test]
    fn prices_are_read_as_people_type_them() {
        for (text, cents) in
            [("45", 4_500), ("45.5", 4_550), ("￥45.05", 4_505), ("45 元", 4_500), ("", 0), ("0.50", 50)]
        {
            assert_eq!(price(text), Some(cents), "{text}");
        }
        for text in ["about 40", "-1", "-0.5", ".", "1.234", "1,5", "99999999999999999999", "四十五"] {
            assert_eq!(price(text), None, "{text}");
        }
    }
}
