//! Sessions: who is signed in, by the hash of a random token. Every sign-in makes a new one.

pub mod phone_entry;
mod words;

pub use words::{ReaderFace, Reply};

use crate::core::asked::{Actor, Asked, Now, commands};
use crate::core::day::{HOUR_MS, MINUTE_MS};
use crate::core::digest::Digest;
use crate::core::record::Sealed;
use crate::core::world::{Draft, Halt, Need};
use crate::sessions::phone_entry::{EnterByPhone, RequestEntryCode};
use crate::tables::{
    EntryCode, Millis, PhoneUser, Reader, ReaderId, ReaderState, Session, SessionKind, Staff, StaffId, StaffState,
    Table, WeChatUser,
};
use crate::{readers, staff};

commands! {
    Enter => enter,
    RequestEntryCode => phone_entry::request_code,
    EnterByPhone => phone_entry::enter,
    SignInStaff => sign_in_staff,
    SignOut => sign_out,
    TouchSession => touch,
    AgreeToPrivacy => agree,
}

/// What these commands look at in any case: a hint for loading many at once.
pub fn needs(_actor: Actor, command: &Command) -> Vec<Need> {
    let mut needs = vec![];
    let mut row = |table, key| needs.push(Need::Row(table, key));
    match command {
        Command::Enter(c) => {
            let names = [Some(c.wechat), c.union].into_iter().flatten();
            names.for_each(|name| row(Table::WeChatUser, WeChatUser::key(name.high, name.low)));
        }
        Command::RequestEntryCode(c) => row(Table::EntryCode, EntryCode::key(c.phone.high, c.phone.low)),
        Command::EnterByPhone(c) => {
            row(Table::EntryCode, EntryCode::key(c.phone.high, c.phone.low));
            row(Table::PhoneUser, PhoneUser::key(c.phone.high, c.phone.low));
        }
        Command::SignInStaff(c) => row(Table::Staff, Staff::key(c.staff)),
        Command::SignOut(c) => row(Table::Session, Session::key(c.session.high, c.session.low)),
        Command::TouchSession(c) => row(Table::Session, Session::key(c.session.high, c.session.low)),
        Command::AgreeToPrivacy(_) => {}
    }
    needs
}

pub const READER_SESSION_MS: Millis = 30 * 24 * HOUR_MS;
pub const STAFF_SESSION_MS: Millis = 12 * HOUR_MS;
/// A back-office session that nobody uses ends.
pub const STAFF_IDLE_MS: Millis = 30 * MINUTE_MS;
/// "Last seen" is written no more often than this.
pub const TOUCH_MS: Millis = 5 * MINUTE_MS;
/// Another one where 隐私说明 changes in substance: everybody is asked again.
pub const PRIVACY_VERSION: i64 = 1;
pub const PASSWORD_TRIES_MAX: i64 = 5;
pub const LOCK_OUT_MS: Millis = 15 * MINUTE_MS;

/// A reader comes in from WeChat.
#[derive(Clone, Debug)]
pub struct Enter {
    /// Keyed hash of the WeChat identity.
    pub wechat: Digest,
    /// Keyed hash of the identity that all accounts of one operator share, where WeChat tells it.
    pub union: Option<Digest>,
    pub openid: Sealed,
    /// The reader pressed 允许; without it only those known already come in.
    pub consented: bool,
    pub session: Digest,
    /// The session that this browser had before.
    pub replaces: Option<Digest>,
}

/// The password was looked at outside: that takes long and needs no row.
#[derive(Clone, Copy, Debug)]
pub struct SignInStaff {
    pub staff: StaffId,
    pub right: bool,
    /// Whoever is at this browser has signed in to the account before: strangers' guesses do not lock them out.
    pub known_browser: bool,
    pub session: Digest,
    pub replaces: Option<Digest>,
}

#[derive(Clone, Copy, Debug)]
pub struct SignOut {
    pub session: Digest,
}

/// 同意《隐私说明》 in the version of today.
#[derive(Clone, Copy, Debug)]
pub struct AgreeToPrivacy {}

#[derive(Clone, Copy, Debug)]
pub struct TouchSession {
    pub session: Digest,
}

/// Refusals: AccountClosed, SignedOut.
pub fn agree(d: &mut Draft, asked: &Asked, _: &AgreeToPrivacy) -> Result<Reply, Halt> {
    let reader = readers::reader(d, asked.actor)?;
    d.put(Reader { privacy: PRIVACY_VERSION, ..reader })?;
    Ok(Reply::PrivacyAgreed { version: PRIVACY_VERSION })
}

/// Refusals: AccountClosed, NotRegistered.
pub fn enter(d: &mut Draft, asked: &Asked, c: &Enter) -> Result<Reply, Halt> {
    let known = known_as(d, c.wechat)?;
    let joined = c.union.map(|union| known_as(d, union)).transpose()?.flatten();
    let reader = match (known, joined) {
        (Some(known), _) => known,
        // The same person in another account: that account's messages reach them from now on.
        (None, Some(joined)) => {
            knows(d, c.wechat, joined)?;
            d.emit(ReaderFace { reader: joined, openid: c.openid.clone() });
            joined
        }
        (None, None) if c.consented => register(d, c, asked.now)?,
        (None, None) => return Err(readers::Refusal::NotRegistered.into()),
    };
    if let Some(union) = c.union.filter(|_| joined.is_none()) {
        knows(d, union, reader)?;
    }
    begin(d, reader, c.session, c.replaces, asked.now)
}

