//! 注销账号: a reader has days to think; then what is personal goes, and the ledger stays as it is.
//!
//! What other slices keep of the reader is let go first, by their own commands, in the reader's name: cards, members, places,
//! transfers. An account that still has some of these is not closed.

mod words;

pub use words::{AnswersGone, AppealsGone, FeedbackGone, MessageKind, ReadingsGone, Refusal, Reply, ReviewsGone};

use crate::core::asked::{Actor, Asked, commands, only_the_program};
use crate::core::day::DAY_MS;
use crate::core::digest::Digest;
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt, Need};
use crate::feedback::FeedbackPicturesGone;
use crate::members::VolunteerFace;
use crate::messages::tell;
use crate::phones::PhoneWishGone;
use crate::readers::{self, leads_no_more, reader};
use crate::rules::{self, Rule};
use crate::sessions::ReaderFace;
use crate::tables::{
    Binding, Closing, Feedback, FeedbackDay, FeedbackId, Member, MemberState, Party, PartyId, PhoneCode, PhoneOf,
    PhoneSide, PhoneWish, Purpose, Reader, ReaderId, ReaderPhone, ReaderState, Session, SessionKind, SmsCode,
    TransferCount, Volunteer, VolunteerState, WeChatUser,
};
use crate::{exports, stock_alerts};

commands! {
    AskToClose => ask,
    KeepAccount => keep,
    CloseAccount => close,
}

/// Rare: there is nothing to hint at.
pub fn needs(_: Actor, _: &Command) -> Vec<Need> {
    vec![]
}

#[derive(Clone, Copy, Debug)]
pub struct AskToClose {}

/// 撤回注销: the reader has thought again, and keeps the account.
#[derive(Clone, Copy, Debug)]
pub struct KeepAccount {}

/// The days are over. What leads to the reader is named by who looked it up; what is not theirs stays.
#[derive(Clone, Debug)]
pub struct CloseAccount {
    pub reader: ReaderId,
    pub wechat: Vec<Digest>,
    pub sessions: Vec<Digest>,
    pub feedback: Vec<FeedbackId>,
    /// Those who were signed up together by the reader: what they answered goes.
    pub parties: Vec<PartyId>,
}

/// Refusals: AccountClosed, AlreadyClosing, SignedOut.
pub fn ask(d: &mut Draft, asked: &Asked, _: &AskToClose) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    if d.get::<Closing>(Closing::key(reader))?.is_some() {
        return Err(Refusal::AlreadyClosing.into());
    }
    let days = rules::today(d, Rule::ClosingDays, asked.now)?;
    let due = asked.now.at + days * DAY_MS;
    d.put(Closing { reader, due, closed_at: 0, at: asked.now.at })?;
    tell(d, reader, MessageKind::ClosingAsked, 0, days, asked.now)?;
    Ok(Reply::ClosingAsked { due })
}

/// While the days last: afterwards it is being closed.
///
/// Refusals: AccountClosed, ClosingUnderWay, NoSuchClosing, SignedOut.
pub fn keep(d: &mut Draft, asked: &Asked, _: &KeepAccount) -> Result<Reply, Halt> {
    let reader = reader(d, asked.actor)?.id;
    let closing = d.get::<Closing>(Closing::key(reader))?.ok_or(Refusal::NoSuchClosing)?;
    if asked.now.at >= closing.due {
        return Err(Refusal::ClosingUnderWay.into());
    }
    d.remove(closing)?;
    tell(d, reader, MessageKind::AccountKept, 0, 0, asked.now)?;
    Ok(Reply::AccountKept)
}

