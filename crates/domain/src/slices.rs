//! The one list of slices. What can be asked for, what it needs and who decides it are made from it.

use crate::core::asked::{Actor, Asked, CommandOf, Idempotency, Now};
use crate::core::refusal::{Common, Refused};
use crate::core::reply::{Replied, SliceReply};
use crate::core::row::Cell;
use crate::core::world::{Draft, Halt, Need};
use crate::rules::Rule;
use crate::tables::{
    ActivityKind, ActivityState, BookCondition, BookFate, Channel, DonationState, FeedbackState, Job, MemberState,
    MessageNumber, OutboxState, Outcome, ParticipantState, PlaceState, PostingNumber, PrizeState, Reader, ReaderState,
    RedemptionState, SessionKind, Staff, StaffState, StockMovementKind, SuggestionKind, SuggestionState, Table,
    TransferState, VenueCode, VolunteerState,
};
use crate::{
    activities, books, bulletins, cards, checkins, closings, codes, consents, donations, exports, feedback, jobs,
    ledger, members, messages, outbox, passages, phones, places, prizes, questions, readers, redemptions, rules, staff,
    stock_alerts, suggestions, transfers, volunteers,
};

macro_rules! slices {
    ($($Slice:ident($module:ident)),+ $(,)?) => {
        /// Every change to the library's data is one of these, decided in one place.
        #[derive(Clone, Debug)]
        pub enum Command { $($Slice(crate::$module::Command)),+ }
        $(impl InSlices for crate::$module::Command {
            fn into_command(self) -> Command {
                Command::$Slice(self)
            }
        })+
        impl Command {
            /// Every command of every slice by its name.
            pub fn names() -> impl Iterator<Item = &'static str> {
                [$(crate::$module::Command::NAMES),+].into_iter().flatten().copied()
            }
            /// Every reply of every slice: its stored number and its name.
            pub fn replies() -> impl Iterator<Item = (i64, &'static str)> {
                [$(<crate::$module::Reply as SliceReply>::NUMBERS),+].into_iter().flatten().copied()
            }
            pub fn name(&self) -> &'static str {
                match self { $(Command::$Slice(command) => command.name()),+ }
            }
        }
        fn needs_of(actor: Actor, command: &Command) -> Vec<Need> {
            match command { $(Command::$Slice(command) => crate::$module::needs(actor, command)),+ }
        }
        fn decided(d: &mut Draft, asked: &Asked, command: &Command) -> Result<Replied, Halt> {
            match command { $(
                Command::$Slice(command) => crate::$module::decide(d, asked, command).map(Replied::from)
            ),+ }
        }
        /// Whether the slice of the command can have given this reply.
        fn can_reply(command: &Command, reply: &Replied) -> bool {
            match command { $(Command::$Slice(_) => reply.of::<crate::$module::Reply>().is_some()),+ }
        }
    };
}

slices! {
    Activities(activities),
    Books(books),
    Bulletins(bulletins),
    Cards(cards),
    CheckIns(checkins),
    Closings(closings),
    Consents(consents),
    Donations(donations),
    Exports(exports),
    Jobs(jobs),
    Members(members),
    Messages(messages),
    Outbox(outbox),
    Passages(passages),
    Phones(phones),
    Places(places),
    Prizes(prizes),
    Redemptions(redemptions),
    Register(register),
    Rules(rules),
    Sessions(sessions),
    Staff(staff),
    Feedback(feedback),
    Questions(questions),
    StockAlerts(stock_alerts),
    Suggestions(suggestions),
    Transfers(transfers),
    Volunteers(volunteers),
}

/// A slice's commands, as the list above makes them into one.
pub trait InSlices {
    fn into_command(self) -> Command;
}

impl<C: CommandOf<Slice: InSlices>> From<C> for Command {
    fn from(command: C) -> Self {
        C::Slice::from(command).into_command()
    }
}

/// A command on its way to the writer.
#[derive(Clone, Debug)]
pub struct Envelope {
    pub actor: Actor,
    /// None for jobs, which are safe to repeat by what they do.
    pub key: Option<Idempotency>,
    pub command: Command,
    /// Randomness for this command alone.
    pub seed: i64,
}

/// A hint for loading many commands at once; `decide` is right without it.
pub fn needs(envelope: &Envelope) -> Vec<Need> {
    let mut needs = vec![];
    if let Some(key) = envelope.key {
        needs.push(Need::Row(Table::Outcome, Outcome::key(key.key.high, key.key.low)));
    }
    match envelope.actor {
        Actor::Reader(id) => needs.push(Need::Row(Table::Reader, Reader::key(id))),
        Actor::Staff(id) => {
            needs.extend([Need::Row(Table::Staff, Staff::key(id)), Need::children(Table::StaffRole, [id.0])])
        }
        Actor::Visitor | Actor::Job => {}
    }
    needs.extend(needs_of(envelope.actor, &envelope.command));
    needs
}

pub fn decide(d: &mut Draft, e: &Envelope, now: Now) -> Result<Replied, Halt> {
    // Repeats first: a retry must hear the first answer.
    if let Some(first) = first_answer(d, e)? {
        return Ok(first);
    }
    let reply = decided(d, &Asked { actor: e.actor, seed: e.seed, now }, &e.command)?;
    remember(d, e, reply, now)?;
    Ok(reply)
}

