//! What all stand-ins of one sandbox share.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::tz::{TimeZone, offset};
use jiff::{Timestamp, Zoned};

use crate::sms::Inbox;
use crate::token::Tokens;
use crate::wechat::{Account, Grants};
use crate::{Config, Mode, Party, Patron};

pub(crate) struct World {
    pub config: Config,
    /// The SIP2 address after binding.
    pub sip2: SocketAddr,
    pub tokens: Tokens,
    modes: Mutex<BTreeMap<Party, Mode>>,
    patrons: Mutex<Vec<Patron>>,
    grants: Mutex<Grants>,
    account: Mutex<Account>,
    inbox: Mutex<Inbox>,
    /// Koha's tokens, and until when each is good.
    koha_tokens: Mutex<BTreeMap<String, i64>>,
    /// Copies that have come to the shelf since, by ISBN.
    shelved: Mutex<BTreeMap<String, usize>>,
}

impl World {
    pub(crate) fn new(config: Config, sip2: SocketAddr) -> Self {
        Self {
            sip2,
            tokens: Tokens::new(),
            modes: Mutex::default(),
            patrons: Mutex::new(config.patrons.clone()),
            grants: Mutex::default(),
            account: Mutex::default(),
            inbox: Mutex::default(),
            koha_tokens: Mutex::default(),
            shelved: Mutex::default(),
            config,
        }
    }

    pub(crate) fn shelve(&self, isbn: &str) {
        *locked(&self.shelved).entry(isbn.to_owned()).or_default() += 1;
    }

    pub(crate) fn shelved(&self, isbn: &str) -> usize {
        locked(&self.shelved).get(isbn).copied().unwrap_or(0)
    }

    pub(crate) fn now(&self) -> i64 {
        (self.config.clock)()
    }

    pub(crate) fn mode(&self, party: Party) -> Mode {
        locked(&self.modes).get(&party).copied().unwrap_or_default()
    }

    pub(crate) fn set_mode(&self, party: Party, mode: Mode) {
        locked(&self.modes).insert(party, mode);
    }

    pub(crate) fn patrons(&self) -> MutexGuard<'_, Vec<Patron>> {
        locked(&self.patrons)
    }

    pub(crate) fn grants(&self) -> MutexGuard<'_, Grants> {
        locked(&self.grants)
    }

    pub(crate) fn koha_tokens(&self) -> MutexGuard<'_, BTreeMap<String, i64>> {
        locked(&self.koha_tokens)
    }

    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        locked(&self.account)
    }

    pub(crate) fn inbox(&self) -> MutexGuard<'_, Inbox> {
        locked(&self.inbox)
    }
}

// A panic elsewhere leaves nothing half done in these: the value is still good.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The outside parties all live in China.
pub(crate) fn local(instant: Timestamp) -> Zoned {
    instant.to_zoned(TimeZone::fixed(offset(8)))
}
