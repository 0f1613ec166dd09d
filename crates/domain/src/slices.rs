//! The one list of slices. What can be asked for, what it needs and who decides it are made from it.

use crate::core::asked::{Actor, Asked, CommandOf, Idempotency, Now};
use crate::core::refusal::Refusal;
use crate::core::reply::{Reply, ReplyKind};
use crate::core::row::Cell as _;
use crate::core::world::{Draft, Halt, Need};
use crate::tables::{Outcome, Reader, Staff, Table};

macro_rules! slices {
    ($($Slice:ident($module:ident)),+ $(,)?) => {
        /// Every change to the library's data is one of these, decided in one place.
        #[derive(Clone, Debug)]
        pub enum Command { $($Slice(crate::$module::Command)),+ }
        $(impl From<crate::$module::Command> for Command {
            fn from(command: crate::$module::Command) -> Self {
                Command::$Slice(command)
            }
        })+
        impl Command {
            /// Every command of every slice by its name.
            pub fn names() -> impl Iterator<Item = &'static str> {
                [$(crate::$module::Command::NAMES),+].into_iter().flatten().copied()
            }
            pub fn name(&self) -> &'static str {
                match self { $(Command::$Slice(command) => command.name()),+ }
            }
        }
        fn needs_of(actor: Actor, command: &Command) -> Vec<Need> {
            match command { $(Command::$Slice(command) => crate::$module::needs(actor, command)),+ }
        }
        fn decided(d: &mut Draft, asked: &Asked, command: &Command) -> Result<Reply, Halt> {
            match command { $(Command::$Slice(command) => crate::$module::decide(d, asked, command)),+ }
        }
    };
}

slices! {
    Activities(activities),
    Cards(cards),
    CheckIns(checkins),
    Jobs(jobs),
    Members(members),
    Messages(messages),
    Outbox(outbox),
    Places(places),
    Prizes(prizes),
    Redemptions(redemptions),
    Register(register),
    Sessions(sessions),
    Staff(staff),
    Volunteers(volunteers),
}

impl<C: CommandOf> From<C> for Command
where
    Command: From<C::Slice>,
{
    fn from(command: C) -> Self {
        Command::from(C::Slice::from(command))
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
        Actor::Staff(id) => needs.push(Need::Row(Table::Staff, Staff::key(id))),
        Actor::Visitor | Actor::Job => {}
    }
    needs.extend(needs_of(envelope.actor, &envelope.command));
    needs
}

pub fn decide(d: &mut Draft, e: &Envelope, now: Now) -> Result<Reply, Halt> {
    // Repeats first: a retry must hear the first answer.
    if let Some(first) = first_answer(d, e)? {
        return Ok(first);
    }
    let reply = decided(d, &Asked { actor: e.actor, seed: e.seed, now }, &e.command)?;
    remember(d, e, reply, now)?;
    Ok(reply)
}

fn first_answer(d: &Draft, e: &Envelope) -> Result<Option<Reply>, Halt> {
    let Some(key) = e.key else { return Ok(None) };
    let Some(first) = d.get::<Outcome>(Outcome::key(key.key.high, key.key.low))? else { return Ok(None) };
    if (first.body_high, first.body_low) != (key.body.high, key.body.low) {
        return Err(Refusal::KeyReused.into());
    }
    let corrupt = Halt::Corrupt(Table::Outcome, Outcome::key(first.high, first.low));
    let kind = ReplyKind::from_cell(first.reply).ok_or(corrupt)?;
    Ok(Some(Reply { kind, a: first.a, b: first.b }))
}

fn remember(d: &mut Draft, e: &Envelope, reply: Reply, now: Now) -> Result<(), Halt> {
    let Some(key) = e.key else { return Ok(()) };
    if !reply.kind.is_success() {
        return Ok(());
    }
    d.put(Outcome {
        high: key.key.high,
        low: key.key.low,
        body_high: key.body.high,
        body_low: key.body.low,
        reply: reply.kind.into_cell(),
        a: reply.a,
        b: reply.b,
        at: now.at,
    })
}