/// Refusals: AccountNotEmpty, ClosingNotDue, NoPermission, NoSuchClosing, NoSuchReader.
pub fn close(d: &mut Draft, asked: &Asked, c: &CloseAccount) -> Result<Reply, Halt> {
    only_the_program(asked.actor)?;
    let row = readers::known(d, c.reader)?;
    let closing = d.get::<Closing>(Closing::key(c.reader))?.ok_or(Refusal::NoSuchClosing)?;
    if asked.now.at < closing.due {
        return Err(Refusal::ClosingNotDue.into());
    }
    // A way in that came up between the looking and the closing is forgotten by closing once more.
    if closing.closed_at == 0 {
        if !is_empty(d, c.reader)? {
            return Err(Refusal::AccountNotEmpty.into());
        }
        d.put(Reader { state: ReaderState::Closed, card: None, notices: false, muted: 0, consents: 0, ..row })?;
        d.put(Closing { closed_at: asked.now.at, ..closing })?;
    }
    forget_ways_in(d, c)?;
    forget_rows(d, c.reader)?;
    forget_prose(d, c)?;
    Ok(Reply::AccountClosed { reader: c.reader })
}

fn is_empty(d: &Draft, reader: ReaderId) -> Result<bool, Halt> {
    let has_members = d.children::<Member, 1>([reader.0])?.iter().any(|member| member.state == MemberState::Active);
    let moving = d.get::<TransferCount>(TransferCount::key(reader))?.is_some_and(|count| count.open > 0);
    Ok(!has_members && !moving && d.children::<Binding, 1>([reader.0])?.is_empty())
}

/// Nobody comes in to this account any more; who comes again is somebody new.
fn forget_ways_in(d: &mut Draft, c: &CloseAccount) -> Result<(), Halt> {
    for Digest { high, low } in &c.wechat {
        let way = d.get::<WeChatUser>(WeChatUser::key(*high, *low))?;
        way.filter(|way| way.reader == c.reader).map_or(Ok(()), |way| d.remove(way))?;
    }
    for way in d.children::<PhoneOf, 1>([c.reader.0])? {
        leads_no_more(d, c.reader, Digest { high: way.high, low: way.low })?;
    }
    for Digest { high, low } in &c.sessions {
        let found = d.get::<Session>(Session::key(*high, *low))?;
        let own = found.filter(|session| session.kind == SessionKind::Reader && session.who == c.reader.0);
        own.map_or(Ok(()), |session| d.remove(session))?;
    }
    Ok(())
}

/// Numbers and codes, as hashes.
fn forget_rows(d: &mut Draft, reader: ReaderId) -> Result<(), Halt> {
    d.clear::<SmsCode>(SmsCode::key(reader, Purpose::Bind))?;
    d.clear::<PhoneCode>(PhoneCode::key(reader, PhoneSide::New))?;
    d.clear::<PhoneCode>(PhoneCode::key(reader, PhoneSide::Old))?;
    d.clear::<PhoneWish>(PhoneWish::key(reader))?;
    d.clear::<ReaderPhone>(ReaderPhone::key(reader))?;
    d.clear::<FeedbackDay>(FeedbackDay::key(reader))?;
    stock_alerts::forget(d, reader)
}

fn forget_prose(d: &mut Draft, c: &CloseAccount) -> Result<(), Halt> {
    for id in &c.feedback {
        if let Some(thread) = d.get::<Feedback>(Feedback::key(*id))?.filter(|thread| thread.reader == c.reader) {
            d.remove(thread)?;
            d.emit(FeedbackGone { feedback: *id });
            d.emit(FeedbackPicturesGone { feedback: *id });
        }
    }
    for id in &c.parties {
        if d.get::<Party>(Party::key(*id))?.is_some_and(|party| party.reader == c.reader) {
            d.emit(AnswersGone { party: *id });
        }
    }
    // Who is not reviewed yet is nobody to review any more.
    for volunteer in d.children::<Volunteer, 1>([c.reader.0])? {
        match volunteer.state {
            VolunteerState::Applied => d.remove(volunteer)?,
            _ => d.put(Volunteer { state: VolunteerState::Left, ..volunteer })?,
        }
    }
    d.emit(AppealsGone { reader: c.reader });
    d.emit(ReviewsGone { reader: c.reader });
    d.emit(ReaderFace { reader: c.reader, openid: Sealed::default() });
    d.emit(VolunteerFace { reader: c.reader, member: None, face: Sealed::default() });
    d.emit(ReadingsGone { reader: c.reader });
    d.emit(PhoneWishGone { reader: c.reader });
    exports::forget(d, c.reader)
}
