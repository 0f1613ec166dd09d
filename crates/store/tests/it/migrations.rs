//! Migrations can run again, and by several instances at once.

use crate::support::*;
use domain::staff::{Rights, Role};
use domain::tables::{BranchId, StaffId};
use futures_util::future::join_all;
use store::migrate::Target;
use store::testing::{both, pg, plant};
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

#[tokio::test(flavor = "multi_thread")]
async fn an_account_gets_the_role_whose_permissions_it_had() {
    // 8 was for all branches. Bits as the roles had them before the newest permissions came.
    let accounts = [
        (1, 1 | 2 | 4 | 8 | 16, Role::Administrator, None),
        (2, 1 | 2 | 8 | 16 | 32, Role::Director, None),
        (3, 16 | 1024 | 2048, Role::Activities, Some(BranchId(2))),
        (4, 16, Role::Acquisitions, Some(BranchId(2))),
        (5, 2 | 16 | 32, Role::Desk, Some(BranchId(2))),
        (6, 8 | 16, Role::Auditor, None),
    ];
    both(async |location| {
        location.migrate_to(Target::Version(20_261_201_090_000)).await.unwrap();
        for (id, permissions, ..) in accounts {
            let row = format!(
                "insert into staff (id, state, branch, permissions, failures, locked_until, at) \
                values ({id}, 1, 2, {permissions}, 0, 0, 0)"
            );
            plant(&location, &row).await;
        }
        location.migrate().await.unwrap();
        let reads = location.reads().await.unwrap();
        for (id, _, role, branch) in accounts {
            let rights = store::staff::rights(&reads, StaffId(id)).await.unwrap();
            // Also what it was not allowed when the account was made.
            assert_eq!(rights, Rights(vec![(role.permissions(), branch)]), "{role:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_are_those_of_all_roles_and_of_the_librarys_own() {
    both(async |location| {
        location.migrate().await.unwrap();
        plant(
            &location,
            "insert into own_role values (7, 2, 0); insert into staff_role values (1, -5, 1, 0, 0), \
            (1, 7, 0, 0, 0), (1, 8, 2, 0, 0), (2, 7, 1, 0, 0)",
        )
        .await;
        let rights = store::staff::rights(&location.reads().await.unwrap(), StaffId(1)).await.unwrap();
        // A role that is gone allows nothing.
        let expected = [(Role::Desk.permissions(), Some(BranchId(1))), (2, None), (0, Some(BranchId(2)))];
        assert_eq!(rights, Rights(expected.to_vec()));
    })
    .await;
}
