//! Several instances on one PostgreSQL take turns; the chain stays one.

use crate::support::*;
use domain::core::refusal::Refused;
use domain::slices::Command;
use domain::staff::Role;
use domain::tables::*;
use domain::{prizes, redemptions, sessions};
use futures_util::future::join_all;
use store::engine::pg::Pg;
use store::ledger::{Walk, walk};
use store::testing::pg;
use store::{Location, NoReply};

const STOCK: i64 = 60;
const ASKED: i64 = 100;

async fn stage() -> (Library, Library, Vec<Cardholder>, PrizeId) {
    let first = Library::open(pg()).await;
    let librarian = first.staff(1, "林馆员", Role::Administrator).await;
    let prize = first.stocked(librarian, prize(1, "书签"), STOCK).await;
    let people = first.people(1..5).await;
    let second = Library::open(first.location.clone()).await;
    (first, second, people, prize)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_share_the_stock_and_one_chain() {
    let (first, second, people, prize) = stage().await;
    let asked = (0..ASKED).map(|n| {
        let (person, library) = (people[n as usize % people.len()], if n % 2 == 0 { &first } else { &second });
        library.try_ask(person.actor(), redeem(person.card, prize, 1))
    });
    let answers = join_all(asked).await;
    let done = answers.iter().filter(|answer| answer.is_ok()).count() as i64;
    let sold_out = answers
        .iter()
        .filter(|answer| **answer == Err(NoReply::Refused(Refused::from(prizes::Refusal::SoldOut))))
        .count() as i64;
    assert_eq!((done, sold_out), (STOCK, ASKED - STOCK));
    assert_clean(first.reads()).await;
    let Walk::Whole { postings, .. } = walk(second.reads()).await.unwrap() else { panic!("a broken chain") };
    assert_eq!(postings, STOCK + people.len() as i64);
    first.close().await;
    second.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_to_both_instances_is_one_redemption() {
    let (first, second, people, prize) = stage().await;
    for n in 0..20 {
        let person = people[0];
        let form = || envelope(person.actor(), keyed(n, 1), redeem(person.card, prize, 1));
        let (here, there) = tokio::join!(first.send(form()), second.send(form()));
        assert!(matches!(here.as_ref().unwrap().of(), Some(redemptions::Reply::Redeemed { .. })));
        assert_eq!(here, there);
    }
    assert_eq!(number(first.reads(), "select count(*) from redemption").await, 20);
    assert_clean(first.reads()).await;
    first.close().await;
    second.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_stopped_loses_the_baton() {
    let library = Library::open(pg()).await;
    let Location::Pg(url) = &library.location else { panic!("pg() is PostgreSQL") };
    let mut stopped = Pg::open(url).await.unwrap();
    stopped.begin(&[]).await.unwrap();
    // Waits for the database to end the other's transaction: two seconds.
    let entered = library.try_ask(domain::core::asked::Actor::Visitor, enter(1)).await;
    assert!(matches!(entered.unwrap().of(), Some(sessions::Reply::Entered { .. })));
    assert!(
        stopped.load(&[domain::core::world::Need::Row(Table::Reader, [1, 0, 0])]).await.is_err(),
        "it cannot go on"
    );
    let mark = Command::from(domain::messages::MarkRead { message: None });
    let reader = ReaderId(number(library.reads(), "select min(id) from reader").await);
    library.ask(domain::core::asked::Actor::Reader(reader), mark).await;
    assert_clean(library.reads()).await;
    library.close().await;
}
