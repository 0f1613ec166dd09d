//! Records: prose, payloads and audit rows. Committed with their cause, never read by a decision.

use crate::digest::Digest;
use crate::tables::{CardId, OutboxId, PrizeId, ReaderId, StaffId};

/// What web made of a personal number or text: the domain never sees it clear.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Sealed(pub Vec<u8>);

/// How a card is shown: 王*萌（尾号1234）.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CardFace {
    pub masked_name: String,
    pub tail: String,
    pub barcode: Sealed,
    pub phone: Sealed,
}

#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PrizeText {
    pub title: String,
    pub description: String,
    pub picture: String,
}

/// A picture by its content's hash: the same picture is there once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub hash: Digest,
    pub bytes: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    Picture(Picture),
    CardFace {
        card: CardId,
        face: CardFace,
    },
    ReaderFace {
        reader: ReaderId,
        openid: Sealed,
    },
    PrizeText {
        prize: PrizeId,
        text: PrizeText,
    },
    StaffFace {
        staff: StaffId,
        name: String,
        password_hash: String,
    },
    /// What an outbox row sends.
    Payload {
        outbox: OutboxId,
        sealed: Sealed,
    },
    PayloadWiped {
        outbox: OutboxId,
    },
    Audit {
        id: i64,
        /// None: whoever runs the program on the server.
        staff: Option<StaffId>,
        action: &'static str,
        about: i64,
        note: String,
        at: i64,
    },
}
