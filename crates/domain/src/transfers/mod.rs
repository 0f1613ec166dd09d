//! 积分转移: points of a lost card go to its replacement, once both are proven to be one person's.
//!
//! From the request on the points are held: out of the original card, and in nobody's.

mod proof;
mod reviewing;
mod words;

pub use proof::{Holder, Proof, Said};
pub use reviewing::{ApproveTransfer, DeclineTransfer, VerifyTransfer};
pub use words::{MessageKind, PostingKind, Refusal, Reply, TransferNote};

use crate::cards::{self, known_by, own};
use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::digest::Digest;
use crate::core::refusal::Common;
use crate::core::world::{Draft, Halt, Need};
use crate::ledger::{self, Entry, may_earn, post};
use crate::messages::tell_if_open;
use crate::phones::has_cooled;
use crate::readers::reader;
use crate::tables::{
    Account, Barcode, Card, CardId, CardState, OpenTransfer, Points, PostingNumber, ReaderId, Transfer, TransferCount,
    TransferId, TransferState,
};
use proof::proves;

commands! {
    CheckOriginal => check_original,
    RequestTransfer => request,
    WithdrawTransfer => withdraw,
    VerifyTransfer => reviewing::verify,
    ApproveTransfer => reviewing::approve,
    DeclineTransfer => reviewing::decline,
}

/// Rare: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

pub const OPEN_MAX: i64 = 5;
/// Whoever guesses at other people's numbers is stopped for the day.
pub const MISMATCHES_A_DAY: i64 = 5;

/// The original card as the reader names it, and what the library system says of it now.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    pub barcode: Digest,
    pub typed: Holder,
    pub said: Said,
}

/// Step 1: the original card with its holder's name and identity number.
#[derive(Clone, Copy, Debug)]
pub struct CheckOriginal(pub Claim);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// All points; open prizes, places and the row of stamps go along.
    Whole,
    Part(Points),
}

/// Step 2, 提交申请: which points go to which of the reader's cards.
#[derive(Clone, Copy, Debug)]
pub struct RequestTransfer {
    pub original: Claim,
    pub present: CardId,
    /// What the library system says of the present card's holder.
    pub present_said: Said,
    pub amount: Amount,
}

#[derive(Clone, Copy, Debug)]
pub struct WithdrawTransfer {
    pub transfer: TransferId,
}

/// Refusals: AccountClosed, SignedOut, TooManyMismatches.
pub fn check_original(d: &mut Draft, asked: &Asked, c: &CheckOriginal) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let count = count_of(d, reader, asked.now)?;
    match original(d, &c.0)? {
        Some((card, proof)) if proof != Proof::Mismatch => {
            Ok(Reply::OriginalChecked { card: card.id, proven: proof == Proof::Proven })
        }
        _ => not_the_holder(d, count),
    }
}

/// Refusals: AccountClosed, CardEnded, CardFrozen, CardReplaced, NotPositive, NotYourCard, PhoneCooling, SameCard, SignedOut, TooFewPoints,
/// TooManyMismatches, TooManyTransfers, TransferUnderWay.
pub fn request(d: &mut Draft, asked: &Asked, c: &RequestTransfer) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let present = own(d, reader, c.present)?;
    may_earn(&present)?;
    has_cooled(d, reader, asked.now)?;
    let count = count_of(d, reader, asked.now)?;
    if count.open >= OPEN_MAX {
        return Err(Refusal::TooManyTransfers { most: OPEN_MAX }.into());
    }
    let Some((card, proof)) = original(d, &c.original)? else { return not_the_holder(d, count) };
    let proofs = [proof, proves(&c.original.typed, &c.present_said, Digest::NONE)];
    if proofs.contains(&Proof::Mismatch) {
        return not_the_holder(d, count);
    }
    if card.id == present.id {
        return Err(Refusal::SameCard.into());
    }
    let wanted = match c.amount {
        Amount::Whole => 0,
        Amount::Part(points) if points > 0 => points,
        Amount::Part(_) => return Err(Common::NotPositive.into()),
    };
    // Whoever has bound an active card uses it: the desk looks first.
    let is_in_use = card.state == CardState::Active && card.reader.is_some_and(|binder| binder != reader);
    let held = proofs == [Proof::Proven; 2] && !is_in_use;
    let row = Transfer {
        id: d.new_id(TransferId),
        state: TransferState::AtDesk,
        reader,
        original: card.id,
        present: present.id,
        points: wanted,
        whole: c.amount == Amount::Whole,
        verified_by: None,
        decided_at: 0,
        decided_by: None,
        at: asked.now.at,
    };
    d.add(row);
    d.put(TransferCount { open: count.open + 1, ..count })?;
    if held {
        hold(d, &row, asked.now)?;
    }
    Ok(Reply::TransferRequested { transfer: row.id, held })
}

