//! The hash chain: a posting that was changed, deleted or added is found.

use crate::support::*;
use domain::staff::Role;
use store::Location;
use store::ledger::{Walk, walk};
use store::testing::{both, copy, plant};
use store::verify::verify;

const COPIED: &str = "card, account, points, kind, cause, after, previous, at from posting";

/// Three people's awards, then six redemptions, each a batch of its own.
async fn journal(location: Location) -> Location {
    let library = Library::open(location).await;
    let librarian = library.staff(1, "林馆员", Role::Administrator).await;
    let prize = library.stocked(librarian, prize(1, "书签"), 9).await;
    let people = [library.person(1).await, library.person(2).await, library.person(3).await];
    for n in 0..6 {
        let person = people[n % people.len()];
        library.ask(person.actor(), redeem(person.card, prize, 1)).await;
    }
    let Walk::Whole { postings: 9, .. } = walk(library.reads()).await.unwrap() else { panic!("a broken chain") };
    library.close().await
}

/// Where the chain breaks after this was done to it, relative to the head; None: nowhere.
async fn broken(journal: &Location, text: &str) -> Option<i64> {
    let location = copy(journal);
    plant(&location, text).await;
    let reads = location.reads().await.unwrap();
    match walk(&reads).await.unwrap() {
        Walk::Whole { .. } => None,
        Walk::Broken { sequence } => Some(sequence - store::ledger::head(&reads).await.unwrap().sequence),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_was_touched_is_found_where_it_was_touched() {
    both(async |location| {
        let journal = journal(location).await;
        let newest = "(select max(id) from posting)";
        let fourth = "(select id from posting order by id limit 1 offset 3)";
        let change = async |text: String| broken(&journal, &text).await;
        assert_eq!(change("select 1".into()).await, None);
        assert_eq!(change(format!("update posting set at = at + 1 where id = {newest}")).await, Some(0));
        assert_eq!(change(format!("update posting set cause = cause + 1 where id = {fourth}")).await, Some(-5));
        assert_eq!(change(format!("delete from posting where id = {newest}")).await, Some(0));
        assert_eq!(change(format!("delete from posting where id = {fourth}")).await, Some(-5));
        let add = format!("insert into posting select id + 1, {COPIED} where id = {fourth}");
        assert_eq!(change(add).await, Some(-5));
        assert_eq!(
            change("update batch set at = at + 1 where sequence = (select max(sequence) - 2 from batch)".into()).await,
            Some(-2)
        );
        assert_eq!(
            change("delete from batch where sequence = (select max(sequence) - 1 from batch)".into()).await,
            Some(-1)
        );
        assert_eq!(change("delete from batch".into()).await.map(|at| at < -5), Some(true));
        let swapped = format!(
            "update posting set id = case id when {newest} then {fourth} else {newest} end + 1 \
            where id in ({newest}, {fourth})"
        );
        assert_eq!(change(swapped).await, Some(-5));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_posting_outside_of_every_batch_is_found() {
    both(async |location| {
        let journal = journal(location).await;
        let below = format!("insert into posting select -7, {COPIED} where id = (select min(id) from posting)");
        assert!(broken(&journal, &below).await.is_some(), "before the first batch");
        let location = copy(&journal);
        let above = format!("insert into posting select 999999999, {COPIED} where id = (select max(id) from posting)");
        plant(&location, &above).await;
        let findings = verify(&location.reads().await.unwrap()).await.unwrap();
        let found = findings.iter().find(|finding| finding.name == "every id is below the next one").unwrap();
        assert_eq!(found.violations, [999_999_999]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chain_is_the_same_on_both_engines() {
    let [lite, pg] = both(async |location| {
        let journal = journal(location).await;
        store::ledger::head(&journal.reads().await.unwrap()).await.unwrap()
    })
    .await;
    assert_eq!(lite, pg);
}
