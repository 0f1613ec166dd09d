//! Cards: a reader binds library cards; the first binding of a person earns points.

pub mod people;
pub mod rebindings;
pub mod refresh;
pub mod replacements;
mod words;

pub use words::{CardFace, FaceOfCard, MessageKind, PostingKind, Refusal, Reply};

use crate::cards::people::meet;
use crate::cards::rebindings::{EndRebinding, RequestRebinding, SettleRebinding};
use crate::cards::refresh::{RefreshCard, refresh};
use crate::codes::{self, CODE_LIFE_MS, CODE_TRIES_MAX, count_request};
use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::digest::Digest;
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt, Need};
use crate::ledger::{self, Entry, post};
use crate::messages::{tell, tell_if_open};
use crate::outbox::{Payload, queue};
use crate::readers::{self, comes_by_phone, reader};
use crate::rules::{self, Rule};
use crate::staff::{Permission, audit, require_anywhere};
use crate::tables::{
    Account, Barcode, Binding, Card, CardHolder, CardId, CardState, Channel, CodeId, Person, PhoneUser, Points,
    Purpose, Reader, ReaderId, ReaderState, Rebinding, SmsCode, SystemAccount, Table,
};

commands! {
    RequestCode => request_code,
    BindCard => bind,
    UnbindCard => unbind,
    ChooseCard => choose,
    RequestRebinding => rebindings::request,
    EndRebinding => rebindings::end,
    SettleRebinding => rebindings::settle,
    BindAtDesk => bind_at_desk,
    RefreshCard => refresh,
}

/// What these commands look at in any case: a hint for loading many at once.
pub fn needs(actor: Actor, command: &Command) -> Vec<Need> {
    let mut needs = vec![];
    let mut row = |table, key| needs.push(Need::Row(table, key));
    match command {
        Command::RequestCode(c) => row(Table::Barcode, Barcode::key(c.barcode.high, c.barcode.low)),
        Command::BindCard(c) => {
            row(Table::PhoneUser, PhoneUser::key(c.phone.high, c.phone.low));
            row(Table::Barcode, Barcode::key(c.barcode.high, c.barcode.low));
            if let Actor::Reader(id) = actor {
                row(Table::SmsCode, SmsCode::key(id, Purpose::Bind));
            }
            row(Table::SystemAccount, SystemAccount::key(Account::FirstBinding));
        }
        Command::UnbindCard(c) => row(Table::Card, Card::key(c.card)),
        Command::ChooseCard(c) => row(Table::Card, Card::key(c.card)),
        Command::RefreshCard(c) => row(Table::Card, Card::key(c.card)),
        // Rare, or of rows that only the decision knows.
        _ => {}
    }
    needs
}

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

/// At the desk: staff have seen the reader's identity and card. Whoever had the card is told.
#[derive(Clone, Debug)]
pub struct BindAtDesk {
    pub reader: ReaderId,
    pub barcode: Digest,
    pub facts: CardFacts,
}

#[derive(Clone, Copy, Debug)]
pub struct UnbindCard {
    pub card: CardId,
}

#[derive(Clone, Copy, Debug)]
pub struct ChooseCard {
    pub card: CardId,
}

/// Refusals: AccountClosed, SignedOut, TooManyCodes, TooManyCodesToday, TooSoon.
pub fn request_code(d: &mut Draft, asked: &Asked, c: &RequestCode) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?;
    let id = d.new_id(CodeId);
    for limited in &c.limited {
        count_request(d, *limited, id, asked.now)?;
    }
    let card = match &c.matched {
        Some(facts) => Some(register(d, c.barcode, facts, asked.now)?),
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
        at: asked.now.at,
    })?;
    if card.is_some() {
        let outbox = queue(d, Channel::Sms, id.0, Some(reader.id), asked.now);
        d.emit(Payload { outbox, sealed: Some(c.payload.clone()) });
    }
    Ok(Reply::CodeRequested)
}

/// The platform's row for a card that the library system knows.
fn register(d: &mut Draft, barcode: Digest, facts: &CardFacts, now: Now) -> Result<CardId, Halt> {
    let id = match d.get::<Barcode>(Barcode::key(barcode.high, barcode.low))? {
        Some(known) => known.card,
        None => {
            let id = d.new_id(CardId);
            d.put(Barcode { high: barcode.high, low: barcode.low, card: id })?;
            d.add(blank(id, facts.state, now));
            d.add(holder(id, Digest::NONE, Digest::NONE));
            id
        }
    };
    learn(d, id, barcode, facts)?;
    Ok(id)
}

fn blank(id: CardId, state: CardState, now: Now) -> Card {
    Card {
        id,
        reader: None,
        state,
        balance: 0,
        last: None,
        last_redemption: None,
        frozen: false,
        successor: None,
        at: now.at,
    }
}

fn holder(card: CardId, identity: Digest, patron: Digest) -> CardHolder {
    CardHolder {
        card,
        identity_high: identity.high,
        identity_low: identity.low,
        patron_high: patron.high,
        patron_low: patron.low,
    }
}

