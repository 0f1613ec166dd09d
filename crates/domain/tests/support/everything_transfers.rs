//! One of each command about transfers, and what they need to be carried out.

use super::everything::READER;
use super::{LIBRARIAN, Memory, digest};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::slices::Command;
use domain::staff::LinkReader;
use domain::tables::*;
use domain::transfers::{
    Amount, ApproveTransfer, CheckOriginal, Claim, DeclineTransfer, Holder, RequestTransfer, Said, VerifyTransfer,
    WithdrawTransfer,
};

const STAFF: Actor = Actor::Staff(LIBRARIAN);
const ORIGINAL: CardId = CardId(9_401);
const FIRST: i64 = 9_410;

fn known() -> Holder {
    Holder { name: digest(41, 1), identity: digest(42, 1) }
}

/// A lost card, and requests that wait: one for the desk, the others with nothing to hold.
pub fn library(memory: &mut Memory, present: CardId) {
    let Digest { high, low } = digest(43, 1);
    memory.set(super::rows::card(ORIGINAL));
    memory.set(Barcode { high, low, card: ORIGINAL });
    let Holder { identity, .. } = known();
    let (identity_high, identity_low) = (identity.high, identity.low);
    memory.set(CardHolder { card: ORIGINAL, identity_high, identity_low, patron_high: 0, patron_low: 0 });
    memory.set(TransferCount { reader: READER, open: 4, day: 0, mismatches: 0 });
    for n in 0..4 {
        let original = CardId(ORIGINAL.0 + 1 + n);
        memory.set(super::rows::card(original));
        memory.set(Transfer {
            id: TransferId(FIRST + n),
            state: if n == 0 { TransferState::AtDesk } else { TransferState::Held },
            reader: READER,
            original,
            present,
            points: 0,
            whole: true,
            verified_by: None,
            decided_at: 0,
            decided_by: None,
            at: 0,
        });
    }
}

pub fn commands(present: CardId) -> Vec<(Actor, Command)> {
    let reader = Actor::Reader(READER);
    let claim = Claim { barcode: digest(43, 1), typed: known(), said: Said::Holder(known()) };
    let transfer = |n: i64| TransferId(FIRST + n);
    let wish = RequestTransfer { original: claim, present, present_said: Said::Holder(known()), amount: Amount::Whole };
    vec![
        (reader, Command::from(CheckOriginal(claim))),
        (reader, Command::from(CheckOriginal(Claim { barcode: digest(43, 2), ..claim }))),
        (reader, Command::from(wish)),
        (STAFF, Command::from(VerifyTransfer { transfer: transfer(0) })),
        (STAFF, Command::from(ApproveTransfer { transfer: transfer(1) })),
        (STAFF, Command::from(DeclineTransfer { transfer: transfer(2), reason: "请到服务台".into() })),
        (reader, Command::from(WithdrawTransfer { transfer: transfer(3) })),
        (STAFF, Command::from(LinkReader { reader: READER })),
    ]
}
