//! A form's key: the same form twice is one effect and one answer.

use crate::support::*;
use domain::core::asked::Actor;
use domain::core::refusal::{Common, Refused};
use domain::staff::Role;
use domain::tables::*;
use domain::{cards, prizes, redemptions};
use store::testing::both;
use store::{Location, NoReply};

/// A person with 50 points, and a prize of one point.
async fn stage(location: Location, stock: i64) -> (Library, StaffId, Cardholder, PrizeId) {
    let library = Library::open(location).await;
    let librarian = library.staff(1, "林馆员", Role::Administrator).await;
    let prize = library.stocked(librarian, prize(1, "书签"), stock).await;
    let person = library.person(1).await;
    (library, librarian, person, prize)
}

fn reused() -> Result<domain::core::reply::Replied, NoReply> {
    Err(NoReply::Refused(Common::KeyReused.into()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_in_a_later_batch_hears_the_first_answer() {
    both(async |location| {
        let (library, _, person, prize) = stage(location, 9).await;
        let form = |number, body| envelope(person.actor(), keyed(number, body), redeem(person.card, prize, 1));
        let first = library.send(form(1, 1)).await;
        assert!(matches!(first.as_ref().unwrap().of(), Some(redemptions::Reply::Redeemed { .. })));
        library.clock.pass(MINUTE_MS);
        assert_eq!(library.send(form(1, 1)).await, first);
        assert_eq!(library.send(form(1, 2)).await, reused());
        assert_ne!(library.send(form(2, 1)).await, first);
        assert_eq!(number(library.reads(), "select count(*) from redemption").await, 2);
        assert_clean(library.reads()).await;
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_inside_one_batch_hears_the_first_answer() {
    both(async |location| {
        let (library, _, person, prize) = stage(location, 9).await;
        let location = library.close().await;
        let form = |number, body| envelope(person.actor(), keyed(number, body), redeem(person.card, prize, 1));
        let mut writer = writer(&location).await;
        let answers = writer.batch(&[form(1, 1), form(1, 1), form(1, 2), form(2, 1), form(1, 1)]).await;
        assert!(matches!(answers[0].as_ref().unwrap().of(), Some(redemptions::Reply::Redeemed { .. })));
        assert_eq!((&answers[1], &answers[4]), (&answers[0], &answers[0]));
        assert_eq!(answers[2], reused());
        assert_ne!(answers[3], answers[0]);
        let reads = location.reads().await.unwrap();
        assert_eq!(number(&reads, "select count(*) from redemption").await, 2);
        assert_clean(&reads).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_successes_are_remembered() {
    both(async |location| {
        let (library, librarian, person, prize) = stage(location, 1).await;
        let form = |number| envelope(person.actor(), keyed(number, 1), redeem(person.card, prize, 1));
        library.send(form(1)).await.unwrap();
        assert_eq!(library.send(form(2)).await, Err(NoReply::Refused(Refused::from(prizes::Refusal::SoldOut))));
        library.ask(Actor::Staff(librarian), receive(prize, 1)).await;
        assert!(library.send(form(2)).await.is_ok(), "a refusal may be followed by a success");
        let reader = Actor::Reader(library.ask(Actor::Visitor, enter(2)).await.names(ReaderId));
        library.ask(reader, request_code(2, 2)).await;
        let wrong = library.send(envelope(reader, keyed(3, 1), bind(2, 2, digest(11, 2)))).await;
        assert!(matches!(wrong.unwrap().of(), Some(cards::Reply::WrongCode { .. })));
        let right = library.send(envelope(reader, keyed(3, 2), bind(2, 2, right_code(2)))).await;
        assert!(matches!(right.unwrap().of(), Some(cards::Reply::Bound { .. })), "a wrong code uses no key up");
        assert_clean(library.reads()).await;
        library.close().await;
    })
    .await;
}
