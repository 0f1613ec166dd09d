//! One of each command about phone numbers, and what they need to be carried out.

use super::everything::READER;
use super::{LIBRARIAN, MORNING, Memory, digest};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::phones::{ChangePhone, ConfirmPhone, PhoneWishText, RequestPhoneCode, TypedPhone, WishForPhone};
use domain::slices::Command;
use domain::tables::*;

const STAFF: Actor = Actor::Staff(LIBRARIAN);

fn typed(n: i64) -> TypedPhone {
    TypedPhone { phone: digest(51, n), code: digest(52, n) }
}

/// Codes for both numbers have come, and one wish waits for the desk.
pub fn library(memory: &mut Memory) {
    let session = digest(53, 1);
    for (side, n) in [(PhoneSide::New, 1), (PhoneSide::Old, 2)] {
        let TypedPhone { phone, code } = typed(n);
        memory.set(PhoneCode {
            reader: READER,
            side,
            session_high: session.high,
            session_low: session.low,
            phone_high: phone.high,
            phone_low: phone.low,
            code_high: code.high,
            code_low: code.low,
            tries: 0,
            used: false,
            at: MORNING,
        });
    }
    let [Digest { high: old_high, low: old_low }, Digest { high: new_high, low: new_low }] =
        [3, 4].map(|n| digest(51, n));
    memory.set(PhoneWish { reader: READER, old_high, old_low, new_high, new_low, at: MORNING });
}

pub fn commands() -> Vec<(Actor, Command)> {
    let reader = Actor::Reader(READER);
    let (session, payload) = (digest(53, 1), Sealed(vec![1]));
    let text = PhoneWishText { reader: READER, new: payload.clone(), old: payload.clone() };
    let wrong = TypedPhone { code: digest(52, 9), ..typed(1) };
    let change =
        ChangePhone { session, old: typed(2), new: typed(1), tail: 1, told: Some([payload.clone(), payload.clone()]) };
    let (side, phone, code) = (PhoneSide::Old, digest(51, 5), digest(52, 5));
    vec![
        (STAFF, Command::from(ConfirmPhone { reader: READER, new: digest(51, 4), tail: 4, told: None })),
        (reader, Command::from(ChangePhone { new: wrong, ..change.clone() })),
        (reader, Command::from(WishForPhone { session, old: digest(51, 2), new: typed(1), text })),
        (reader, Command::from(change)),
        (reader, Command::from(RequestPhoneCode { session, side, phone, limited: vec![phone], code, payload })),
    ]
}
