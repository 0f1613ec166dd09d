//! Lists longer than a page, and readers who ask for what is not theirs.

use crate::support::*;
use domain::cards;
use domain::checkins::StampDay;
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::staff::Role;
use domain::tables::*;
use store::testing::both;
use store::{Location, checkins, messages, points, redemptions, sessions};

const REDEMPTIONS: i64 = 45;

/// A reader with 45 redemptions of one point, the newest last.
async fn busy_reader(location: Location) -> (Library, Cardholder, Vec<i64>) {
    let library = Library::open(location).await;
    let librarian = library.staff(1, "林馆员", Role::Administrator).await;
    let prize = library.stocked(librarian, prize(1, "书签"), 100).await;
    let person = library.person(1).await;
    let mut ids = vec![];
    for _ in 0..REDEMPTIONS {
        library.clock.pass(MINUTE_MS);
        ids.push(library.ask(person.actor(), redeem(person.card, prize, 1)).await.cells[0]);
    }
    (library, person, ids)
}

#[tokio::test(flavor = "multi_thread")]
async fn redemptions_come_in_pages() {
    both(async |location| {
        let (library, person, mut ids) = busy_reader(location).await;
        ids.reverse();
        let (mut from, mut seen, mut sizes) = (0, Vec::<i64>::new(), vec![]);
        loop {
            let page = library.reads().all(redemptions::list(person.card, person.reader, from)).await.unwrap();
            let page: Vec<i64> = redemptions::views(page).unwrap().iter().map(|view| view.redemption.id.0).collect();
            sizes.push(page.len());
            seen.extend(page.iter().take(redemptions::PAGE_ROWS as usize));
            match page.get(redemptions::PAGE_ROWS as usize) {
                Some(next) => from = *next,
                None => break,
            }
        }
        assert_eq!(sizes, [21, 21, 5], "a page and the beginning of the next");
        assert_eq!(seen, ids);
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_come_in_pages() {
    both(async |location| {
        let (library, person, _) = busy_reader(location).await;
        let first = library.reads().all(messages::unread(person.reader, i64::MAX, 0)).await.unwrap();
        let first = messages::views(first).unwrap();
        assert_eq!(first.len(), messages::PAGE_ROWS as usize + 1);
        let last_shown = &first[messages::PAGE_ROWS as usize - 1].message;
        let second = library.reads().all(messages::unread(person.reader, last_shown.id.0, 0)).await.unwrap();
        let second = messages::views(second).unwrap();
        assert_eq!(second.len() as i64, REDEMPTIONS + 1 - messages::PAGE_ROWS);
        assert_eq!(second[0].message, first[messages::PAGE_ROWS as usize].message);
        assert_eq!(second.last().unwrap().message.kind, cards::MessageKind::Bound);
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn points_are_shown_of_a_span_of_time() {
    both(async |location| {
        let (library, person, _) = busy_reader(location).await;
        let (since, until) = (MORNING + 10 * MINUTE_MS, MORNING + 20 * MINUTE_MS);
        let span = library.reads().all(points::list(person.card, person.reader, since, until)).await.unwrap();
        let span = points::views(span).unwrap();
        let times: Vec<i64> = span.iter().map(|view| (view.posting.at - MORNING) / MINUTE_MS).collect();
        assert_eq!(times, (10..20).rev().collect::<Vec<_>>(), "from the beginning on, up to before the end");
        let all = library.reads().all(points::list(person.card, person.reader, 0, i64::MAX)).await.unwrap();
        let all = points::views(all).unwrap();
        assert_eq!(all.len() as i64, REDEMPTIONS + 1);
        assert!(all.windows(2).all(|pair| pair[0].posting.previous == Some(pair[1].posting.id)));
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_see_nothing() {
    both(async |location| {
        let (library, person, ids) = busy_reader(location).await;
        let stranger = library.person(2).await;
        let id = RedemptionId(ids[0]);
        let stamp = StampDay { card: person.card };
        library.ask(person.actor(), Command::from(stamp)).await;
        let stamps = |reader| checkins::between(person.card, reader, 20261101, 20261130);
        assert_eq!(library.reads().all(stamps(person.reader)).await.unwrap().len(), 1);
        let theirs = [
            stamps(stranger.reader),
            redemptions::list(person.card, stranger.reader, 0),
            redemptions::list(person.card, stranger.reader, id.0),
            // Their own card does not open somebody else's list.
            redemptions::list(stranger.card, stranger.reader, id.0),
            redemptions::own(id, stranger.reader),
            points::list(person.card, stranger.reader, 0, i64::MAX),
        ];
        for (n, rows) in library.reads().read(theirs).await.unwrap().iter().enumerate() {
            assert!(rows.is_empty(), "query {n}: {rows:?}");
        }
        let barcode = sessions::sealed_barcode(library.reads(), person.card, stranger.reader).await.unwrap();
        assert_eq!(barcode, None);
        let cards = library.reads().all(sessions::cards(stranger.reader)).await.unwrap();
        let cards = sessions::card_views(cards).unwrap();
        assert_eq!(cards.iter().map(|view| view.card.id).collect::<Vec<_>>(), [stranger.card]);
        let messages = library.reads().all(messages::unread(stranger.reader, i64::MAX, 0)).await.unwrap();
        assert_eq!(messages.len(), 1, "only their own");
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_was_unbound_is_no_longer_shown() {
    both(async |location| {
        let (library, person, ids) = busy_reader(location).await;
        let unbind = domain::slices::Command::from(domain::cards::UnbindCard { card: person.card });
        library.ask(Actor::Reader(person.reader), unbind).await;
        let list = redemptions::list(person.card, person.reader, 0);
        let own = redemptions::own(RedemptionId(ids[0]), person.reader);
        let postings = points::list(person.card, person.reader, 0, i64::MAX);
        for rows in library.reads().read([list, own, postings, sessions::cards(person.reader)]).await.unwrap() {
            assert!(rows.is_empty(), "{rows:?}");
        }
        assert_clean(library.reads()).await;
        library.close().await;
    })
    .await;
}
