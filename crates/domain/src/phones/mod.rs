//! 修改手机号: by which number a reader comes in and is reached. The library system keeps its own.
//!
//! The new number is proven by a code; the old one by a code, too, or staff have seen the reader's card.

mod codes_of_sides;
mod words;

pub use codes_of_sides::RequestPhoneCode;
pub use words::{MessageKind, PhoneWishText, Refusal, Reply};

use crate::codes;
use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::day::{DAY_MS, HOUR_MS};
use crate::core::digest::Digest;
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt, Need};
use crate::messages::tell;
use crate::outbox::{Payload, queue};
use crate::readers::{self, has_something, reader};
use crate::rules::{self, Rule};
use crate::staff::{Permission, audit, require_anywhere};
use crate::tables::{Channel, Millis, PhoneSide, PhoneUser, PhoneWish, Reader, ReaderId, ReaderPhone, ReaderState};
use codes_of_sides::{proven, use_up};

commands! {
    RequestPhoneCode => codes_of_sides::request,
    ChangePhone => change,
    WishForPhone => wish,
    ConfirmPhone => confirm,
}

/// Rare: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

/// A wish that nobody confirms at the desk is over.
pub const WISH_MS: Millis = 7 * DAY_MS;

/// A number as it was typed, with the code that came to it.
#[derive(Clone, Copy, Debug)]
pub struct TypedPhone {
    pub phone: Digest,
    pub code: Digest,
}

#[derive(Clone, Debug)]
pub struct ChangePhone {
    pub session: Digest,
    pub old: TypedPhone,
    pub new: TypedPhone,
    /// The last four digits of the new number.
    pub tail: i64,
    /// What the gateway is handed for either number.
    pub told: Vec<Sealed>,
}

/// 旧号码已停用: the new number is proven, the desk sees to the rest.
#[derive(Clone, Debug)]
pub struct WishForPhone {
    pub session: Digest,
    pub old: Digest,
    pub new: TypedPhone,
    pub text: PhoneWishText,
}

/// At the desk: staff have seen the reader's card.
#[derive(Clone, Debug)]
pub struct ConfirmPhone {
    pub reader: ReaderId,
    pub tail: i64,
    pub told: Vec<Sealed>,
}

/// Refusals: AccountClosed, CodeExpired, CodeOfOtherPhone, CodeUsed, NoCode, PhoneTaken, SamePhone, SignedOut,
/// TooManyTries.
pub fn change(d: &mut Draft, asked: &Asked, c: &ChangePhone) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?;
    differ(c.old.phone, c.new.phone)?;
    for (side, typed) in [(PhoneSide::New, c.new), (PhoneSide::Old, c.old)] {
        if let Some(wrong) = proven(d, &reader, side, c.session, typed, asked.now)? {
            return Ok(wrong);
        }
    }
    [PhoneSide::New, PhoneSide::Old].into_iter().try_for_each(|side| use_up(d, &reader, side))?;
    take_over(d, reader.id, c.old.phone, c.new.phone, asked.now)?;
    tell_both(d, reader.id, c.tail, &c.told, asked.now)?;
    Ok(Reply::PhoneChanged { reader: reader.id })
}

/// Refusals: AccountClosed, CodeExpired, CodeOfOtherPhone, CodeUsed, NoCode, PhoneTaken, SamePhone, SignedOut,
/// TooManyTries.
pub fn wish(d: &mut Draft, asked: &Asked, c: &WishForPhone) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?;
    differ(c.old, c.new.phone)?;
    if let Some(wrong) = proven(d, &reader, PhoneSide::New, c.session, c.new, asked.now)? {
        return Ok(wrong);
    }
    is_free(d, reader.id, c.new.phone)?;
    use_up(d, &reader, PhoneSide::New)?;
    d.get::<PhoneWish>(PhoneWish::key(reader.id))?;
    let (old, new) = (c.old, c.new.phone);
    d.put(PhoneWish {
        reader: reader.id,
        old_high: old.high,
        old_low: old.low,
        new_high: new.high,
        new_low: new.low,
        at: asked.now.at,
    })?;
    d.emit(PhoneWishText { reader: reader.id, ..c.text.clone() });
    Ok(Reply::PhoneWished)
}

