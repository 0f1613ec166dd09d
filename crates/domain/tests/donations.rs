//! Donations: who may offer and take back, what the desk counts, what staff keep, and that it earns once and within the caps.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::donations::code::DonationCode;
use domain::donations::{self, *};
use domain::rules::Rule;
use domain::slices::Command;
use domain::staff::Permission::{AcquireBooks, HandOver, Read};
use domain::staff::bits;
use domain::tables::*;
use domain::{ledger, places};
use support::*;

const ISBN: i64 = 9_787_536_692_930;
const READER: ReaderId = ReaderId(11);
const OTHER: ReaderId = ReaderId(12);
const CARD: CardId = CardId(21);
const OTHERS: CardId = CardId(22);
const PLACE: PlaceId = PlaceId(31);
const STAFF: Actor = Actor::Staff(LIBRARIAN);
/// May only look.
const AUDITOR: Actor = Actor::Staff(StaffId(2));

fn library() -> Memory {
    let mut memory = Memory::default();
    memory.staff_everywhere(LIBRARIAN, bits(&[AcquireBooks, HandOver]));
    memory.staff_everywhere(StaffId(2), bits(&[Read]));
    memory.set(Place { id: PLACE, branch: BRANCH, state: PlaceState::Open, at: 0 });
    for (reader, card) in [(READER, CARD), (OTHER, OTHERS)] {
        memory.set(rows::reader(reader));
        memory.set(Card { reader: Some(reader), ..rows::card(card) });
    }
    memory
}

fn book(isbn: i64, copies: i64) -> OfferedBook {
    let (title, author, publisher, year) = ("三体".into(), "刘慈欣".into(), String::new(), String::new());
    OfferedBook { isbn, copies, condition: BookCondition::Good, title, author, publisher, year }
}

fn ask(memory: &mut Memory, actor: Actor, command: impl Into<Command>) -> Result<Replied, Refused> {
    memory.ask(actor, command.into(), at(MORNING))
}

fn offer(memory: &mut Memory, books: &[OfferedBook]) -> Result<Replied, Refused> {
    ask(memory, Actor::Reader(READER), OfferDonation { card: CARD, place: PLACE, books: books.to_vec() })
}

fn offered(memory: &mut Memory, books: &[OfferedBook]) -> DonationCode {
    match offer(memory, books).unwrap().of() {
        Some(Reply::DonationOffered { donation, secret }) => DonationCode { donation, secret },
        reply => panic!("{reply:?}"),
    }
}

fn receive(memory: &mut Memory, code: DonationCode, counts: &[i64]) -> Result<Replied, Refused> {
    ask(memory, STAFF, ReceiveDonation { code, counts: counts.to_vec(), added: vec![] })
}

fn verdict(accepted: i64) -> Verdict {
    Verdict { accepted, fate: BookFate::Returned, reason: "教材教辅".into() }
}

fn review(memory: &mut Memory, donation: DonationId, accepted: &[i64]) -> Result<Replied, Refused> {
    ask(memory, STAFF, ReviewDonation { donation, verdicts: accepted.iter().map(|n| verdict(*n)).collect() })
}

/// Offered, received whole and reviewed; what it has earned.
fn given(memory: &mut Memory, books: &[OfferedBook], accepted: &[i64]) -> i64 {
    let code = offered(memory, books);
    let counts: Vec<i64> = books.iter().map(|book| book.copies).collect();
    receive(memory, code, &counts).unwrap();
    review(memory, code.donation, accepted).unwrap();
    row(memory, code.donation).points
}

fn row(memory: &Memory, id: DonationId) -> Donation {
    memory.get(Donation::key(id)).unwrap()
}

fn balance(memory: &Memory) -> i64 {
    memory.get::<Card>(Card::key(CARD)).unwrap().balance
}

fn told(memory: &Memory) -> Vec<(MessageNumber, i64)> {
    memory.all::<Message>().iter().map(|one| (one.kind, one.detail)).collect()
}

