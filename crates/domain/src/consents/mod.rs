//! 撤回同意: a guardian takes back what they have consented to. What is known of the child goes at once, and with it whatever
//! the child is signed up for: the right waits for no deadline.

mod words;

pub use words::{MessageKind, Refusal, Reply};

use crate::activities::enrolments::give_up;
use crate::core::asked::{Actor, Asked, commands};
use crate::core::row::Row as _;
use crate::core::world::{Draft, Halt, Need};
use crate::members::forget;
use crate::messages::tell_if_open;
use crate::readers::reader;
use crate::tables::{Engagement, Member, MemberId, MemberState, ReaderId};

commands! {
    RevokeConsent => revoke,
}

/// The guardian may be somebody else than the reader whose member the child is.
#[derive(Clone, Copy, Debug)]
pub struct RevokeConsent {
    pub reader: ReaderId,
    pub member: MemberId,
}

pub fn needs(_: Actor, command: &Command) -> Vec<Need> {
    let Command::RevokeConsent(RevokeConsent { reader, member }) = command;
    let engaged = Need::children(Engagement::TABLE, [reader.0, member.0]);
    vec![Need::Row(Member::TABLE, Member::key(*reader, *member)), engaged]
}

/// Refusals: AccountClosed, NoSuchConsent, SignedOut.
pub fn revoke(d: &mut Draft, asked: &Asked, c: &RevokeConsent) -> Result<Reply, Halt> {
    let by = reader(d, asked.actor)?.id;
    let found = d.get::<Member>(Member::key(c.reader, c.member))?;
    let member = found.filter(|member| member.state == MemberState::Active && member.guardian == Some(by));
    let member = member.ok_or(Refusal::NoSuchConsent)?;
    let places = give_up(d, c.reader, c.member, asked.now)?;
    forget(d, member)?;
    if by != c.reader {
        tell_if_open(d, c.reader, MessageKind::ConsentRevoked, 0, places, asked.now)?;
    }
    Ok(Reply::ConsentRevoked { member: c.member, places })
}
