//! Codes for either number: one side, one code at a time, good in the browser that asked for it.

use super::{Reply, TypedPhone};
use crate::codes::{self, CODE_LIFE_MS, CODE_TRIES_MAX, count_request};
use crate::core::asked::{Asked, Now};
use crate::core::digest::Digest;
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt};
use crate::outbox::{Payload, queue};
use crate::readers::reader;
use crate::tables::{Channel, CodeId, PhoneCode, PhoneSide, PhoneUser, Reader};

#[derive(Clone, Debug)]
pub struct RequestPhoneCode {
    pub session: Digest,
    pub side: PhoneSide,
    pub phone: Digest,
    /// Keyed hashes of what else is limited.
    pub limited: Vec<Digest>,
    pub code: Digest,
    /// What the SMS gateway is handed.
    pub payload: Sealed,
}

/// A code for the old number goes out only if it is the reader's; the answer is the same.
///
/// Refusals: AccountClosed, SignedOut, TooManyCodes, TooManyCodesToday, TooSoon.
pub fn request(d: &mut Draft, asked: &Asked, c: &RequestPhoneCode) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let id = d.new_id(CodeId);
    for limited in &c.limited {
        count_request(d, *limited, id, asked.now)?;
    }
    let known = d.get::<PhoneUser>(PhoneUser::key(c.phone.high, c.phone.low))?;
    let is_sent = c.side == PhoneSide::New || known.is_some_and(|known| known.reader == reader);
    let code = if is_sent { c.code } else { Digest::NONE };
    d.get::<PhoneCode>(PhoneCode::key(reader, c.side))?;
    d.put(PhoneCode {
        reader,
        side: c.side,
        session_high: c.session.high,
        session_low: c.session.low,
        phone_high: c.phone.high,
        phone_low: c.phone.low,
        code_high: code.high,
        code_low: code.low,
        tries: 0,
        used: false,
        at: asked.now.at,
    })?;
    if is_sent {
        let outbox = queue(d, Channel::Sms, id.0, Some(reader), asked.now);
        d.emit(Payload { outbox, sealed: Some(c.payload.clone()) });
    }
    Ok(Reply::PhoneCodeRequested)
}

/// What is said to a wrong code: one try is gone. None: it was right.
pub fn wrong_code(
    d: &mut Draft,
    reader: &Reader,
    side: PhoneSide,
    session: Digest,
    typed: TypedPhone,
    now: Now,
) -> Result<Option<Reply>, Halt> {
    let code = live_code(d, reader, side, session, typed.phone, now)?;
    // A code that was never sent is wrong whatever was typed.
    let known = Digest { high: code.code_high, low: code.code_low };
    if !known.is_none() && known == typed.code {
        return Ok(None);
    }
    let tries = code.tries + 1;
    d.put(PhoneCode { tries, ..code })?;
    Ok(Some(Reply::WrongPhoneCode { side, tries_left: CODE_TRIES_MAX - tries }))
}

fn live_code(
    d: &Draft,
    reader: &Reader,
    side: PhoneSide,
    session: Digest,
    phone: Digest,
    now: Now,
) -> Result<PhoneCode, Halt> {
    let code = d.get::<PhoneCode>(PhoneCode::key(reader.id, side))?.ok_or(codes::Refusal::NoCode)?;
    let why = match () {
        () if (code.session_high, code.session_low) != (session.high, session.low) => codes::Refusal::NoCode,
        () if code.used => codes::Refusal::CodeUsed,
        () if now.at - code.at >= CODE_LIFE_MS => codes::Refusal::CodeExpired,
        () if (code.phone_high, code.phone_low) != (phone.high, phone.low) => codes::Refusal::CodeOfOtherPhone,
        () if code.tries >= CODE_TRIES_MAX => codes::Refusal::TooManyTries,
        () => return Ok(code),
    };
    Err(why.into())
}

pub fn use_up(d: &mut Draft, reader: &Reader, side: PhoneSide) -> Result<(), Halt> {
    let code = d.get::<PhoneCode>(PhoneCode::key(reader.id, side))?.ok_or(codes::Refusal::NoCode)?;
    d.put(PhoneCode { used: true, ..code })
}