#[test]
fn offers_are_refused_in_order_of_precedence() {
    let mut memory = library();
    // Everything is wrong at once; each mending uncovers the next reason.
    let wrong = OfferedBook { title: " ".into(), author: "字".repeat(51), ..book(1, 0) };
    let mut of = OfferDonation { card: OTHERS, place: PlaceId(9), books: vec![] };
    let refused = |memory: &mut Memory, by: Actor, of: &OfferDonation, why: Refused| {
        assert_eq!(ask(memory, by, of.clone()), Err(why));
    };
    let by = Actor::Reader(READER);
    refused(&mut memory, Actor::Visitor, &of, domain::readers::Refusal::SignedOut.into());
    refused(&mut memory, by, &of, ledger::Refusal::NotYourCard.into());
    of.card = CARD;
    let card = memory.get::<Card>(Card::key(CARD)).unwrap();
    memory.set(Card { state: CardState::Ended, ..card });
    refused(&mut memory, by, &of, ledger::Refusal::CardEnded.into());
    memory.set(card);
    refused(&mut memory, by, &of, places::Refusal::NoSuchPlace.into());
    of.place = PLACE;
    refused(&mut memory, by, &of, donations::Refusal::NoBooks.into());
    of.books = vec![wrong; 21];
    refused(&mut memory, by, &of, donations::Refusal::TooManyBooks { most: 20 }.into());
    of.books.truncate(1);
    refused(&mut memory, by, &of, Common::TitleMissing.into());
    of.books[0].title = "三体".into();
    refused(&mut memory, by, &of, Common::TextTooLong { most: 50 }.into());
    of.books[0].author = String::new();
    refused(&mut memory, by, &of, donations::Refusal::IsbnWrong.into());
    of.books[0].isbn = ISBN;
    for copies in [0, -1, 21] {
        of.books[0].copies = copies;
        refused(&mut memory, by, &of, donations::Refusal::CopiesWrong { most: 20 }.into());
    }
    of.books[0].copies = 20;
    for (isbn, title) in [(ISBN, "别的书名"), (0, " 手抄 家谱")] {
        let twice = vec![
            OfferedBook { title: "手抄家谱".into(), ..book(isbn, 1) },
            OfferedBook { title: title.into(), ..book(isbn, 1) },
        ];
        let of = OfferDonation { books: twice, ..of.clone() };
        refused(&mut memory, by, &of, donations::Refusal::TitleTwice.into());
    }
    (0..5).for_each(|_| ask(&mut memory, by, of.clone()).map(|_| ()).unwrap());
    refused(&mut memory, by, &of, donations::Refusal::TooManyDonations { most: 5 }.into());
    // One that is taken back makes room.
    let donation = memory.all::<Donation>()[0].id;
    ask(&mut memory, by, CancelDonation { donation }).unwrap();
    ask(&mut memory, by, of).unwrap();
}

#[test]
fn a_slip_is_taken_back_by_whoever_has_the_card_until_the_books_are_there() {
    let mut memory = library();
    let code = offered(&mut memory, &[book(ISBN, 2)]);
    assert_eq!(row(&memory, code.donation).last_day, 20270122);
    let cancel = CancelDonation { donation: code.donation };
    let unknown = CancelDonation { donation: DonationId(9) };
    let reader = Actor::Reader(READER);
    assert_eq!(ask(&mut memory, reader, unknown), Err(donations::Refusal::NoSuchDonation.into()));
    assert_eq!(ask(&mut memory, Actor::Reader(OTHER), cancel), Err(donations::Refusal::NoSuchDonation.into()));
    ask(&mut memory, reader, cancel).unwrap();
    assert_eq!(ask(&mut memory, reader, cancel), Err(donations::Refusal::DonationCancelled.into()));
    assert_eq!(receive(&mut memory, code, &[2]), Err(donations::Refusal::DonationCancelled.into()));
    let code = offered(&mut memory, &[book(ISBN, 2)]);
    receive(&mut memory, code, &[2]).unwrap();
    let cancel = CancelDonation { donation: code.donation };
    assert_eq!(ask(&mut memory, reader, cancel), Err(donations::Refusal::AlreadyReceived.into()));
}

