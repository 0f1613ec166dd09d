//! Cards: a reader binds library cards; the first binding of a person earns points.

use crate::digest::Digest;
use crate::envelope::{Actor, Now, Reply, ReplyKind};
use crate::ledger::{Entry, post};
use crate::messages::tell;
use crate::record::{CardFace, Record, Sealed};
use crate::refusal::Refusal;
use crate::tables::{
    Account, Barcode, Binding, Card, CardHolder, CardId, CardState, Channel, Claim, CodeId, CodeRequest, MessageKind,
    Millis, Outbox, OutboxId, OutboxState, Points, PostingKind, Purpose, Reader, ReaderId, ReaderState, SmsCode,
};
use crate::world::{Draft, Halt};

pub const FIRST_BINDING_POINTS: Points = 50;
pub const CARDS_A_READER_MAX: usize = 5;
pub const CODE_LIFE_MS: Millis = 5 * MINUTE_MS;
pub const CODE_TRIES_MAX: i64 = 5;
const MINUTE_MS: Millis = 60_000;
const HOUR_MS: Millis = 60 * MINUTE_MS;
const DAY_MS: Millis = 24 * HOUR_MS;
/// How many codes may be asked for within how long; windows slide.
const CODE_LIMITS: [(usize, Millis); 3] = [(1, MINUTE_MS), (5, HOUR_MS), (10, DAY_MS)];

/// What the library system said of the card: only when the phone on file is the phone typed.
#[derive(Clone, Debug)]
pub struct CardFacts {
    pub state: CardState,
    /// Keyed hashes; `Digest::NONE` where the library system does not say.
    pub identity: Digest,
    pub patron: Digest,
    pub face: CardFace,
}

/// 发送验证码. Matched or not, the reader hears the same.
#[derive(Clone, Debug)]
pub struct RequestCode {
    pub session: Digest,
    pub purpose: Purpose,
    pub phone: Digest,
    pub barcode: Digest,
    /// Keyed hashes of what else is limited: reader, phone and barcode under their own labels.
    pub limited: Vec<Digest>,
    pub matched: Option<CardFacts>,
    pub code: Digest,
    /// What the SMS gateway is handed.
    pub payload: Sealed,
}

/// 立即绑定.
#[derive(Clone, Debug)]
pub struct BindCard {
    pub session: Digest,
    pub phone: Digest,
    pub barcode: Digest,
    pub code: Digest,
}

#[derive(Clone, Copy, Debug)]
pub struct UnbindCard {
    pub card: CardId,
}

#[derive(Clone, Copy, Debug)]
pub struct ChooseCard {
    pub card: CardId,
}

/// The reader who asks.
pub fn reader(d: &Draft, actor: Actor) -> Result<Reader, Halt> {
    let Actor::Reader(id) = actor else { return Err(Refusal::SignedOut.into()) };
    let reader = d.get::<Reader>(Reader::key(id))?.ok_or(Refusal::SignedOut)?;
    if reader.state == ReaderState::Closed {
        return Err(Refusal::AccountClosed.into());
    }
    Ok(reader)
}

pub fn request_code(d: &mut Draft, actor: Actor, c: &RequestCode, now: Now) -> Result<Reply, Halt> {
    let reader = reader(d, actor)?;
    let id = d.new_id(CodeId);
    for limited in &c.limited {
        count_request(d, *limited, id, now)?;
    }
    let card = match &c.matched {
        Some(facts) => Some(register(d, c.barcode, facts, now)?),
        None => None,
    };
    let key = SmsCode::key(reader.id, c.purpose);
    d.get::<SmsCode>(key)?;
    d.put(SmsCode {
        reader: reader.id,
        purpose: c.purpose,
        id,
        session_high: c.session.high,
        session_low: c.session.low,
        phone_high: c.phone.high,
        phone_low: c.phone.low,
        code_high: c.code.high,
        code_low: c.code.low,
        card,
        tries: 0,
        used: false,
        at: now.at,
    })?;
    if card.is_some() {
        let outbox = d.new_id(OutboxId);
        let state = OutboxState::Waiting;
        d.add(Outbox {
            id: outbox,
            channel: Channel::Sms,
            cause: id.0,
            state,
            attempts: 0,
            next_at: now.at,
            at: now.at,
        });
        d.emit(Record::Payload { outbox, sealed: c.payload.clone() });
    }
    Ok(Reply { kind: ReplyKind::CodeRequested, a: 0, b: 0 })
}

