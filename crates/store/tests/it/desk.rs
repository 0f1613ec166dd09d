//! What the desk sees: its own branch's hand-overs and prizes.

use crate::support::*;
use domain::core::asked::Actor;
use domain::prizes::SavePrize;
use domain::staff::Role;
use domain::tables::*;
use store::prizes;
use store::redemptions::desk;
use store::testing::both;

const ELSEWHERE: BranchId = BranchId(2);

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_sees_its_own_branch() {
    both(async |location| {
        let library = Library::open(location).await;
        let librarian = library.staff(1, "林馆员", Role::Administrator).await;
        let here = library.stocked(librarian, prize(1, "书签"), 14).await;
        let elsewhere = SavePrize { branch: ELSEWHERE, ..prize(1, "帆布袋") };
        let elsewhere = library.stocked(librarian, elsewhere, 3).await;
        let person = library.person(1).await;
        let mut collected = vec![];
        for n in 0..14 {
            library.clock.pass(MINUTE_MS);
            let from = if n == 0 { elsewhere } else { here };
            let redeemed = library.ask(person.actor(), redeem(person.card, from, 1)).await;
            if n < 12 {
                library.ask(Actor::Staff(librarian), collect(redeemed)).await;
                collected.push(redeemed.cells[0]);
            }
        }
        let ids = async |branch| {
            let rows = library.reads().all(desk::last(branch)).await.unwrap();
            let found = desk::hand_overs(rows).unwrap();
            found.iter().map(|hand_over| hand_over.view.redemption.id.0).collect::<Vec<_>>()
        };
        let newest: Vec<i64> = collected.iter().rev().copied().collect();
        assert_eq!(ids(Some(BRANCH)).await, newest[..10]);
        assert_eq!(ids(None).await, newest[..10]);
        assert_eq!(ids(Some(ELSEWHERE)).await, newest[11..]);
        assert!(ids(Some(BranchId(3))).await.is_empty());
        let counts = async |branch| {
            let mut row = library.reads().one(desk::counts(branch)).await.unwrap().unwrap();
            [row.int().unwrap(), row.int().unwrap(), row.int().unwrap()]
        };
        // Waiting at the desk, nearly gone, prizes at all.
        assert_eq!(counts(Some(BRANCH)).await, [2, 1, 1]);
        assert_eq!(counts(Some(ELSEWHERE)).await, [0, 1, 1]);
        assert_eq!(counts(None).await, [2, 2, 2]);
        assert_eq!(counts(Some(BranchId(3))).await, [0, 0, 0]);
        assert_clean(library.reads()).await;
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_is_moved_with_a_reason() {
    both(async |location| {
        let library = Library::open(location).await;
        let librarian = library.staff(1, "林馆员", Role::Administrator).await;
        let first = library.stocked(librarian, SavePrize { position: 2, ..prize(5, "书签") }, 4).await;
        let second = library.stocked(librarian, prize(5, "帆布袋"), 1).await;
        let kind = StockMovementKind::WrittenOff;
        let broken = domain::prizes::MoveStock { prize: first, kind, count: 1, reason: "摔碎了".into() };
        library.ask(Actor::Staff(librarian), domain::slices::Command::from(broken)).await;
        let movements = prizes::movements(library.reads(), first).await.unwrap();
        let said: Vec<_> = movements.iter().map(|m| (m.kind, m.count, m.reason.as_str())).collect();
        assert_eq!(said, [(kind, 1, "摔碎了"), (StockMovementKind::Received, 4, "到货")]);
        let all = prizes::views(library.reads().all(prizes::all()).await.unwrap()).unwrap();
        assert_eq!(all.iter().map(|view| view.prize.id).collect::<Vec<_>>(), [second, first], "by position");
        assert_eq!((all[1].prize.received, all[1].prize.on_hand, all[1].prize.written_off), (4, 3, 1));
        assert_clean(library.reads()).await;
        library.close().await;
    })
    .await;
}
