//! Whether a row says what the model says.

use crate::model::{self, Model};
use crate::support::Memory;
use domain::digest::Digest;
use domain::envelope::Reply;
use domain::record::Record;
use domain::row::{Cell, Cells, Key, Row, key_of};
use domain::tables::*;
use domain::world::Slot;
use std::collections::BTreeSet;

const DAY_MS: Millis = 86_400_000;

/// Gives the ids that only the database knew to the model.
pub fn learn_ids(model: &mut Model, touched: &[(Table, Key, Slot)]) {
    for (table, _, slot) in touched.iter().filter(|(_, _, slot)| slot.base.is_none()) {
        let Some(cells) = slot.now else { continue };
        match table {
            Table::Barcode => {
                let row = read::<Barcode>(&cells);
                let card = model.cards.get_mut(&Digest { high: row.high, low: row.low });
                card.expect("a card of the model").id.get_or_insert(row.card.0);
            }
            Table::Message => {
                let row = read::<Message>(&cells);
                let messages = &mut model.readers.get_mut(&row.reader.0).expect("a reader").messages;
                messages.iter_mut().find(|message| message.id == 0).expect("a message").id = row.id.0;
            }
            Table::Outbox => {
                let row = read::<Outbox>(&cells);
                model.outbox.iter_mut().find(|known| known.id == 0).expect("an outgoing message").id = row.id.0;
            }
            _ => {}
        }
    }
}

fn read<R: Row>(cells: &Cells) -> R {
    R::of(cells).expect("a row")
}

/// A row that is there; one that is not is found out by counting.
pub fn agrees(model: &Model, memory: &Memory, table: Table, cells: &Cells) -> bool {
    let (high, low) = (cells[0], cells[1]);
    let digest = Digest { high, low };
    match table {
        Table::Card => {
            let Card { id, reader, state, balance, frozen, .. } = read(cells);
            let known = model.card(id.0).map(|c| (c.reader, c.state, c.balance, c.frozen));
            known == Some((reader.map(|r| r.0), state, balance, frozen))
        }
        Table::SystemAccount => {
            let row: SystemAccount = read(cells);
            model.accounts.get(&row.account) == Some(&row.balance)
        }
        Table::Barcode => model.cards.get(&digest).is_some_and(|card| card.id == Some(cells[2])),
        Table::CardHolder => {
            let row: CardHolder = read(cells);
            let identity = Digest { high: row.identity_high, low: row.identity_low };
            let patron = Digest { high: row.patron_high, low: row.patron_low };
            model.card(row.card.0).is_some_and(|card| (card.identity, card.patron) == (identity, patron))
        }
        Table::Claim => model.claimed.get(&digest) == Some(&cells[2]),
        Table::Reader => {
            let row: Reader = read(cells);
            let known = model.readers.get(&row.id.0).map(|reader| {
                let unread = reader.messages.iter().filter(|message| !message.read).count() as i64;
                (reader.closed, reader.chosen, unread)
            });
            known == Some((row.state == ReaderState::Closed, row.card.map(|card| card.0), row.unread))
        }
        Table::WeChatUser => model.wechat.get(&digest) == Some(&cells[2]),
        Table::Binding => {
            let row: Binding = read(cells);
            model.card(row.card.0).is_some_and(|card| card.reader == Some(row.reader.0))
        }
        Table::Session => {
            let row: Session = read(cells);
            let (staff, who, at, seen) = (row.kind == SessionKind::Staff, row.who, row.at, row.seen);
            let session = model::Session { staff, who, at, seen };
            model.sessions.get(&digest) == Some(&session) && session.until() == row.until
        }
        Table::CodeRequest => model.requests.get(&digest).is_some_and(|times| times.contains(&cells[2])),
        Table::SmsCode => sms_code(model, &read(cells)),
        Table::Prize => {
            let row: Prize = read(cells);
            let prize = model::Prize {
                branch: row.branch.0,
                shown: row.state == PrizeState::Shown,
                points: row.points,
                per_card: row.per_card,
                from: row.visible_from,
                until: row.visible_until,
                position: row.position,
                received: row.received,
                written_off: row.written_off,
                reserved: row.reserved,
                handed_over: row.handed_over,
            };
            model.prizes.get(&row.id.0) == Some(&prize) && prize.on_hand() == row.on_hand
        }
        Table::Redemption => {
            let row: Redemption = read(cells);
            model.redemptions.get(&row.id.0).is_some_and(|known| {
                let secret = known.secret;
                *known
                    == model::Redemption {
                        card: row.card.0,
                        reader: row.reader.0,
                        prize: row.prize.0,
                        points: row.points,
                        secret,
                        state: row.state,
                        last_day: row.last_day,
                        settled_at: row.settled_at,
                        settled_by: row.settled_by.map_or(0, |staff| staff.0),
                    }
            })
        }
        Table::RedemptionSecret => model.redemptions.get(&cells[0]).is_some_and(|known| known.secret == cells[1]),
        Table::PrizeTaken => model.taken.get(&(cells[0], cells[1])) == Some(&cells[2]),
        Table::Staff => {
            let row: Staff = read(cells);
            model.staff.get(&row.id.0).is_some_and(|s| {
                (s.disabled, s.branch, s.permissions)
                    == (row.state == StaffState::Disabled, row.branch.0, row.permissions)
                    && (s.wrong, s.locked_until) == (row.failures, row.locked_until)
            })
        }
        Table::StaffName => model.names.get(&digest) == Some(&cells[2]),
        Table::Outcome => {
            let row: Outcome = read(cells);
            let (body, a, b) = (Digest { high: row.body_high, low: row.body_low }, row.a, row.b);
            let kind = Cell::from_cell(row.reply).expect("a reply");
            model.outcomes.get(&digest) == Some(&(body, Reply { kind, a, b }))
        }
        Table::Outbox => {
            let row: Outbox = read(cells);
            let known = model.outbox.iter().find(|known| known.id == row.id.0);
            known.is_some_and(|known| {
                (known.state, known.attempts, known.next_at, known.at) == (row.state, row.attempts, row.next_at, row.at)
            })
        }
        Table::Message => message(model, memory, &read(cells)),
        Table::StockMovement | Table::Posting => true,
    }
}

