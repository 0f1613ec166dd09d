//! Of `everything`: what is asked about books.

use super::everything::{PLACE, READER, STAFF, STRANGER};
use super::{LIBRARIAN, MORNING, Memory, rows};
use domain::books::{FoundBook, ImportBooks, ImportedBook, KeepBooks, KeepCover, SwitchSource};
use domain::core::asked::Actor;
use domain::donations::code::DonationCode;
use domain::donations::{
    CancelDonation, LapseDonation, NoteCopies, OfferDonation, OfferedBook, ReceiveDonation, ReviewDonation,
    ShelveDonation, Verdict,
};
use domain::slices::Command;
use domain::suggestions::{
    ArriveSuggestion, Book, DecideSuggestion, Holdings, JoinSuggestion, OrderSuggestion, Propose, ReopenSuggestion,
};
use domain::tables::*;

const STRANGERS: CardId = CardId(95);
/// Proposed by the stranger, and accepted.
const PROPOSED: SuggestionId = SuggestionId(91);
const ACCEPTED: SuggestionId = SuggestionId(92);
/// Of the reader: awaited, past its day, at the desk, on its way to the shelf.
const AWAITED: DonationId = DonationId(96);
const OVERDUE: DonationId = DonationId(97);
const RECEIVED: DonationId = DonationId(98);
const TAKEN: DonationId = DonationId(99);
const SECRET: i64 = 77;

pub fn library(memory: &mut Memory, card: CardId) {
    suggest(memory);
    donate(memory, card);
}

/// By the reader, whose card this is, and by staff.
pub fn commands(card: CardId) -> Vec<(Actor, Command)> {
    [about_suggestions(card), about_donations(card)].concat()
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
    let books = vec![FoundBook { isbn: 9_787_536_692_930, source: 1, record: "{}".into(), asked_at: 0 }];
    let imported = ImportedBook { isbn: 9_787_536_692_930, record: "{}".into() };
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
        (Actor::Job, Command::from(ImportBooks { books: vec![imported] })),
        (
            Actor::Job,
            Command::from(KeepCover {
                isbn: 9_787_536_692_930,
                picture: None,
                name: String::new(),
                address: String::new(),
            }),
        ),
        (STAFF, Command::from(SwitchSource { source: 1, off: true })),
    ]
}

fn donate(memory: &mut Memory, card: CardId) {
    for id in [AWAITED, OVERDUE, RECEIVED, TAKEN] {
        let (offered, book) =
            (rows::donation(id, READER, card, PLACE), rows::donated_book(id, 1, 9_787_020_002_207, 2));
        let (received_at, received_by) = (MORNING, Some(LIBRARIAN));
        let received = Donation { state: DonationState::Received, received: 2, received_at, received_by, ..offered };
        let (accepted, decided_at, decided_by) = (2, MORNING, Some(LIBRARIAN));
        memory.set(match id {
            OVERDUE => Donation { last_day: 20261101, ..offered },
            RECEIVED => received,
            TAKEN => Donation { state: DonationState::Accepted, accepted, decided_at, decided_by, ..received },
            _ => offered,
        });
        memory.set(match id {
            RECEIVED => DonatedBook { received: 2, ..book },
            TAKEN => DonatedBook { received: 2, accepted: 2, ..book },
            _ => book,
        });
        memory.set(DonationSecret { donation: id, secret: SECRET });
    }
    memory.set(Donor { card, open: 2 });
}

fn about_donations(card: CardId) -> Vec<(Actor, Command)> {
    let (reader, condition) = (Actor::Reader(READER), BookCondition::Good);
    let book = |title: &str, isbn| OfferedBook {
        isbn,
        copies: 1,
        condition,
        title: title.into(),
        author: String::new(),
        publisher: String::new(),
        year: String::new(),
    };
    let books = vec![book("呐喊", 9_787_020_008_667), book("手抄家谱", 0)];
    let code = DonationCode { donation: AWAITED, secret: SECRET };
    let (counts, added) = (vec![1], vec![book("彷徨", 0)]);
    let verdict = |accepted| Verdict { accepted, fate: BookFate::Returned, reason: "破损".into() };
    vec![
        (reader, Command::from(OfferDonation { card, place: PLACE, books })),
        (reader, Command::from(CancelDonation { donation: AWAITED })),
        (STAFF, Command::from(ReceiveDonation { code, counts, added })),
        (STAFF, Command::from(ReviewDonation { donation: RECEIVED, verdicts: vec![verdict(1)] })),
        (STAFF, Command::from(ReviewDonation { donation: RECEIVED, verdicts: vec![verdict(0)] })),
        (STAFF, Command::from(ShelveDonation { donation: TAKEN })),
        (Actor::Job, Command::from(NoteCopies { donation: TAKEN, number: 1, copies: 2 })),
        (Actor::Job, Command::from(LapseDonation { donation: OVERDUE })),
    ]
}