/// A session of a reader whom WeChat or a code has made known.
pub fn begin(
    d: &mut Draft,
    reader: ReaderId,
    session: Digest,
    replaces: Option<Digest>,
    now: Now,
) -> Result<Reply, Halt> {
    let row = d.get::<Reader>(Reader::key(reader))?.ok_or(readers::Refusal::NotRegistered)?;
    if row.state == ReaderState::Closed {
        return Err(readers::Refusal::AccountClosed.into());
    }
    start(d, SessionKind::Reader, reader.0, session, replaces, now)?;
    Ok(Reply::Entered { reader })
}

fn known_as(d: &Draft, wechat: Digest) -> Result<Option<ReaderId>, Halt> {
    Ok(d.get::<WeChatUser>(WeChatUser::key(wechat.high, wechat.low))?.map(|known| known.reader))
}

fn knows(d: &mut Draft, wechat: Digest, reader: ReaderId) -> Result<(), Halt> {
    d.put(WeChatUser { high: wechat.high, low: wechat.low, reader })
}

fn register(d: &mut Draft, c: &Enter, now: Now) -> Result<ReaderId, Halt> {
    let id = d.new_id(ReaderId);
    knows(d, c.wechat, id)?;
    d.add(blank_reader(id, now));
    d.emit(ReaderFace { reader: id, openid: c.openid.clone() });
    Ok(id)
}

pub fn blank_reader(id: ReaderId, now: Now) -> Reader {
    let state = ReaderState::Active;
    Reader {
        id,
        state,
        card: None,
        unread: 0,
        read_upto: 0,
        notices: false,
        muted: 0,
        unfollowed: false,
        followed_at: 0,
        consents: 0,
        privacy: 0,
        at: now.at,
    }
}

fn start(
    d: &mut Draft,
    kind: SessionKind,
    who: i64,
    session: Digest,
    replaces: Option<Digest>,
    now: Now,
) -> Result<(), Halt> {
    if let Some(old) = replaces {
        end(d, old)?;
    }
    let life = if kind == SessionKind::Staff { STAFF_SESSION_MS } else { READER_SESSION_MS };
    let Digest { high, low } = session;
    d.get::<Session>(Session::key(high, low))?;
    d.put(Session { high, low, kind, who, at: now.at, seen: now.at, until: now.at + life })
}

fn end(d: &mut Draft, session: Digest) -> Result<(), Halt> {
    d.clear::<Session>(Session::key(session.high, session.low))
}

/// Refusals: LockedOut, NoSuchStaff, StaffDisabled.
pub fn sign_in_staff(d: &mut Draft, asked: &Asked, c: &SignInStaff) -> Result<Reply, Halt> {
    let mut staff = d.get::<Staff>(Staff::key(c.staff))?.ok_or(staff::Refusal::NoSuchStaff)?;
    // Locked before right or wrong: a guesser must not learn which it was.
    if asked.now.at < staff.locked_until && !c.known_browser {
        return Err(staff::Refusal::LockedOut { until: staff.locked_until }.into());
    }
    if !c.right && c.known_browser {
        // Counted by address outside, and no reason to lock strangers' way for everybody.
        return Ok(Reply::WrongPassword { tries_left: PASSWORD_TRIES_MAX - staff.failures });
    }
    if !c.right {
        staff.failures += 1;
        let left = PASSWORD_TRIES_MAX - staff.failures;
        if left <= 0 {
            staff.failures = 0;
            staff.locked_until = asked.now.at + LOCK_OUT_MS;
        }
        d.put(staff)?;
        return Ok(Reply::WrongPassword { tries_left: left });
    }
    if staff.state != StaffState::Active {
        return Err(staff::Refusal::StaffDisabled.into());
    }
    staff.failures = 0;
    d.put(staff)?;
    start(d, SessionKind::Staff, staff.id.0, c.session, c.replaces, asked.now)?;
    Ok(Reply::StaffSignedIn { staff: staff.id })
}

pub fn sign_out(d: &mut Draft, _: &Asked, c: &SignOut) -> Result<Reply, Halt> {
    end(d, c.session)?;
    Ok(Reply::SignedOut)
}

/// Refusals: SignedOut.
pub fn touch(d: &mut Draft, asked: &Asked, c: &TouchSession) -> Result<Reply, Halt> {
    let found = d.get::<Session>(Session::key(c.session.high, c.session.low))?;
    let mut session = found.filter(|session| is_live(session, asked.now.at)).ok_or(readers::Refusal::SignedOut)?;
    // Two pages asked for at once: the second has nothing to renew.
    if asked.now.at - session.seen >= TOUCH_MS {
        session.seen = asked.now.at;
        d.put(session)?;
    }
    Ok(Reply::Touched)
}

/// The page that looks a session up and the decision that renews it both ask this.
pub fn is_live(session: &Session, at: Millis) -> bool {
    at < session.until && (session.kind == SessionKind::Reader || at - session.seen < STAFF_IDLE_MS)
}