/// Refuses a request over the limit; forgets those that no window reaches any more.
fn count_request(d: &mut Draft, limited: Digest, id: CodeId, now: Now) -> Result<(), Halt> {
    let requests: Vec<CodeRequest> = d.children([limited.high, limited.low])?;
    let mut again_at = 0;
    let mut daily = false;
    for (most, window_ms) in CODE_LIMITS {
        let within: Vec<&CodeRequest> = requests.iter().filter(|r| now.at - r.at < window_ms).collect();
        if within.len() >= most {
            again_at = again_at.max(within[within.len() - most].at + window_ms);
            daily = window_ms > MINUTE_MS;
        }
    }
    if again_at > 0 {
        let why = if daily { Refusal::TooManyCodes { again_at } } else { Refusal::TooSoon { again_at } };
        return Err(why.into());
    }
    for old in requests.into_iter().filter(|r| now.at - r.at >= DAY_MS) {
        d.remove(old)?;
    }
    let request = CodeRequest { high: limited.high, low: limited.low, at: now.at, id };
    d.get::<CodeRequest>(CodeRequest::key(limited.high, limited.low, now.at))?;
    d.put(request)
}

/// The platform's row for a card that the library system knows.
fn register(d: &mut Draft, barcode: Digest, facts: &CardFacts, now: Now) -> Result<CardId, Halt> {
    let known = d.get::<Barcode>(Barcode::key(barcode.high, barcode.low))?;
    let id = match known {
        Some(known) => {
            let mut card = d.get::<Card>(Card::key(known.card))?.ok_or(Refusal::NoSuchCard)?;
            card.state = facts.state;
            d.put(card)?;
            d.get::<CardHolder>(CardHolder::key(card.id))?;
            card.id
        }
        None => {
            let id = d.new_id(CardId);
            d.put(Barcode { high: barcode.high, low: barcode.low, card: id })?;
            d.add(blank(id, facts.state, now));
            id
        }
    };
    let holder = CardHolder {
        card: id,
        identity_high: facts.identity.high,
        identity_low: facts.identity.low,
        patron_high: facts.patron.high,
        patron_low: facts.patron.low,
    };
    if known.is_some() {
        d.put(holder)?
    } else {
        d.add(holder)
    }
    d.emit(Record::CardFace { card: id, face: facts.face.clone() });
    Ok(id)
}

fn blank(id: CardId, state: CardState, now: Now) -> Card {
    Card { id, reader: None, state, balance: 0, last: None, last_redemption: None, frozen: false, at: now.at }
}

pub fn bind(d: &mut Draft, actor: Actor, c: &BindCard, now: Now) -> Result<Reply, Halt> {
    let mut reader = reader(d, actor)?;
    let mut code = live_code(d, &reader, c, now)?;
    let named = d.get::<Barcode>(Barcode::key(c.barcode.high, c.barcode.low))?;
    let right = (code.code_high, code.code_low) == (c.code.high, c.code.low);
    // A code that was never sent, or was sent for another card, is wrong whatever was typed.
    let card = code.card.filter(|card| right && named.is_some_and(|named| named.card == *card));
    let Some(card) = card else {
        code.tries += 1;
        d.put(code)?;
        return Ok(Reply { kind: ReplyKind::WrongCode, a: CODE_TRIES_MAX - code.tries, b: 0 });
    };
    let mut card = d.get::<Card>(Card::key(card))?.ok_or(Refusal::NoSuchCard)?;
    bindable(d, &reader, &card)?;
    code.used = true;
    d.put(code)?;
    card.reader = Some(reader.id);
    d.put(card)?;
    d.get::<Binding>(Binding::key(reader.id, card.id))?;
    d.put(Binding { reader: reader.id, card: card.id, at: now.at })?;
    reader.card = Some(card.id);
    d.put(reader)?;
    let points = award_first_binding(d, card.id, c.barcode, now)?;
    tell(d, reader.id, MessageKind::Bound, card.id.0, points, now)?;
    Ok(Reply { kind: ReplyKind::Bound, a: card.id.0, b: points })
}

