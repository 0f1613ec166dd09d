//! At the desk: the books are counted; and the slips whose books never come.

use super::code::DonationCode;
use super::reviewing::{Verdict, settle};
use super::{COPIES_MAX, MessageKind, OfferedBook, Refusal, Reply, add_book, check, close, found, is_awaited, owner};
use crate::core::asked::{Asked, only_the_program};
use crate::core::world::{Draft, Halt};
use crate::messages::tell_if_open;
use crate::places;
use crate::rules::{self, Rule};
use crate::staff::{Permission, audit, require};
use crate::tables::{BookFate, DonatedBook, Donation, DonationId, DonationSecret, DonationState, Place};

/// 收书: how many of each title were brought, in the order of the slip, and what was brought besides.
#[derive(Clone, Debug)]
pub struct ReceiveDonation {
    pub code: DonationCode,
    pub counts: Vec<i64>,
    pub added: Vec<OfferedBook>,
}

#[derive(Clone, Copy, Debug)]
pub struct LapseDonation {
    pub donation: DonationId,
}

/// Where the library's rule says so, all that was received is approved at once.
///
/// Refusals: AlreadyReceived, CopiesWrong, CountsWrong, DonationCancelled, DonationLapsed, IsbnWrong, NoPermission, NoSuchDonation,
/// NoSuchStaff, NothingReceived, OtherBranch, StaffDisabled, TextTooLong, TitleMissing, TitleTwice, TooManyBooks.
pub fn receive(d: &mut Draft, asked: &Asked, c: &ReceiveDonation) -> Result<Reply, Halt> {
    let id = c.code.donation;
    let secret = d.get::<DonationSecret>(DonationSecret::key(id))?;
    if secret.is_none_or(|known| known.secret != c.code.secret) {
        return Err(Refusal::NoSuchDonation.into());
    }
    let donation = found(d, id)?;
    let place = d.get::<Place>(Place::key(donation.place))?.ok_or(places::Refusal::NoSuchPlace)?;
    let staff = require(d, asked.actor, Permission::HandOver, place.branch)?;
    is_awaited(&donation, asked.now.today)?;
    let books = d.children::<DonatedBook, 1>([id.0])?;
    check(&c.added, books.len())?;
    if c.counts.len() != books.len() || c.counts.iter().any(|count| *count < 0) {
        return Err(Refusal::CountsWrong.into());
    }
    if c.counts.iter().any(|count| *count > COPIES_MAX) {
        return Err(Refusal::CopiesWrong { most: COPIES_MAX }.into());
    }
    let received = c.counts.iter().sum::<i64>() + c.added.iter().map(|book| book.copies).sum::<i64>();
    if received == 0 {
        return Err(Refusal::NothingReceived.into());
    }
    for (book, received) in books.iter().zip(&c.counts) {
        d.put(DonatedBook { received: *received, ..*book })?;
    }
    for (number, book) in (books.len() as i64 + 1..).zip(&c.added) {
        add_book(d, id, number, book, book.copies);
    }
    close(d, &donation)?;
    let (received_at, received_by) = (asked.now.at, Some(staff));
    let state = DonationState::Received;
    let donation = Donation { state, received, received_at, received_by, ..donation };
    d.put(donation)?;
    audit(d, Some(staff), "donation.receive", id.0, "", asked.now);
    if rules::today(d, Rule::DonationsInOneStep, asked.now)? == 1 {
        let counts = c.counts.iter().copied().chain(c.added.iter().map(|book| book.copies));
        let all = |accepted| Verdict { accepted, fate: BookFate::Kept, reason: String::new() };
        let verdicts: Vec<Verdict> = counts.map(all).collect();
        let points = settle(d, &donation, staff, &verdicts, asked.now)?;
        return Ok(Reply::DonationReviewed { donation: id, points });
    }
    tell_if_open(d, owner(d, &donation)?, MessageKind::DonationReceived, id.0, received, asked.now)?;
    Ok(Reply::DonationReceived { donation: id, copies: received })
}

/// Refusals: NoPermission, NoSuchDonation, NotLapsed.
pub fn lapse(d: &mut Draft, asked: &Asked, c: &LapseDonation) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let donation = found(d, c.donation)?;
    if donation.state != DonationState::Offered || asked.now.today <= donation.last_day {
        return Err(Refusal::NotLapsed.into());
    }
    close(d, &donation)?;
    d.put(Donation { state: DonationState::Lapsed, decided_at: asked.now.at, ..donation })?;
    tell_if_open(d, owner(d, &donation)?, MessageKind::DonationLapsed, donation.id.0, 0, asked.now)?;
    Ok(Reply::DonationLapsed { donation: donation.id })
}
