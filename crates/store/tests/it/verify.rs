//! Each invariant can fail: planted violations are found, on both engines.

use crate::activities::lively;
use crate::donations::giving;
use crate::plants::{FINE_NOTES, PLANTS};
use crate::plants_later;
use crate::suggestions::wishing;
use crate::support::*;
use crate::volunteers::serving;
use domain::checkins::StampDay;
use domain::core::asked::Actor;
use domain::outbox::{Attempt, SettleOutbox, TakeOutbox};
use domain::prizes::SavePrize;
use domain::slices::Command;
use domain::staff::Role;
use domain::tables::OutboxId;
use std::collections::BTreeSet;
use store::Location;
use store::testing::{both, copy, plant};
use store::verify::verify;

/// Something of everything: two readers, a limited prize, one redemption that waits, one handed over, a stamp, two
/// messages that leave the platform, one of them sent; two activities, one of them over.
async fn busy(location: Location) -> Location {
    let library = Library::open(location).await;
    let librarian = library.staff(1, "林馆员", Role::Administrator).await;
    let prize = library.stocked(librarian, SavePrize { per_card: 2, ..prize(10, "书签") }, 5).await;
    let people = library.people(1..3).await;
    for (n, person) in people.iter().enumerate() {
        let form = envelope(person.actor(), keyed(n as i64, 1), redeem(person.card, prize, 10));
        let redeemed = library.send(form).await.unwrap();
        if n == 0 {
            library.ask(Actor::Staff(librarian), collect(redeemed)).await;
        }
    }
    let stamp = StampDay { card: people[0].card };
    library.ask(people[0].actor(), Command::from(stamp)).await;
    let outbox = OutboxId(number(library.reads(), "select min(id) from outbox").await);
    library.ask(Actor::Job, Command::from(TakeOutbox { outbox })).await;
    library.ask(Actor::Job, Command::from(SettleOutbox { outbox, attempts: 1, attempt: Attempt::Sent })).await;
    lively(&library, Actor::Staff(librarian), &people).await;
    serving(&library, Actor::Staff(librarian), &people).await;
    wishing(&library, Actor::Staff(librarian), &people).await;
    giving(&library, Actor::Staff(librarian), &people).await;
    assert_clean(library.reads()).await;
    library.close().await
}

/// The names of the invariants that are broken after a change.
async fn broken(busy: &Location, text: &str) -> BTreeSet<&'static str> {
    let location = copy(busy);
    plant(&location, text).await;
    let findings = verify(&location.reads().await.unwrap()).await.unwrap();
    findings.into_iter().filter(|finding| !finding.violations.is_empty()).map(|finding| finding.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_planted_violation_is_found() {
    let [lite, pg] = both(async |location| {
        let busy = busy(location).await;
        let mut found = vec![];
        for (name, texts) in PLANTS.iter().chain(plants_later::PLANTS) {
            for text in *texts {
                let broken = broken(&busy, text).await;
                assert!(broken.contains(name), "not found: {name}, after {text}; found: {broken:?}");
                found.push(broken);
            }
        }
        found
    })
    .await;
    assert_eq!(lite, pg, "both engines find the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_invariant_has_a_planted_violation() {
    both(async |location| {
        location.migrate().await.unwrap();
        let findings = verify(&location.reads().await.unwrap()).await.unwrap();
        let names: BTreeSet<&str> = findings.iter().map(|finding| finding.name).collect();
        let planted: BTreeSet<&str> = PLANTS.iter().chain(plants_later::PLANTS).map(|(name, _)| *name).collect();
        assert_eq!(names, planted);
        assert!(findings.iter().all(|finding| finding.violations.is_empty()), "a new database is clean");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn innocent_numbers_may_stand_in_a_note() {
    both(async |location| {
        let busy = busy(location).await;
        for note in FINE_NOTES {
            let broken = broken(&busy, &format!("update audit set note = '{note}'")).await;
            assert!(broken.is_empty(), "{note}: {broken:?}");
        }
    })
    .await;
}
