//! 采编 decide copy by copy what the library keeps; what it keeps earns points, within the caps.

use super::{CopiesRecord, DonatedBookNote, MessageKind, PostingKind, Refusal, Reply, found, owner};
use crate::cards::replacements::stands_for;
use crate::core::asked::{Actor, Asked, Now, only_the_program};
use crate::core::texts;
use crate::core::world::{Draft, Halt};
use crate::ledger::{Entry, may_earn, post};
use crate::messages::tell_if_open;
use crate::rules::{self, Rule};
use crate::staff::{Permission, audit, require_anywhere};
use crate::tables::{
    Account, BookFate, DonatedBook, DonatedTitle, Donation, DonationId, DonationState, DonationYear, Points, StaffId,
};

/// Of one title on the slip, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub accepted: i64,
    /// What becomes of the copies that are declined.
    pub fate: BookFate,
    /// Needed where copies are declined.
    pub reason: String,
}

#[derive(Clone, Debug)]
pub struct ReviewDonation {
    pub donation: DonationId,
    pub verdicts: Vec<Verdict>,
}

/// Staff say that the books which were kept stand on the shelf (上架).
#[derive(Clone, Copy, Debug)]
pub struct ShelveDonation {
    pub donation: DonationId,
}

/// Refusals: CountsWrong, NoPermission, NoSuchDonation, NoSuchStaff, NotUnderReview, ReasonMissing, StaffDisabled, TextTooLong.
pub fn review(d: &mut Draft, asked: &Asked, c: &ReviewDonation) -> Result<Reply, Halt> {
    let staff = require_anywhere(d, asked.actor, Permission::AcquireBooks)?.id;
    let donation = found(d, c.donation)?;
    if donation.state != DonationState::Received {
        return Err(Refusal::NotUnderReview.into());
    }
    let points = settle(d, &donation, staff, &c.verdicts, asked.now)?;
    Ok(Reply::DonationReviewed { donation: donation.id, points })
}

pub(super) fn settle(
    d: &mut Draft,
    donation: &Donation,
    staff: StaffId,
    verdicts: &[Verdict],
    now: Now,
) -> Result<Points, Halt> {
    let books = d.children::<DonatedBook, 1>([donation.id.0])?;
    let fits = |(book, verdict): (&DonatedBook, &Verdict)| (0..=book.received).contains(&verdict.accepted);
    if verdicts.len() != books.len() || !books.iter().zip(verdicts).all(fits) {
        return Err(Refusal::CountsWrong.into());
    }
    for (book, verdict) in books.iter().zip(verdicts) {
        decide_title(d, book, verdict)?;
    }
    let accepted: i64 = verdicts.iter().map(|verdict| verdict.accepted).sum();
    let points = award(d, donation, &books, verdicts, now)?;
    let (state, kind) = match accepted {
        0 => (DonationState::Declined, MessageKind::DonationDeclined),
        _ => (DonationState::Accepted, MessageKind::DonationAccepted),
    };
    let (decided_at, decided_by) = (now.at, Some(staff));
    d.put(Donation { state, accepted, points, decided_at, decided_by, ..*donation })?;
    audit(d, Some(staff), "donation.review", donation.id.0, "", now);
    tell_if_open(d, owner(d, donation)?, kind, donation.id.0, points, now)?;
    Ok(points)
}

fn decide_title(d: &mut Draft, book: &DonatedBook, verdict: &Verdict) -> Result<(), Halt> {
    let keeps_all = verdict.accepted == book.received;
    // What is kept whole has no fate but the shelf.
    let fate = if keeps_all { BookFate::Kept } else { verdict.fate };
    if !keeps_all {
        texts::reason(&verdict.reason)?;
        if fate == BookFate::Kept {
            return Err(Refusal::CountsWrong.into());
        }
        let (donation, number, reason) = (book.donation, book.number, verdict.reason.trim().into());
        d.emit(DonatedBookNote { donation, number, reason });
    }
    d.put(DonatedBook { accepted: verdict.accepted, fate, ..*book })
}