#[test]
fn the_desk_counts_what_was_brought_once() {
    let mut memory = library();
    let code = offered(&mut memory, &[book(ISBN, 2), book(0, 1)]);
    let wrong = DonationCode { secret: code.secret ^ 1, ..code };
    assert_eq!(receive(&mut memory, wrong, &[2, 1]), Err(donations::Refusal::NoSuchDonation.into()));
    let none = ReceiveDonation { code, counts: vec![0, 0], added: vec![] };
    assert_eq!(ask(&mut memory, AUDITOR, none.clone()), Err(Common::NoPermission.into()));
    let bad = OfferedBook { title: String::new(), ..book(0, 1) };
    let adds = ReceiveDonation { added: vec![bad], counts: vec![], ..none.clone() };
    assert_eq!(ask(&mut memory, STAFF, adds), Err(Common::TitleMissing.into()));
    assert_eq!(receive(&mut memory, code, &[21, 1]), Err(donations::Refusal::CopiesWrong { most: 20 }.into()));
    for counts in [&[2][..], &[2, 1, 1], &[-1, 1]] {
        assert_eq!(receive(&mut memory, code, counts), Err(donations::Refusal::CountsWrong.into()), "{counts:?}");
    }
    assert_eq!(ask(&mut memory, STAFF, none), Err(donations::Refusal::NothingReceived.into()));
    // One is missing, one was not on the slip.
    ask(&mut memory, STAFF, ReceiveDonation { code, counts: vec![1, 0], added: vec![book(0, 3)] }).unwrap();
    let slip = row(&memory, code.donation);
    assert_eq!((slip.state, slip.copies, slip.received), (DonationState::Received, 3, 4));
    let books: Vec<(i64, i64)> = memory.all::<DonatedBook>().iter().map(|one| (one.copies, one.received)).collect();
    assert_eq!(books, [(2, 1), (1, 0), (0, 3)]);
    assert_eq!(receive(&mut memory, code, &[1, 0, 0]), Err(donations::Refusal::AlreadyReceived.into()));
    assert_eq!(balance(&memory), 0, "nothing is earned before the review");
}

#[test]
fn reviews_are_refused_in_order_of_precedence_and_pay_once() {
    let mut memory = library();
    let code = offered(&mut memory, &[book(ISBN, 2), book(0, 1)]);
    let of = |accepted: &[i64]| ReviewDonation {
        donation: code.donation,
        verdicts: accepted
            .iter()
            .map(|n| Verdict { fate: BookFate::Kept, reason: String::new(), ..verdict(*n) })
            .collect(),
    };
    assert_eq!(ask(&mut memory, AUDITOR, of(&[])), Err(Common::NoPermission.into()));
    let unknown = ReviewDonation { donation: DonationId(9), verdicts: vec![] };
    assert_eq!(ask(&mut memory, STAFF, unknown), Err(donations::Refusal::NoSuchDonation.into()));
    assert_eq!(ask(&mut memory, STAFF, of(&[])), Err(donations::Refusal::NotUnderReview.into()));
    receive(&mut memory, code, &[2, 1]).unwrap();
    for counts in [&[2][..], &[3, 1], &[-1, 1]] {
        assert_eq!(ask(&mut memory, STAFF, of(counts)), Err(donations::Refusal::CountsWrong.into()), "{counts:?}");
    }
    assert_eq!(ask(&mut memory, STAFF, of(&[2, 0])), Err(Common::ReasonMissing.into()));
    let mut unsaid = of(&[2, 0]);
    unsaid.verdicts[1].reason = "破损".into();
    assert_eq!(ask(&mut memory, STAFF, unsaid), Err(donations::Refusal::CountsWrong.into()), "its fate is not said");
    assert_eq!(balance(&memory), 0);
    review(&mut memory, code.donation, &[2, 0]).unwrap();
    let slip = row(&memory, code.donation);
    assert_eq!((slip.state, slip.accepted, slip.points, balance(&memory)), (DonationState::Accepted, 2, 10, 10));
    assert_eq!(review(&mut memory, code.donation, &[2, 1]), Err(donations::Refusal::NotUnderReview.into()));
    assert_eq!(balance(&memory), 10);
    let kinds = [MessageKind::DonationOffered, MessageKind::DonationReceived, MessageKind::DonationAccepted];
    let details = [20270122, 3, 10];
    assert_eq!(told(&memory), kinds.map(MessageNumber::from).into_iter().zip(details).collect::<Vec<_>>());
}

