//! A library to measure: readers with cards and points, prizes with stock, made by the commands that people send.

use domain::cards::{BindAtDesk, CardFace, CardFacts};
use domain::core::asked::{Actor, Idempotency};
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::core::reply::Replied;
use domain::prizes::{MoveStock, PrizeText, SavePrize};
use domain::redemptions::Redeem;
use domain::sessions::{AgreeToPrivacy, Enter};
use domain::slices::{Command, Envelope};
use domain::staff::{AddStaff, Role};
use domain::tables::{BranchId, CardId, CardState, PrizeId, PrizeState, ReaderId, StaffId, StockMovementKind};
use futures_util::future::join_all;
use store::{Clock, Door};
use web::frame::keys::Keys;

/// As long as the writer's queue is.
const AT_ONCE: usize = 1_024;
const BRANCH: BranchId = BranchId(1);
pub const SECRET: &str = "a secret of the benchmark, long enough to be one";

/// The machine's clock; days are those of UTC, which nothing here depends on.
pub struct Machine;

impl Clock for Machine {
    fn at(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| since.as_millis() as i64)
    }
    fn day(&self, _: i64) -> i64 {
        20_261_124
    }
    fn minute(&self, _: i64) -> i64 {
        600
    }
}

#[derive(Clone, Copy)]
pub struct Person {
    pub reader: ReaderId,
    pub card: CardId,
}

pub struct People {
    pub staff: StaffId,
    pub people: Vec<Person>,
}

pub fn envelope(actor: Actor, command: Command) -> Envelope {
    Envelope { actor, key: None, command, seed: 7 }
}

/// Sends many commands, a queue's length at once.
pub async fn crowd(door: &Door, envelopes: Vec<Envelope>) -> Result<Vec<Replied>, String> {
    let mut replies = Vec::with_capacity(envelopes.len());
    let mut waiting = envelopes.into_iter().peekable();
    while waiting.peek().is_some() {
        let part: Vec<Envelope> = waiting.by_ref().take(AT_ONCE).collect();
        for answer in join_all(part.into_iter().map(|envelope| door.ask(envelope))).await {
            replies.push(answer.map_err(|why| format!("{why:?}"))?);
        }
    }
    Ok(replies)
}

async fn one(door: &Door, actor: Actor, command: Command) -> Result<Replied, String> {
    door.ask(envelope(actor, command)).await.map_err(|why| format!("{why:?}"))
}

pub fn session_token(n: i64) -> String {
    format!("session-of-the-benchmark-{n:08}")
}

/// Readers from `from` on, each signed in under `session_token`, each with a card and its first 50 points.
pub async fn people(door: &Door, keys: &Keys, from: i64, count: i64) -> Result<People, String> {
    let add = AddStaff {
        name_hash: keys.digest("staff", &format!("librarian {from}")),
        name: "馆员".into(),
        password_hash: "nobody signs in with this".into(),
        branch: BRANCH,
        role: Role::Administrator.number(),
        everywhere: true,
    };
    let staff = one(door, Actor::Job, Command::from(add)).await?.names(StaffId);
    let numbers = from..from + count;
    let session = |n: i64| keys.digest("session", &session_token(n));
    let enter = |n: i64| Enter {
        union: None,
        wechat: keys.digest("openid", &n.to_string()),
        openid: Sealed(vec![0; 40]),
        consented: true,
        session: session(n),
        replaces: None,
    };
    let entered = numbers.clone().map(|n| envelope(Actor::Visitor, Command::from(enter(n)))).collect();
    let readers: Vec<ReaderId> = crowd(door, entered).await?.into_iter().map(|reply| reply.names(ReaderId)).collect();
    let agrees = readers.iter().map(|reader| envelope(Actor::Reader(*reader), Command::from(AgreeToPrivacy {})));
    crowd(door, agrees.collect()).await?;
    // At the desk, so that no SMS waits in the outbox of the library that is measured.
    let bind = |(n, reader): (i64, &ReaderId)| BindAtDesk {
        reader: *reader,
        barcode: keys.digest("barcode", &n.to_string()),
        facts: CardFacts {
            state: CardState::Active,
            identity: keys.digest("identity", &n.to_string()),
            patron: Digest::NONE,
            face: CardFace {
                masked_name: "王*萌".into(),
                tail: format!("{:04}", n % 10_000),
                barcode: Sealed(vec![0; 40]),
                phone: Sealed(vec![0; 40]),
            },
        },
    };
    let binds = numbers.zip(&readers).map(|who| envelope(Actor::Staff(staff), Command::from(bind(who))));
    let bound = crowd(door, binds.collect()).await?;
    let cards = bound.into_iter().map(|reply| reply.names(CardId));
    Ok(People { staff, people: readers.into_iter().zip(cards).map(|(reader, card)| Person { reader, card }).collect() })
}

pub async fn prize(door: &Door, staff: StaffId, points: i64, stock: i64) -> Result<PrizeId, String> {
    let save = SavePrize {
        prize: None,
        branch: BRANCH,
        state: PrizeState::Shown,
        points,
        per_card: 0,
        visible_from: 0,
        visible_until: 0,
        position: 0,
        place: None,
        pictures: vec![],
        text: PrizeText {
            title: "黄铜波纹书签".into(),
            description: "黄铜冲压，书口也是水波。".into(),
            picture: "prize-bookmark.svg".into(),
        },
    };
    let prize = one(door, Actor::Staff(staff), Command::from(save)).await?.names(PrizeId);
    let (kind, reason) = (StockMovementKind::Received, "到货".into());
    one(door, Actor::Staff(staff), Command::from(MoveStock { prize, kind, count: stock, reason })).await?;
    Ok(prize)
}

/// The nth redemption of the run, under a key of its own.
pub fn redemption(person: Person, prize: PrizeId, n: i64) -> Envelope {
    let digest = |label: i64| Digest { high: label, low: n.wrapping_mul(0x5851_F42D_4C95_7F2D) | 1 };
    let key = Some(Idempotency { key: digest(90), body: digest(91) });
    let command = Command::from(Redeem { card: person.card, prize, points: 1 });
    Envelope { actor: Actor::Reader(person.reader), key, command, seed: n.wrapping_mul(0x9E37_79B9) }
}