/// So many copies of a title count for a card, ever; and so many points in a calendar year. A card that has ended takes nothing.
fn award(
    d: &mut Draft,
    donation: &Donation,
    books: &[DonatedBook],
    verdicts: &[Verdict],
    now: Now,
) -> Result<Points, Halt> {
    let most_copies = rules::today(d, Rule::DonationCopies, now)?;
    let each = rules::today(d, Rule::DonationPoints, now)?;
    let most_points = rules::today(d, Rule::DonationPointsAYear, now)?;
    let card = donation.card;
    if each == 0 || may_earn(&stands_for(d, card)?).is_err() {
        return Ok(0);
    }
    let mut copies = 0;
    for (book, verdict) in books.iter().zip(verdicts).filter(|(_, verdict)| verdict.accepted > 0) {
        copies += count_title(d, donation, book.isbn, verdict.accepted, most_copies)?;
    }
    let year = now.today / 10_000;
    let row = d.get::<DonationYear>(DonationYear::key(card, year))?;
    let row = row.unwrap_or(DonationYear { card, year, points: 0 });
    let points = (copies * each).min(most_points - row.points);
    if points <= 0 {
        return Ok(0);
    }
    d.put(DonationYear { points: row.points + points, ..row })?;
    let kind = PostingKind::DonationAccepted.into();
    post(d, card, points, Entry { account: Account::Donation, kind, cause: donation.id.0 }, now)?;
    Ok(points)
}

/// How many of these copies count; without an ISBN a title is known on its slip alone.
fn count_title(d: &mut Draft, donation: &Donation, isbn: i64, accepted: i64, most: i64) -> Result<i64, Halt> {
    if isbn == 0 {
        return Ok(accepted.min(most));
    }
    let row = d.get::<DonatedTitle>(DonatedTitle::key(donation.card, isbn))?;
    let row = row.unwrap_or(DonatedTitle { card: donation.card, isbn, copies: 0 });
    let counted = accepted.min(most - row.copies).max(0);
    if counted > 0 {
        d.put(DonatedTitle { copies: row.copies + counted, ..row })?;
    }
    Ok(counted)
}

/// How many copies of a title the catalogue showed when it was asked first, before those of the slip came; -1: it has told
/// nothing yet. Noted with each asking.
#[derive(Clone, Copy, Debug)]
pub struct NoteCopies {
    pub donation: DonationId,
    pub number: i64,
    pub copies: i64,
}

/// Refusals: AlreadyShelved, NoPermission, NoSuchDonation, NotAccepted.
pub fn note_copies(d: &mut Draft, asked: &Asked, c: &NoteCopies) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    unshelved(d, c.donation)?;
    let NoteCopies { donation, number, copies } = *c;
    d.emit(CopiesRecord { donation, number, copies, at: asked.now.at });
    Ok(Reply::CopiesNoted { donation })
}

fn unshelved(d: &Draft, donation: DonationId) -> Result<Donation, Halt> {
    let donation = found(d, donation)?;
    match donation.state {
        DonationState::Accepted if donation.shelved_at == 0 => Ok(donation),
        DonationState::Accepted => Err(Refusal::AlreadyShelved.into()),
        _ => Err(Refusal::NotAccepted.into()),
    }
}

/// Once for a slip, with the message 「您捐的书已上架」: staff say so, or the program has seen it in the catalogue.
///
/// Refusals: AlreadyShelved, NoPermission, NoSuchDonation, NoSuchStaff, NotAccepted, StaffDisabled.
pub fn shelve(d: &mut Draft, asked: &Asked, c: &ShelveDonation) -> Result<Reply, Halt> {
    let staff = match asked.actor {
        Actor::Job => None,
        actor => Some(require_anywhere(d, actor, Permission::AcquireBooks)?.id),
    };
    let donation = unshelved(d, c.donation)?;
    d.put(Donation { shelved_at: asked.now.at, ..donation })?;
    audit(d, staff, "donation.shelve", donation.id.0, "", asked.now);
    tell_if_open(d, owner(d, &donation)?, MessageKind::DonationShelved, donation.id.0, 0, asked.now)?;
    Ok(Reply::DonationShelved { donation: donation.id })
}
