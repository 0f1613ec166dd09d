//! What look-ups told is kept by the program alone, and only of books that can be found again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::books::{FoundBook, ImportBooks, ImportedBook, KeepBooks, Refusal, Reply, SwitchSource};
use domain::core::asked::Actor;
use domain::core::isbn::Isbn;
use domain::core::refusal::Common;
use domain::slices::Command;
use domain::staff::{Permission, bits};
use proptest::prelude::*;
use support::*;

fn keep(by: Actor, isbns: &[i64]) -> Result<Option<Reply>, domain::core::refusal::Refused> {
    let books =
        isbns.iter().map(|isbn| FoundBook { isbn: *isbn, source: 1, record: "{}".into(), asked_at: 0 }).collect();
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

#[test]
fn only_the_program_imports_and_staff_for_books_switch_sources_that_there_are() {
    let mut memory = Memory::default();
    memory.staff_everywhere(LIBRARIAN, bits(&[Permission::AcquireBooks]));
    let import = || {
        let books = vec![ImportedBook { isbn: 9_787_536_692_930, record: "{}".into() }];
        Command::from(ImportBooks { books })
    };
    let imported = memory.ask(Actor::Job, import(), at(MORNING)).map(|reply| reply.of::<Reply>());
    assert_eq!(imported, Ok(Some(Reply::BooksKept { rows: 1 })));
    let by_staff = memory.ask(Actor::Staff(LIBRARIAN), import(), at(MORNING));
    assert_eq!(by_staff.map(|_| ()), Err(Common::NoPermission.into()));
    let switch = |source| Command::from(SwitchSource { source, off: true });
    let by_reader = memory.ask(Actor::Reader(domain::tables::ReaderId(1)), switch(0), at(MORNING));
    assert_eq!(by_reader.map(|_| ()), Err(Common::NoPermission.into()));
    let unknown = memory.ask(Actor::Staff(LIBRARIAN), switch(4), at(MORNING));
    assert_eq!(unknown.map(|_| ()), Err(Refusal::NoSuchSource.into()));
    let switched = memory.ask(Actor::Staff(LIBRARIAN), switch(3), at(MORNING)).map(|reply| reply.of::<Reply>());
    assert_eq!(switched, Ok(Some(Reply::SourceSwitched { source: 3 })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_typed_is_an_isbn_of_thirteen_digits_or_none(text in "(ISBN|EAN_13,|978|979|[0-9０-９Xx -]|[^a]){0,24}") {
        for isbn in [Isbn::read(&text), Isbn::within(&text)].into_iter().flatten() {
            prop_assert_eq!(Isbn::read(&isbn.to_string()), Ok(isbn));
            prop_assert_eq!(isbn.to_string().len(), 13);
        }
    }
}
