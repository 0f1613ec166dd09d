//! 图书推荐 and what look-ups keep: a room of its own.

use crate::invariants::{Findings, claim};
use crate::model::{Answer, Model};
use crate::rooms::Room;
use crate::script::{NOBODY, Script};
use crate::support::Memory;
use domain::books::{self, FoundBook, ImportBooks, ImportedBook, KeepBooks, KeepCover, SwitchSource};
use domain::core::asked::{Actor, Now};
use domain::slices::{Command, Envelope};
use domain::suggestions::{
    self, ArriveSuggestion, Book, DecideSuggestion, Holdings, JoinSuggestion, MessageKind, OrderSuggestion,
    PostingKind, Propose, ReopenSuggestion, Reply,
};
use domain::tables::{
    Account, CardId, Posting, ReaderId, Suggestion, SuggestionAward, SuggestionId, SuggestionKind, SuggestionMonth,
    SuggestionOfIsbn, SuggestionReader, SuggestionState, Table,
};
use std::collections::BTreeMap;

pub const ROOM: Room = Room {
    next,
    follow,
    tables: &[
        Table::Suggestion,
        Table::SuggestionReader,
        Table::SuggestionOfIsbn,
        Table::SuggestionMonth,
        Table::SuggestionAward,
    ],
    violations,
};

const ISBNS: [i64; 4] = [0, 9_787_536_692_930, 9_787_020_002_207, 9_787_506_365_437];

/// What the model must know to say what follows: who wants it, and what it has earned on which card.
#[derive(Clone, Default)]
pub struct Proposed {
    reader: i64,
    card: i64,
    points: i64,
    readers: Vec<i64>,
}

fn next(script: &mut Script) -> (Actor, Command) {
    let known = script.dice.pick(script.model.proposed.keys().rev().take(12).collect::<Vec<_>>()).copied();
    let suggestion = SuggestionId(if script.dice.one_in(30) { NOBODY } else { known.unwrap_or(NOBODY) });
    let reader = script.reader();
    match script.dice.below(20) {
        0 => {
            let isbn = ISBNS[script.dice.below(4) as usize];
            let by = if script.dice.one_in(9) { reader } else { Actor::Job };
            match script.dice.below(4) {
                0 => {
                    let name = if script.dice.one_in(2) { "p-0" } else { "" };
                    (
                        by,
                        Command::from(KeepCover {
                            isbn: ISBNS[1],
                            picture: None,
                            name: name.into(),
                            address: String::new(),
                        }),
                    )
                }
                1 => {
                    let books = vec![FoundBook { isbn, source: 1, record: String::new(), asked_at: 0 }];
                    (by, Command::from(KeepBooks { books }))
                }
                2 => {
                    let books = vec![ImportedBook { isbn, record: "{}".into() }];
                    (by, Command::from(ImportBooks { books }))
                }
                _ => {
                    let (source, off) = (script.dice.below(5), script.dice.one_in(2));
                    (script.staff(), Command::from(SwitchSource { source, off }))
                }
            }
        }
        1..3 => {
            // The same one again: five a month are many.
            let last = script.model.proposed.values().next_back().map(|wish| Actor::Reader(ReaderId(wish.reader)));
            let by = last.unwrap_or(reader);
            (by, Command::from(Propose { isbn: 0, ..propose(script, by) }))
        }
        3..7 => (reader, Command::from(propose(script, reader))),
        7..9 => {
            let card = card_of(script, reader);
            (reader, Command::from(JoinSuggestion { suggestion, card }))
        }
        9..14 => {
            let reason = if script.dice.one_in(6) { String::new() } else { "价格过高".into() };
            let accepted = script.dice.percent(65);
            (script.staff(), Command::from(DecideSuggestion { suggestion, accepted, reason }))
        }
        14..16 => (script.staff(), Command::from(ReopenSuggestion { suggestion })),
        16..18 => (script.staff(), Command::from(OrderSuggestion { suggestion })),
        _ => {
            let shelf_mark = if script.dice.one_in(3) { String::new() } else { "I247.5/1".into() };
            (script.staff(), Command::from(ArriveSuggestion { suggestion, shelf_mark }))
        }
    }
}

