//! 撤回同意: a room of its own.

use crate::invariants::Findings;
use crate::model::{Answer, Member, Model, says};
use crate::rooms::Room;
use crate::script::{NOBODY, Script};
use crate::support::Memory;
use domain::consents::{MessageKind, Refusal, Reply, RevokeConsent};
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

fn follow(model: &mut Model, e: &Envelope, _: Now, _: &Answer) -> Option<Answer> {
    let Command::Consents(domain::consents::Command::RevokeConsent(c)) = &e.command else { return None };
    Some(revoke(model, e.actor, c))
}

fn revoke(model: &mut Model, actor: Actor, c: &RevokeConsent) -> Answer {
    let (by, reader, member) = (model.reader(actor)?, c.reader.0, c.member);
    let theirs = |of: &&Member| of.reader == reader && of.guardian.is_some_and(|(guardian, _)| guardian == by);
    model.members.get(&member.0).filter(theirs).ok_or(Refusal::NoSuchConsent)?;
    let places = model.give_up((reader, member.0));
    model.forget_member((reader, member.0));
    if by != reader {
        model.news(reader, MessageKind::ConsentRevoked, 0, places);
    }
    says(Reply::ConsentRevoked { member, places })
}

/// That nothing of a removed member is left is the invariants of members.
fn violations(_: &Memory, _: &mut Findings) {}
