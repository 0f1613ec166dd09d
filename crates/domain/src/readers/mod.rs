//! Readers: people who are signed in.

mod words;

pub use words::Refusal;

use crate::core::asked::Actor;
use crate::core::digest::Digest;
use crate::core::world::{Draft, Halt};
use crate::tables::{Binding, Member, Millis, PhoneOf, PhoneUser, Reader, ReaderId, ReaderState, Volunteer};

/// The reader who asks.
pub fn reader(d: &Draft, actor: Actor) -> Result<Reader, Halt> {
    let Actor::Reader(id) = actor else { return Err(Refusal::SignedOut.into()) };
    let reader = d.get::<Reader>(Reader::key(id))?.ok_or(Refusal::SignedOut)?;
    if reader.state == ReaderState::Closed {
        return Err(Refusal::AccountClosed.into());
    }
    Ok(reader)
}

/// A reader who must be there, whoever asks.
pub fn known(d: &Draft, id: ReaderId) -> Result<Reader, Halt> {
    Ok(d.get::<Reader>(Reader::key(id))?.ok_or(Refusal::NoSuchReader)?)
}

/// Whoever has shown that a number is theirs comes in by it from now on. It stays with whom it leads to already, unless
/// that one has nothing yet: somebody came in by phone first, and now by WeChat.
pub fn comes_by_phone(d: &mut Draft, reader: ReaderId, phone: Digest) -> Result<(), Halt> {
    let known = d.get::<PhoneUser>(PhoneUser::key(phone.high, phone.low))?;
    let other = known.map(|known| known.reader).filter(|known| *known != reader);
    let is_kept = known.is_some() && other.map_or(Ok(true), |other| has_something(d, other))?;
    if is_kept {
        return Ok(());
    }
    leads_to(d, phone, reader, 0)
}

/// Whoever has this number comes in as the reader, from then on, and as nobody else.
pub fn leads_to(d: &mut Draft, phone: Digest, reader: ReaderId, good_from: Millis) -> Result<(), Halt> {
    let Digest { high, low } = phone;
    if let Some(before) = d.get::<PhoneUser>(PhoneUser::key(high, low))? {
        leads_no_more(d, before.reader, phone)?;
    }
    d.get::<PhoneOf>(PhoneOf::key(reader, high, low))?;
    d.put(PhoneUser { high, low, reader, good_from })?;
    d.put(PhoneOf { reader, high, low, good_from })
}

/// If it led to this reader.
pub fn leads_no_more(d: &mut Draft, reader: ReaderId, phone: Digest) -> Result<(), Halt> {
    let Digest { high, low } = phone;
    let found = d.get::<PhoneUser>(PhoneUser::key(high, low))?.filter(|way| way.reader == reader);
    found.map_or(Ok(()), |way| d.remove(way))?;
    d.clear::<PhoneOf>(PhoneOf::key(reader, high, low))
}

/// Whether an account is more than a way in.
pub fn has_something(d: &Draft, reader: ReaderId) -> Result<bool, Halt> {
    Ok(!d.children::<Binding, 1>([reader.0])?.is_empty()
        || !d.children::<Member, 1>([reader.0])?.is_empty()
        || !d.children::<Volunteer, 1>([reader.0])?.is_empty())
}
