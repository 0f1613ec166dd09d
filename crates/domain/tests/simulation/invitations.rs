//! 邀请监护人确认: a room of its own.

use crate::invariants::{Findings, claim};
use crate::model::{Answer, Member, Model};
use crate::rooms::Room;
use crate::script::{NOBODY, Script};
use crate::support::{Memory, digest};
use domain::core::asked::{Actor, Now};
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::members::invitations::{AcceptInvitation, INVITATION_LIFE_MS, InviteGuardian};
use domain::members::{self, Reply};
use domain::slices::{Command, Envelope};
use domain::tables::{Invitation, InvitationId, Member as MemberRow, MemberState, ReaderId, Table};

pub const ROOM: Room = Room { next, follow, tables: &[Table::Invitation], violations };

/// A link that somebody has.
#[derive(Clone, Copy)]
pub struct Link {
    reader: i64,
    id: i64,
    secret: Digest,
}

fn next(script: &mut Script) -> (Actor, Command) {
    let sent = script.dice.pick(script.model.invitations.iter().rev().take(9).collect::<Vec<_>>()).copied();
    let Some(link) = sent.filter(|_| script.dice.percent(30)) else {
        let secret = digest(81, script.dice.below(1_000_000));
        // Rather the same reader again: twenty are many.
        let again = script.model.invitations.last().filter(|_| script.dice.percent(95));
        let by = again.map_or_else(|| script.reader(), |link| Actor::Reader(ReaderId(link.reader)));
        return (by, Command::from(InviteGuardian { secret }));
    };
    let by = if script.dice.one_in(9) { Actor::Reader(ReaderId(link.reader)) } else { script.reader() };
    let secret = if script.dice.one_in(12) { Digest::NONE } else { link.secret };
    let reader = ReaderId(if script.dice.one_in(12) { NOBODY } else { link.reader });
    let (birth_day, consents) = (script.birth_day(), script.dice.percent(70));
    let (invitation, face) = (InvitationId(link.id), Sealed(vec![6]));
    (by, Command::from(AcceptInvitation { reader, invitation, secret, birth_day, consents, face }))
}

fn follow(model: &mut Model, e: &Envelope, now: Now, heard: &Answer) -> Option<Answer> {
    match (&e.command, e.actor) {
        (Command::Members(members::Command::InviteGuardian(c)), Actor::Reader(reader)) => {
            if heard.is_ok() {
                let id = model.fresh(heard);
                model.invitations.push(Link { reader: reader.0, id, secret: c.secret });
            }
        }
        (Command::Members(members::Command::AcceptInvitation(c)), Actor::Reader(by)) => {
            if let Some(Reply::MemberSaved { .. }) = heard.as_ref().ok().and_then(|reply| reply.of()) {
                let guardian = crate::model_members::is_child(c.birth_day, now.today).then_some((by.0, now.at));
                let id = model.fresh(heard);
                let (reader, birth_day) = (c.reader.0, c.birth_day);
                model.members.insert(id, Member { reader, removed: false, birth_day, card: None, guardian });
                model.wrote("face");
            }
        }
        (Command::Members(members::Command::InviteGuardian(_) | members::Command::AcceptInvitation(_)), _) => {}
        _ => return None,
    }
    Some(*heard)
}

fn violations(memory: &Memory, found: &mut Findings) {
    let invitations: Vec<Invitation> = memory.all();
    for row in &invitations {
        let accepted = row.accepted_by.map(|_| row.accepted_at);
        let sound = row.until == row.at + INVITATION_LIFE_MS
            && row.accepted_by != Some(row.reader)
            && accepted.is_none_or(|at| (row.at..row.until).contains(&at))
            && (accepted.is_some() || row.accepted_at == 0);
        claim(found, sound, || format!("{row:?} is no invitation"));
    }
    // Somebody else is a member's guardian only by an invitation; used ones go with the next that is made a week later.
    for member in memory.all::<MemberRow>() {
        let foreign = member.guardian.filter(|guardian| *guardian != member.reader);
        let Some(guardian) = foreign.filter(|_| member.state == MemberState::Active) else { continue };
        let used = |row: &Invitation| {
            (row.reader, row.accepted_by, row.accepted_at) == (member.reader, Some(guardian), member.consented_at)
        };
        let swept = |row: &Invitation| row.reader == member.reader && row.at > member.consented_at;
        let known = invitations.iter().any(|row| used(row) || swept(row));
        claim(found, known, || format!("{member:?} was given by a guardian whom nobody invited"));
    }
}