/// Refusals: AccountClosed, NoPermission, NoSuchReader, NoSuchStaff, NoSuchWish, PhoneTaken, StaffDisabled.
pub fn confirm(d: &mut Draft, asked: &Asked, c: &ConfirmPhone) -> Result<Reply, Halt> {
    let staff = require_anywhere(d, asked.actor, Permission::BindCards)?.id;
    let reader = d.get::<Reader>(Reader::key(c.reader))?.ok_or(readers::Refusal::NoSuchReader)?;
    if reader.state == ReaderState::Closed {
        return Err(readers::Refusal::AccountClosed.into());
    }
    let wish = d.get::<PhoneWish>(PhoneWish::key(c.reader))?.filter(|wish| asked.now.at - wish.at < WISH_MS);
    let wish = wish.ok_or(Refusal::NoSuchWish)?;
    let [old, new] =
        [(wish.old_high, wish.old_low), (wish.new_high, wish.new_low)].map(|(high, low)| Digest { high, low });
    take_over(d, c.reader, old, new, asked.now)?;
    d.remove(wish)?;
    tell_both(d, c.reader, c.tail, &c.told, asked.now)?;
    audit(d, Some(staff), "phone.change", c.reader.0, "", asked.now);
    Ok(Reply::PhoneChanged { reader: c.reader })
}

fn differ(old: Digest, new: Digest) -> Result<(), Halt> {
    if old == new { Err(Refusal::SamePhone.into()) } else { Ok(()) }
}

fn user(d: &Draft, phone: Digest) -> Result<Option<PhoneUser>, Halt> {
    d.get::<PhoneUser>(PhoneUser::key(phone.high, phone.low))
}

/// Whether nobody who has something comes in by this number.
fn is_free(d: &Draft, reader: ReaderId, phone: Digest) -> Result<(), Halt> {
    match user(d, phone)?.map(|known| known.reader).filter(|known| *known != reader) {
        Some(other) if has_something(d, other)? => Err(Refusal::PhoneTaken.into()),
        _ => Ok(()),
    }
}

/// The old number leads to the reader no more; the new one does, after a while.
fn take_over(d: &mut Draft, reader: ReaderId, old: Digest, new: Digest, now: Now) -> Result<(), Halt> {
    is_free(d, reader, new)?;
    if let Some(row) = user(d, old)?.filter(|row| row.reader == reader) {
        d.remove(row)?;
    }
    let cooling = rules::today(d, Rule::PhoneCoolingHours, now)? * HOUR_MS;
    d.put(PhoneUser { high: new.high, low: new.low, reader, good_from: now.at + cooling })?;
    d.get::<ReaderPhone>(ReaderPhone::key(reader))?;
    d.put(ReaderPhone { reader, high: new.high, low: new.low, at: now.at })
}

fn tell_both(d: &mut Draft, reader: ReaderId, tail: i64, told: &[Sealed], now: Now) -> Result<(), Halt> {
    let message = tell(d, reader, MessageKind::PhoneChanged, 0, tail, now)?;
    for sealed in told {
        let outbox = queue(d, Channel::Sms, message.0, Some(reader), now);
        d.emit(Payload { outbox, sealed: Some(sealed.clone()) });
    }
    Ok(())
}

/// Whoever has changed their number a moment ago moves no points yet: it may have been somebody else.
pub fn has_cooled(d: &Draft, reader: ReaderId, now: Now) -> Result<(), Halt> {
    let Some(changed) = d.get::<ReaderPhone>(ReaderPhone::key(reader))? else { return Ok(()) };
    let until = changed.at + rules::today(d, Rule::PhoneCoolingHours, now)? * HOUR_MS;
    if now.at < until { Err(Refusal::PhoneCooling { until }.into()) } else { Ok(()) }
}

/// Whether somebody may come in by this number now.
pub fn lets_in(user: &PhoneUser, now: Now) -> Result<(), Refusal> {
    if now.at < user.good_from { Err(Refusal::PhoneCooling { until: user.good_from }) } else { Ok(()) }
}

/// The codes' limits are those of every code.
pub(crate) const CODE_TRIES_MAX: i64 = codes::CODE_TRIES_MAX;
