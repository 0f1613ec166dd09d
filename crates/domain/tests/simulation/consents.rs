//! 撤回同意: a room of its own.

use crate::invariants::Findings;
use crate::model::{Answer, Member, Model};
use crate::rooms::Room;
use crate::script::{NOBODY, Script};
use crate::support::Memory;
use domain::consents::{MessageKind, Reply, RevokeConsent};
use domain::core::asked::{Actor, Now};
use domain::slices::{Command, Envelope};
use domain::tables::{MemberId, ReaderId};

pub const ROOM: Room = Room { next, follow, tables: &[], violations };

/// Rarely: children are what most else is tried with.
fn next(script: &mut Script) -> (Actor, Command) {
    let consented =
        script.model.members.iter().filter_map(|(id, member)| Some((*id, member.reader, member.guardian?.0)));
    let consented: Vec<_> = consented.collect();
    let (member, reader, guardian) = script.dice.pick(consented).unwrap_or((NOBODY, NOBODY, NOBODY));
    let by = match script.dice.below(6) {
        0..2 => Actor::Reader(ReaderId(guardian)),
        2 => Actor::Reader(ReaderId(reader)),
        _ => script.reader(),
    };
    (by, Command::from(RevokeConsent { reader: ReaderId(reader), member: MemberId(member) }))
}

fn follow(model: &mut Model, e: &Envelope, _: Now, heard: &Answer) -> Option<Answer> {
    let Command::Consents(domain::consents::Command::RevokeConsent(c)) = &e.command else { return None };
    let Some(Reply::ConsentRevoked { member, .. }) = heard.as_ref().ok().and_then(|reply| reply.of()) else {
        return Some(*heard);
    };
    let (id, reader) = (c.member.0, c.reader.0);
    let guardian = model.members.get(&id).and_then(|member| member.guardian).map(|(guardian, _)| guardian);
    let places = model.give_up((reader, id));
    model.members.insert(id, Member { reader, removed: true, birth_day: 0, card: None, guardian: None });
    model.wrote("face wiped");
    if guardian != Some(reader) {
        model.news(reader, MessageKind::ConsentRevoked, 0, places);
    }
    Some(Ok(Reply::ConsentRevoked { member, places }.into()))
}

/// That nothing of a removed member is left is the invariants of members.
fn violations(_: &Memory, _: &mut Findings) {}
