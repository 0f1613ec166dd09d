//! Donations on a database: a slip reviewed by a hundred at once, what lists show, what the ledger says.

use crate::support::*;
use domain::core::asked::Actor;
use domain::donations::code::DonationCode;
use domain::donations::{NoteCopies, OfferDonation, OfferedBook, ReceiveDonation, Reply, ReviewDonation, Verdict};
use domain::places::pickup::Opening;
use domain::places::{PlaceText, SavePlace};
use domain::staff::Role;
use domain::tables::*;
use futures_util::future::join_all;
use store::donations::{self, Figures};
use store::testing::both;

async fn place(library: &Library, librarian: Actor) -> PlaceId {
    let week = vec![Opening { weekday: 6, from: 510, until: 690 }];
    let text = PlaceText { name: "一楼服务台".into(), ..PlaceText::default() };
    let (branch, state) = (BranchId(1), PlaceState::Open);
    library.ask(librarian, SavePlace { place: None, branch, state, week, text }).await.names(PlaceId)
}

fn slip(card: CardId, place: PlaceId) -> OfferDonation {
    let book = |title: &str, isbn, copies| OfferedBook {
        isbn,
        copies,
        condition: BookCondition::Good,
        title: title.into(),
        author: "刘慈欣".into(),
        publisher: String::new(),
        year: "2008".into(),
    };
    OfferDonation { card, place, books: vec![book("三体", 9_787_536_692_930, 2), book("手抄家谱", 0, 1)] }
}

async fn offered(library: &Library, by: Cardholder, place: PlaceId) -> DonationCode {
    match library.ask(by.actor(), slip(by.card, place)).await.of() {
        Some(Reply::DonationOffered { donation, secret }) => DonationCode { donation, secret },
        reply => panic!("{reply:?}"),
    }
}

fn review(donation: DonationId) -> ReviewDonation {
    let verdict = |accepted| Verdict { accepted, fate: BookFate::Returned, reason: "破损".into() };
    ReviewDonation { donation, verdicts: vec![verdict(2), verdict(0)] }
}

/// One reviewed, one at the desk, one awaited.
pub async fn giving(library: &Library, librarian: Actor, people: &[Cardholder]) {
    let place = place(library, librarian).await;
    for n in 0..3 {
        let code = offered(library, people[0], place).await;
        if n < 2 {
            library.ask(librarian, ReceiveDonation { code, counts: vec![2, 1], added: vec![] }).await;
        }
        if n < 1 {
            library.ask(librarian, review(code.donation)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_reviews_of_one_slip_pay_once() {
    let found = both(async |location| {
        let library = Library::open(location).await;
        let librarian = Actor::Staff(library.staff(1, "林馆员", Role::Administrator).await);
        let people = library.people(1..2).await;
        let place = place(&library, librarian).await;
        let code = offered(&library, people[0], place).await;
        let receive = || ReceiveDonation { code, counts: vec![2, 1], added: vec![] };
        let received = join_all((0..20).map(|_| library.try_ask(librarian, receive()))).await;
        assert_eq!(received.iter().filter(|answer| answer.is_ok()).count(), 1);
        let reviewed = join_all((0..100).map(|_| library.try_ask(librarian, review(code.donation)))).await;
        assert_eq!(reviewed.iter().filter(|answer| answer.is_ok()).count(), 1);
        let paid =
            "select cast(sum(points) as bigint) from posting where kind = donations::PostingKind::DonationAccepted";
        let paid = number(library.reads(), paid).await;
        assert_clean(library.reads()).await;
        library.close().await;
        paid
    })
    .await;
    assert_eq!(found, [10, 10]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_show_ones_own_the_queue_and_each_book() {
    both(async |location| {
        let library = Library::open(location).await;
        let librarian = Actor::Staff(library.staff(1, "林馆员", Role::Administrator).await);
        let people = library.people(1..3).await;
        giving(&library, librarian, &people).await;
        let reads = library.reads();
        let all = async |query| donations::views(reads.all(query).await.unwrap()).unwrap();
        let own = all(donations::own(people[0].reader)).await;
        assert_eq!((own.len(), own[0].titles, own[0].title.as_str()), (3, 2, "三体"));
        assert_eq!(all(donations::own(people[1].reader)).await.len(), 0);
        let waiting = all(donations::list(Some(DonationState::Received), i64::MAX, 9)).await;
        assert_eq!((waiting.len(), all(donations::list(None, i64::MAX, 2)).await.len()), (1, 2));
        let books = donations::book_views(reads.all(donations::books(own[2].donation.id.0)).await.unwrap()).unwrap();
        assert_eq!(
            (books[0].book.accepted, books[1].reason.as_str(), books[1].title.as_str()),
            (2, "破损", "手抄家谱")
        );
        let figures = donations::figures(reads, MORNING).await.unwrap();
        assert_eq!(figures, Figures { waiting: 1, copies: 2, donors: 1 });
        // The code is for whoever has the card.
        let id = own[0].donation.id.0;
        let mut secret = reads.all(donations::secret(id, people[0].reader)).await.unwrap();
        let secret = secret.remove(0).int().unwrap();
        assert!(reads.all(donations::secret(id, people[1].reader)).await.unwrap().is_empty());
        assert_eq!(reads.all(donations::of_code(id, secret)).await.unwrap().len(), 1);
        assert!(reads.all(donations::of_code(id, secret ^ 1)).await.unwrap().is_empty());
        let day = own[0].donation.last_day;
        assert_eq!(donations::overdue(reads, day, DonationId(0)).await.unwrap(), []);
        assert_eq!(donations::overdue(reads, day + 1, DonationId(0)).await.unwrap(), [own[0].donation.id]);
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slips_without_a_number_do_not_stand_before_those_that_can_be_asked_about() {
    both(async |location| {
        let library = Library::open(location).await;
        let librarian = Actor::Staff(library.staff(1, "林馆员", Role::Administrator).await);
        let person = library.people(1..2).await[0];
        let place = place(&library, librarian).await;
        let accept = async |kept: [i64; 2]| {
            let code = offered(&library, person, place).await;
            library.ask(librarian, ReceiveDonation { code, counts: vec![2, 1], added: vec![] }).await;
            let verdict = |accepted| Verdict { accepted, fate: BookFate::Returned, reason: "破损".into() };
            let verdicts = kept.map(verdict).into();
            library.ask(librarian, ReviewDonation { donation: code.donation, verdicts }).await;
            code.donation
        };
        // Of these only what has no ISBN was kept.
        for _ in 0..51 {
            accept([0, 1]).await;
        }
        let (first, second) = (accept([2, 0]).await, accept([1, 0]).await);
        let found = donations::unshelved(library.reads(), 0, DonationId(0)).await.unwrap();
        let told: Vec<_> = found.iter().map(|one| (one.donation, one.wanted, one.copies)).collect();
        // Three copies must come before the second one's can be told from the first one's.
        assert_eq!(told, [(first, 2, None), (second, 3, None)]);
        let note = NoteCopies { donation: first, number: 1, copies: 4 };
        library.ask(Actor::Job, note).await;
        let found = donations::unshelved(library.reads(), 0, DonationId(0)).await.unwrap();
        assert_eq!(found.iter().map(|one| one.donation).collect::<Vec<_>>(), [second], "not twice a week");
        library.close().await;
    })
    .await;
}
