//! The checks of every batch, and of the model: every one of them can fail.
// To plant is all that most closures here do.
#![allow(clippy::unit_arg)]

use crate::model::Model;
use crate::planted::{Plant, STEPS, planted, some};
use crate::run::Run;
use crate::support::{Memory, at, step};
use crate::{near, transitions};
use domain::core::asked::Actor;
use domain::core::row::{Key, Row, key_of};
use domain::core::world::Slot;
use domain::messages::MarkRead;
use domain::slices::{Command, Envelope};
use domain::tables::*;

pub type Touched = (Table, Key, Slot);

/// A row that was there and is changed.
pub fn changed<R: Row>(from: R, to: R) -> Touched {
    let (base, now) = (from.cells(), to.cells());
    (R::TABLE, key_of(&base, R::TABLE.shape().keys), Slot { base: Some(base), now: Some(now) })
}

#[test]
fn a_broken_row_is_found_at_once() {
    let plants: &[Plant<Memory, Touched>] = &[
        |m| some(m, |_| true).map(|c: Card| changed(c, Card { balance: c.balance + 1, ..c })),
        |m| some(m, |_| true).map(|p: Posting| changed(p, Posting { after: p.after + 1, ..p })),
        |m| some(m, |_| true).map(|p: Prize| changed(p, Prize { on_hand: p.on_hand + 1, ..p })),
        |m| some(m, |_| true).map(|r: Reader| changed(r, Reader { card: Some(CardId(9)), ..r })),
        |m| some(m, |_| true).map(|r: Redemption| changed(r, Redemption { id: RedemptionId(9), ..r })),
        |m| {
            some(m, |r: &Redemption| r.state == RedemptionState::Collected)
                .map(|r| changed(r, Redemption { settled_by: None, ..r }))
        },
        |m| {
            // Less than what waits.
            let waits = some(m, |r: &Redemption| r.state == RedemptionState::Pending)?;
            let taken = m.get::<PrizeTaken>(PrizeTaken::key(waits.card, waits.prize))?;
            Some(changed(taken, PrizeTaken { count: 0, ..taken }))
        },
        |m| some(m, |_| true).map(|r: Rebinding| changed(r, Rebinding { reader: r.from_reader, ..r })),
        |m| some(m, |_| true).map(|b: Binding| changed(b, Binding { card: CardId(9), ..b })),
        |m| some(m, |of: &Activity| of.taken > 1).map(|of| changed(of, Activity { capacity: of.taken - 1, ..of })),
        |m| some(m, |_| true).map(|of: Activity| changed(of, Activity { waiting: -1, ..of })),
        |m| some(m, |_| true).map(|p: Party| changed(p, Party { waiting: p.waiting + 1, ..p })),
        |m| some(m, |p: &Participant| !p.companion).map(|p| changed(p, Participant { party: PartyId(9), ..p })),
        |m| some(m, |p: &Participant| p.card.is_some()).map(|p| changed(p, Participant { card: None, ..p })),
        |m| some(m, |_| true).map(|row: NoShow| changed(row, NoShow { member: Some(MemberId(9)), ..row })),
        |m| some(m, |row: &CheckIn| row.made_up).map(|row| changed(row, CheckIn { points: 1, ..row })),
    ];
    for (n, plant) in plants.iter().enumerate() {
        let run = planted(&format!("broken row {n}"), |run| plant(&mut run.memory).map(drop));
        let touched = plant(&mut run.memory.clone()).unwrap();
        assert!(!near::violations(&run.memory, &[touched]).is_empty(), "{touched:?}");
    }
}

#[test]
fn what_was_written_once_may_not_change() {
    let gone = |(table, key, slot): Touched| (table, key, Slot { now: None, ..slot });
    let unlawful = |run: &Run| {
        let m = &run.memory;
        let recent = |outcome: &Outcome| run.head_at - outcome.at < 86_400_000;
        let (posting, outcome) = (some(m, |_: &Posting| true)?, some(m, recent)?);
        let (message, outbox) = (some(m, |_: &Message| true)?, some(m, |o: &Outbox| o.state == OutboxState::Unknown)?);
        let holder = some(m, |holder: &CardHolder| holder.patron_high != 0)?;
        let (name, code) = (some(m, |_: &StaffName| true)?, some(m, |_: &EntryCode| true)?);
        Some([
            changed(posting, Posting { points: posting.points + 1, ..posting }),
            gone(changed(posting, posting)),
            changed(outbox, Outbox { state: OutboxState::Waiting, ..outbox }),
            gone(changed(outbox, outbox)),
            changed(outcome, Outcome { a: outcome.a + 1, ..outcome }),
            gone(changed(outcome, outcome)),
            changed(message, Message { detail: message.detail + 1, ..message }),
            changed(holder, CardHolder { patron_high: 0, patron_low: 0, ..holder }),
            gone(changed(name, name)),
            gone(changed(code, code)),
        ])
    };
    let run = planted("a busy library", |run| unlawful(run).map(drop));
    for touched in unlawful(&run).unwrap() {
        assert!(!transitions::broken(&[touched], run.head_at).is_empty(), "{touched:?}");
        let (table, key, slot) = touched;
        let new = [(table, key, Slot { base: None, ..slot })];
        let undated = !table.shape().columns.contains(&"at") || slot.now.is_none();
        assert!(undated || !transitions::misdated(&new, 1).is_empty());
    }
}

