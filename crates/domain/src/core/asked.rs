//! Who asks for something, when, and how a slice declares what can be asked of it.

use crate::core::digest::Digest;
use crate::core::refusal::Common;
use crate::core::reply::SliceReply;
use crate::tables::{Day, Millis, Minutes, ReaderId, StaffId};

/// Who asks. Sessions are looked up before a command is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Visitor,
    Reader(ReaderId),
    Staff(StaffId),
    Job,
}

/// A form's key, hashed together with its actor, and the hash of what the form said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idempotency {
    pub key: Digest,
    pub body: Digest,
}

/// When the batch is decided: never earlier than the batch before it.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    pub at: Millis,
    /// The library's calendar day, as 20261123.
    pub today: Day,
    /// And its minute of that day.
    pub minute: Minutes,
}

/// What every decision is told beside the command itself.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub actor: Actor,
    /// Randomness for this command alone.
    pub seed: i64,
    pub now: Now,
}

/// A command that belongs to a slice: it is asked for by itself, and its slice's name need not be said.
pub trait CommandOf: Sized {
    type Slice: From<Self>;
    /// What the slice answers.
    type Reply: SliceReply;
}

/// For what nobody but the program itself may do: jobs, and the command line on the server.
pub fn only_the_program(actor: Actor) -> Result<(), Common> {
    if actor == Actor::Job { Ok(()) } else { Err(Common::NoPermission) }
}

/// Declares a slice's commands: the enum of them, and which function decides each.
macro_rules! commands {
    ($($Command:ident => $decided:path),+ $(,)?) => {
        /// What can be asked of this slice.
        #[derive(Clone, Debug)]
        #[allow(clippy::large_enum_variant, reason = "a command is made once, handed on and decided")]
        pub enum Command { $($Command($Command)),+ }
        impl Command {
            pub const NAMES: &'static [&'static str] = &[$(stringify!($Command)),+];
            pub fn name(&self) -> &'static str {
                match self { $(Command::$Command(_) => stringify!($Command)),+ }
            }
        }
        impl $crate::core::asked::CommandOf for Command {
            type Slice = Command;
            type Reply = Reply;
        }
        $(
            impl From<$Command> for Command {
                fn from(command: $Command) -> Self {
                    Command::$Command(command)
                }
            }
            impl $crate::core::asked::CommandOf for $Command {
                type Slice = Command;
                type Reply = Reply;
            }
        )+
        pub fn decide(
            d: &mut $crate::core::world::Draft,
            asked: &$crate::core::asked::Asked,
            command: &Command,
        ) -> Result<Reply, $crate::core::world::Halt> {
            match command { $(Command::$Command(c) => $decided(d, asked, c)),+ }
        }
    };
}

pub(crate) use commands;
