//! Migrations can run again, and by several instances at once.

use crate::support::*;
use futures_util::future::join_all;
use store::testing::{both, pg};
use store::{Fault, Location};

#[tokio::test(flavor = "multi_thread")]
async fn migrating_twice_changes_nothing() {
    both(async |location| {
        let library = Library::open(location).await;
        library.person(1).await;
        let before = store::ledger::head(library.reads()).await.unwrap();
        library.location.migrate().await.unwrap();
        assert_eq!(store::ledger::head(library.reads()).await.unwrap(), before);
        assert_clean(library.reads()).await;
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_instances_migrate_at_once() {
    let location = pg();
    for migrated in join_all((0..8).map(|_| location.migrate())).await {
        migrated.unwrap();
    }
    let reads = location.reads().await.unwrap();
    assert_eq!(number(&reads, "select count(*) from head").await, 1);
    assert_eq!(number(&reads, "select count(*) - count(distinct version) from refinery_schema_history").await, 0);
    assert_clean(&reads).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_at_what_is_not_there_makes_nothing() {
    let Location::Lite(path) = store::testing::lite() else { panic!("lite() is a file") };
    assert!(matches!(Location::Lite(path.clone()).reads().await, Err(Fault::Failed(_))));
    assert!(!path.exists());
}
