//! 修改手机号: by which number a reader comes in and is reached. The library system keeps its own.
//!
//! The new number is proven by a code; the old one by a code, too, or staff have seen the reader's card.

mod codes_of_sides;
mod words;

pub use codes_of_sides::RequestPhoneCode;
pub use words::{MessageKind, PhoneWishGone, PhoneWishText, Refusal, Reply};

use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::day::{DAY_MS, HOUR_MS};
use crate::core::digest::Digest;
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt, Need};
use crate::messages::tell;
use crate::outbox::{Payload, queue};
use crate::readers::{self, has_something, leads_no_more, leads_to, reader};
use crate::rules::{self, Rule};
use crate::staff::{Permission, audit, require_anywhere};
use crate::tables::{Channel, Millis, PhoneOf, PhoneSide, PhoneUser, PhoneWish, ReaderId, ReaderPhone, ReaderState};
use codes_of_sides::{use_up, wrong_code};

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
    /// What the gateway is handed for the new number and for the old one. None: such messages are not sent.
    pub told: Option<[Sealed; 2]>,
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
    /// The number that staff have seen on the page.
    pub new: Digest,
    pub tail: i64,
    /// What the gateway is handed for the new number, and for the old one, if it turns out to be the reader's. None: nothing.
    pub told: Option<[Sealed; 2]>,
}

/// Refusals: AccountClosed, CodeExpired, CodeOfOtherPhone, CodeUsed, NoCode, PhoneTaken, SamePhone, SignedOut,
/// TooManyTries.
pub fn change(d: &mut Draft, asked: &Asked, c: &ChangePhone) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?;
    differ(c.old.phone, c.new.phone)?;
    for (side, typed) in [(PhoneSide::New, c.new), (PhoneSide::Old, c.old)] {
        if let Some(wrong) = wrong_code(d, &reader, side, c.session, typed, asked.now)? {
            return Ok(wrong);
        }
    }
    [PhoneSide::New, PhoneSide::Old].into_iter().try_for_each(|side| use_up(d, &reader, side))?;
    is_free(d, reader.id, c.new.phone)?;
    leads_no_more(d, reader.id, c.old.phone)?;
    take_over(d, reader.id, c.new.phone, asked.now)?;
    let told = c.told.iter().flatten().cloned().collect();
    tell_of_change(d, reader.id, c.tail, told, asked.now)?;
    Ok(Reply::PhoneChanged { reader: reader.id })
}

/// Refusals: AccountClosed, CodeExpired, CodeOfOtherPhone, CodeUsed, NoCode, PhoneTaken, SamePhone, SignedOut,
/// TooManyTries.
pub fn wish(d: &mut Draft, asked: &Asked, c: &WishForPhone) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?;
    differ(c.old, c.new.phone)?;
    if let Some(wrong) = wrong_code(d, &reader, PhoneSide::New, c.session, c.new, asked.now)? {
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
    let reader = readers::known(d, c.reader)?;
    if reader.state == ReaderState::Closed {
        return Err(readers::Refusal::AccountClosed.into());
    }
    let wish = d.get::<PhoneWish>(PhoneWish::key(c.reader))?.filter(|wish| asked.now.at - wish.at < WISH_MS);
    // Another number than the one that was looked at was never confirmed.
    let wish = wish.filter(|wish| (wish.new_high, wish.new_low) == (c.new.high, c.new.low));
    let wish = wish.ok_or(Refusal::NoSuchWish)?;
    is_free(d, c.reader, c.new)?;
    let old = Digest { high: wish.old_high, low: wish.old_low };
    let was_theirs = user(d, old)?.is_some_and(|row| row.reader == c.reader);
    // Which number is dead, the reader may not know any more: none but the new one leads to them from now on.
    for way in d.children::<PhoneOf, 1>([c.reader.0])? {
        leads_no_more(d, c.reader, Digest { high: way.high, low: way.low })?;
    }
    take_over(d, c.reader, c.new, asked.now)?;
    let told = c.told.iter().flatten().take(if was_theirs { 2 } else { 1 }).cloned().collect();
    tell_of_change(d, c.reader, c.tail, told, asked.now)?;
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

/// The new number leads to the reader, after a while; what waited for the desk is over.
fn take_over(d: &mut Draft, reader: ReaderId, new: Digest, now: Now) -> Result<(), Halt> {
    let cooling = rules::today(d, Rule::PhoneCoolingHours, now)? * HOUR_MS;
    leads_to(d, new, reader, now.at + cooling)?;
    d.get::<ReaderPhone>(ReaderPhone::key(reader))?;
    d.put(ReaderPhone { reader, high: new.high, low: new.low, at: now.at })?;
    if let Some(wish) = d.get::<PhoneWish>(PhoneWish::key(reader))? {
        d.remove(wish)?;
        d.emit(PhoneWishGone { reader });
    }
    Ok(())
}

fn tell_of_change(d: &mut Draft, reader: ReaderId, tail: i64, told: Vec<Sealed>, now: Now) -> Result<(), Halt> {
    let message = tell(d, reader, MessageKind::PhoneChanged, 0, tail, now)?;
    for sealed in told {
        let outbox = queue(d, Channel::SmsNotice, message.0, Some(reader), now);
        d.emit(Payload { outbox, sealed: Some(sealed) });
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
