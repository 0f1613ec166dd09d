//! Readers: people who are signed in.

mod words;

pub use words::Refusal;

use crate::core::asked::Actor;
use crate::core::world::{Draft, Halt};
use crate::tables::{Reader, ReaderState};

/// The reader who asks.
pub fn reader(d: &Draft, actor: Actor) -> Result<Reader, Halt> {
    let Actor::Reader(id) = actor else { return Err(Refusal::SignedOut.into()) };
    let reader = d.get::<Reader>(Reader::key(id))?.ok_or(Refusal::SignedOut)?;
    if reader.state == ReaderState::Closed {
        return Err(Refusal::AccountClosed.into());
    }
    Ok(reader)
}