fn sms_code(model: &Model, row: &SmsCode) -> bool {
    let sent_for = |code: &model::Code| code.sent_for.and_then(|barcode| model.cards.get(&barcode)?.id);
    model.codes.get(&row.reader.0).is_some_and(|code| {
        (code.session, code.phone) == (Digest { high: row.session_high, low: row.session_low }, phone(row))
            && code.code == Digest { high: row.code_high, low: row.code_low }
            && sent_for(code) == row.card.map(|card| card.0)
            && (code.wrong, code.used, code.at) == (row.tries, row.used, row.at)
    })
}

fn phone(row: &SmsCode) -> Digest {
    Digest { high: row.phone_high, low: row.phone_low }
}

fn message(model: &Model, memory: &Memory, row: &Message) -> bool {
    let known = model.readers.get(&row.reader.0).and_then(|r| r.messages.iter().find(|m| m.id == row.id.0));
    let upto = memory.get::<Reader>(Reader::key(row.reader)).map_or(0, |reader| reader.read_upto);
    known.is_some_and(|known| {
        let read = row.read || row.id.0 <= upto;
        (known.kind, known.about, known.points, known.read) == (row.kind, row.about, row.points, read)
    })
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
    let messages = model.readers.values().map(|reader| reader.messages.len()).sum();
    let expected = [
        (Table::Card, model.cards.len()),
        (Table::SystemAccount, model.accounts.len()),
        (Table::Barcode, model.cards.len()),
        (Table::CardHolder, model.cards.len()),
        (Table::Claim, model.claimed.len()),
        (Table::Reader, model.readers.len()),
        (Table::WeChatUser, model.wechat.len()),
        (Table::Binding, bound),
        (Table::Session, model.sessions.len()),
        (Table::SmsCode, model.codes.len()),
        (Table::Prize, model.prizes.len()),
        (Table::Redemption, model.redemptions.len()),
        (Table::RedemptionSecret, model.redemptions.len()),
        (Table::PrizeTaken, model.taken.len()),
        (Table::Staff, model.staff.len()),
        (Table::StaffName, model.names.len()),
        (Table::Outcome, model.outcomes.len()),
        (Table::Outbox, model.outbox.len()),
        (Table::Message, messages),
        (Table::StockMovement, model.stock_movements),
        (Table::Posting, model.postings),
    ];
    for (table, rows) in expected {
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
    let audits = memory.records.iter().filter(|record| matches!(record, Record::Audit { .. })).count();
    if audits != model.audits {
        found.push(format!("19: {audits} audit rows, the model has {}", model.audits));
    }
    let mut paid = BTreeSet::new();
    for person in model.awarded.iter().flatten() {
        if !paid.insert(person) {
            found.push(format!("6: {person:?} was awarded twice"));
        }
    }
    found
}
