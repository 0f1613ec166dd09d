//! Broken rows, broken clocks, a database that takes a batch back: one bad command must not sink a crowd.

use crate::support::*;
use domain::core::asked::Actor;
use domain::outbox::{Attempt, SettleOutbox, TakeOutbox};
use domain::redemptions;
use domain::slices::{Command, Envelope};
use domain::staff::Role;
use domain::tables::*;
use std::time::Duration;
use store::testing::{both, pg, plant};
use store::{Answer, Location, NoReply};

struct Stage {
    location: Location,
    librarian: StaffId,
    people: Vec<Cardholder>,
    prizes: [PrizeId; 2],
}

async fn stage(location: Location) -> Stage {
    let library = Library::open(location).await;
    let librarian = library.staff(1, "林馆员", Role::Administrator).await;
    let good = library.stocked(librarian, prize(1, "书签"), 9).await;
    let bad = library.stocked(librarian, prize(1, "帆布袋"), 9).await;
    let people = library.people(1..4).await;
    Stage { location: library.close().await, librarian, people, prizes: [good, bad] }
}

impl Stage {
    fn redeem(&self, person: usize, prize: usize) -> Envelope {
        let person = self.people[person];
        envelope(person.actor(), None, redeem(person.card, self.prizes[prize], 1))
    }

    /// Each answer in a word, and how many batches were committed.
    async fn batch(&self, envelopes: &[Envelope]) -> (Vec<&'static str>, i64) {
        let reads = self.location.reads().await.unwrap();
        let before = store::ledger::head(&reads).await.unwrap();
        let mut writer = writer(&self.location).await;
        let answers = tokio::time::timeout(Duration::from_secs(20), writer.batch(envelopes)).await;
        let after = store::ledger::head(&reads).await.unwrap();
        (answers.expect("a writer that answers").iter().map(word).collect(), after.sequence - before.sequence)
    }
}

fn word(answer: &Answer) -> &'static str {
    match answer {
        Ok(_) => "done",
        Err(NoReply::Refused(_)) => "refused",
        Err(NoReply::Busy) => "busy",
        Err(NoReply::Fault) => "fault",
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrupt_row_stops_only_its_own_command() {
    both(async |location| {
        let stage = stage(location).await;
        plant(&stage.location, &format!("update card set state = 99 where id = {}", stage.people[1].card)).await;
        let answers = stage.batch(&[stage.redeem(0, 0), stage.redeem(1, 0), stage.redeem(2, 0)]).await;
        assert_eq!(answers, (vec!["done", "fault", "done"], 1));
        assert_clean(&stage.location.reads().await.unwrap()).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_written_stops_only_its_own_command() {
    both(async |location| {
        let stage = stage(location).await;
        let bad = stage.prizes[1];
        let text = match &stage.location {
            Location::Lite(_) => format!(
                "create trigger planted before insert on redemption when new.prize = {bad} \
                 begin select raise(abort, 'planted'); end"
            ),
            Location::Pg(_) => format!("alter table redemption add constraint planted check (prize <> {bad})"),
        };
        plant(&stage.location, &text).await;
        let answers = stage.batch(&[stage.redeem(0, 0), stage.redeem(1, 1), stage.redeem(2, 0)]).await;
        assert_eq!(answers, (vec!["done", "fault", "done"], 2), "each alone once");
        let reads = stage.location.reads().await.unwrap();
        assert_eq!(number(&reads, "select count(*) from redemption").await, 2);
        assert_clean(&reads).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_of_another_type_is_a_fault_and_no_endless_loop() {
    both(async |location| {
        let stage = stage(location).await;
        let text = match &stage.location {
            Location::Lite(_) => "update prize set position = 'first'",
            Location::Pg(_) => "alter table prize alter column position type text using 'first'",
        };
        plant(&stage.location, text).await;
        let mark = Command::from(domain::messages::MarkRead { message: None });
        let mark = envelope(stage.people[1].actor(), None, mark);
        assert_eq!(stage.batch(&[stage.redeem(0, 0), mark]).await, (vec!["fault", "done"], 1));
    })
    .await;
}

/// On PostgreSQL the COMMIT is already on its way when the number of changed rows comes back.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_payload_does_not_do_its_neighbours_twice() {
    both(async |location| {
        let stage = stage(location).await;
        let reads = stage.location.reads().await.unwrap();
        let outbox = OutboxId(number(&reads, "select min(id) from outbox").await);
        let job = |command| envelope(Actor::Job, None, command);
        let take = job(Command::from(TakeOutbox { outbox }));
        assert_eq!(stage.batch(&[take]).await, (vec!["done"], 1));
        plant(&stage.location, &format!("delete from payload where outbox = {outbox}")).await;
        let sent = job(Command::from(SettleOutbox { outbox, attempts: 1, attempt: Attempt::Sent }));
        assert_eq!(stage.batch(&[stage.redeem(0, 0), sent, stage.redeem(1, 0)]).await, (vec!["done"; 3], 1));
        assert_eq!(number(&reads, "select count(*) from redemption").await, 2);
        assert_clean(&reads).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_the_database_takes_back_is_tried_again() {
    let stage = stage(pg()).await;
    // A sequence does not roll back: the third attempt is let through.
    let text = "create sequence attempts; create function planted() returns trigger language plpgsql as $$ begin \
        if nextval('attempts') < 3 then raise exception 'planted' using errcode = '40001'; end if; return new; end $$; \
        create trigger planted before insert on batch for each row execute function planted()";
    plant(&stage.location, text).await;
    let answers = stage.batch(&[stage.redeem(0, 0), stage.redeem(1, 0)]).await;
    assert_eq!(answers, (vec!["done", "done"], 1));
    let reads = stage.location.reads().await.unwrap();
    assert_eq!(number(&reads, "select count(*) from redemption").await, 2);
    assert_eq!(number(&reads, "select last_value from attempts").await, 3);
    assert_clean(&reads).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_far_behind_decides_nothing() {
    both(async |location| {
        let stage = stage(location).await;
        let library = Library::open(stage.location.clone()).await;
        let person = stage.people[0];
        let ask = async || library.try_ask(person.actor(), redeem(person.card, stage.prizes[0], 1)).await;
        library.clock.set(MORNING - MINUTE_MS - 1);
        assert_eq!(ask().await, Err(NoReply::Fault));
        library.clock.set(MORNING - MINUTE_MS);
        assert!(matches!(ask().await.unwrap().of(), Some(redemptions::Reply::Redeemed { .. })));
        let at = number(library.reads(), "select max(at) from redemption").await;
        assert_eq!(at, MORNING, "time never runs backwards");
        library.clock.set(MORNING);
        let librarian = Actor::Staff(stage.librarian);
        assert!(library.try_ask(librarian, receive(stage.prizes[0], 1)).await.is_ok(), "it heals by itself");
        assert_clean(library.reads()).await;
        library.close().await;
    })
    .await;
}