#[test]
fn caps_award_what_still_fits() {
    let mut memory = library();
    // Two copies of a title, on whichever slip; without an ISBN on each slip.
    assert_eq!(given(&mut memory, &[book(ISBN, 1)], &[1]), 5);
    assert_eq!(given(&mut memory, &[book(ISBN, 3)], &[3]), 5);
    assert_eq!(given(&mut memory, &[book(ISBN, 1)], &[1]), 0, "accepted, and it has earned all it can");
    assert_eq!(given(&mut memory, &[book(0, 3)], &[3]), 10);
    memory.rule(Rule::DonationPointsAYear, 27);
    assert_eq!(given(&mut memory, &[book(0, 2)], &[2]), 7);
    assert_eq!(given(&mut memory, &[book(0, 2)], &[2]), 0);
    assert_eq!((balance(&memory), memory.all::<DonationYear>()[0].points), (27, 27));
    memory.rule(Rule::DonationPointsAYear, 20);
    assert_eq!(given(&mut memory, &[book(0, 2)], &[2]), 0, "a cap that was lowered takes nothing back");
}

#[test]
fn nothing_kept_is_a_decline_and_an_ended_card_takes_nothing() {
    let mut memory = library();
    assert_eq!(given(&mut memory, &[book(ISBN, 2)], &[0]), 0);
    assert_eq!(told(&memory).last(), Some(&(MessageKind::DonationDeclined.into(), 0)));
    let code = offered(&mut memory, &[book(ISBN, 2)]);
    let card = memory.get::<Card>(Card::key(CARD)).unwrap();
    memory.set(Card { state: CardState::Ended, ..card });
    receive(&mut memory, code, &[2]).unwrap();
    review(&mut memory, code.donation, &[2]).unwrap();
    assert_eq!((row(&memory, code.donation).state, balance(&memory)), (DonationState::Accepted, 0));
}

#[test]
fn in_one_step_the_desk_approves_what_it_receives() {
    let mut memory = library();
    memory.rule(Rule::DonationsInOneStep, 1);
    let code = offered(&mut memory, &[book(ISBN, 2), book(0, 1)]);
    ask(&mut memory, STAFF, ReceiveDonation { code, counts: vec![2, 0], added: vec![book(0, 1)] }).unwrap();
    let slip = row(&memory, code.donation);
    assert_eq!((slip.state, slip.received, slip.accepted, slip.points), (DonationState::Accepted, 3, 3, 15));
    assert_eq!(balance(&memory), 15);
}

#[test]
fn what_never_came_lapses_and_what_was_kept_is_shelved_once() {
    let mut memory = library();
    let code = offered(&mut memory, &[book(ISBN, 2)]);
    let lapse = LapseDonation { donation: code.donation };
    assert_eq!(ask(&mut memory, STAFF, lapse), Err(Common::NoPermission.into()));
    assert_eq!(ask(&mut memory, Actor::Job, lapse), Err(donations::Refusal::NotLapsed.into()));
    let shelve = ShelveDonation { donation: code.donation };
    assert_eq!(ask(&mut memory, AUDITOR, shelve), Err(Common::NoPermission.into()));
    assert_eq!(ask(&mut memory, STAFF, shelve), Err(donations::Refusal::NotAccepted.into()));
    memory.set(Donation { last_day: 20261122, ..row(&memory, code.donation) });
    // It is over on the day itself, whether the job has come by or not.
    let lapsed = donations::Refusal::DonationLapsed { last_day: 20261122 };
    assert_eq!(receive(&mut memory, code, &[2]), Err(lapsed.into()));
    ask(&mut memory, Actor::Job, lapse).unwrap();
    assert_eq!(receive(&mut memory, code, &[2]), Err(lapsed.into()));
    assert_eq!(ask(&mut memory, Actor::Job, lapse), Err(donations::Refusal::NotLapsed.into()));
    assert_eq!(memory.all::<Donor>()[0].open, 0);
    let code = offered(&mut memory, &[book(ISBN, 2)]);
    receive(&mut memory, code, &[2]).unwrap();
    review(&mut memory, code.donation, &[2]).unwrap();
    let (shelve, note) =
        (ShelveDonation { donation: code.donation }, NoteCopies { donation: code.donation, number: 1, copies: 0 });
    assert_eq!(ask(&mut memory, STAFF, note), Err(Common::NoPermission.into()));
    ask(&mut memory, Actor::Job, note).unwrap();
    // The program has seen it in the catalogue, or staff say so.
    ask(&mut memory, Actor::Job, shelve).unwrap();
    assert_eq!(ask(&mut memory, Actor::Job, note), Err(donations::Refusal::AlreadyShelved.into()));
    assert_eq!(ask(&mut memory, STAFF, shelve), Err(donations::Refusal::AlreadyShelved.into()));
    assert_eq!(told(&memory).last(), Some(&(MessageKind::DonationShelved.into(), 0)));
}
