//! The queue is bounded, and one file has one writer.

use crate::support::*;
use domain::core::asked::Actor;
use domain::core::refusal::Refused;
use domain::ledger;
use domain::sessions::SignOut;
use domain::slices::Command;
use domain::tables::{CardId, PrizeId};
use futures_util::stream::{FuturesUnordered, StreamExt};
use store::engine::{lite, pg};
use store::testing::{self, Manual, both};
use store::writer::{BATCH_COMMANDS_MAX, QUEUE_COMMANDS_MAX};
use store::{Clock, Fault, Location, NoReply, Store};

/// Somebody else has the baton until this is dropped.
enum Baton {
    Lite(#[allow(dead_code, reason = "dropping it rolls back")] rusqlite::Connection),
    Pg(#[allow(dead_code, reason = "dropping it rolls back")] tokio_postgres::Client),
}

impl Baton {
    async fn take(location: &Location) -> Self {
        match location {
            Location::Lite(path) => {
                let connection = lite::open(path).unwrap();
                connection.execute_batch("begin immediate").unwrap();
                Baton::Lite(connection)
            }
            Location::Pg(url) => {
                let client = pg::connect(url).await.unwrap();
                client.batch_execute("begin; select * from head for update").await.unwrap();
                Baton::Pg(client)
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_says_so_and_drops_nothing_silently() {
    const COMMANDS: usize = QUEUE_COMMANDS_MAX + 2 * BATCH_COMMANDS_MAX;
    both(async |location| {
        let library = Library::open(location).await;
        let baton = Baton::take(&library.location).await;
        let command = |n| Command::from(SignOut { session: digest(40, n) });
        let mut asked: FuturesUnordered<_> =
            (0..COMMANDS).map(|n| library.try_ask(Actor::Visitor, command(n as i64))).collect();
        // Nobody can be answered while the baton is away.
        assert_eq!(asked.next().await, Some(Err(NoReply::Busy)));
        drop(baton);
        let (mut busy, mut done) = (1, 0);
        while let Some(answer) = asked.next().await {
            match answer {
                Ok(_) => done += 1,
                Err(NoReply::Busy) => busy += 1,
                other => panic!("{other:?}"),
            }
        }
        drop(asked);
        assert_eq!(busy + done, COMMANDS);
        assert!(done >= QUEUE_COMMANDS_MAX, "{done} were done");
        assert!(library.try_ask(Actor::Visitor, command(0)).await.is_ok(), "and it goes on");
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_write_nothing() {
    both(async |location| {
        let library = Library::open(location).await;
        let person = library.person(1).await;
        let before = store::ledger::head(library.reads()).await.unwrap();
        let answer = library.try_ask(person.actor(), redeem(CardId(1), PrizeId(2), 1)).await;
        assert_eq!(answer, Err(NoReply::Refused(Refused::from(ledger::Refusal::NotYourCard))));
        assert_eq!(store::ledger::head(library.reads()).await.unwrap(), before);
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_one_writer() {
    let location = testing::lite();
    let library = Library::open(location.clone()).await;
    let second = Store::open(&location, Box::new(Manual::new(MORNING))).await;
    let Err(Fault::Failed(why)) = second else { panic!("a second writer") };
    assert!(why.contains("in use by another process"), "{why}");
    assert_clean(&location.reads().await.unwrap()).await;
    library.close().await;
    Library::open(location).await.close().await;
}

/// A clock that is out of order.
struct Broken;

impl Clock for Broken {
    fn at(&self) -> i64 {
        panic!("the clock is broken")
    }
    fn day(&self, _: i64) -> i64 {
        0
    }
    fn minute(&self, _: i64) -> i64 {
        0
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_writer_is_noticed() {
    both(async |location| {
        let store = Store::open(&location, Box::new(Broken)).await.unwrap();
        let door = store.door.clone();
        assert!(door.ask(envelope(Actor::Visitor, None, enter(1))).await.is_err());
        door.ended().await;
        drop(door);
        store.close();
    })
    .await;
}