/// From a row, what it may not become, and when.
pub type Wrong<R> = (fn(&R) -> bool, fn(R) -> R, fn(&R) -> Millis);

pub fn is_unlawful<R: Row + Copy>(what: &str, wrongs: &[Wrong<R>]) {
    for (n, (is, becomes, when)) in wrongs.iter().enumerate() {
        let what = format!("{what} {n}");
        let run = planted(&what, |run| some(&run.memory, is).map(drop));
        let before = some(&run.memory, is).unwrap();
        let touched = changed(before, becomes(before));
        assert!(!transitions::broken(&[touched], when(&before)).is_empty(), "{what}: {touched:?}");
    }
}

#[test]
fn redemptions_go_one_way() {
    let pending = |r| Redemption { state: RedemptionState::Pending, settled_at: 0, settled_by: None, ..r };
    is_unlawful::<Redemption>(
        "redemption",
        &[
            (|r| r.state == RedemptionState::Cancelled, pending, |r| r.settled_at),
            (|r| r.state == RedemptionState::Expired, pending, |r| r.settled_at),
            // Ten minutes after the hand-over, but not before.
            (|r| r.state == RedemptionState::Collected, pending, |r| r.settled_at + 600_000),
            (|r| r.state == RedemptionState::Expired, |r| Redemption { settled_at: 9, ..r }, |r| r.settled_at),
            (|r| r.reminded > 0, |r| Redemption { reminded: 0, ..r }, |r| r.at),
            (|_| true, |r| Redemption { last_day: r.last_day + 1, ..r }, |r| r.at),
            (|_| true, |r| Redemption { points: r.points + 1, ..r }, |r| r.at),
        ],
    );
    let undone = some(&planted("a hand-over", |run| some(&run.memory, collected).map(drop)).memory, collected);
    let touched = changed(undone.unwrap(), pending(undone.unwrap()));
    assert!(transitions::broken(&[touched], undone.unwrap().settled_at + 599_999).is_empty());
}

fn collected(redemption: &Redemption) -> bool {
    redemption.state == RedemptionState::Collected
}

#[test]
fn a_code_for_entry_is_tried_until_it_is_used() {
    let newer = |code: EntryCode| EntryCode { id: CodeId(code.id.0 + 1), at: code.at + 9, ..code };
    is_unlawful::<EntryCode>(
        "code for entry",
        &[
            (|code| code.used, |code| EntryCode { used: false, ..code }, |code| code.at),
            (|code| code.used, |code| EntryCode { tries: code.tries + 1, ..code }, |code| code.at),
            (|code| code.tries > 0, |code| EntryCode { tries: 0, ..code }, |code| code.at),
            (|code| !code.used, |code| EntryCode { browser_low: code.browser_low + 2, ..code }, |code| code.at),
            (|code| !code.used, |code| EntryCode { code_low: code.code_low + 2, ..code }, |code| code.at),
            (|code| !code.used, |code| EntryCode { at: code.at + 9, ..code }, |code| code.at + 9),
            (|_| true, |code| EntryCode { id: CodeId(code.id.0 - 1), at: code.at + 9, ..code }, |code| code.at + 9),
            (|_| true, |code| EntryCode { id: CodeId(code.id.0 + 1), ..code }, |code| code.at + 9),
        ],
    );
    let used = |code: &EntryCode| code.used;
    let code = some(&planted("a used code", |run| some(&run.memory, used).map(drop)).memory, used).unwrap();
    assert!(transitions::broken(&[changed(code, newer(code))], code.at + 9).is_empty());
}

#[test]
fn leases_are_not_taken_from_those_who_have_them() {
    let stolen = |run: JobRun| JobRun { holder: run.holder + 1, until: run.until + 5, started: run.started + 5, ..run };
    let running = |run: &JobRun| run.until != 0;
    is_unlawful::<JobRun>("job", &[(running, stolen, |run| run.until - 1)]);
    let run = planted("a job that runs", |run| some(&run.memory, running).map(drop));
    let lapsed = some(&run.memory, running).unwrap();
    assert!(transitions::broken(&[changed(lapsed, stolen(lapsed))], lapsed.until).is_empty());
    let once = |row: &Outbox| row.state == OutboxState::Sending && row.channel != Channel::WeChat;
    let again = |row: Outbox| Outbox { attempts: row.attempts + 1, ..row };
    is_unlawful::<Outbox>("outbox", &[(once, again, |row| row.next_at)]);
}

