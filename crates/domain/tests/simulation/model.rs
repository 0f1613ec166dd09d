//! A naive model: plain structs, and the rules said once more in other words than the domain's.

use domain::digest::Digest;
use domain::envelope::{Actor, Command, Envelope, Now, Reply, ReplyKind};
use domain::refusal::Refusal;
use domain::tables::{Account, CardState, MessageKind, OutboxState, RedemptionState};
use std::collections::BTreeMap;

pub type Answer = Result<Reply, Refusal>;

#[derive(Default)]
pub struct Reader {
    pub closed: bool,
    pub chosen: Option<i64>,
    pub messages: Vec<Message>,
}

pub struct Message {
    /// 0 until the batch is committed.
    pub id: i64,
    pub kind: MessageKind,
    pub about: i64,
    pub points: i64,
    pub read: bool,
}

#[derive(Clone, Copy)]
pub struct Card {
    /// None until somebody has heard it, or the batch is committed.
    pub id: Option<i64>,
    pub state: CardState,
    pub reader: Option<i64>,
    pub balance: i64,
    pub frozen: bool,
    pub identity: Digest,
    pub patron: Digest,
}

#[derive(Clone, Copy)]
pub struct Code {
    pub session: Digest,
    pub phone: Digest,
    pub code: Digest,
    /// The barcode for which it was sent.
    pub sent_for: Option<Digest>,
    pub wrong: i64,
    pub used: bool,
    pub at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Session {
    pub staff: bool,
    pub who: i64,
    pub at: i64,
    pub seen: i64,
}

#[derive(Clone, Copy)]
pub struct Staff {
    pub disabled: bool,
    pub branch: i64,
    pub permissions: i64,
    pub wrong: i64,
    pub locked_until: i64,
}

#[derive(Clone, Copy, Default, Debug, PartialEq)]
pub struct Prize {
    pub branch: i64,
    pub shown: bool,
    pub points: i64,
    pub per_card: i64,
    pub from: i64,
    pub until: i64,
    pub position: i64,
    pub received: i64,
    pub written_off: i64,
    pub reserved: i64,
    pub handed_over: i64,
}

impl Prize {
    pub fn on_hand(&self) -> i64 {
        self.received - self.written_off - self.reserved - self.handed_over
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Redemption {
    pub card: i64,
    pub reader: i64,
    pub prize: i64,
    pub points: i64,
    pub secret: i64,
    pub state: RedemptionState,
    pub last_day: i64,
    pub settled_at: i64,
    pub settled_by: i64,
}

pub struct Outgoing {
    /// 0 until the batch is committed.
    pub id: i64,
    pub state: OutboxState,
    pub attempts: i64,
    pub next_at: i64,
    pub at: i64,
}

#[derive(Default)]
pub struct Model {
    pub wechat: BTreeMap<Digest, i64>,
    pub readers: BTreeMap<i64, Reader>,
    /// By barcode.
    pub cards: BTreeMap<Digest, Card>,
    /// When a code was granted to whom.
    pub requests: BTreeMap<Digest, Vec<i64>>,
    pub codes: BTreeMap<i64, Code>,
    /// Identities that were seen at a binding, and the card with which they came first.
    pub claimed: BTreeMap<Digest, i64>,
    /// The identities of each binding that earned points.
    pub awarded: Vec<Vec<Digest>>,
    pub sessions: BTreeMap<Digest, Session>,
    pub staff: BTreeMap<i64, Staff>,
    pub names: BTreeMap<Digest, i64>,
    pub prizes: BTreeMap<i64, Prize>,
    /// How often a card took a prize while the prize was limited.
    pub taken: BTreeMap<(i64, i64), i64>,
    pub redemptions: BTreeMap<i64, Redemption>,
    pub outbox: Vec<Outgoing>,
    pub outcomes: BTreeMap<Digest, (Digest, Reply)>,
    /// What each system account gave or took.
    pub accounts: BTreeMap<Account, i64>,
    pub postings: usize,
    pub stock_movements: usize,
    pub audits: usize,
    newest: i64,
}

pub fn says(kind: ReplyKind, a: i64, b: i64) -> Answer {
    Ok(Reply { kind, a, b })
}

impl Model {
    /// What the answer must be. New ids are taken from what was heard, if they are new.
    pub fn judge(&mut self, e: &Envelope, now: Now, heard: &Answer) -> Answer {
        if let Some((key, (body, first))) = e.key.and_then(|key| Some((key, self.outcomes.get(&key.key)?))) {
            return if *body == key.body { Ok(*first) } else { Err(Refusal::KeyReused) };
        }
        let (actor, at) = (e.actor, now.at);
        let reply = match &e.command {
            Command::Enter(c) => self.enter(c, at, heard),
            Command::SignInStaff(c) => self.sign_in_staff(c, at),
            Command::SignOut(c) => self.sign_out(c.session),
            Command::TouchSession(c) => self.touch(c.session, at),
            Command::RequestCode(c) => self.request_code(actor, c, at),
            Command::BindCard(c) => self.bind(actor, c, at, heard),
            Command::UnbindCard(c) => self.unbind(actor, c.card.0),
            Command::ChooseCard(c) => self.choose(actor, c.card.0),
            Command::Redeem(c) => self.redeem(actor, c, e.seed, now, heard),
            Command::Collect(c) => self.collect(actor, c, now),
            Command::SavePrize(c) => self.save_prize(actor, c, heard),
            Command::MoveStock(c) => self.move_stock(actor, c),
            Command::MarkRead(c) => self.mark_read(actor, c.message.map(|id| id.0)),
            Command::AddStaff(c) => self.add_staff(actor, c, heard),
            Command::TakeOutbox(c) => self.take(actor, c.outbox.0, at),
            Command::SettleOutbox(c) => self.settle(actor, c, at),
        }?;
        let to_remember = e.key.filter(|_| !matches!(reply.kind, ReplyKind::WrongCode | ReplyKind::WrongPassword));
        if let Some(key) = to_remember {
            self.outcomes.insert(key.key, (key.body, reply));
        }
        Ok(reply)
    }

    /// The id in an answer, if nobody had it before; else one that no answer has.
    pub fn fresh(&mut self, heard: &Answer) -> i64 {
        match heard {
            Ok(reply) if reply.a > self.newest => {
                self.newest = reply.a;
                reply.a
            }
            _ => -1,
        }
    }

    pub fn reader(&self, actor: Actor) -> Result<i64, Refusal> {
        let Actor::Reader(id) = actor else { return Err(Refusal::SignedOut) };
        match self.readers.get(&id.0) {
            None => Err(Refusal::SignedOut),
            Some(reader) if reader.closed => Err(Refusal::AccountClosed),
            Some(_) => Ok(id.0),
        }
    }

    pub fn card(&self, id: i64) -> Option<Card> {
        self.cards.values().find(|card| card.id == Some(id)).copied()
    }

    pub fn card_mut(&mut self, id: i64) -> Option<&mut Card> {
        self.cards.values_mut().find(|card| card.id == Some(id))
    }

    pub fn cards_of(&self, reader: i64) -> impl Iterator<Item = &Card> {
        self.cards.values().filter(move |card| card.reader == Some(reader))
    }

    pub fn post(&mut self, card: i64, points: i64, account: Account) {
        if let Some(card) = self.card_mut(card) {
            card.balance += points;
        }
        *self.accounts.entry(account).or_default() -= points;
        self.postings += 1;
    }

    pub fn tell(&mut self, reader: i64, kind: MessageKind, about: i64, points: i64) {
        let message = Message { id: 0, kind, about, points, read: false };
        self.readers.entry(reader).or_default().messages.push(message);
    }
}
