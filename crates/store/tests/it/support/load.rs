//! Redemptions by a crowd, each under a key of its own, and the journal of answers that the clients keep.

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use store::Door;

/// Each has 50 points, and a redemption costs one.
const PEOPLE: i64 = 240;

/// From a redemption's number to its id: what was acknowledged.
pub type Journal = BTreeMap<i64, i64>;

#[derive(Clone)]
pub struct Load {
    cards: Vec<(CardId, ReaderId)>,
    prize: PrizeId,
}

impl Load {
    pub async fn stage(library: &Library) -> Self {
        let librarian = library.staff(1, "林馆员", Role::Administrator).await;
        library.stocked(librarian, prize(1, "书签"), 1_000_000).await;
        library.people(1..PEOPLE + 1).await;
        Self::find(library.reads()).await
    }

    /// What was staged, perhaps by another process.
    pub async fn find(reads: &Reads) -> Self {
        let prize = PrizeId(number(reads, "select min(id) from prize").await);
        let rows = reads.all(query("select id, reader from card order by id", [])).await.unwrap();
        let cards = rows.into_iter().map(|mut row| (row.cell().unwrap(), row.cell().unwrap())).collect();
        Load { cards, prize }
    }

    /// Safe to send again.
    pub fn form(&self, number: i64) -> Envelope {
        Envelope { key: keyed(number, 1), ..self.bare(number) }
    }

    /// Without a key: whoever does it twice is not saved by the first outcome.
    pub fn bare(&self, number: i64) -> Envelope {
        let (card, reader) = self.cards[number as usize % self.cards.len()];
        let seed = number.wrapping_mul(0x9E37_79B9);
        Envelope { actor: Actor::Reader(reader), key: None, command: redeem(card, self.prize, 1), seed }
    }
}

/// Several clients who redeem one after the other until told to stop; `heard` is called with each acknowledgement.
pub async fn run(
    door: &Door,
    command: impl Fn(i64) -> Envelope,
    clients: usize,
    next: &AtomicI64,
    more: impl Fn() -> bool,
    heard: impl Fn(i64, i64),
) {
    let client = async || {
        while more() {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let answer = door.ask(command(number)).await;
            heard(number, answer.unwrap_or_else(|why| panic!("redemption {number}: {why:?}")).cells[0]);
        }
    };
    join_all((0..clients).map(|_| client())).await;
}

pub fn note(journal: &Mutex<Journal>) -> impl Fn(i64, i64) {
    |number, id| {
        let before = journal.lock().unwrap().insert(number, id);
        assert!(before.is_none_or(|before| before == id), "{number} was {before:?}, now {id}");
    }
}

/// What was done is what was acknowledged, no more and no less, and every invariant holds.
pub async fn judge_all(reads: &Reads, journal: &Journal) {
    let rows = reads.all(query("select id from redemption order by id", [])).await.unwrap();
    let done: Vec<i64> = rows.into_iter().map(|mut row| row.int().unwrap()).collect();
    let mut acknowledged: Vec<i64> = journal.values().copied().collect();
    acknowledged.sort_unstable();
    assert_eq!(done, acknowledged);
    assert_clean(reads).await;
}

/// After a crash: none of the journal is lost, no form was done twice, and every invariant holds.
pub async fn judge(reads: &Reads, journal: &Journal) {
    let rows = reads.all(query("select low, a from outcome where reply = 6", [])).await.unwrap();
    let outcomes: BTreeMap<i64, i64> = rows.into_iter().map(|mut r| (r.int().unwrap(), r.int().unwrap())).collect();
    for (number, id) in journal {
        let key = keyed(*number, 1).expect("a key").key.low;
        assert_eq!(outcomes.get(&key), Some(id), "redemption {number} was acknowledged");
    }
    let ids: BTreeSet<i64> = outcomes.values().copied().collect();
    assert_eq!(ids.len(), outcomes.len(), "each has an id of its own");
    let redemptions = number(reads, "select count(*) from redemption").await;
    assert_eq!(redemptions, outcomes.len() as i64, "each was done once");
    assert_clean(reads).await;
}

/// Numbers that look random and are the same in every run.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Chance(seed)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}
