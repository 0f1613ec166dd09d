//! How a test or a person makes the stand-ins misbehave.

use std::str::FromStr;
use std::sync::Arc;

use crate::world::World;
use crate::{Message, Patron};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    Wechat,
    Sms,
    Tencent,
    Sip2,
    Koha,
    Sru,
    OpenLibrary,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Normal,
    /// Answers after this long.
    Slow { ms: u64 },
    /// Closes the connection without working or answering.
    Down,
    /// Asks to wait (HTTP 429).
    Limited,
    /// Answers wrongly: another patron's barcode, another user's openid, "sent" without a message.
    Lying,
    /// Does the work, then cuts the connection before the answer.
    Unknown,
}

impl Party {
    pub const ALL: [Self; 7] =
        [Self::Wechat, Self::Sms, Self::Tencent, Self::Sip2, Self::Koha, Self::Sru, Self::OpenLibrary];

    pub fn name(self) -> &'static str {
        match self {
            Self::Wechat => "wechat",
            Self::Sms => "sms",
            Self::Tencent => "tencent",
            Self::Sip2 => "sip2",
            Self::Koha => "koha",
            Self::Sru => "sru",
            Self::OpenLibrary => "openlibrary",
        }
    }
}

impl FromStr for Party {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|party| party.name() == text).ok_or(())
    }
}

impl Mode {
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Slow { .. } => "slow",
            Self::Down => "down",
            Self::Limited => "limited",
            Self::Lying => "lying",
            Self::Unknown => "unknown",
        }
    }

    /// From one pair of a form: `slow=300`, `down`, `lying`, `unknown` or `clear`.
    pub fn parse(name: &str, value: &str) -> Option<Self> {
        match name {
            "slow" => value.trim().parse().ok().map(|ms| Self::Slow { ms }),
            "down" => Some(Self::Down),
            "limited" => Some(Self::Limited),
            "lying" => Some(Self::Lying),
            "unknown" => Some(Self::Unknown),
            "clear" => Some(Self::Normal),
            _ => None,
        }
    }
}

/// The in-process handle; what it says holds from the next request on.
#[derive(Clone)]
pub struct Control(pub(crate) Arc<World>);

impl Control {
    pub fn set(&self, party: Party, mode: Mode) {
        self.0.set_mode(party, mode);
    }

    pub fn clear(&self, party: Party) {
        self.0.set_mode(party, Mode::Normal);
    }

    pub fn mode(&self, party: Party) -> Mode {
        self.0.mode(party)
    }

    /// Newest first.
    pub fn messages(&self, phone: &str) -> Vec<Message> {
        self.0.inbox().of(phone)
    }

    /// Replaces the patron with this barcode, or adds one.
    pub fn put_patron(&self, patron: Patron) {
        let mut patrons = self.0.patrons();
        patrons.retain(|other| other.barcode != patron.barcode);
        patrons.push(patron);
    }

    pub fn remove_patron(&self, barcode: &str) {
        self.0.patrons().retain(|patron| patron.barcode != barcode);
    }

    /// One more copy of a book comes to the library's shelf.
    pub fn shelve(&self, isbn: &str) {
        self.0.shelve(isbn);
    }

    /// What has arrived in a user's WeChat, newest first.
    pub fn notices(&self, user: &str) -> Vec<crate::Notice> {
        self.0.account().notices(&self.openid(user))
    }

    pub fn set_following(&self, user: &str, follows: bool) {
        self.0.account().set_following(&self.openid(user), follows);
    }

    /// Makes every account token so far void.
    pub fn revoke_tokens(&self) {
        self.0.account().revoke();
    }

    /// The account's menu, as it was last set.
    pub fn menu(&self) -> Option<serde_json::Value> {
        self.0.account().menu()
    }

    /// The openid by which the official account knows this sandbox user.
    pub fn openid(&self, user: &str) -> String {
        crate::wechat::openid(&self.0.config.wechat.appid, user)
    }
}