#[test]
fn a_world_that_is_wrong_about_the_database_is_found_at_the_flush() {
    let waits = |r: &Reader| r.state == ReaderState::Active && r.unread > 0;
    let mut run = planted("a reader with messages", |run| some(&run.memory, waits).map(drop));
    let reader = some(&run.memory, waits).unwrap();
    let command = Command::from(MarkRead { message: None });
    let e = Envelope { actor: Actor::Reader(reader.id), key: None, command, seed: 0 };
    let mut world = run.memory.world();
    step(&run.memory, &mut world, &e, at(reader.at), false).unwrap();
    // Somebody else wrote the row in between.
    run.memory.set(Reader { unread: reader.unread + 7, ..reader });
    assert!(run.memory.flush(&world).is_err());
}

/// A model that has one thing wrong: seen in the rows at once, and in the answers of commands that follow.
#[test]
fn a_wrong_model_is_noticed() {
    let plants: &[(&str, Plant<Run>)] = &[
        ("prices", |run| run.model.prizes.values_mut().map(|prize| prize.points += 1).last()),
        ("balances", |run| run.model.cards.values_mut().map(|card| card.balance += 9).last()),
        ("bindings", |run| run.model.cards.values_mut().map(|card| card.reader = None).last()),
        ("accounts", |run| run.model.readers.values_mut().map(|reader| reader.closed = !reader.closed).last()),
        ("roles", |run| run.model.staff.values_mut().map(|staff| staff.role -= 1).last()),
        ("rights", |run| run.model.own_roles.values_mut().map(|permissions| *permissions ^= 1).last()),
        ("stock", |run| run.model.prizes.values_mut().map(|prize| prize.received += 1).last()),
        ("sessions", |run| Some(run.model.sessions.clear())),
        ("codes", |run| run.model.codes.values_mut().map(|code| code.used = !code.used).last()),
        ("codes for entry", |run| run.model.entry_codes.values_mut().map(|code| code.used = !code.used).last()),
        ("phones", |run| run.model.phones.values_mut().map(|reader| *reader += 1).last()),
        ("requests", |run| run.model.requests.values_mut().map(|times| times.clear()).last()),
        ("messages", |run| run.model.readers.values_mut().map(|reader| reader.messages.clear()).last()),
        ("wishes", |run| run.model.wishes.values_mut().map(|wish| wish.at += 40 * 86_400_000).last()),
        ("places", |run| {
            let places = run.model.places.values_mut().filter(|place| !place.week.is_empty());
            places.map(|place| place.week.clear()).last()
        }),
        ("jobs", |run| run.model.jobs.values_mut().filter(|run| run.running).map(|run| run.holder += 1).last()),
        ("consents", |run| run.model.readers.values_mut().map(|reader| reader.consents += 1).last()),
        ("hand-overs", |run| {
            let collected = run.model.redemptions.values_mut().filter(|r| r.settled_by != 0);
            collected.map(|redemption| redemption.settled_by += 1).last()
        }),
        ("members", |run| run.model.members.values_mut().map(|member| member.reader += 1).last()),
        ("volunteers", |run| {
            let approved = run.model.volunteers.values_mut().filter(|known| known.state == VolunteerState::Approved);
            approved.map(|known| known.state = VolunteerState::Applied).last()
        }),
        ("rules", |run| run.model.rules.values_mut().flat_map(|days| days.values_mut()).map(|set| set.0 += 7).last()),
        ("stamps", |run| Some(run.model.stamps.values_mut().for_each(|stamps| stamps.clear()))),
        ("activities", |run| {
            let published = run.model.activities.values_mut().filter(|of| of.state == ActivityState::Published);
            published.map(|of| of.times.starts += 500 * 86_400_000).last()
        }),
        ("participants", |run| {
            let ahead = run.model.activities.values_mut().filter(|of| of.times.ends > run.head_at);
            ahead.filter(|of| !of.people.is_empty()).map(|of| of.people.clear()).last()
        }),
        ("announcements", |run| run.model.announcements.iter_mut().map(|known| known.done = !known.done).last()),
        ("outgoing", |run| run.model.outbox.iter_mut().map(|row| row.attempts += 1).last()),
    ];
    for (what, plant) in plants {
        planted(what, |run| plant(run).filter(|()| run.whole().is_err() && mishears(run)));
    }
    let counts: [fn(&mut Model) -> &mut usize; 3] = [|m| &mut m.audits, |m| &mut m.tokens, |m| &mut m.patrons];
    for count in counts {
        planted("a count", |run| Some(*count(&mut run.model) += 1).filter(|()| run.whole().is_err()));
    }
}

/// Whether an answer is soon not what the model says. A wrong code can be replaced before anybody types it.
fn mishears(run: &mut Run) -> bool {
    run.steps(STEPS).is_err_and(|why| why.contains(" heard "))
}
