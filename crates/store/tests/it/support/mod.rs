//! A library to play in: its clock, its people, and the steps that they take.

pub mod load;
pub mod proxy;

use domain::cards::{BindCard, CardFace, CardFacts, RequestCode};
use domain::core::asked::{Actor, Idempotency};
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::core::reply::Replied;
use domain::prizes::{MoveStock, PrizeText, SavePrize};
use domain::redemptions::code::RedemptionCode;
use domain::redemptions::{Collect, Redeem};
use domain::sessions::Enter;
use domain::slices::{Command, Envelope};
use domain::staff::{AddStaff, Role};
use domain::tables::*;
use futures_util::future::join_all;
use store::engine::Engine;
use store::engine::lite::Lite;
use store::engine::pg::Pg;
use store::read::query;
use store::testing::Manual;
use store::verify::verify;
use store::writer::Writer;
use store::{Answer, Location, Reads, Store};

/// 2026-11-23 09:00 in Nanjing, a Monday.
pub const MORNING: i64 = 1_795_395_600_000;
pub const MINUTE_MS: i64 = 60_000;
pub const BRANCH: BranchId = BranchId(1);

pub struct Library {
    pub location: Location,
    pub clock: Manual,
    pub store: Store,
}

impl Library {
    pub async fn open(location: Location) -> Self {
        let clock = Manual::new(MORNING);
        let store = Store::open(&location, Box::new(clock.clone())).await.unwrap();
        Library { location, clock, store }
    }

    pub fn reads(&self) -> &Reads {
        &self.store.reads
    }

    pub async fn send(&self, envelope: Envelope) -> Answer {
        self.store.door.ask(envelope).await
    }

    pub async fn try_ask(&self, actor: Actor, command: impl Into<Command>) -> Answer {
        self.send(envelope(actor, None, command.into())).await
    }

    pub async fn ask(&self, actor: Actor, command: impl Into<Command>) -> Replied {
        let command = command.into();
        let shown = format!("{command:?}");
        self.try_ask(actor, command).await.unwrap_or_else(|why| panic!("{shown}: {why:?}"))
    }

    pub async fn close(self) -> Location {
        self.store.close();
        self.location
    }
}

/// Somebody with a card, and what they know of it.
#[derive(Clone, Copy, Debug)]
pub struct Cardholder {
    pub reader: ReaderId,
    pub card: CardId,
}

impl Cardholder {
    pub fn actor(&self) -> Actor {
        Actor::Reader(self.reader)
    }
}

pub fn digest(label: i64, number: i64) -> Digest {
    Digest { high: label * 1_000_003 + 1, low: number.wrapping_mul(0x5851_F42D_4C95_7F2D) | 1 }
}

pub fn session_of(number: i64) -> Digest {
    digest(2, number)
}

pub fn keyed(number: i64, body: i64) -> Option<Idempotency> {
    Some(Idempotency { key: digest(90, number), body: digest(91, body) })
}

pub fn enter(number: i64) -> Command {
    let openid = Sealed(format!("openid {number}").into_bytes());
    let (wechat, session) = (digest(1, number), session_of(number));
    Command::from(Enter { wechat, union: None, openid, consented: true, session, replaces: None })
}

pub fn request_code(number: i64, card: i64) -> Command {
    let face = CardFace {
        masked_name: "王*萌".into(),
        tail: format!("{card:04}"),
        barcode: Sealed(format!("barcode {card}").into_bytes()),
        phone: Sealed(format!("phone {number}").into_bytes()),
    };
    let (identity, patron) = (digest(8, card), digest(9, card));
    Command::from(RequestCode {
        session: session_of(number),
        purpose: Purpose::Bind,
        phone: digest(3, number),
        barcode: digest(4, card),
        limited: vec![digest(5, number), digest(6, number), digest(7, card)],
        matched: Some(CardFacts { state: CardState::Active, identity, patron, face }),
        code: digest(10, number),
        payload: Sealed(format!("code for {number}").into_bytes()),
    })
}

pub fn bind(number: i64, card: i64, code: Digest) -> Command {
    let (session, phone, barcode) = (session_of(number), digest(3, number), digest(4, card));
    Command::from(BindCard { session, phone, barcode, code })
}

