//! The writer on a fresh SQLite file.
#![allow(clippy::unwrap_used)]

use domain::envelope::{Actor, Command, Envelope};
use domain::redemptions::Redeem;
use domain::refusal::Refusal;
use domain::tables::{CardId, PrizeId, ReaderId};
use store::engine::{Engine, lite::Lite};
use store::writer::{Clock, NoReply, Writer};

struct Fixed;
impl Clock for Fixed {
    fn at(&self) -> i64 {
        1_795_395_600_000
    }
    fn day(&self, _: i64) -> i64 {
        20261123
    }
}

#[tokio::test]
async fn a_stranger_is_refused_and_nothing_is_written() {
    let path = std::env::temp_dir().join(format!("yue-writer-{}.db", std::process::id()));
    store::migrate::lite(&path).unwrap();
    store::migrate::lite(&path).unwrap();
    let mut writer = Writer::new(Engine::Lite(Lite::open(&path).unwrap()), Box::new(Fixed));
    let command = Command::Redeem(Redeem { card: CardId(1), prize: PrizeId(2) });
    let envelope = Envelope { actor: Actor::Reader(ReaderId(3)), key: None, command, seed: 4 };
    let answers = writer.batch(&[envelope]).await;
    assert_eq!(answers, vec![Err(NoReply::Refused(Refusal::NotYourCard))]);
    std::fs::remove_file(&path).unwrap();
}