fn card_of(script: &mut Script, reader: Actor) -> CardId {
    let Actor::Reader(id) = reader else { return CardId(NOBODY) };
    let own: Vec<i64> = script.model.cards_of(id.0).filter_map(|card| card.id).collect();
    CardId(script.dice.pick(own).unwrap_or(NOBODY))
}

fn propose(script: &mut Script, reader: Actor) -> Propose {
    let kind = if script.dice.one_in(5) { SuggestionKind::Copy } else { SuggestionKind::Title };
    let copies = if (kind == SuggestionKind::Copy) != script.dice.one_in(9) { 2 } else { 0 };
    let held = Holdings { copies, lent: if script.dice.one_in(6) { 1 } else { copies } };
    let title = if script.dice.one_in(30) { String::new() } else { "三体".into() };
    let price = if script.dice.one_in(30) { -1 } else { script.dice.below(9_000) };
    let isbn = if script.dice.one_in(30) { 12 } else { ISBNS[script.dice.below(4) as usize] };
    let card = card_of(script, reader);
    Propose { card, kind, isbn, held, price, book: Book { title, ..Book::default() } }
}

fn follow(model: &mut Model, e: &Envelope, _: Now, heard: &Answer) -> Option<Answer> {
    match &e.command {
        Command::Books(books::Command::KeepBooks(c)) => {
            if heard.is_ok() {
                c.books.iter().filter(|book| book.isbn != 0).for_each(|_| model.wrote("book"));
            }
        }
        Command::Books(books::Command::ImportBooks(c)) => {
            if heard.is_ok() {
                c.books.iter().filter(|book| book.isbn != 0).for_each(|_| model.wrote("imported_book"));
            }
        }
        Command::Books(books::Command::KeepCover(_)) => {
            if heard.is_ok() {
                model.wrote("book_cover");
            }
        }
        Command::Books(books::Command::SwitchSource(_)) => {
            if heard.is_ok() {
                model.wrote("book_source");
                model.audits += 1;
            }
        }
        Command::Suggestions(command) => {
            if let Some(reply) = heard.as_ref().ok().and_then(|reply| reply.of::<Reply>()) {
                follow_reply(model, e.actor, command, reply, heard);
            }
        }
        _ => return None,
    }
    Some(*heard)
}

fn follow_reply(model: &mut Model, actor: Actor, c: &suggestions::Command, reply: Reply, heard: &Answer) {
    match (reply, c, actor) {
        (Reply::Proposed { .. }, suggestions::Command::Propose(c), Actor::Reader(reader)) => {
            let id = model.fresh(heard);
            let readers = vec![reader.0];
            model.proposed.insert(id, Proposed { reader: reader.0, card: c.card.0, points: 0, readers });
            model.wrote("suggestion");
            model.tell(reader.0, MessageKind::SuggestionReceived, id, 0);
        }
        (Reply::Joined { suggestion }, _, Actor::Reader(reader)) => {
            model.proposed.entry(suggestion.0).or_default().readers.push(reader.0);
        }
        (Reply::SuggestionDecided { suggestion, points }, suggestions::Command::DecideSuggestion(c), _) => {
            let (wish, accepted) = (model.proposed[&suggestion.0].clone(), c.accepted);
            if points > 0 {
                model.post(wish.card, points, Account::Suggestion);
            }
            model.proposed.insert(suggestion.0, Proposed { points, ..wish });
            let kind = if accepted { MessageKind::SuggestionAccepted } else { MessageKind::SuggestionDeclined };
            tell_all(model, suggestion.0, kind, points, &c.reason);
        }
        (Reply::SuggestionReopened { suggestion }, ..) => {
            let wish = model.proposed[&suggestion.0].clone();
            if wish.points > 0 {
                model.post(wish.card, -wish.points, Account::Suggestion);
            }
            model.proposed.insert(suggestion.0, Proposed { points: 0, ..wish });
            tell_all(model, suggestion.0, MessageKind::SuggestionReopened, 0, "");
        }
        (Reply::SuggestionOrdered { suggestion }, ..) => {
            each_told(model, suggestion.0, MessageKind::SuggestionOrdered, 0, "");
            model.audits += 1;
        }
        (Reply::SuggestionArrived { suggestion }, suggestions::Command::ArriveSuggestion(c), _) => {
            let days = model.rule_now(domain::rules::Rule::PriorityDays);
            tell_all(model, suggestion.0, MessageKind::SuggestionArrived, days, &c.shelf_mark);
        }
        _ => {}
    }
}