/// The reader's last code, if it is still good for another try.
fn live_code(d: &Draft, reader: &Reader, c: &BindCard, now: Now) -> Result<SmsCode, Halt> {
    let code = d.get::<SmsCode>(SmsCode::key(reader.id, Purpose::Bind))?.ok_or(Refusal::NoCode)?;
    if (code.session_high, code.session_low) != (c.session.high, c.session.low) {
        return Err(Refusal::NoCode.into());
    }
    if code.used {
        return Err(Refusal::CodeUsed.into());
    }
    if now.at - code.at >= CODE_LIFE_MS {
        return Err(Refusal::CodeExpired.into());
    }
    if (code.phone_high, code.phone_low) != (c.phone.high, c.phone.low) {
        return Err(Refusal::CodeOfOtherPhone.into());
    }
    if code.tries >= CODE_TRIES_MAX {
        return Err(Refusal::TooManyTries.into());
    }
    Ok(code)
}

fn bindable(d: &Draft, reader: &Reader, card: &Card) -> Result<(), Halt> {
    if card.state != CardState::Active {
        return Err(Refusal::CardEnded.into());
    }
    match card.reader {
        Some(holder) if holder == reader.id => return Err(Refusal::AlreadyBound.into()),
        Some(_) => return Err(Refusal::BoundToAnother.into()),
        None => {}
    }
    if d.children::<Binding, 1>([reader.id.0])?.len() >= CARDS_A_READER_MAX {
        return Err(Refusal::TooManyCards.into());
    }
    Ok(())
}

/// Claims every identity by which the holder is known, and pays only if none was claimed before:
/// once a person, however often cards are bound, unbound or replaced.
fn award_first_binding(d: &mut Draft, card: CardId, barcode: Digest, now: Now) -> Result<Points, Halt> {
    let holder = d.get::<CardHolder>(CardHolder::key(card))?;
    let identity = holder.map_or(Digest::NONE, |h| Digest { high: h.identity_high, low: h.identity_low });
    let patron = holder.map_or(Digest::NONE, |h| Digest { high: h.patron_high, low: h.patron_low });
    let mut claimed = false;
    for claim in [identity, patron, barcode].into_iter().filter(|known| !known.is_none()) {
        match d.get::<Claim>(Claim::key(claim.high, claim.low))? {
            Some(_) => claimed = true,
            None => d.put(Claim { high: claim.high, low: claim.low, card })?,
        }
    }
    if claimed {
        return Ok(0);
    }
    let entry = Entry { account: Account::FirstBinding, kind: PostingKind::FirstBinding, cause: card.0 };
    post(d, card, FIRST_BINDING_POINTS, entry, now)?;
    Ok(FIRST_BINDING_POINTS)
}

/// The card, if it is this reader's.
fn own(d: &Draft, reader: ReaderId, card: CardId) -> Result<Card, Halt> {
    let found = d.get::<Card>(Card::key(card))?.filter(|found| found.reader == Some(reader));
    Ok(found.ok_or(Refusal::NotYourCard)?)
}

/// 解绑证件: points and open redemptions stay with the card.
pub fn unbind(d: &mut Draft, actor: Actor, c: &UnbindCard) -> Result<Reply, Halt> {
    let mut reader = reader(d, actor)?;
    let mut card = own(d, reader.id, c.card)?;
    card.reader = None;
    d.put(card)?;
    if let Some(binding) = d.get::<Binding>(Binding::key(reader.id, card.id))? {
        d.remove(binding)?;
    }
    if reader.card == Some(card.id) {
        reader.card = d.first::<Binding, 1>([reader.id.0])?.map(|next| next.card);
        d.put(reader)?;
    }
    Ok(Reply { kind: ReplyKind::Unbound, a: card.id.0, b: 0 })
}

pub fn choose(d: &mut Draft, actor: Actor, c: &ChooseCard) -> Result<Reply, Halt> {
    let mut reader = reader(d, actor)?;
    let card = own(d, reader.id, c.card)?;
    reader.card = Some(card.id);
    d.put(reader)?;
    Ok(Reply { kind: ReplyKind::Chosen, a: card.id.0, b: 0 })
}