fn first_answer(d: &Draft, e: &Envelope) -> Result<Option<Replied>, Halt> {
    let Some(key) = e.key else { return Ok(None) };
    let Some(first) = d.get::<Outcome>(Outcome::key(key.key.high, key.key.low))? else { return Ok(None) };
    if (first.body_high, first.body_low) != (key.body.high, key.body.low) {
        return Err(Common::KeyReused.into());
    }
    let reply = Replied::remembered(first.reply, [first.a, first.b]);
    if can_reply(&e.command, &reply) {
        Ok(Some(reply))
    } else {
        Err(Halt::Corrupt(Table::Outcome, Outcome::key(first.high, first.low)))
    }
}

fn remember(d: &mut Draft, e: &Envelope, reply: Replied, now: Now) -> Result<(), Halt> {
    let Some(key) = e.key.filter(|_| reply.is_remembered) else { return Ok(()) };
    let [a, b] = reply.cells;
    d.put(Outcome {
        high: key.key.high,
        low: key.key.low,
        body_high: key.body.high,
        body_low: key.body.low,
        reply: reply.number,
        a,
        b,
        at: now.at,
    })
}

/// One of several slices' enums: what web and verify match on, so that nobody's is forgotten.
macro_rules! whichever {
    ($(#[$doc:meta])* $Any:ident from $From:ty = $find:expr; { $($Slice:ident($Of:path)),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $Any { $($Slice($Of)),+ }
        impl $Any {
            /// Every one of every slice by its name.
            pub fn names() -> impl Iterator<Item = &'static str> {
                [$(<$Of>::NAMES),+].into_iter().flatten().copied()
            }
            /// None: no slice has it.
            pub fn of(from: $From) -> Option<Self> {
                $(if let Some(found) = $find(from) { return Some($Any::$Slice(found)); })+
                None
            }
        }
    };
}

whichever! {
    /// Why a command was refused.
    Refusal from &Refused = Refused::of; {
        Common(Common), Activities(activities::Refusal), Books(books::Refusal), Bulletins(bulletins::Refusal), Cards(cards::Refusal), CheckIns(checkins::Refusal),
        Closings(closings::Refusal), Codes(codes::Refusal), Consents(consents::Refusal), Donations(donations::Refusal), Exports(exports::Refusal), Feedback(feedback::Refusal), Jobs(jobs::Refusal), Ledger(ledger::Refusal), Members(members::Refusal),
        Messages(messages::Refusal), Outbox(outbox::Refusal), Passages(passages::Refusal), Phones(phones::Refusal), Places(places::Refusal), Prizes(prizes::Refusal), Questions(questions::Refusal),
        Readers(readers::Refusal), Redemptions(redemptions::Refusal), Rules(rules::Refusal), Staff(staff::Refusal), StockAlerts(stock_alerts::Refusal),
        Suggestions(suggestions::Refusal), Transfers(transfers::Refusal), Volunteers(volunteers::Refusal),
    }
}

whichever! {
    /// What a message says.
    MessageKind from MessageNumber = from_number; {
        Activities(activities::MessageKind), Cards(cards::MessageKind), Closings(closings::MessageKind), Consents(consents::MessageKind), Donations(donations::MessageKind), Exports(exports::MessageKind), Feedback(feedback::MessageKind), Phones(phones::MessageKind), Redemptions(redemptions::MessageKind), StockAlerts(stock_alerts::MessageKind),
        Suggestions(suggestions::MessageKind), Transfers(transfers::MessageKind), Volunteers(volunteers::MessageKind),
    }
}

whichever! {
    /// Why a posting was made.
    PostingKind from PostingNumber = from_number; {
        Activities(activities::PostingKind), Cards(cards::PostingKind), CheckIns(checkins::PostingKind), Donations(donations::PostingKind),
        Ledger(ledger::PostingKind), Redemptions(redemptions::PostingKind), Suggestions(suggestions::PostingKind), Transfers(transfers::PostingKind),
    }
}

macro_rules! named {
    ($($($path:ident)::+),+ $(,)?) => {
        /// What SQL says by name: states, kinds and replies, each with its stored numbers and their names.
        pub const NAMED: &[(&str, &[(i64, &str)])] = &[$((concat!($(stringify!($path), "::"),+), <$($path)::+>::NUMBERS)),+];
    };
}

named! {
    ActivityKind, ActivityState, BookCondition, BookFate, Channel, DonationState, FeedbackState, MemberState, OutboxState, ParticipantState, PlaceState, PrizeState,
    Job, ReaderState, RedemptionState, SessionKind, StaffState, StockMovementKind, SuggestionKind, SuggestionState,
    TransferState, VenueCode, VolunteerState, Rule,
    activities::MessageKind, cards::MessageKind, redemptions::MessageKind, volunteers::MessageKind,
    activities::PostingKind, cards::PostingKind, checkins::PostingKind, redemptions::PostingKind, redemptions::Reply, suggestions::MessageKind,
    suggestions::PostingKind, donations::MessageKind, donations::PostingKind, feedback::MessageKind, stock_alerts::MessageKind,
    transfers::MessageKind, transfers::PostingKind,
}

fn from_number<K: Cell>(number: impl Cell) -> Option<K> {
    K::from_cell(number.into_cell())
}
