//! What becomes of a suggestion: accepted or declined, opened again, ordered, arrived. All who want the book are told.

use super::{MessageKind, PostingKind, Refusal, Reply, SuggestionNote};
use crate::cards::replacements::stands_for;
use crate::core::asked::{Asked, Now};
use crate::core::texts;
use crate::core::world::{Draft, Halt};
use crate::ledger::{Entry, may_earn, post};
use crate::messages::{add_words, need_to_tell, tell_if_open};
use crate::rules::{self, Rule};
use crate::staff::{Permission, audit, require_anywhere};
use crate::tables::{
    Account, Points, StaffId, Suggestion, SuggestionAward, SuggestionId, SuggestionOfIsbn, SuggestionReader,
    SuggestionState,
};

#[derive(Clone, Debug)]
pub struct DecideSuggestion {
    pub suggestion: SuggestionId,
    pub accepted: bool,
    /// Needed to decline.
    pub reason: String,
}

/// 撤销审核, until it has arrived: what was ordered may turn out not to be had.
#[derive(Clone, Copy, Debug)]
pub struct ReopenSuggestion {
    pub suggestion: SuggestionId,
}

#[derive(Clone, Copy, Debug)]
pub struct OrderSuggestion {
    pub suggestion: SuggestionId,
}

#[derive(Clone, Debug)]
pub struct ArriveSuggestion {
    pub suggestion: SuggestionId,
    /// Where the book stands on the shelf (索书号); empty: not said.
    pub shelf_mark: String,
}

fn opened(d: &Draft, asked: &Asked, id: SuggestionId) -> Result<(Suggestion, StaffId), Halt> {
    let staff = require_anywhere(d, asked.actor, Permission::AcquireBooks)?.id;
    let suggestion = d.get::<Suggestion>(Suggestion::key(id))?.ok_or(Refusal::NoSuchSuggestion)?;
    Ok((suggestion, staff))
}

/// Only the first proposer earns; once for a book that has an ISBN, however often it is proposed again.
///
/// Refusals: NoPermission, NoSuchStaff, NoSuchSuggestion, NotUnderReview, ReasonMissing, StaffDisabled, TextTooLong.
pub fn decide_one(d: &mut Draft, asked: &Asked, c: &DecideSuggestion) -> Result<Reply, Halt> {
    let (suggestion, staff) = opened(d, asked, c.suggestion)?;
    if suggestion.state != SuggestionState::Proposed {
        return Err(Refusal::NotUnderReview.into());
    }
    if !c.accepted {
        texts::reason(&c.reason)?;
    }
    texts::fits(&c.reason, texts::REASON_CHARS_MAX)?;
    let points = if c.accepted { award(d, &suggestion, asked.now)? } else { 0 };
    let (state, kind, action) = match c.accepted {
        true => (SuggestionState::Accepted, MessageKind::SuggestionAccepted, "suggestion.accept"),
        false => (SuggestionState::Declined, MessageKind::SuggestionDeclined, "suggestion.decline"),
    };
    if !c.accepted && suggestion.isbn != 0 {
        // It may be proposed again: reasons do not last for ever.
        d.remove(SuggestionOfIsbn { isbn: suggestion.isbn, kind: suggestion.kind, suggestion: suggestion.id })?;
    }
    let decided = Suggestion { state, points, decided_at: asked.now.at, decided_by: Some(staff), ..suggestion };
    d.put(decided)?;
    note(d, decided.id, &c.reason, "");
    tell_all(d, &decided, kind, points, &c.reason, asked.now)?;
    audit(d, Some(staff), action, decided.id.0, &c.reason, asked.now);
    Ok(Reply::SuggestionDecided { suggestion: decided.id, points })
}

fn award(d: &mut Draft, suggestion: &Suggestion, now: Now) -> Result<Points, Halt> {
    let points = rules::today(d, Rule::SuggestionPoints, now)?;
    let card = stands_for(d, suggestion.card)?;
    let key = SuggestionAward::key(suggestion.reader, suggestion.isbn);
    let earned = suggestion.isbn != 0 && d.get::<SuggestionAward>(key)?.is_some();
    // A card that has ended takes nothing; the book is bought all the same.
    if points == 0 || earned || may_earn(&card).is_err() {
        return Ok(0);
    }
    let kind = PostingKind::SuggestionAccepted.into();
    post(d, suggestion.card, points, Entry { account: Account::Suggestion, kind, cause: suggestion.id.0 }, now)?;
    if suggestion.isbn != 0 {
        d.put(SuggestionAward { reader: suggestion.reader, isbn: suggestion.isbn, suggestion: suggestion.id })?;
    }
    Ok(points)
}

