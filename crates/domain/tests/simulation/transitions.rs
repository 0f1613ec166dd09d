//! What a batch may do to a row that was there: looked at after every batch.

use crate::invariants::Findings;
use crate::transitions_activities;
use domain::core::row::{Cells, Key, Row};
use domain::core::world::Slot;
use domain::tables::*;

pub fn both<R: Row>(slot: &Slot) -> Option<(R, R)> {
    let read = |cells: Option<Cells>| R::of(&cells?);
    Some((read(slot.base)?, read(slot.now)?))
}

/// Rows that are new and do not say when they came.
pub fn misdated(touched: &[(Table, Key, Slot)], at: Millis) -> Findings {
    let new = touched.iter().filter(|(.., slot)| slot.base.is_none());
    let wrong = new.filter(|(table, _, slot)| {
        let column = table.shape().columns.iter().position(|name| *name == "at");
        column.zip(slot.now).is_some_and(|(column, cells)| cells[column] != at)
    });
    wrong.map(|(table, key, slot)| format!("not dated {at}: {table:?} {key:?} {slot:?}")).collect()
}

/// 4, 5, 6, 10, 17, 22: what may never be changed, and which way states go.
pub fn broken(touched: &[(Table, Key, Slot)], at: Millis) -> Findings {
    let unlawful = touched.iter().filter(|(table, _, slot)| !lawful(*table, slot, at));
    unlawful.map(|(table, key, slot)| format!("transition: {table:?} {key:?} {slot:?}")).collect()
}

/// Of what a batch did in sum: a card can be unbound and bound again in one.
fn lawful(table: Table, slot: &Slot, at: Millis) -> bool {
    let new = slot.base.is_none();
    if slot.now.is_none() {
        return may_go(table, slot, at);
    }
    match table {
        // Written once.
        Table::Posting | Table::StockMovement | Table::CodeRequest => new,
        Table::StaffName | Table::Barcode | Table::RedemptionSecret => new,
        // Who has left may come again as somebody new.
        Table::WeChatUser => true,
        // A key that was swept can come again.
        Table::Outcome => both::<Outcome>(slot).is_none_or(|(before, now)| is_old(&before, at) && now.at == at),
        Table::Binding => both::<Binding>(slot).is_none_or(|(before, now)| now.at >= before.at),
        Table::Rebinding => both::<Rebinding>(slot).is_none_or(|(_, now)| now.at == at),
        Table::Redemption => both::<Redemption>(slot).is_none_or(|(before, now)| redemption(&before, &now, at)),
        Table::Outbox => both::<Outbox>(slot).is_none_or(|(before, now)| outbox(&before, &now)),
        Table::SmsCode => both::<SmsCode>(slot).is_none_or(|(before, now)| {
            let same = before.id == now.id;
            !same
                || !before.used && now.tries >= before.tries && (before.code_high, before.at) == (now.code_high, now.at)
        }),
        Table::EntryCode => both::<EntryCode>(slot).is_none_or(|(before, now)| entry_code(&before, &now, at)),
        Table::Message => both::<Message>(slot).is_none_or(|(before, now)| now == Message { read: true, ..before }),
        Table::Prize => both::<Prize>(slot)
            .is_none_or(|(before, now)| now.received >= before.received && now.written_off >= before.written_off),
        Table::JobRun => both::<JobRun>(slot).is_none_or(|(before, now)| job_run(&before, &now, at)),
        Table::Card => both::<Card>(slot).is_none_or(|(before, now)| {
            let replaced = before.successor.is_none() || now.successor.is_some();
            replaced && now.last >= before.last && now.at == before.at
        }),
        Table::Transfer => both::<Transfer>(slot).is_none_or(|(before, now)| {
            let is_open = matches!(before.state, TransferState::Held | TransferState::AtDesk);
            let sides = (before.reader, before.original, before.present, before.whole);
            is_open && sides == (now.reader, now.original, now.present, now.whole)
        }),
        Table::CardHolder => both::<CardHolder>(slot).is_none_or(|(before, now)| {
            let forgotten = |known: i64, now: i64| known != 0 && now == 0;
            !forgotten(before.identity_high, now.identity_high) && !forgotten(before.patron_high, now.patron_high)
        }),
        // Said once: who somebody is, and with which card they had the award.
        Table::Person => both::<Person>(slot).is_none_or(|(before, now)| {
            (before.same_as.is_none() || before == now) && (before.awarded.is_none() || before.awarded == now.awarded)
        }),
        Table::PhoneUser | Table::PersonName | Table::SystemAccount | Table::Reader | Table::Staff | Table::Session => {
            true
        }
        Table::PrizeTaken | Table::Proof | Table::Place | Table::PlaceHours | Table::PlaceDay => true,
        _ => transitions_activities::lawful(table, slot, at),
    }
}