/// With an audit row and what staff wrote of it.
fn tell_all(model: &mut Model, id: i64, kind: MessageKind, detail: i64, words: &str) {
    model.wrote("note");
    model.audits += 1;
    each_told(model, id, kind, detail, words);
}

fn each_told(model: &mut Model, id: i64, kind: MessageKind, detail: i64, words: &str) {
    let mut wish = model.proposed[&id].clone();
    // Rows come by key.
    wish.readers.sort_unstable();
    for reader in wish.readers {
        let is_theirs = kind != MessageKind::SuggestionAccepted || reader == wish.reader;
        if model.news(reader, kind, id, if is_theirs { detail } else { 0 }) && !words.trim().is_empty() {
            model.wrote("words");
        }
    }
}

fn violations(memory: &Memory, found: &mut Findings) {
    let mut sums: BTreeMap<(i64, CardId), i64> = BTreeMap::new();
    for posting in memory.all::<Posting>() {
        let is_ours =
            posting.kind == PostingKind::SuggestionAccepted || posting.kind == PostingKind::SuggestionReopened;
        if is_ours {
            claim(found, posting.account == Account::Suggestion, || format!("15: {posting:?} is booked wrongly"));
            *sums.entry((posting.cause, posting.card)).or_default() += posting.points;
        }
    }
    let awards: Vec<SuggestionAward> = memory.all();
    let wants: Vec<SuggestionReader> = memory.all();
    let open: Vec<SuggestionOfIsbn> = memory.all();
    for row in memory.all::<Suggestion>() {
        let posted = sums.remove(&(row.id.0, row.card)).unwrap_or(0);
        claim(found, posted == row.points, || format!("15: {row:?}, but {posted} were posted"));
        let was_accepted = !matches!(row.state, SuggestionState::Proposed | SuggestionState::Declined);
        claim(found, row.points == 0 || was_accepted, || format!("15: {row:?} has earned without an approval"));
        let awarded = awards.iter().any(|award| award.suggestion == row.id && award.reader == row.reader);
        claim(found, awarded == (row.points > 0 && row.isbn != 0), || format!("15: {row:?} and its award"));
        let readers = wants.iter().filter(|one| one.suggestion == row.id).count() as i64;
        claim(found, readers == row.readers, || format!("{row:?}, but {readers} want it"));
        let is_first = open.iter().any(|one| one.suggestion == row.id && (one.isbn, one.kind) == (row.isbn, row.kind));
        claim(found, is_first == (row.is_open() && row.isbn != 0), || format!("{row:?} and what is open of its ISBN"));
        let decided = row.decided_by.is_some() && row.decided_at > 0;
        claim(found, decided == (row.state != SuggestionState::Proposed), || format!("{row:?} and who decided"));
    }
    claim(found, sums.is_empty(), || format!("15: paid for nothing {sums:?}"));
    for row in memory.all::<SuggestionMonth>() {
        claim(found, row.count > 0, || format!("{row:?} counts nothing"));
    }
}
