//! 注销账号: a room of its own; that nothing leads to who has left is the model's business.

use crate::invariants::{Findings, claim};
use crate::model::{Answer, Model, Session};
use crate::rooms::Room;
use crate::script::{NOBODY, Script};
use crate::support::Memory;
use domain::closings::{self, AskToClose, CloseAccount, KeepAccount, MessageKind, Reply};
use domain::core::asked::{Actor, Now};
use domain::rules::Rule;
use domain::slices::{Command, Envelope};
use domain::tables::{Binding, Closing, FeedbackId, Reader, ReaderId, ReaderState, Table, VolunteerState};

pub const ROOM: Room = Room { next, follow, tables: &[Table::Closing], violations };

fn next(script: &mut Script) -> (Actor, Command) {
    let leaving: Vec<i64> = script.model.leaving.iter().copied().collect();
    let reader = script.dice.pick(leaving).unwrap_or(NOBODY);
    match script.dice.below(8) {
        0..2 => {
            // Who has nothing can be closed: those with cards mostly stay.
            let blank: Vec<i64> = script.blank_readers();
            let who = script.dice.pick(blank).filter(|_| !script.dice.one_in(4));
            let by = who.map_or_else(|| script.reader(), |id| Actor::Reader(ReaderId(id)));
            (by, Command::from(AskToClose {}))
        }
        2 => {
            let by = if script.dice.one_in(3) { script.reader() } else { Actor::Reader(ReaderId(reader)) };
            (by, Command::from(KeepAccount {}))
        }
        _ => {
            let by = if script.dice.one_in(12) { script.reader() } else { Actor::Job };
            let reader = match script.dice.below(12) {
                0 => NOBODY,
                1 => script.dice.pick(script.model.readers.keys().copied().collect::<Vec<_>>()).unwrap_or(NOBODY),
                _ => reader,
            };
            (by, Command::from(close(script.model, reader)))
        }
    }
}

impl Script<'_> {
    fn blank_readers(&self) -> Vec<i64> {
        let is_blank = |id: &i64| self.model.cards_of(*id).next().is_none() && !self.model.left.contains(id);
        self.model.readers.keys().copied().filter(is_blank).collect()
    }
}

fn close(model: &Model, reader: i64) -> CloseAccount {
    let wechat = model.wechat.iter().filter(|(_, id)| **id == reader).map(|(name, _)| *name).collect();
    let own = model.sessions.iter().filter(|(_, session)| !session.staff && session.who == reader);
    let sessions = own.map(|(token, _)| *token).collect();
    let threads = model.threads.iter().filter(|(_, id)| **id == reader);
    let feedback = threads.map(|(id, _)| FeedbackId(*id)).collect();
    CloseAccount { reader: ReaderId(reader), wechat, sessions, feedback, parties: vec![] }
}

fn follow(model: &mut Model, e: &Envelope, _: Now, heard: &Answer) -> Option<Answer> {
    let Command::Closings(command) = &e.command else { return None };
    let Some(reply) = heard.as_ref().ok().and_then(|reply| reply.of::<Reply>()) else { return Some(*heard) };
    match (reply, command, e.actor) {
        (Reply::ClosingAsked { .. }, _, Actor::Reader(by)) => {
            model.leaving.insert(by.0);
            let days = model.rule_now(Rule::ClosingDays);
            model.tell(by.0, MessageKind::ClosingAsked, 0, days);
        }
        (Reply::AccountKept, _, Actor::Reader(by)) => {
            model.leaving.remove(&by.0);
            model.tell(by.0, MessageKind::AccountKept, 0, 0);
        }
        (Reply::AccountClosed { .. }, closings::Command::CloseAccount(c), _) => closed(model, c),
        _ => {}
    }
    Some(*heard)
}

/// Of what was looked up, what is the reader's.
fn closed(model: &mut Model, c: &CloseAccount) {
    let id = c.reader.0;
    model.leaving.remove(&id);
    model.left.insert(id);
    model.wechat.retain(|name, reader| *reader != id || !c.wechat.contains(name));
    let own: Vec<_> = model.phones.iter().filter(|(_, reader)| **reader == id).map(|(phone, _)| *phone).collect();
    for phone in own {
        model.phones.remove(&phone);
        model.good_from.remove(&phone);
    }
    let is_own = |session: &Session| !session.staff && session.who == id;
    model.sessions.retain(|token, session| !is_own(session) || !c.sessions.contains(token));
    model.threads.retain(|thread, reader| *reader != id || !c.feedback.contains(&FeedbackId(*thread)));
    model.alerts.retain(|(reader, _)| *reader != id);
    model.codes.remove(&id);
    model.phone_codes.retain(|(reader, _), _| *reader != id);
    model.phone_wishes.remove(&id);
    model.volunteers.retain(|who, volunteer| who.0 != id || volunteer.state != VolunteerState::Applied);
    for (who, volunteer) in &mut model.volunteers {
        if who.0 == id {
            volunteer.state = VolunteerState::Left;
        }
    }
    let reader = model.readers.get_mut(&id).expect("a reader");
    (reader.closed, reader.chosen, reader.notices, reader.consents) = (true, None, false, 0);
    reader.muted.clear();
}

fn violations(memory: &Memory, found: &mut Findings) {
    for row in memory.all::<Closing>().into_iter().filter(|row| row.closed_at != 0) {
        let reader = memory.get::<Reader>(Reader::key(row.reader));
        let gone = reader.is_some_and(|reader| reader.state == ReaderState::Closed && reader.card.is_none());
        let has = memory.all::<Binding>().iter().any(|binding| binding.reader == row.reader);
        claim(found, gone && !has && row.closed_at >= row.due, || format!("21: {row:?} is not closed"));
    }
}
