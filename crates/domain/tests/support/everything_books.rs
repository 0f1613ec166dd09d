//! Of `everything`: what is asked about books.

use super::everything::{READER, STAFF, STRANGER};
use super::{LIBRARIAN, MORNING, Memory, rows};
use domain::books::{FoundBook, KeepBooks};
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::suggestions::{
    ArriveSuggestion, Book, DecideSuggestion, Holdings, JoinSuggestion, OrderSuggestion, Propose, ReopenSuggestion,
};
use domain::tables::*;

const STRANGERS: CardId = CardId(95);
/// Proposed by the stranger, and accepted.
const PROPOSED: SuggestionId = SuggestionId(91);
const ACCEPTED: SuggestionId = SuggestionId(92);

pub fn library(memory: &mut Memory) {
    suggest(memory);
}

/// By the reader, whose card this is, and by staff.
pub fn commands(card: CardId) -> Vec<(Actor, Command)> {
    about_suggestions(card)
}

/// The stranger wants two books.
fn suggest(memory: &mut Memory) {
    memory.set(Card { reader: Some(STRANGER), ..rows::card(STRANGERS) });
    for (id, isbn) in [(PROPOSED, 9_787_536_692_930), (ACCEPTED, 9_787_020_002_207)] {
        memory.set(rows::suggestion(id, STRANGER, STRANGERS, isbn));
        memory.set(SuggestionReader { suggestion: id, reader: STRANGER, card: STRANGERS, at: MORNING });
        memory.set(SuggestionOfIsbn { isbn, kind: SuggestionKind::Title, suggestion: id });
    }
    let decided = (MORNING, Some(LIBRARIAN));
    let accepted = memory.get::<Suggestion>(Suggestion::key(ACCEPTED)).unwrap();
    let (decided_at, decided_by) = decided;
    memory.set(Suggestion { state: SuggestionState::Accepted, decided_at, decided_by, ..accepted });
}

fn about_suggestions(card: CardId) -> Vec<(Actor, Command)> {
    let reader = Actor::Reader(READER);
    let propose = |isbn| {
        let book = Book { title: "城南旧事".into(), ..Book::default() };
        let (kind, held) = (SuggestionKind::Title, Holdings::default());
        Command::from(Propose { card, kind, isbn, held, price: 2_800, book })
    };
    let decide =
        |accepted| Command::from(DecideSuggestion { suggestion: PROPOSED, accepted, reason: "教材教辅".into() });
    let books = vec![FoundBook { isbn: 9_787_536_692_930, source: 1, record: "{}".into() }];
    vec![
        (reader, propose(0)),
        (reader, propose(9_787_536_692_930)),
        (reader, Command::from(JoinSuggestion { suggestion: ACCEPTED, card })),
        (STAFF, decide(true)),
        (STAFF, decide(false)),
        (STAFF, Command::from(ReopenSuggestion { suggestion: ACCEPTED })),
        (STAFF, Command::from(OrderSuggestion { suggestion: ACCEPTED })),
        (STAFF, Command::from(ArriveSuggestion { suggestion: ACCEPTED, shelf_mark: "I247.5/1".into() })),
        (Actor::Job, Command::from(KeepBooks { books })),
    ]
}