/// The keyed hashes by which a card's holder is known so far.
pub fn known_by(d: &Draft, card: CardId) -> Result<[Digest; 2], Halt> {
    let known = d.get::<CardHolder>(CardHolder::key(card))?.unwrap_or(holder(card, Digest::NONE, Digest::NONE));
    let identity = Digest { high: known.identity_high, low: known.identity_low };
    Ok([identity, Digest { high: known.patron_high, low: known.patron_low }])
}

/// Takes over what the library system says of a card. What was known and is not said again stays known; whoever was
/// known by one of these names is known by all of them.
fn learn(d: &mut Draft, card: CardId, barcode: Digest, facts: &CardFacts) -> Result<(), Halt> {
    let mut row = ledger::card(d, card)?;
    row.state = facts.state;
    d.put(row)?;
    let [identity, patron] = known_by(d, card)?;
    let newer = |said: Digest, known: Digest| if said.is_none() { known } else { said };
    d.put(holder(card, newer(facts.identity, identity), newer(facts.patron, patron)))?;
    meet(d, &[identity, patron, facts.identity, facts.patron, barcode])?;
    d.emit(FaceOfCard { card, face: facts.face.clone() });
    Ok(())
}

/// Refusals: AccountClosed, AlreadyBound, BoundToAnother, CardEnded, CardReplaced, CodeExpired, CodeOfOtherPhone, CodeUsed, NoCode,
/// SignedOut, TooManyCards, TooManyTries.
pub fn bind(d: &mut Draft, asked: &Asked, c: &BindCard) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?;
    let card = match proven(d, &reader, c, asked.now)? {
        Proof::Card(card) => card,
        Proof::Wrong(reply) => return Ok(reply),
    };
    bindable(d, &reader, &card, asked.now)?;
    use_up(d, &reader)?;
    let points = attach(d, reader.id, card.id, c.barcode, asked.now)?;
    comes_by_phone(d, reader.id, c.phone)?;
    Ok(Reply::Bound { card: card.id, points })
}

/// What a code has proven.
pub enum Proof {
    Card(Card),
    /// It was wrong, and one try is gone.
    Wrong(Reply),
}

/// The card that the reader's last code was sent for, if the right code was typed for it.
pub fn proven(d: &mut Draft, reader: &Reader, c: &BindCard, now: Now) -> Result<Proof, Halt> {
    let mut code = live_code(d, reader, c, now)?;
    let named = d.get::<Barcode>(Barcode::key(c.barcode.high, c.barcode.low))?;
    let right = (code.code_high, code.code_low) == (c.code.high, c.code.low);
    // A code that was never sent, or was sent for another card, is wrong whatever was typed.
    let card = code.card.filter(|card| right && named.is_some_and(|named| named.card == *card));
    let Some(card) = card else {
        code.tries += 1;
        d.put(code)?;
        return Ok(Proof::Wrong(Reply::WrongCode { tries_left: CODE_TRIES_MAX - code.tries }));
    };
    Ok(Proof::Card(ledger::card(d, card)?))
}

pub fn use_up(d: &mut Draft, reader: &Reader) -> Result<(), Halt> {
    let code = d.get::<SmsCode>(SmsCode::key(reader.id, Purpose::Bind))?.ok_or(codes::Refusal::NoCode)?;
    d.put(SmsCode { used: true, ..code })
}

/// Binds a free card, makes it the current one, pays the first-binding award once a person, and tells the reader.
/// Who has it now is settled: a wish for the card is over, whoever wished.
pub fn attach(d: &mut Draft, to: ReaderId, card: CardId, barcode: Digest, now: Now) -> Result<Points, Halt> {
    if let Some(asked) = d.get::<Rebinding>(Rebinding::key(card))? {
        d.remove(asked)?;
        if asked.reader != to {
            tell_if_open(d, asked.reader, MessageKind::RebindingRefused, card.0, 0, now)?;
        }
    }
    let row = ledger::card(d, card)?;
    d.put(Card { reader: Some(to), ..row })?;
    d.get::<Binding>(Binding::key(to, card))?;
    d.put(Binding { reader: to, card, at: now.at })?;
    let reader = readers::known(d, to)?;
    d.put(Reader { card: Some(card), ..reader })?;
    let points = award_first_binding(d, card, barcode, now)?;
    tell(d, to, MessageKind::Bound, card.0, points, now)?;
    Ok(points)
}

/// Takes a card from its reader; points and open redemptions stay with the card.
pub fn detach(d: &mut Draft, card: CardId) -> Result<(), Halt> {
    let row = ledger::card(d, card)?;
    let Some(from) = row.reader else { return Ok(()) };
    d.put(Card { reader: None, ..row })?;
    if let Some(binding) = d.get::<Binding>(Binding::key(from, card))? {
        d.remove(binding)?;
    }
    let reader = readers::known(d, from)?;
    if reader.card == Some(card) {
        let next = d.first::<Binding, 1>([from.0])?.map(|next| next.card);
        d.put(Reader { card: next, ..reader })?;
    }
    Ok(())
}

