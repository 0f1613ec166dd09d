//! What staff do with transfers: the desk sees an identity card, somebody approves or declines.

use super::{MessageKind, PostingKind, Refusal, Reply, TransferNote, hold, move_points, open, release, settle};
use crate::cards::detach;
use crate::cards::replacements::replace;
use crate::checkins::carry_streak;
use crate::core::asked::{Asked, Now};
use crate::core::texts;
use crate::core::world::{Draft, Halt};
use crate::ledger::{card, may_earn};
use crate::messages::tell_if_open;
use crate::readers;
use crate::redemptions::carry_taken;
use crate::rules::{self, Rule};
use crate::staff::{Permission, audit, is_reader, require_anywhere};
use crate::tables::{Points, Reader, StaffId, Transfer, TransferId, TransferState};

/// At the desk: staff have seen the reader's identity card, and that both cards are that person's.
#[derive(Clone, Copy, Debug)]
pub struct VerifyTransfer {
    pub transfer: TransferId,
}

#[derive(Clone, Copy, Debug)]
pub struct ApproveTransfer {
    pub transfer: TransferId,
}

#[derive(Clone, Debug)]
pub struct DeclineTransfer {
    pub transfer: TransferId,
    pub reason: String,
}

/// Refusals: AlreadyVerified, CardFrozen, CardReplaced, NoPermission, NoSuchStaff, NoSuchTransfer, OwnTransfer, StaffDisabled,
/// TooFewPoints, TransferSettled, TransferUnderWay.
pub fn verify(d: &mut Draft, asked: &Asked, c: &VerifyTransfer) -> Result<Reply, Halt> {
    let staff = require_anywhere(d, asked.actor, Permission::BindCards)?.id;
    let row = open(d, c.transfer)?;
    not_their_own(d, staff, &row)?;
    if row.state == TransferState::Held {
        return Err(Refusal::AlreadyVerified.into());
    }
    let points = hold(d, &Transfer { verified_by: Some(staff), ..row }, asked.now)?;
    tell_if_open(d, row.reader, MessageKind::TransferVerified, row.id.0, points, asked.now)?;
    audit(d, Some(staff), "transfer.verify", row.id.0, "", asked.now);
    Ok(Reply::TransferVerified { transfer: row.id, points })
}

/// Refusals: CardEnded, NoPermission, NoSuchStaff, NoSuchTransfer, NotVerified, OwnTransfer, PresentCardGone,
/// SecondPersonNeeded, StaffDisabled, TransferSettled.
pub fn approve(d: &mut Draft, asked: &Asked, c: &ApproveTransfer) -> Result<Reply, Halt> {
    let staff = require_anywhere(d, asked.actor, Permission::ReviewTransfers)?.id;
    let row = open(d, c.transfer)?;
    not_their_own(d, staff, &row)?;
    if row.state == TransferState::AtDesk {
        return Err(Refusal::NotVerified.into());
    }
    if row.verified_by == Some(staff) && rules::today(d, Rule::TransferTwoPeople, asked.now)? == 1 {
        return Err(Refusal::SecondPersonNeeded.into());
    }
    let present = card(d, row.present)?;
    if present.reader != Some(row.reader) {
        return Err(Refusal::PresentCardGone.into());
    }
    may_earn(&present)?;
    let binder = card(d, row.original)?.reader;
    let points = if row.whole { row.points + carry(d, &row, asked.now)? } else { row.points };
    move_points(d, &row, row.present, points, PostingKind::TransferIn, asked.now)?;
    settle(d, &row)?;
    let (state, decided_at, decided_by) = (TransferState::Approved, asked.now.at, Some(staff));
    d.put(Transfer { state, points, decided_at, decided_by, ..row })?;
    tell_if_open(d, row.reader, MessageKind::TransferApproved, row.id.0, points, asked.now)?;
    if let Some(other) = binder.filter(|binder| *binder != row.reader) {
        tell_if_open(d, other, MessageKind::TransferredAway, row.id.0, points, asked.now)?;
    }
    audit(d, Some(staff), "transfer.approve", row.id.0, "", asked.now);
    Ok(Reply::TransferApproved { transfer: row.id, points })
}

/// Everything else of a whole transfer, and what the original card has got since: so many points more.
fn carry(d: &mut Draft, row: &Transfer, now: Now) -> Result<Points, Halt> {
    let (from, to) = (row.original, row.present);
    let original = card(d, from)?;
    let used = readers::known(d, row.reader)?.card == Some(from);
    move_points(d, row, from, -original.balance, PostingKind::TransferHeld, now)?;
    replace(d, from, to, now)?;
    carry_taken(d, from, to)?;
    carry_streak(d, from, to, now)?;
    detach(d, from)?;
    // Whoever used the old card uses the new one, not the next best of the family's.
    if used {
        d.put(Reader { card: Some(to), ..readers::known(d, row.reader)? })?;
    }
    Ok(original.balance)
}

/// Refusals: NoPermission, NoSuchStaff, NoSuchTransfer, OwnTransfer, ReasonMissing, StaffDisabled, TextTooLong,
/// TransferSettled.
pub fn decline(d: &mut Draft, asked: &Asked, c: &DeclineTransfer) -> Result<Reply, Halt> {
    let staff = require_anywhere(d, asked.actor, Permission::ReviewTransfers)?.id;
    let row = open(d, c.transfer)?;
    not_their_own(d, staff, &row)?;
    texts::reason(&c.reason)?;
    release(d, &row, asked.now)?;
    let state = TransferState::Declined;
    d.put(Transfer { state, decided_at: asked.now.at, decided_by: Some(staff), ..row })?;
    d.emit(TransferNote { transfer: row.id, reason: c.reason.clone() });
    tell_if_open(d, row.reader, MessageKind::TransferDeclined, row.id.0, 0, asked.now)?;
    audit(d, Some(staff), "transfer.decline", row.id.0, &c.reason, asked.now);
    Ok(Reply::TransferDeclined { transfer: row.id })
}

/// Nobody decides on what is for their own good, nor on what concerns a card of theirs.
fn not_their_own(d: &Draft, staff: StaffId, row: &Transfer) -> Result<(), Halt> {
    let binder = card(d, row.original)?.reader;
    for reader in [Some(row.reader), binder].into_iter().flatten() {
        if is_reader(d, staff, reader)? {
            return Err(Refusal::OwnTransfer.into());
        }
    }
    Ok(())
}
