//! Letters: commands on their way to the writer, and those that come again.

use crate::dice::Dice;
use crate::script::Script;
use crate::support::digest;
use domain::core::asked::{Actor, Idempotency};
use domain::core::reply::Replied;
use domain::outbox::{Attempt, SettleOutbox};
use domain::slices::{Command, Envelope};
use domain::tables::OutboxId;

const KEY: i64 = 90;
const BODY: i64 = 91;

#[derive(Clone)]
pub struct Letter {
    pub envelope: Envelope,
    /// The batch in which it comes.
    pub due: u64,
    /// What it must hear: the first answer, which was lost.
    pub promised: Option<Replied>,
}

#[derive(Default)]
pub struct Post {
    waiting: Vec<Letter>,
    bodies: i64,
}

impl Post {
    pub fn push(&mut self, letter: Letter) {
        self.waiting.push(letter);
    }

    pub fn due(&mut self, batch: u64) -> Vec<Letter> {
        self.waiting.extract_if(.., |letter| letter.due <= batch).collect()
    }

    pub fn compose(&mut self, script: &mut Script, due: u64) -> Letter {
        let (actor, command) = script.next();
        let key = if actor == Actor::Job { None } else { self.key(script.dice) };
        let seed = script.dice.roll() as i64;
        Letter { envelope: Envelope { actor, key, command, seed }, due, promised: None }
    }

    /// No key, a new one, or sometimes one that belongs to another form.
    fn key(&mut self, dice: &mut Dice) -> Option<Idempotency> {
        self.bodies += 1;
        let number = match dice.below(40) {
            0 => 1 + dice.below(self.bodies),
            1..16 => return None,
            _ => self.bodies,
        };
        Some(Idempotency { key: digest(KEY, number), body: digest(BODY, self.bodies) })
    }

    /// The sender's word on what became of an attempt.
    pub fn settle(&mut self, taken: Replied, dice: &mut Dice, batch: u64) {
        let attempt =
            dice.pick([Attempt::Sent, Attempt::Refused, Attempt::NotSent, Attempt::NotSent, Attempt::Unknown]);
        let attempt = attempt.unwrap_or(Attempt::Sent);
        let word = SettleOutbox { outbox: taken.names(OutboxId), attempts: taken.cells[1], attempt };
        let envelope = Envelope { actor: Actor::Job, key: None, command: Command::from(word), seed: 0 };
        self.push(Letter { envelope, due: batch + 1 + dice.below(2) as u64, promised: None });
    }

    /// Whoever got no answer asks again under the same key; without one, some do and some give up.
    pub fn again(&mut self, mut letter: Letter, first: Option<Replied>, dice: &mut Dice, batch: u64) {
        letter.due = batch + 1 + dice.below(6) as u64;
        let keyed = letter.envelope.key.is_some();
        if let Some(first) = first.filter(|first| keyed && first.is_remembered) {
            letter.promised = Some(first);
        }
        if keyed || dice.one_in(2) {
            self.push(letter);
        }
    }
}
