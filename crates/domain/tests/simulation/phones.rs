//! 修改手机号: a room of its own; who comes in by which number is the model's business.

use crate::invariants::{Findings, claim};
use crate::model::{Answer, Model};
use crate::rooms::Room;
use crate::script::{NOBODY, Script};
use crate::support::{Memory, digest};
use domain::core::asked::{Actor, Now};
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::phones::{
    self, ChangePhone, ConfirmPhone, MessageKind, PhoneWishText, Reply, RequestPhoneCode, TypedPhone, WishForPhone,
};
use domain::rules::Rule;
use domain::slices::{Command, Envelope};
use domain::tables::{Channel, PhoneCode, PhoneOf, PhoneSide, PhoneUser, ReaderId, ReaderPhone, Table};

pub const ROOM: Room = Room {
    next,
    follow,
    tables: &[Table::PhoneCode, Table::ReaderPhone, Table::PhoneWish, Table::PhoneOf],
    violations,
};

/// As the scripts of cards and of the door have them.
const PHONE: i64 = 3;
const HOLDERS: i64 = 18;
const LABEL: i64 = 95;

/// What was asked for last: a script that types it comes through.
#[derive(Clone, Copy)]
pub struct Coded {
    session: Digest,
    phone: Digest,
    code: Digest,
}

fn next(script: &mut Script) -> (Actor, Command) {
    // Two readers and their codes again and again, or nothing is ever proven.
    let known: Vec<i64> = script.model.readers.keys().copied().take(3).collect();
    let reader = script.dice.pick(known).unwrap_or(NOBODY);
    let by = if script.dice.one_in(12) { script.reader() } else { Actor::Reader(ReaderId(reader)) };
    match script.dice.below(16) {
        0..3 => (by, script.phone_code(reader, PhoneSide::Old)),
        3..6 => (by, script.phone_code(reader, PhoneSide::New)),
        6..11 => {
            let (session, old) = script.coded(reader, PhoneSide::Old);
            let (_, new) = script.coded(reader, PhoneSide::New);
            let new = if script.dice.one_in(16) { old } else { new };
            let told = Some([Sealed(vec![1]), Sealed(vec![2])]);
            (by, Command::from(ChangePhone { session, old, new, tail: 1, told }))
        }
        11..13 => {
            let (session, new) = script.coded(reader, PhoneSide::New);
            let old = if script.dice.one_in(8) { new.phone } else { script.a_phone() };
            let text = PhoneWishText { reader: ReaderId(reader), new: Sealed(vec![3]), old: Sealed(vec![4]) };
            (by, Command::from(WishForPhone { session, old, new, text }))
        }
        _ => {
            let reader = ReaderId(if script.dice.one_in(20) { NOBODY } else { reader });
            let wished = script.model.phone_wishes.get(&reader.0).map(|[_, new]| *new);
            let new = wished.filter(|_| !script.dice.one_in(12)).unwrap_or_else(|| script.a_phone());
            let told = Some([Sealed(vec![1]), Sealed(vec![2])]).filter(|_| !script.dice.one_in(4));
            (script.staff(), Command::from(ConfirmPhone { reader, new, tail: 1, told }))
        }
    }
}

impl Script<'_> {
    fn a_phone(&mut self) -> Digest {
        digest(PHONE, self.dice.below(HOLDERS))
    }

    /// A number by which the reader comes in, if there is one; or any.
    fn phone_code(&mut self, reader: i64, side: PhoneSide) -> Command {
        let own: Vec<Digest> =
            self.model.phones.iter().filter(|(_, id)| **id == reader).map(|(phone, _)| *phone).collect();
        let own = self.dice.pick(own).filter(|_| side == PhoneSide::Old && !self.dice.one_in(8));
        let phone = own.unwrap_or_else(|| self.a_phone());
        let session = digest(LABEL, reader);
        let code = digest(LABEL + 1, self.dice.below(3));
        let limited = vec![digest(LABEL + 2, reader * 2 + side as i64), phone];
        Command::from(RequestPhoneCode { session, side, phone, limited, code, payload: Sealed(vec![2]) })
    }

    /// What came to the reader's phone, or now and then something else.
    fn coded(&mut self, reader: i64, side: PhoneSide) -> (Digest, TypedPhone) {
        let known = self.model.phone_codes.get(&(reader, side as i64)).copied();
        let Coded { session, phone, code } = known.unwrap_or(Coded {
            session: digest(LABEL, reader),
            phone: digest(PHONE, 1),
            code: digest(LABEL + 1, 1),
        });
        let session = if self.dice.one_in(20) { digest(LABEL, NOBODY) } else { session };
        let phone = if self.dice.one_in(20) { self.a_phone() } else { phone };
        let code = if self.dice.one_in(5) { digest(LABEL + 1, 9) } else { code };
        (session, TypedPhone { phone, code })
    }
}

