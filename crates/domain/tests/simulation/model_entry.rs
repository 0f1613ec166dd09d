//! The model's rules of entry by phone.

use crate::model::{Answer, EntryCode, Model, Reader, Session, says};
use crate::sights::Sight;
use domain::sessions::phone_entry::{EnterByPhone, RequestEntryCode};
use domain::tables::{Channel, ReaderId};
use domain::{codes, phones, readers, sessions};

const LIFE: i64 = 5 * 60_000;

impl EntryCode {
    /// From here on it lets nobody in.
    pub fn until(&self) -> i64 {
        self.at + LIFE
    }
}

impl Model {
    pub fn request_entry_code(&mut self, c: &RequestEntryCode) -> Answer {
        self.grant_request(&c.limited)?;
        let (browser, code, at) = (c.browser, c.code, self.at);
        let before = self.entry_codes.insert(c.phone, EntryCode { browser, code, wrong: 0, used: false, at });
        if before.is_some_and(|before| !before.used && before.until() > at) {
            self.seen.push(Sight::EntryCodeVoided);
        }
        self.send(Channel::Sms, None);
        says(sessions::Reply::CodeRequested)
    }

    pub fn enter_by_phone(&mut self, c: &EnterByPhone, heard: &Answer) -> Answer {
        let at = self.at;
        let code = self.entry_codes.get(&c.phone).copied().filter(|code| code.browser == c.browser);
        let mut code = code.ok_or(codes::Refusal::NoCode)?;
        match () {
            () if code.used => return Err(codes::Refusal::CodeUsed.into()),
            () if code.until() <= at => return Err(codes::Refusal::CodeExpired.into()),
            () if code.wrong == 5 => return Err(codes::Refusal::TooManyTries.into()),
            () if code.code != c.code => code.wrong += 1,
            () => code.used = true,
        }
        let known = self.phones.get(&c.phone).copied();
        let closed = known.and_then(|known| self.readers.get(&known)).is_some_and(|reader| reader.closed);
        if code.used && closed {
            return Err(readers::Refusal::AccountClosed.into());
        }
        let until = self.good_from.get(&c.phone).copied().unwrap_or(0);
        if code.used && at < until {
            return Err(phones::Refusal::PhoneCooling { until }.into());
        }
        self.entry_codes.insert(c.phone, code);
        if !code.used {
            self.seen.push(Sight::EntryCodeWrong);
            return says(sessions::Reply::WrongCode { tries_left: 5 - code.wrong });
        }
        self.seen.push(if known.is_some() { Sight::PhoneKnown } else { Sight::PhoneRegistered });
        let who = known.unwrap_or_else(|| self.new_phone(c, heard));
        self.rotate(c.replaces, c.session, Session { staff: false, who, at, seen: at });
        says(sessions::Reply::Entered { reader: ReaderId(who) })
    }

    fn new_phone(&mut self, c: &EnterByPhone, heard: &Answer) -> i64 {
        let new = self.fresh(heard);
        self.phones.insert(c.phone, new);
        self.readers.insert(new, Reader::default());
        new
    }
}
