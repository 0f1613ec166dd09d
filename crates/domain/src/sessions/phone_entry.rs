//! Entry by phone number and SMS code, for readers outside WeChat: only where the library has switched it on.
//!
//! Any phone may ask, so the answer tells nothing; whoever reads its messages is its reader.

use crate::codes::{self, CODE_LIFE_MS, CODE_TRIES_MAX, count_request};
use crate::core::asked::{Asked, Now};
use crate::core::digest::Digest;
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt};
use crate::outbox::{Payload, queue};
use crate::phones::lets_in;
use crate::readers::leads_to;
use crate::sessions::{Reply, begin, blank_reader};
use crate::tables::{Channel, CodeId, EntryCode, PhoneUser, ReaderId};

#[derive(Clone, Debug)]
pub struct RequestEntryCode {
    /// The browser that asks: a code is of no use in another.
    pub browser: Digest,
    pub phone: Digest,
    /// Keyed hashes of what else is limited.
    pub limited: Vec<Digest>,
    pub code: Digest,
    /// What the SMS gateway is handed.
    pub payload: Sealed,
}

#[derive(Clone, Copy, Debug)]
pub struct EnterByPhone {
    pub browser: Digest,
    pub phone: Digest,
    pub code: Digest,
    pub session: Digest,
    /// The session that this browser had before.
    pub replaces: Option<Digest>,
}

/// Refusals: TooManyCodes, TooManyCodesToday, TooSoon.
pub fn request_code(d: &mut Draft, asked: &Asked, c: &RequestEntryCode) -> Result<Reply, Halt> {
    let id = d.new_id(CodeId);
    for limited in &c.limited {
        count_request(d, *limited, id, asked.now)?;
    }
    d.get::<EntryCode>(EntryCode::key(c.phone.high, c.phone.low))?;
    d.put(EntryCode {
        phone_high: c.phone.high,
        phone_low: c.phone.low,
        id,
        browser_high: c.browser.high,
        browser_low: c.browser.low,
        code_high: c.code.high,
        code_low: c.code.low,
        tries: 0,
        used: false,
        at: asked.now.at,
    })?;
    let outbox = queue(d, Channel::Sms, id.0, None, asked.now);
    d.emit(Payload { outbox, sealed: Some(c.payload.clone()) });
    Ok(Reply::CodeRequested)
}

/// Refusals: AccountClosed, CodeExpired, CodeUsed, NoCode, PhoneCooling, TooManyTries.
pub fn enter(d: &mut Draft, asked: &Asked, c: &EnterByPhone) -> Result<Reply, Halt> {
    let mut code = live_code(d, c, asked.now)?;
    if (code.code_high, code.code_low) != (c.code.high, c.code.low) {
        code.tries += 1;
        d.put(code)?;
        return Ok(Reply::WrongCode { tries_left: CODE_TRIES_MAX - code.tries });
    }
    d.put(EntryCode { used: true, ..code })?;
    let reader = match d.get::<PhoneUser>(PhoneUser::key(c.phone.high, c.phone.low))? {
        Some(known) => {
            lets_in(&known, asked.now)?;
            known.reader
        }
        None => register(d, c.phone, asked.now)?,
    };
    begin(d, reader, c.session, c.replaces, asked.now)
}

fn live_code(d: &Draft, c: &EnterByPhone, now: Now) -> Result<EntryCode, Halt> {
    let code = d.get::<EntryCode>(EntryCode::key(c.phone.high, c.phone.low))?.ok_or(codes::Refusal::NoCode)?;
    if (code.browser_high, code.browser_low) != (c.browser.high, c.browser.low) {
        return Err(codes::Refusal::NoCode.into());
    }
    if code.used {
        return Err(codes::Refusal::CodeUsed.into());
    }
    if now.at - code.at >= CODE_LIFE_MS {
        return Err(codes::Refusal::CodeExpired.into());
    }
    if code.tries >= CODE_TRIES_MAX {
        return Err(codes::Refusal::TooManyTries.into());
    }
    Ok(code)
}

fn register(d: &mut Draft, phone: Digest, now: Now) -> Result<ReaderId, Halt> {
    let id = d.new_id(ReaderId);
    leads_to(d, phone, id, 0)?;
    d.add(blank_reader(id, now));
    Ok(id)
}
