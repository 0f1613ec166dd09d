//! Whether the database says what the model says.

use crate::agreement_activities;
use crate::agreement_rows::{agrees, read};
use crate::model::Model;
use crate::support::Memory;
use domain::core::digest::Digest;
use domain::core::record::{Record, Sealed};
use domain::core::row::{Cells, Key, key_of};
use domain::core::world::Slot;
use domain::members::{MemberFace, VolunteerFace};
use domain::tables::*;
use std::collections::{BTreeMap, BTreeSet};

const DAY_MS: Millis = 86_400_000;

/// Gives the ids that only the database knew to the model. What the model does not have is found by `disagreements`.
pub fn learn_ids(model: &mut Model, touched: &[(Table, Key, Slot)]) {
    for (table, _, slot) in touched.iter().filter(|(_, _, slot)| slot.base.is_none()) {
        if let Some(cells) = slot.now {
            learn_id(model, *table, &cells);
        }
    }
}

fn learn_id(model: &mut Model, table: Table, cells: &Cells) -> Option<()> {
    match table {
        Table::Barcode => {
            let row = read::<Barcode>(cells);
            model.cards.get_mut(&Digest { high: row.high, low: row.low })?.id.get_or_insert(row.card.0);
        }
        Table::Message => {
            let row = read::<Message>(cells);
            let messages = &mut model.readers.get_mut(&row.reader.0)?.messages;
            messages.iter_mut().find(|message| message.id == 0)?.id = row.id.0;
        }
        Table::Outbox => {
            let row = read::<Outbox>(cells);
            model.outbox.iter_mut().find(|known| known.id == 0)?.id = row.id.0;
        }
        // Of whoever walked in; and of a move that is told.
        Table::Party => {
            let row = read::<Party>(cells);
            let parties = model.activities.get_mut(&row.activity.0)?.parties.iter_mut();
            parties.into_iter().find(|known| known.id == 0 || known.id == row.id.0)?.id = row.id.0;
        }
        Table::Announcement => {
            let row = read::<Announcement>(cells);
            let mut of_activity = model.announcements.iter_mut().filter(|known| known.activity == row.activity.0);
            of_activity.find(|known| known.id == 0 || known.id == row.id.0)?.id = row.id.0;
        }
        _ => {}
    }
    Some(())
}

/// The rows that a batch has touched against the model.
pub fn of_touched(model: &Model, memory: &Memory, touched: &[(Table, Key, Slot)]) -> Vec<String> {
    let present = touched.iter().filter_map(|(table, _, slot)| Some((*table, slot.now?)));
    let wrong = present.filter(|(table, cells)| !agrees(model, memory, *table, cells));
    wrong.map(|(table, cells)| format!("the model disagrees with {table:?} {cells:?}")).collect()
}

/// The whole database against the whole model.
pub fn disagreements(model: &Model, memory: &Memory, at: Millis) -> Vec<String> {
    let mut found = forgotten(model, memory, at);
    let mut counted = vec![0; Table::ALL.len()];
    for (table, key, cells) in memory.rows() {
        counted[table as usize] += 1;
        if *key != key_of(cells, table.shape().keys) || !agrees(model, memory, table, cells) {
            found.push(format!("the model disagrees with {table:?} {cells:?}"));
        }
    }
    let bound = model.cards.values().filter(|card| card.reader.is_some()).count();
    let taken: BTreeSet<_> = model.redemptions.values().map(|r| (model.stands_for(r.card), r.prize)).collect();
    let messages = model.readers.values().map(|reader| reader.messages.len()).sum();
    let expected = [
        (Table::Card, model.cards.len()),
        (Table::SystemAccount, model.accounts.len()),
        (Table::Barcode, model.cards.len()),
        (Table::CardHolder, model.cards.len()),
        (Table::PersonName, model.people.iter().map(|person| person.names.len()).sum()),
        (Table::Person, model.people.len() + model.people_merged),
        (Table::Reader, model.readers.len()),
        (Table::WeChatUser, model.wechat.len()),
        (Table::PhoneUser, model.phones.len()),
        (Table::EntryCode, model.entry_codes.len()),
        (Table::Binding, bound),
        (Table::Session, model.sessions.len()),
        (Table::SmsCode, model.codes.len()),
        (Table::Prize, model.prizes.len()),
        (Table::Redemption, model.redemptions.len()),
        (Table::RedemptionSecret, model.redemptions.len()),
        (Table::PrizeTaken, taken.len()),
        (Table::Rebinding, model.wishes.len()),
        (Table::Place, model.places.len()),
        (Table::PlaceHours, model.places.values().map(|place| place.week.len()).sum()),
        // A closed day is one row, too.
        (Table::PlaceDay, model.places.values().flat_map(|p| p.days.values()).map(|day| day.len().max(1)).sum()),
        (Table::JobRun, model.jobs.len()),
        (Table::Proof, usize::from(model.proof.is_some())),
        (Table::Staff, model.staff.len()),
        (Table::StaffRole, model.staff.len()),
        (Table::OwnRole, model.own_roles.len()),
        (Table::StaffName, model.names.len()),
        (Table::Outcome, model.outcomes.len()),
        (Table::Outbox, model.outbox.len()),
        (Table::Message, messages),
        (Table::StockMovement, model.stock_movements),
        (Table::Posting, model.postings),
        (Table::RuleValue, model.rules.values().map(BTreeMap::len).sum()),
    ];
    for (table, rows) in expected.into_iter().chain(agreement_activities::counts(model)) {
        if counted[table as usize] != rows {
            found.push(format!("{} rows of {table:?}, the model has {rows}", counted[table as usize]));
        }
    }
    found
}