/// By who asked for it: what was held goes back.
///
/// Refusals: AccountClosed, NoSuchTransfer, SignedOut, TransferSettled.
pub fn withdraw(d: &mut Draft, asked: &Asked, c: &WithdrawTransfer) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let row = open(d, c.transfer)?;
    if row.reader != reader {
        return Err(Refusal::NoSuchTransfer.into());
    }
    release(d, &row, asked.now)?;
    d.put(Transfer { state: TransferState::Withdrawn, decided_at: asked.now.at, ..row })?;
    Ok(Reply::TransferWithdrawn { transfer: row.id })
}

/// The card by its barcode, and whether it is the claimant's. None: the platform does not know it.
fn original(d: &Draft, claim: &Claim) -> Result<Option<(Card, Proof)>, Halt> {
    let known = d.get::<Barcode>(Barcode::key(claim.barcode.high, claim.barcode.low))?;
    let Some(Barcode { card, .. }) = known else { return Ok(None) };
    let [kept, _] = known_by(d, card)?;
    let proof = proves(&claim.typed, &claim.said, kept);
    Ok(Some((ledger::card(d, card)?, proof)))
}

/// What a reader has under way, and how often they were wrong today.
fn count_of(d: &Draft, reader: ReaderId, now: Now) -> Result<TransferCount, Halt> {
    let blank = TransferCount { reader, open: 0, day: now.today, mismatches: 0 };
    let known = d.get::<TransferCount>(TransferCount::key(reader))?.unwrap_or(blank);
    let count = if known.day == now.today { known } else { TransferCount { open: known.open, ..blank } };
    if count.mismatches >= MISMATCHES_A_DAY {
        return Err(Refusal::TooManyMismatches.into());
    }
    Ok(count)
}

/// An unknown card and a stranger's are the same to whoever guesses.
fn not_the_holder(d: &mut Draft, count: TransferCount) -> Result<Reply, Halt> {
    let mismatches = count.mismatches + 1;
    d.put(TransferCount { mismatches, ..count })?;
    Ok(Reply::NotTheHolder { tries_left: MISMATCHES_A_DAY - mismatches })
}

/// Takes the points out of the original card, for one transfer at a time; and who has that card bound is told.
fn hold(d: &mut Draft, row: &Transfer, now: Now) -> Result<Points, Halt> {
    if d.get::<OpenTransfer>(OpenTransfer::key(row.original))?.is_some() {
        return Err(Refusal::TransferUnderWay.into());
    }
    let card = ledger::card(d, row.original)?;
    if card.successor.is_some() {
        return Err(cards::Refusal::CardReplaced.into());
    }
    if card.frozen {
        return Err(ledger::Refusal::CardFrozen.into());
    }
    let points = if row.whole { card.balance } else { row.points };
    move_points(d, row, card.id, -points, PostingKind::TransferHeld, now)?;
    d.put(OpenTransfer { original: card.id, transfer: row.id })?;
    d.put(Transfer { state: TransferState::Held, points, ..*row })?;
    if let Some(other) = card.reader.filter(|binder| *binder != row.reader) {
        tell_if_open(d, other, MessageKind::TransferAsked, row.id.0, points, now)?;
    }
    Ok(points)
}

/// Between a card and what is held; nothing is posted where there is nothing.
fn move_points(
    d: &mut Draft,
    row: &Transfer,
    card: CardId,
    points: Points,
    kind: impl Into<PostingNumber>,
    now: Now,
) -> Result<(), Halt> {
    if points != 0 {
        post(d, card, points, Entry { account: Account::Held, kind: kind.into(), cause: row.id.0 }, now)?;
    }
    Ok(())
}

fn open(d: &Draft, id: TransferId) -> Result<Transfer, Halt> {
    let row = d.get::<Transfer>(Transfer::key(id))?.ok_or(Refusal::NoSuchTransfer)?;
    match row.state {
        TransferState::Held | TransferState::AtDesk => Ok(row),
        TransferState::Approved | TransferState::Declined | TransferState::Withdrawn => {
            Err(Refusal::TransferSettled.into())
        }
    }
}

/// It is over, and comes to nothing: the points are where they were.
fn release(d: &mut Draft, row: &Transfer, now: Now) -> Result<(), Halt> {
    if row.state == TransferState::Held {
        move_points(d, row, row.original, row.points, PostingKind::TransferReturned, now)?;
    }
    settle(d, row)
}

/// One less is under way.
fn settle(d: &mut Draft, row: &Transfer) -> Result<(), Halt> {
    if let Some(open) = d.get::<OpenTransfer>(OpenTransfer::key(row.original))?.filter(|open| open.transfer == row.id) {
        d.remove(open)?;
    }
    if let Some(count) = d.get::<TransferCount>(TransferCount::key(row.reader))? {
        d.put(TransferCount { open: count.open - 1, ..count })?;
    }
    Ok(())
}