/// The points come back: who has used them keeps the decision, too.
///
/// Refusals: AlreadyProposed, NoPermission, NoSuchStaff, NoSuchSuggestion, NotDecided, StaffDisabled, TooFewPoints.
pub fn reopen(d: &mut Draft, asked: &Asked, c: &ReopenSuggestion) -> Result<Reply, Halt> {
    let (suggestion, staff) = opened(d, asked, c.suggestion)?;
    if matches!(suggestion.state, SuggestionState::Proposed | SuggestionState::Arrived) {
        return Err(Refusal::NotDecided.into());
    }
    if suggestion.points > 0 {
        let kind = PostingKind::SuggestionReopened.into();
        let entry = Entry { account: Account::Suggestion, kind, cause: suggestion.id.0 };
        post(d, suggestion.card, -suggestion.points, entry, asked.now)?;
        let key = SuggestionAward::key(suggestion.reader, suggestion.isbn);
        if let Some(award) = d.get::<SuggestionAward>(key)?.filter(|award| award.suggestion == suggestion.id) {
            d.remove(award)?;
        }
    }
    if suggestion.state == SuggestionState::Declined && suggestion.isbn != 0 {
        let key = SuggestionOfIsbn::key(suggestion.isbn, suggestion.kind);
        if d.get::<SuggestionOfIsbn>(key)?.is_some() {
            return Err(Refusal::AlreadyProposed.into());
        }
        d.put(SuggestionOfIsbn { isbn: suggestion.isbn, kind: suggestion.kind, suggestion: suggestion.id })?;
    }
    let reopened =
        Suggestion { state: SuggestionState::Proposed, points: 0, decided_at: 0, decided_by: None, ..suggestion };
    d.put(reopened)?;
    note(d, reopened.id, "", "");
    tell_all(d, &reopened, MessageKind::SuggestionReopened, 0, "", asked.now)?;
    audit(d, Some(staff), "suggestion.reopen", reopened.id.0, "", asked.now);
    Ok(Reply::SuggestionReopened { suggestion: reopened.id })
}

/// Refusals: NoPermission, NoSuchStaff, NoSuchSuggestion, NotAccepted, StaffDisabled.
pub fn order(d: &mut Draft, asked: &Asked, c: &OrderSuggestion) -> Result<Reply, Halt> {
    let (suggestion, staff) = opened(d, asked, c.suggestion)?;
    if suggestion.state != SuggestionState::Accepted {
        return Err(Refusal::NotAccepted.into());
    }
    let ordered = Suggestion { state: SuggestionState::Ordered, ..suggestion };
    d.put(ordered)?;
    tell_all(d, &ordered, MessageKind::SuggestionOrdered, 0, "", asked.now)?;
    audit(d, Some(staff), "suggestion.order", ordered.id.0, "", asked.now);
    Ok(Reply::SuggestionOrdered { suggestion: ordered.id })
}

/// What was accepted may be on the shelf without having been ordered here.
///
/// Refusals: NoPermission, NoSuchStaff, NoSuchSuggestion, NotAccepted, StaffDisabled, TextTooLong.
pub fn arrive(d: &mut Draft, asked: &Asked, c: &ArriveSuggestion) -> Result<Reply, Halt> {
    let (suggestion, staff) = opened(d, asked, c.suggestion)?;
    if !matches!(suggestion.state, SuggestionState::Accepted | SuggestionState::Ordered) {
        return Err(Refusal::NotAccepted.into());
    }
    texts::fits(&c.shelf_mark, texts::TITLE_CHARS_MAX)?;
    let arrived = Suggestion { state: SuggestionState::Arrived, ..suggestion };
    d.put(arrived)?;
    if arrived.isbn != 0 {
        // It is held now: another copy is another kind of wish.
        d.remove(SuggestionOfIsbn { isbn: arrived.isbn, kind: arrived.kind, suggestion: arrived.id })?;
    }
    note(d, arrived.id, "", &c.shelf_mark);
    let days = rules::today(d, Rule::PriorityDays, asked.now)?;
    tell_all(d, &arrived, MessageKind::SuggestionArrived, days, &c.shelf_mark, asked.now)?;
    audit(d, Some(staff), "suggestion.arrive", arrived.id.0, &c.shelf_mark, asked.now);
    Ok(Reply::SuggestionArrived { suggestion: arrived.id })
}

fn note(d: &mut Draft, suggestion: SuggestionId, reason: &str, shelf_mark: &str) {
    let (reason, shelf_mark) = (reason.trim().into(), shelf_mark.trim().into());
    d.emit(SuggestionNote { suggestion, reason, shelf_mark });
}

/// The points are the proposer's alone; what else the detail says is for all.
fn tell_all(
    d: &mut Draft,
    suggestion: &Suggestion,
    kind: MessageKind,
    detail: i64,
    words: &str,
    now: Now,
) -> Result<(), Halt> {
    let readers = d.children::<SuggestionReader, 1>([suggestion.id.0])?;
    d.want(readers.iter().map(|one| need_to_tell(one.reader)))?;
    for one in readers {
        let is_theirs = kind != MessageKind::SuggestionAccepted || one.reader == suggestion.reader;
        let detail = if is_theirs { detail } else { 0 };
        let message = tell_if_open(d, one.reader, kind, suggestion.id.0, detail, now)?;
        add_words(d, message, words);
    }
    Ok(())
}