/// What the model alone remembers: requests that still count, audit rows, and to whom a first binding was paid.
fn forgotten(model: &Model, memory: &Memory, at: Millis) -> Vec<String> {
    let mut found = vec![];
    for (limited, times) in &model.requests {
        for then in times.iter().filter(|then| at - **then < DAY_MS) {
            if memory.get::<CodeRequest>(CodeRequest::key(limited.high, limited.low, *then)).is_none() {
                found.push(format!("18: a request of {limited:?} at {then} is forgotten"));
            }
        }
    }
    let count = |name: &str| memory.records.iter().filter(|record| record.shape().name == name).count();
    let [audits, tokens, patrons] = ["Audit", "KeptToken", "Patron"].map(count);
    let counted = [("19: audits", audits, model.audits), ("tokens", tokens, model.tokens)];
    for (what, rows, known) in counted.into_iter().chain([("patrons", patrons, model.patrons)]) {
        if rows != known {
            found.push(format!("{what}: {rows} written, the model has {known}"));
        }
    }
    found.extend(unwritten(model, memory));
    let mut paid = BTreeSet::new();
    for person in model.awarded.iter().flatten() {
        if !paid.insert(person) {
            found.push(format!("6: {person:?} was awarded twice"));
        }
    }
    found
}

/// Prose that was written without a cause, or was not.
fn unwritten(model: &Model, memory: &Memory) -> Vec<String> {
    let mut written: BTreeMap<&str, usize> = BTreeMap::new();
    memory.records.iter().filter_map(prose).for_each(|what| *written.entry(what).or_default() += 1);
    let same = written == model.written;
    if same { vec![] } else { vec![format!("prose: {written:?}, the model has {:?}", model.written)] }
}

fn prose(record: &Record) -> Option<&'static str> {
    if let Some(face) = record.of::<MemberFace>() {
        return Some(if face.face.is_some() { "face" } else { "face wiped" });
    }
    let is_wiped = |face: VolunteerFace| face.face == Sealed::default();
    match record.shape().name {
        "TextOfActivity" => Some("activity"),
        "CancelReason" => Some("cancel reason"),
        "Answers" => Some("answers"),
        "Appeal" => Some("appeal"),
        "AppealAnswer" => Some("appeal answer"),
        "MessageText" => Some("words"),
        "AnnouncementText" => Some("announcement"),
        "Reading" => Some("reading"),
        "VolunteerFace" => Some("volunteer").filter(|_| !record.of().is_some_and(is_wiped)),
        "VolunteerReview" => Some("review"),
        "SuggestionText" => Some("suggestion"),
        "SuggestionNote" => Some("note"),
        "BookRecord" => Some("book"),
        "ImportedBookRecord" => Some("imported_book"),
        "CoverRecord" => Some("book_cover"),
        "CopiesRecord" => Some("donated_copies"),
        "FeedbackPost" => Some("feedback"),
        "TransferNote" => Some("transfer note"),
        "PhoneWishText" => Some("phone wish"),
        "QuestionRecord" => Some("question"),
        "PassageText" => Some("passage"),
        "BulletinText" => Some("bulletin"),
        "SwitchRecord" => Some("book_source"),
        "DonatedBookText" => Some("donated"),
        "DonatedBookNote" => Some("declined"),
        _ => None,
    }
}