fn may_go(table: Table, slot: &Slot, at: Millis) -> bool {
    match table {
        Table::Binding | Table::Rebinding | Table::CodeRequest | Table::Session => true,
        Table::SuggestionOfIsbn | Table::SuggestionAward => true,
        // Once a transfer is over; and a whole one takes these along.
        Table::PhoneUser | Table::PhoneOf | Table::PhoneWish => true,
        // With an account that is closed.
        Table::WeChatUser | Table::SmsCode | Table::PhoneCode | Table::ReaderPhone => true,
        Table::Export
        | Table::Volunteer
        | Table::Closing
        | Table::Feedback
        | Table::FeedbackDay
        | Table::StockAlert => true,
        Table::OpenTransfer | Table::Replaced | Table::PrizeTaken => true,
        Table::PlaceHours | Table::PlaceDay => true,
        Table::WaitingParty | Table::Engagement | Table::NoShow => true,
        Table::Invitation => slot.base.and_then(|cells| Invitation::of(&cells)).is_none_or(|before| before.until <= at),
        Table::Outcome => slot.base.and_then(|cells| Outcome::of(&cells)).is_none_or(|before| is_old(&before, at)),
        _ => false,
    }
}

fn is_old(outcome: &Outcome, at: Millis) -> bool {
    at - outcome.at >= 90 * 86_400_000
}

/// Out of pending for good, but for a hand-over within its ten minutes; reminders are never unsent.
fn redemption(before: &Redemption, now: &Redemption, at: Millis) -> bool {
    let Redemption { state, settled_at, settled_by, .. } = *before;
    let kept = Redemption { state, settled_at, settled_by, reminded: before.reminded, ..*now } == *before;
    let open = match state {
        RedemptionState::Pending => true,
        RedemptionState::Collected => at - settled_at < 10 * 60_000,
        RedemptionState::Expired | RedemptionState::Cancelled => false,
    };
    kept && now.reminded >= before.reminded && (open || before == now)
}

/// A code is tried until it is used, and then no more; or a newer one takes its place.
fn entry_code(before: &EntryCode, now: &EntryCode, at: Millis) -> bool {
    let tried = EntryCode { tries: before.tries, used: before.used, ..*now };
    let same = tried == *before && !before.used && now.tries >= before.tries;
    let newer = now.id > before.id && now.at == at;
    same || newer
}

/// Only what shows once however often it is sent is taken from a sender that said nothing.
fn outbox(before: &Outbox, now: &Outbox) -> bool {
    let open = matches!(before.state, OutboxState::Waiting | OutboxState::Sending);
    let same = (before.channel, before.cause, before.at) == (now.channel, now.cause, now.at);
    let taken_twice = before.state == OutboxState::Sending && now.state == OutboxState::Sending;
    let repeated = taken_twice && now.attempts > before.attempts;
    open && same && now.attempts >= before.attempts && (!repeated || before.channel == Channel::WeChat)
}

/// A lease is over before another begins, or its holder has ended or renewed it.
fn job_run(before: &JobRun, now: &JobRun, at: Millis) -> bool {
    let leased = before.until > at;
    let same = (before.holder, before.started, before.until) == (now.holder, now.started, now.until);
    // Its holder is still at it.
    let renewed = (before.holder, before.started) == (now.holder, now.started) && now.until == at + 600_000;
    !leased || same || renewed || now.ended == at
}
