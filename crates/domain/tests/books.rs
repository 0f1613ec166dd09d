//! What look-ups told is kept by the program alone, and only of books that can be found again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::books::{FoundBook, KeepBooks, Reply};
use domain::core::asked::Actor;
use domain::core::refusal::Common;
use domain::slices::Command;
use support::*;

fn keep(by: Actor, isbns: &[i64]) -> Result<Option<Reply>, domain::core::refusal::Refused> {
    let books = isbns.iter().map(|isbn| FoundBook { isbn: *isbn, source: 1, record: "{}".into() }).collect();
    let command = Command::from(KeepBooks { books });
    Memory::default().ask(by, command, at(MORNING)).map(|reply| reply.of::<Reply>())
}

#[test]
fn what_has_no_isbn_is_left_out_and_nobody_else_says_what_a_book_is() {
    let kept = keep(Actor::Job, &[9_787_536_692_930, 0, 9_787_536_692_931, 9_787_020_024_759]);
    assert_eq!(kept, Ok(Some(Reply::BooksKept { rows: 2 })));
    for by in [Actor::Visitor, Actor::Reader(domain::tables::ReaderId(1)), Actor::Staff(LIBRARIAN)] {
        assert_eq!(keep(by, &[9_787_536_692_930]), Err(Common::NoPermission.into()));
    }
}