pub fn right_code(number: i64) -> Digest {
    digest(10, number)
}

pub fn prize(points: Points, title: &str) -> SavePrize {
    let description = format!("{title}，一份");
    SavePrize {
        prize: None,
        branch: BRANCH,
        state: PrizeState::Shown,
        points,
        per_card: 0,
        visible_from: 0,
        visible_until: 0,
        position: 1,
        place: None,
        pictures: vec![],
        text: PrizeText { title: title.into(), description, picture: "bookmark".into() },
    }
}

pub fn receive(prize: PrizeId, count: i64) -> Command {
    let kind = StockMovementKind::Received;
    Command::from(MoveStock { prize, kind, count, reason: "到货".into() })
}

pub fn redeem(card: CardId, prize: PrizeId, points: Points) -> Command {
    Command::from(Redeem { card, prize, points })
}

/// What the desk types from the reader's ticket.
pub fn collect(redeemed: Replied) -> Command {
    let code = RedemptionCode { redemption: redeemed.names(RedemptionId), secret: redeemed.cells[1] };
    Command::from(Collect { code, outside_hours: false })
}

/// Steps of several commands.
impl Library {
    /// Enters and binds a card: 50 points.
    pub async fn person(&self, number: i64) -> Cardholder {
        self.people(number..number + 1).await[0]
    }

    /// A crowd in a few batches; always in this order.
    pub async fn people(&self, numbers: std::ops::Range<i64>) -> Vec<Cardholder> {
        let all = |commands: Vec<(Actor, Command)>| async {
            join_all(commands.into_iter().map(|(actor, command)| self.ask(actor, command))).await
        };
        let entered = all(numbers.clone().map(|n| (Actor::Visitor, enter(n))).collect()).await;
        let readers: Vec<(i64, ReaderId)> = numbers.zip(entered.iter().map(|reply| reply.names(ReaderId))).collect();
        all(readers.iter().map(|(n, r)| (Actor::Reader(*r), request_code(*n, *n))).collect()).await;
        let bound = readers.iter().map(|(n, r)| (Actor::Reader(*r), bind(*n, *n, right_code(*n))));
        let bound = all(bound.collect()).await;
        let person = |((_, reader), bound): (&(i64, ReaderId), &Replied)| Cardholder {
            reader: *reader,
            card: bound.names(CardId),
        };
        readers.iter().zip(&bound).map(person).collect()
    }

    pub async fn staff(&self, number: i64, name: &str, role: Role) -> StaffId {
        self.ask(Actor::Job, add_staff(number, name, role)).await.names(StaffId)
    }

    pub async fn stocked(&self, staff: StaffId, prize: SavePrize, count: i64) -> PrizeId {
        let saved = self.ask(Actor::Staff(staff), Command::from(prize)).await.names(PrizeId);
        self.ask(Actor::Staff(staff), receive(saved, count)).await;
        saved
    }
}

pub fn add_staff(number: i64, name: &str, role: Role) -> Command {
    let password_hash = format!("hash of {name}'s password");
    let (name_hash, everywhere, role) = (digest(20, number), role.is_everywhere(), role.number());
    Command::from(AddStaff { name_hash, name: name.into(), password_hash, branch: BRANCH, role, everywhere })
}

/// The writer alone, for batches that a test puts together itself.
pub async fn writer(location: &Location) -> Writer {
    location.migrate().await.unwrap();
    let engine = match location {
        Location::Lite(path) => Engine::Lite(Lite::open(path).unwrap()),
        Location::Pg(url) => Engine::Pg(Box::new(Pg::open(url).await.unwrap())),
    };
    Writer::new(engine, Box::new(Manual::new(MORNING)))
}

pub fn envelope(actor: Actor, key: Option<Idempotency>, command: Command) -> Envelope {
    Envelope { actor, key, command, seed: 0x5EED }
}

/// Every invariant holds.
pub async fn assert_clean(reads: &Reads) {
    let broken: Vec<_> = verify(reads).await.unwrap().into_iter().filter(|f| !f.violations.is_empty()).collect();
    assert!(broken.is_empty(), "{broken:?}");
}

pub async fn number(reads: &Reads, text: &'static str) -> i64 {
    reads.one(query(text, [])).await.unwrap().expect("a row").int().unwrap()
}
