//! What visitors ask for: to come in, from WeChat, by phone or as staff.

use crate::model::Session;
use crate::script::{NOBODY, Script};
use crate::support::digest;
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::sessions::phone_entry::{EnterByPhone, RequestEntryCode};
use domain::sessions::{Enter, SignInStaff, SignOut, TouchSession};
use domain::slices::Command;
use domain::tables::StaffId;

const READERS: i64 = 8;
/// Some of those that are on file with a card: its codes and these are counted together.
const PHONES: i64 = 4;
const BROWSERS: i64 = 4;
const CODES: i64 = 3;

const WECHAT: i64 = 1;
const UNION: i64 = 13;
const PHONE: i64 = 3;
const CODE: i64 = 5;
const BROWSER: i64 = 10;

fn never_sent() -> Digest {
    digest(CODE, CODES)
}

impl Script<'_> {
    pub fn at_the_door(&mut self) -> (Actor, Command) {
        let command = match self.dice.below(31) {
            0..9 => Command::from(self.enter()),
            9..14 => Command::from(self.sign_in_staff()),
            14..16 => Command::from(SignOut { session: self.session() }),
            16..20 => Command::from(self.request_entry_code()),
            20..26 if self.has_entry_code() || self.dice.one_in(3) => Command::from(self.enter_by_phone()),
            20..26 => Command::from(self.request_entry_code()),
            _ => Command::from(TouchSession { session: self.used() }),
        };
        (Actor::Visitor, command)
    }

    /// Whoever clicks in the last moment, if somebody can.
    fn used(&mut self) -> Digest {
        let ends = |session: &Session| if session.staff { session.seen + 30 * 60_000 } else { session.until() };
        let ending = self.model.sessions.iter().find(|(_, session)| (ends(session) - self.at).abs() <= 1);
        ending.map(|(token, _)| *token).unwrap_or_else(|| self.session())
    }

    fn replaced(&mut self) -> Option<Digest> {
        self.dice.one_in(2).then(|| self.session())
    }

    fn enter(&mut self) -> Enter {
        let wechat = digest(WECHAT, self.dice.below(READERS));
        let (consented, session, replaces) = (self.dice.one_in(2), self.token(), self.replaced());
        // Two accounts of one operator, sometimes.
        let union = self.dice.one_in(3).then(|| digest(UNION, self.dice.below(READERS / 2)));
        Enter { wechat, union, openid: Sealed(vec![1]), consented, session, replaces }
    }

    fn browser(&mut self) -> Digest {
        digest(BROWSER, self.dice.below(BROWSERS))
    }

    fn entry_phone(&mut self) -> Digest {
        digest(PHONE, self.dice.below(PHONES))
    }

    fn request_entry_code(&mut self) -> RequestEntryCode {
        let (browser, phone, code) = (self.browser(), self.entry_phone(), digest(CODE, self.dice.below(CODES)));
        RequestEntryCode { browser, phone, limited: vec![phone, browser], code, payload: Sealed(vec![5]) }
    }

    fn has_entry_code(&self) -> bool {
        self.model.entry_codes.values().any(|code| !code.used && code.until() > self.at)
    }

    /// The right thing for a code that is good, mostly; whoever was wrong once is often wrong again.
    fn enter_by_phone(&mut self) -> EnterByPhone {
        let codes = &self.model.entry_codes;
        let good: Vec<_> = codes.iter().filter(|(_, code)| !code.used && code.until() > self.at).collect();
        let known = if self.dice.percent(80) { self.dice.pick(good) } else { None };
        let known = known.or_else(|| self.dice.pick(codes)).map(|(phone, code)| (*phone, *code));
        let (browser, phone, session) = (self.browser(), self.entry_phone(), self.token());
        let guess = EnterByPhone { browser, phone, code: never_sent(), session, replaces: self.replaced() };
        let Some((phone, code)) = known else { return guess };
        let mut right = EnterByPhone { browser: code.browser, phone, code: code.code, ..guess };
        match self.dice.below(if code.wrong > 0 { 4 } else { 16 }) {
            1..4 => right.code = never_sent(),
            4 => right.browser = self.browser(),
            5 => right.phone = self.entry_phone(),
            _ => {}
        }
        right
    }

    fn sign_in_staff(&mut self) -> SignInStaff {
        let staff = self.dice.pick(self.model.staff.keys()).copied().filter(|_| !self.dice.one_in(30));
        let (right, session, replaces) = (self.dice.percent(35), self.token(), self.replaced());
        let known_browser = self.dice.one_in(6);
        SignInStaff { staff: StaffId(staff.unwrap_or(NOBODY)), right, known_browser, session, replaces }
    }
}