/// The reader's last code, if it is still good for another try.
fn live_code(d: &Draft, reader: &Reader, c: &BindCard, now: Now) -> Result<SmsCode, Halt> {
    let code = d.get::<SmsCode>(SmsCode::key(reader.id, Purpose::Bind))?.ok_or(codes::Refusal::NoCode)?;
    if (code.session_high, code.session_low) != (c.session.high, c.session.low) {
        return Err(codes::Refusal::NoCode.into());
    }
    if code.used {
        return Err(codes::Refusal::CodeUsed.into());
    }
    if now.at - code.at >= CODE_LIFE_MS {
        return Err(codes::Refusal::CodeExpired.into());
    }
    if (code.phone_high, code.phone_low) != (c.phone.high, c.phone.low) {
        return Err(codes::Refusal::CodeOfOtherPhone.into());
    }
    if code.tries >= CODE_TRIES_MAX {
        return Err(codes::Refusal::TooManyTries.into());
    }
    Ok(code)
}

fn bindable(d: &Draft, reader: &Reader, card: &Card, now: Now) -> Result<(), Halt> {
    if card.state != CardState::Active {
        return Err(Refusal::CardEnded.into());
    }
    if card.successor.is_some() {
        return Err(Refusal::CardReplaced.into());
    }
    match card.reader {
        Some(holder) if holder == reader.id => return Err(Refusal::AlreadyBound.into()),
        Some(_) => return Err(Refusal::BoundToAnother.into()),
        None => {}
    }
    has_room(d, reader.id, now)
}

pub fn has_room(d: &Draft, reader: ReaderId, now: Now) -> Result<(), Halt> {
    let most = rules::today(d, Rule::CardsMax, now)?;
    let bound = d.children::<Binding, 1>([reader.0])?.len() as i64;
    if bound >= most { Err(Refusal::TooManyCards { most }.into()) } else { Ok(()) }
}

/// Once a person, however often cards are bound, unbound or replaced.
fn award_first_binding(d: &mut Draft, card: CardId, barcode: Digest, now: Now) -> Result<Points, Halt> {
    let [identity, patron] = known_by(d, card)?;
    let person = meet(d, &[identity, patron, barcode])?;
    if person.awarded.is_some() {
        return Ok(0);
    }
    d.put(Person { awarded: Some(card), ..person })?;
    let entry = Entry { account: Account::FirstBinding, kind: PostingKind::FirstBinding.into(), cause: card.0 };
    let points = rules::today(d, Rule::FirstBindingPoints, now)?;
    post(d, card, points, entry, now)?;
    Ok(points)
}

/// The card, if it is this reader's.
pub fn own(d: &Draft, reader: ReaderId, card: CardId) -> Result<Card, Halt> {
    let found = d.get::<Card>(Card::key(card))?.filter(|found| found.reader == Some(reader));
    Ok(found.ok_or(ledger::Refusal::NotYourCard)?)
}

/// 解绑证件: points and open redemptions stay with the card.
///
/// Refusals: AccountClosed, NotYourCard, SignedOut.
pub fn unbind(d: &mut Draft, asked: &Asked, c: &UnbindCard) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?;
    own(d, reader.id, c.card)?;
    detach(d, c.card)?;
    Ok(Reply::Unbound { card: c.card })
}

/// Refusals: AccountClosed, AlreadyBound, CardEnded, CardReplaced, NoPermission, NoSuchReader, NoSuchStaff, StaffDisabled,
/// TooManyCards.
pub fn bind_at_desk(d: &mut Draft, asked: &Asked, c: &BindAtDesk) -> Result<Reply, Halt> {
    let staff = require_anywhere(d, asked.actor, Permission::BindCards)?;
    let reader = readers::known(d, c.reader)?;
    if reader.state == ReaderState::Closed {
        return Err(readers::Refusal::AccountClosed.into());
    }
    let id = register(d, c.barcode, &c.facts, asked.now)?;
    let card = ledger::card(d, id)?;
    match bindable(d, &reader, &card, asked.now) {
        Err(Halt::Refused(why)) if why == Refusal::BoundToAnother => has_room(d, reader.id, asked.now)?,
        other => other?,
    }
    let had_it = card.reader;
    detach(d, id)?;
    if let Some(had_it) = had_it {
        tell(d, had_it, MessageKind::CardTaken, id.0, 0, asked.now)?;
    }
    let points = attach(d, reader.id, id, c.barcode, asked.now)?;
    audit(d, Some(staff.id), "card.bind", id.0, "", asked.now);
    Ok(Reply::Bound { card: id, points })
}

/// Refusals: AccountClosed, NotYourCard, SignedOut.
pub fn choose(d: &mut Draft, asked: &Asked, c: &ChooseCard) -> Result<Reply, Halt> {
    let mut reader = reader(d, asked.actor)?;
    let card = own(d, reader.id, c.card)?;
    reader.card = Some(card.id);
    d.put(reader)?;
    Ok(Reply::Chosen { card: card.id })
}
