//! The same seeded run on both engines ends at the same head of the chain, and at the one that it always ended at.

use crate::support::load::Chance;
use crate::support::*;
use domain::checkins::StampDay;
use domain::core::asked::Actor;
use domain::redemptions::CancelRedemption;
use domain::slices::{Command, Envelope};
use domain::staff::Role;
use domain::tables::*;
use store::ledger::{ChainHead, head};
use store::testing::both;

const PEOPLE: i64 = 40;
const ROUNDS: i64 = 60;
/// What postings say, and in which batches, has not changed since this was written down.
const HEAD: &str = "b24fc2fd55f913d1ff14bd3e96d0fda54dbdf08e666a0616835bc0bd803f705c";

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_ends_at_the_same_head() {
    let [lite, pg] = both(async |location| run(Library::open(location).await, 7).await).await;
    assert_eq!(lite, pg);
    let hash: String = lite.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, HEAD, "{lite:?}");
    let [other, _] = both(async |location| run(Library::open(location).await, 8).await).await;
    assert_ne!(other.hash, lite.hash, "another seed ends elsewhere");
}

/// People bind, stamp their days, redeem, collect and cancel, one command a batch.
async fn run(library: Library, seed: u64) -> ChainHead {
    let mut chance = Chance::new(seed);
    let librarian = library.staff(1, "林馆员", Role::Administrator).await;
    let prize = library.stocked(librarian, prize(7, "书签"), 100_000).await;
    let mut people = vec![];
    for number in 1..=PEOPLE {
        people.push(library.person(number).await);
    }
    let mut redeemed = vec![];
    for _ in 0..ROUNDS {
        library.clock.pass(MINUTE_MS * (1 + chance.below(3_000) as i64));
        for _ in 0..5 {
            let who = people[chance.below(PEOPLE as u64) as usize];
            let (actor, seed) = (who.actor(), chance.below(u64::MAX) as i64);
            let (actor, command) = match chance.below(5) {
                0..2 => (actor, Command::from(StampDay { card: who.card })),
                2..4 => (actor, redeem(who.card, prize, 7)),
                _ => {
                    let Some(redemption) = redeemed.pop() else { continue };
                    let cancel = CancelRedemption { redemption, reason: "缺货".into() };
                    (Actor::Staff(librarian), Command::from(cancel))
                }
            };
            let is_redemption = command.name() == "Redeem";
            // Refused is fine: what was done already stays as it is.
            if let Ok(reply) = library.send(Envelope { actor, key: None, command, seed }).await
                && is_redemption
            {
                redeemed.push(reply.names(RedemptionId));
            }
        }
    }
    assert_clean(library.reads()).await;
    let head = head(library.reads()).await.unwrap();
    library.close().await;
    head
}
