//! The invariants themselves: every one of them can fail.
// To plant is all that most closures here do.
#![allow(clippy::unit_arg)]

use crate::invariants::violations;
use crate::planted_activities;
use crate::run::Run;
use crate::support::{LIBRARIAN, Memory};
use domain::core::record::{Record, Sealed};
use domain::core::row::Row;
use domain::outbox::Payload;
use domain::staff::Audit;
use domain::tables::*;
use domain::{cards, redemptions};

pub const STEPS: u64 = 1_500;
const SEEDS_MAX: u64 = 300;

/// A library in which this can be planted, after it was.
pub fn planted(what: &str, plant: impl Fn(&mut Run) -> Option<()>) -> Run {
    for seed in 0..SEEDS_MAX {
        let mut run = Run::new(seed);
        run.steps(STEPS).unwrap();
        if plant(&mut run).is_some() {
            return run;
        }
    }
    panic!("{what}: nowhere to plant it")
}

pub fn some<R: Row>(memory: &Memory, is: impl Fn(&R) -> bool) -> Option<R> {
    memory.all::<R>().into_iter().rfind(is)
}

pub type Plant<In, Out = ()> = fn(&mut In) -> Option<Out>;

/// By the invariant that must find it.
const VIOLATIONS: &[(&str, Plant<Memory>)] = &[
    ("1: ", |m| Some(m.set(Posting { points: 0, ..some(m, |_: &Posting| true)? }))),
    ("1: no cards", |m| Some(m.forget(Table::Card, Card::key(some(m, |p: &Posting| p.points > 0)?.card)))),
    ("1: no accounts", |m| {
        Some(m.forget(Table::SystemAccount, SystemAccount::key(some(m, |_: &Posting| true)?.account)))
    }),
    ("2: ", |m| some(m, |_| true).map(|c: Card| m.set(Card { balance: c.balance + 1, ..c }))),
    ("2: ", |m| some(m, |_| true).map(|a: SystemAccount| m.set(SystemAccount { balance: a.balance + 1, ..a }))),
    ("2: ", |m| Some(m.set(Posting { previous: None, ..some(m, |p: &Posting| p.previous.is_some())? }))),
    ("3: ", |m| Some(m.set(Posting { points: -1_000, ..some(m, |_: &Posting| true)? }))),
    ("6: ", |m| {
        let award = some(m, |p: &Posting| p.kind == cards::PostingKind::FirstBinding)?;
        Some(m.set(Posting { id: PostingId(i64::MAX), ..award }))
    }),
    ("6: ", |m| {
        let award = some(m, |p: &Posting| p.kind == cards::PostingKind::FirstBinding)?;
        let person = some(m, |p: &Person| p.awarded == Some(award.card))?;
        Some(m.set(Person { awarded: None, ..person }))
    }),
    ("7: ", |m| Some(m.set(Binding { reader: ReaderId(i64::MAX), ..some(m, |_: &Binding| true)? }))),
    ("7: ", |m| some(m, |_| true).map(|b: Binding| m.forget(Table::Binding, Binding::key(b.reader, b.card)))),
    ("7: ", |m| Some(m.set(Reader { card: Some(CardId(9)), ..some(m, |_: &Reader| true)? }))),
    ("7: ", |m| {
        let reader = some(m, |reader: &Reader| reader.card.is_some())?;
        Some((1..=5).for_each(|n| m.set(Binding { reader: reader.id, card: CardId(n), at: 0 })))
    }),
    ("7: ", |m| {
        let asked = some(m, |_: &Rebinding| true)?;
        Some(m.set(Rebinding { reader: asked.from_reader, ..asked }))
    }),
    ("7: ", |m| some(m, |_| true).map(|r: Rebinding| m.set(Rebinding { due: r.due - 1, ..r }))),
    ("7: Rebinding", |m| {
        let wanted =
            m.all::<Rebinding>().into_iter().find(|asked| some(m, |b: &Binding| b.card == asked.card).is_some())?;
        Some(m.set(Rebinding { from_reader: ReaderId(i64::MAX), ..wanted }))
    }),
    ("8: ", |m| Some(m.set(Prize { on_hand: -1, ..some(m, |_: &Prize| true)? }))),
    ("8: ", |m| {
        let prize = some(m, |prize: &Prize| prize.reserved > 0)?;
        Some(m.set(Prize { reserved: prize.reserved - 1, on_hand: prize.on_hand + 1, ..prize }))
    }),
    ("8: ", |m| {
        // An expired one that was not put back on the shelf.
        let expired = some(m, |r: &Redemption| r.state == RedemptionState::Expired)?;
        let prize = m.get::<Prize>(Prize::key(expired.prize)).filter(|prize| prize.on_hand > 0)?;
        Some(m.set(Prize { reserved: prize.reserved + 1, on_hand: prize.on_hand - 1, ..prize }))
    }),
    ("8: ", |m| some(m, |t: &PrizeTaken| t.count > 0).map(|t| m.set(PrizeTaken { count: t.count - 1, ..t }))),
    ("8: ", |m| {
        let taken = some(m, |t: &PrizeTaken| t.count > 0)?;
        Some(m.forget(Table::PrizeTaken, PrizeTaken::key(taken.card, taken.prize)))
    }),
    ("8: ", |m| some(m, |_| true).map(|s: StockMovement| m.forget(Table::StockMovement, StockMovement::key(s.id)))),
    ("9: ", |m| some(m, |_| true).map(|r: Redemption| m.forget(Table::RedemptionSecret, RedemptionSecret::key(r.id)))),
    ("9: ", |m| {
        Some(m.set(Posting { cause: 9, ..some(m, |p: &Posting| p.kind == redemptions::PostingKind::Redemption)? }))
    }),
    ("9: ", |m| {
        let collected = some(m, |r: &Redemption| r.state == RedemptionState::Collected)?;
        Some(m.set(Redemption { settled_by: None, ..collected }))
    }),
    ("9: ", |m| {
        let pending = some(m, |r: &Redemption| r.state == RedemptionState::Pending)?;
        Some(m.set(Redemption { settled_by: Some(LIBRARIAN), ..pending }))
    }),
    ("9: ", |m| {
        let expired = some(m, |r: &Redemption| r.state == RedemptionState::Expired)?;
        Some(m.set(Redemption { settled_by: Some(LIBRARIAN), ..expired }))
    }),
    ("9: ", |m| Some(m.set(Card { last_redemption: None, ..some(m, |card: &Card| card.last_redemption.is_some())? }))),
    ("10: ", |m| {
        let pending = some(m, |r: &Redemption| r.state == RedemptionState::Pending)?;
        Some(m.set(Redemption { state: RedemptionState::Cancelled, ..pending }))
    }),
    ("10: ", |m| {
        // Refunded twice.
        let refund = some(m, |p: &Posting| p.kind == redemptions::PostingKind::RedemptionCancelled)?;
        Some(m.set(Posting { id: PostingId(i64::MAX), ..refund }))
    }),
    ("10: ", |m| {
        // Refunded, and waiting all the same.
        let cancelled = some(m, |r: &Redemption| r.state == RedemptionState::Cancelled)?;
        let (state, settled_at, settled_by) = (RedemptionState::Pending, 0, None);
        Some(m.set(Redemption { state, settled_at, settled_by, ..cancelled }))
    }),
    ("10: ", |m| {
        let end = some(m, |message: &Message| message.kind == redemptions::MessageKind::RedemptionExpired)?;
        Some(m.forget(Table::Message, Message::key(end.reader, end.id)))
    }),
    ("10: ", |m| {
        let reminder = some(m, |message: &Message| message.kind == redemptions::MessageKind::RedemptionEnds)?;
        let again = |n| Message { id: MessageId(i64::MAX - n), ..reminder };
        Some((0..2).for_each(|n| m.set(again(n))))
    }),
    ("10: ", |m| Some(m.set(Redemption { reminded: 1, ..some(m, |r: &Redemption| r.reminded == 0)? }))),
    ("17: ", |m| Some(m.set(SmsCode { tries: 6, ..some(m, |_: &SmsCode| true)? }))),
    ("17: ", |m| Some(m.set(SmsCode { used: true, card: None, ..some(m, |_: &SmsCode| true)? }))),
    ("17: ", |m| Some(m.set(EntryCode { tries: 6, ..some(m, |_: &EntryCode| true)? }))),
    ("17: ", |m| Some(m.set(EntryCode { tries: 5, ..some(m, |code: &EntryCode| code.used)? }))),
    ("17: ", |m| Some(m.set(EntryCode { id: CodeId(i64::MAX), ..some(m, |_: &EntryCode| true)? }))),
    ("17: ", |m| Some(m.set(SmsCode { id: CodeId(i64::MAX), ..some(m, |code: &SmsCode| code.card.is_some())? }))),
    ("17: ", |m| {
        // Sent twice.
        let code = some(m, |_: &EntryCode| true)?;
        let sms = some(m, |row: &Outbox| row.cause == code.id.0)?;
        Some(m.set(Outbox { id: OutboxId(i64::MAX), ..sms }))
    }),
    ("18: ", |m| {
        let request = some(m, |_: &CodeRequest| true)?;
        Some(m.set(CodeRequest { at: request.at + 59_999, ..request }))
    }),
    ("19: ", |m| {
        let audit = m.records.iter().find(|record| record.shape().name == "Audit").cloned()?;
        Some(m.records.push(audit))
    }),
    ("19: ", |m| {
        let collect = |record: &Record| is_audit_of(record, "redemption.collect");
        let at = m.records.iter().position(collect)?;
        Some(drop(m.records.remove(at)))
    }),
    ("19: ", |m| {
        // Undone by somebody else.
        let undo = m.records.iter_mut().find(|record| is_audit_of(record, "redemption.undo"))?;
        *undo = Audit { staff: None, ..undo.of()? }.into();
        Some(())
    }),
    ("19: ", |m| {
        let cancel = |record: &Record| is_audit_of(record, "redemption.cancel");
        let at = m.records.iter().position(cancel)?;
        Some(drop(m.records.remove(at)))
    }),
    ("22: ", |m| {
        // A notice to somebody else.
        let notice = some(m, |row: &Outbox| !matches!(row.channel, Channel::Sms | Channel::SmsNotice))?;
        let message = some(m, |message: &Message| message.id.0 == notice.cause)?;
        let other = some(m, |of: &Message| of.reader != message.reader)?;
        Some(m.set(Outbox { cause: other.id.0, ..notice }))
    }),
    ("22: ", |m| Some(m.set(Outbox { cause: 0, ..some(m, |_: &Outbox| true)? }))),
    ("22: ", |m| {
        let open = some(m, |row: &Outbox| row.state == OutboxState::Waiting)?;
        Some(m.set(Outbox { state: OutboxState::Sent, ..open }))
    }),
    ("22: ", |m| Some(m.records.push(Payload { outbox: OutboxId(9), sealed: Some(Sealed::default()) }.into()))),
    ("ways in: ", |m| Some(m.set(PhoneUser { reader: ReaderId(9), ..some(m, |_: &PhoneUser| true)? }))),
    ("jobs: ", |m| some(m, |_| true).map(|run: JobRun| m.set(JobRun { until: run.started + 5, ..run }))),
    ("jobs: ", |m| {
        let running = some(m, |run: &JobRun| run.until != 0)?;
        Some(m.set(JobRun { holder: 0, ..running }))
    }),
    ("places: ", |m| some(m, |_| true).map(|prize: Prize| m.set(Prize { place: Some(PlaceId(9)), ..prize }))),
    ("places: ", |m| some(m, |_| true).map(|hours: PlaceHours| m.set(PlaceHours { opens: hours.opens + 1, ..hours }))),
    ("places: ", |m| some(m, |_| true).map(|hours: PlaceHours| m.set(PlaceHours { closes: hours.opens, ..hours }))),
    ("places: ", |m| some(m, |_| true).map(|day: PlaceDay| m.set(PlaceDay { closes: 1_441, ..day }))),
    ("places: ", |m| {
        let closed = some(m, |day: &PlaceDay| day.closes == 0)?;
        Some(m.set(PlaceDay { opens: 600, closes: 660, ..closed }))
    }),
    ("badge: ", |m| some(m, |_| true).map(|r: Reader| m.set(Reader { unread: r.unread + 1, ..r }))),
];

#[test]
fn every_invariant_can_fail() {
    for (n, (by, plant)) in VIOLATIONS.iter().chain(planted_activities::VIOLATIONS).enumerate() {
        let what = format!("violation {n} of {by}");
        let run = planted(&what, |run| plant(&mut run.memory));
        let found = violations(&run.memory);
        assert!(found.iter().any(|finding| finding.starts_with(by)), "{what}: {found:?}");
    }
}

fn is_audit_of(record: &Record, action: &str) -> bool {
    record.of::<Audit>().is_some_and(|audit| audit.action == action)
}
