//! A slip as it is filled in: its books stand in the form itself, so that nothing is kept before 确认捐赠 and nothing is lost on the way.

use super::CONDITIONS;
use crate::books::{clipped, facts, isbn_fault};
use connectors::books::BookRecord;
use domain::core::isbn::Isbn;
use domain::donations::{
    BOOK_TITLE_CHARS_MAX, BOOK_WORDS_CHARS_MAX, BOOKS_MAX, COPIES_MAX, OfferedBook, Refusal, is_same,
};
use domain::tables::BookCondition;
use std::collections::BTreeMap;

/// A form's fields by name.
pub type Fields = BTreeMap<String, String>;

#[derive(Clone, Debug, Default)]
pub struct BookForm {
    /// Its number on the slip, from 0: what its fields are called by.
    pub number: usize,
    pub isbn: String,
    pub title: String,
    pub author: String,
    pub publisher: String,
    pub year: String,
    pub copies: String,
    pub condition: String,
    pub error: Option<String>,
}

/// Reads the books that stand in a form, in their order.
pub fn books(fields: &Fields) -> Vec<BookForm> {
    let text = |number: usize, name: &str| fields.get(&format!("b{number}-{name}")).cloned();
    let standing = (0..=BOOKS_MAX).filter(|number| fields.contains_key(&format!("b{number}-title")));
    let read = |number: usize| {
        let text = |name: &str| text(number, name).unwrap_or_default();
        BookForm {
            number,
            isbn: text("isbn"),
            title: text("title"),
            author: text("author"),
            publisher: text("publisher"),
            year: text("year"),
            copies: text("copies"),
            condition: text("condition"),
            error: None,
        }
    };
    renumbered(standing.map(read).collect())
}

pub fn renumbered(mut books: Vec<BookForm>) -> Vec<BookForm> {
    for (number, book) in books.iter_mut().enumerate() {
        book.number = number;
    }
    books
}

impl BookForm {
    /// What a look-up found; one copy in a good state, until the reader says otherwise.
    pub fn of(isbn: Option<Isbn>, record: &BookRecord) -> BookForm {
        BookForm {
            isbn: isbn.map(|isbn| isbn.to_string()).unwrap_or_default(),
            title: clipped(&record.title, BOOK_TITLE_CHARS_MAX),
            author: clipped(&record.author, BOOK_WORDS_CHARS_MAX),
            publisher: clipped(&record.publisher, BOOK_WORDS_CHARS_MAX),
            year: clipped(&record.year, BOOK_WORDS_CHARS_MAX),
            copies: "1".into(),
            condition: "good".into(),
            ..BookForm::default()
        }
    }

    pub fn condition_words(&self) -> &'static str {
        CONDITIONS.iter().find(|(name, ..)| *name == self.condition).map_or("", |(_, words, _)| words)
    }

    pub fn facts(&self) -> String {
        facts(&self.author, &self.publisher, &self.year)
    }

    fn condition(&self) -> BookCondition {
        CONDITIONS.iter().find(|(name, ..)| *name == self.condition).map_or(BookCondition::Good, |(.., known)| *known)
    }

    /// The book, or what is wrong first.
    pub fn offered(&self) -> Result<OfferedBook, String> {
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = |label: &str, text: &str, most: usize| match text.chars().count() {
            long if long > most => Err(format!("{label}最多 {most} 个字，这里有 {long} 个。")),
            _ => Ok(()),
        };
        let book = OfferedBook {
            isbn: self.isbn()?,
            copies: self.copies()?,
            condition: self.condition(),
            title: line(&self.title),
            author: line(&self.author),
            publisher: line(&self.publisher),
            year: line(&self.year),
        };
        if book.title.is_empty() {
            return Err("请填写书名。".into());
        }
        fits("书名", &book.title, BOOK_TITLE_CHARS_MAX)?;
        for (label, text) in [("作者", &book.author), ("出版社", &book.publisher), ("出版年", &book.year)] {
            fits(label, text, BOOK_WORDS_CHARS_MAX)?;
        }
        Ok(book)
    }

    fn isbn(&self) -> Result<i64, String> {
        if self.isbn.trim().is_empty() {
            return Ok(0);
        }
        Isbn::read(&self.isbn).map(Isbn::number).map_err(|fault| isbn_fault(fault).to_string())
    }

    fn copies(&self) -> Result<i64, String> {
        let copies = self.copies.trim().parse().ok().filter(|copies| (1..=COPIES_MAX).contains(copies));
        copies.ok_or_else(|| format!("册数应为 1 到 {COPIES_MAX} 的整数。"))
    }
}

/// All of them, or each with what is wrong with it.
pub fn offered(books: &mut [BookForm]) -> Option<Vec<OfferedBook>> {
    let mut all = vec![];
    for book in books.iter_mut() {
        match book.offered() {
            Ok(offered) => all.push(offered),
            Err(sentence) => book.error = Some(sentence),
        }
    }
    if all.len() < books.len() {
        return None;
    }
    let twice = (0..all.len()).find(|n| all[..*n].iter().any(|other| is_same(&all[*n], other)));
    if let Some(n) = twice {
        books[n].error = Some(super::words::refusal(Refusal::TitleTwice));
        return None;
    }
    Some(all)
}

sample! { BookForm {
    number = |draw| draw.below(30), isbn, title, author, publisher, year, copies, condition = |_| "good".into(), error,
} }

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn form(isbn: &str, copies: &str) -> BookForm {
        let (title, condition) = (" 三 体 ".into(), "worn".into());
        BookForm { isbn: isbn.into(), copies: copies.into(), title, condition, ..BookForm::default() }
    }

    #[test]
    fn a_book_is_read_or_says_what_is_wrong_with_it() {
        let book = form("978-7-5366-9293-0", " 2 ").offered().unwrap();
        assert_eq!((book.isbn, book.copies, book.title.as_str()), (9_787_536_692_930, 2, "三 体"));
        assert_eq!(book.condition, BookCondition::Worn);
        for (isbn, copies, sentence) in
            [("9787536692931", "1", "校验位"), ("", "0", "册数应为"), ("", "21", "册数应为"), ("", "两本", "册数应为")]
        {
            assert!(form(isbn, copies).offered().unwrap_err().contains(sentence), "{isbn} {copies}");
        }
        assert!(BookForm { title: " ".into(), ..form("", "1") }.offered().unwrap_err().contains("书名"));
    }

    #[test]
    fn books_are_read_in_their_order_whatever_was_removed() {
        let fields = [("b0-title", "一"), ("b2-title", "三"), ("b2-copies", "2"), ("b99-title", "x")];
        let fields = fields.map(|(name, value)| (name.to_string(), value.to_string())).into_iter().collect();
        let read = books(&fields);
        let read: Vec<_> = read.iter().map(|book| (book.number, book.title.as_str(), book.copies.as_str())).collect();
        assert_eq!(read, [(0, "一", ""), (1, "三", "2")]);
    }
}
