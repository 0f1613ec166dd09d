//! Binding as a reader does it: what is typed, and what the library system says of it.

use super::{Memory, at, digest};
use domain::cards::{BindCard, CardFace, CardFacts, RequestCode};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::slices::Command;
use domain::tables::{Barcode, Card, CardState, Purpose, ReaderId};

pub const SESSION: i64 = 1;
pub const CODE: i64 = 6;
/// Not known to the library system.
pub const NONE: i64 = 0;

pub fn barcode(n: i64) -> Digest {
    digest(1, n)
}

pub fn phone(n: i64) -> Digest {
    digest(2, n)
}

pub fn identity(n: i64) -> Digest {
    if n == NONE { Digest::NONE } else { digest(3, n) }
}

pub fn patron(n: i64) -> Digest {
    if n == NONE { Digest::NONE } else { digest(4, n) }
}

pub fn session(n: i64) -> Digest {
    digest(5, n)
}

pub fn code(n: i64) -> Digest {
    digest(6, n)
}

/// What one request is counted under: three labels, so that equal numbers stay apart.
pub fn limited(reader: i64, phone: i64, barcode: i64) -> Vec<Digest> {
    vec![digest(11, reader), digest(12, phone), digest(13, barcode)]
}

/// A paper card and its holder; numbers stand for what would be hashed.
#[derive(Clone, Copy)]
pub struct Holder {
    pub barcode: i64,
    pub phone: i64,
    pub identity: i64,
    pub patron: i64,
}

impl Holder {
    pub fn facts(&self) -> CardFacts {
        let face = CardFace::default();
        let (identity, patron) = (identity(self.identity), patron(self.patron));
        CardFacts { state: CardState::Active, identity, patron, face }
    }

    pub fn request(&self, reader: ReaderId) -> RequestCode {
        RequestCode {
            session: session(SESSION),
            purpose: Purpose::Bind,
            phone: phone(self.phone),
            barcode: barcode(self.barcode),
            limited: limited(reader.0, self.phone, self.barcode),
            matched: Some(self.facts()),
            code: code(CODE),
            payload: Sealed(vec![1]),
        }
    }

    pub fn bind(&self) -> BindCard {
        let (phone, barcode) = (phone(self.phone), barcode(self.barcode));
        BindCard { session: session(SESSION), phone, barcode, code: code(CODE) }
    }
}

impl Memory {
    /// The row of a card that is known by its barcode.
    pub fn card_of(&self, holder: Holder) -> Card {
        let hash = barcode(holder.barcode);
        let named = self.get::<Barcode>(Barcode::key(hash.high, hash.low)).expect("a barcode");
        self.get(Card::key(named.card)).expect("a card")
    }

    /// Asks for the code and types it.
    pub fn bind(&mut self, reader: ReaderId, holder: Holder, when: i64) -> Result<Replied, Refused> {
        let actor = Actor::Reader(reader);
        self.ask(actor, Command::from(holder.request(reader)), at(when))?;
        self.ask(actor, Command::from(holder.bind()), at(when))
    }
}