fn follow(model: &mut Model, e: &Envelope, now: Now, heard: &Answer) -> Option<Answer> {
    let Command::Phones(command) = &e.command else { return None };
    let Some(reply) = heard.as_ref().ok().and_then(|reply| reply.of::<Reply>()) else { return Some(*heard) };
    match (reply, command, e.actor) {
        (Reply::PhoneCodeRequested, phones::Command::RequestPhoneCode(c), Actor::Reader(by)) => {
            c.limited.iter().for_each(|limited| model.requests.entry(*limited).or_default().push(now.at));
            let (session, phone, code, side) = (c.session, c.phone, c.code, c.side);
            model.phone_codes.insert((by.0, side as i64), Coded { session, phone, code });
            if side == PhoneSide::New || model.phones.get(&phone) == Some(&by.0) {
                model.send(Channel::Sms, None);
            }
        }
        (Reply::PhoneChanged { reader }, phones::Command::ChangePhone(c), _) => {
            forget(model, reader.0, c.old.phone);
            changed(model, reader.0, c.new.phone, if c.told.is_some() { 2 } else { 0 }, now.at);
        }
        (Reply::PhoneWished, phones::Command::WishForPhone(c), Actor::Reader(by)) => {
            model.wrote("phone wish");
            model.phone_wishes.insert(by.0, [c.old, c.new.phone]);
        }
        (Reply::PhoneChanged { reader }, phones::Command::ConfirmPhone(c), _) => {
            let [old, new] = model.phone_wishes.remove(&reader.0).expect("a wish");
            let was_theirs = model.phones.get(&old) == Some(&reader.0);
            let own: Vec<Digest> = model.phones.iter().filter(|(_, id)| **id == reader.0).map(|(n, _)| *n).collect();
            own.into_iter().for_each(|number| forget(model, reader.0, number));
            let told = if c.told.is_none() { 0 } else { 1 + usize::from(was_theirs) };
            changed(model, reader.0, new, told, now.at);
            model.audits += 1;
        }
        _ => {}
    }
    Some(*heard)
}

fn forget(model: &mut Model, reader: i64, number: Digest) {
    if model.phones.get(&number) == Some(&reader) {
        model.phones.remove(&number);
        model.good_from.remove(&number);
    }
}

fn changed(model: &mut Model, reader: i64, new: Digest, told: usize, at: i64) {
    model.phone_wishes.remove(&reader);
    model.phones.insert(new, reader);
    let cooling = model.rule_now(Rule::PhoneCoolingHours) * 3_600_000;
    model.good_from.insert(new, at + cooling);
    model.tell(reader, MessageKind::PhoneChanged, 0, 1);
    (0..told).for_each(|_| model.send(Channel::SmsNotice, None));
}

fn violations(memory: &Memory, found: &mut Findings) {
    for row in memory.all::<PhoneCode>() {
        claim(found, (0..=5).contains(&row.tries), || format!("18: {row:?} was tried too often"));
    }
    let ways: Vec<(i64, i64, ReaderId)> =
        memory.all::<PhoneUser>().iter().map(|way| (way.high, way.low, way.reader)).collect();
    let of: Vec<(i64, i64, ReaderId)> =
        memory.all::<PhoneOf>().iter().map(|way| (way.high, way.low, way.reader)).collect();
    claim(found, ways.len() == of.len() && of.iter().all(|way| ways.contains(way)), || {
        format!("18: ways in {ways:?}, and of readers {of:?}")
    });
    for row in memory.all::<ReaderPhone>() {
        let user = memory.get::<PhoneUser>(PhoneUser::key(row.high, row.low));
        claim(
            found,
            user.is_none_or(|user| user.good_from == 0 || user.good_from >= row.at || user.reader != row.reader),
            || format!("18: {row:?} and {user:?}"),
        );
    }
}
