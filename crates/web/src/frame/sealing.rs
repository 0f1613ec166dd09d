//! Personal numbers: checked, hashed, masked, sealed. Clear text goes no further than this.

use crate::frame::keys::{KeyFault, Keys};
use connectors::library_system::{Patron, PatronState};
use domain::cards::{CardFace, CardFacts};
use domain::core::digest::Digest;
use domain::core::identity::is_identity_number;
use domain::core::record::Sealed;
use domain::tables::CardState;
use serde::{Deserialize, Serialize};

/// A mainland mobile number, 11 digits. None: it is not one.
pub fn phone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let digits = digits.strip_prefix("+86").unwrap_or(&digits).to_string();
    let mut chars = digits.chars();
    let mobile = chars.next() == Some('1') && chars.next().is_some_and(|second| ('3'..='9').contains(&second));
    (mobile && digits.len() == 11 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// What is wrong with a number that is no mobile number.
pub fn phone_fault(text: &str) -> String {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    match digits {
        _ if text.trim().is_empty() => "请填写手机号码。".into(),
        11 => "手机号码应以 1 开头，请核对。".into(),
        _ => format!("手机号码应为 11 位，这里是 {digits} 位，请核对。"),
    }
}

/// A card's barcode as it was typed. None: it cannot be one.
pub fn barcode(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    ((4..=32).contains(&text.len()) && plain).then_some(text)
}

/// 王*萌, 王*, 欧阳*: the first and the last character, never the whole.
pub fn masked_name(name: &str) -> String {
    let chars: Vec<char> = name.trim().chars().collect();
    match chars.as_slice() {
        [] => "*".into(),
        [only] => format!("{only}*"),
        [first, _] => format!("{first}*"),
        [first, .., last] => format!("{first}*{last}"),
    }
}

pub fn tail(barcode: &str) -> String {
    let from = barcode.len().saturating_sub(4);
    barcode.get(from..).unwrap_or_default().to_string()
}

/// The mobile numbers among a patron's.
pub fn mobiles(patron: &Patron) -> impl Iterator<Item = String> {
    patron.phones.iter().filter_map(|text| phone(text))
}

/// What the domain may know of a patron.
pub fn facts(keys: &Keys, patron: &Patron) -> Result<CardFacts, KeyFault> {
    let digest = |label, text: &Option<String>| match text.as_deref().map(str::trim) {
        Some(text) if !text.is_empty() => keys.digest(label, &text.to_uppercase()),
        _ => Digest::NONE,
    };
    let face = CardFace {
        masked_name: masked_name(&patron.name),
        tail: tail(&patron.barcode),
        barcode: keys.seal("barcode", &patron.barcode)?,
        // Nobody reads it again: what is not needed is not kept.
        phone: Sealed::default(),
    };
    let state = state(patron);
    Ok(CardFacts {
        state,
        // Whatever else stands in that field would make one person of all patrons who have it.
        identity: digest("identity", &identity_number(patron)),
        patron: digest("patron", &patron.patron_id),
        face,
    })
}

/// The number, if what stands in that field is one.
pub fn identity_number(patron: &Patron) -> Option<String> {
    let number = patron.identity.as_deref().map(|text| text.trim().to_uppercase());
    number.filter(|number| is_identity_number(number))
}

fn state(patron: &Patron) -> CardState {
    match patron.state {
        PatronState::Lost => CardState::Lost,
        PatronState::Expired => CardState::Expired,
        PatronState::Ended => CardState::Ended,
        // Who owes a fee may not borrow, but the points are still theirs.
        PatronState::Blocked | PatronState::Active => CardState::Active,
    }
}

/// What an SMS says, while it waits in the outbox.
#[derive(Debug, Serialize, Deserialize)]
pub struct SmsPayload {
    pub phone: String,
    /// Empty: it is no code that is sent.
    pub code: String,
    /// The last four digits of the number to which a reader has changed.
    #[serde(default)]
    pub changed_to: String,
}

impl SmsPayload {
    pub fn code(phone: impl Into<String>, code: impl Into<String>) -> Self {
        SmsPayload { phone: phone.into(), code: code.into(), changed_to: String::new() }
    }

    pub fn changed(phone: impl Into<String>, changed_to: impl Into<String>) -> Self {
        SmsPayload { phone: phone.into(), code: String::new(), changed_to: changed_to.into() }
    }

    pub fn seal(&self, keys: &Keys) -> Result<Sealed, KeyFault> {
        let text = serde_json::to_string(self).map_err(|_| KeyFault("a message could not be written"))?;
        keys.seal("sms", &text)
    }

    pub fn open(keys: &Keys, sealed: &[u8]) -> Result<Self, KeyFault> {
        let text = keys.open("sms", sealed)?;
        serde_json::from_str(&text).map_err(|_| KeyFault("a message could not be read"))
    }
}

/// Who a member is, as the reader wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberFace {
    pub name: String,
    /// 儿子, 母亲, …
    pub relation: String,
}

impl MemberFace {
    pub fn seal(&self, keys: &Keys) -> Result<Sealed, KeyFault> {
        seal_as(keys, "member", self)
    }

    /// None: gone, or nobody's.
    pub fn open(keys: &Keys, sealed: &[u8]) -> Option<Self> {
        open_as(keys, "member", sealed)
    }
}

/// A form that only its reader and staff may read again.
pub fn seal_as(keys: &Keys, label: &str, form: &impl Serialize) -> Result<Sealed, KeyFault> {
    let text = serde_json::to_string(form).map_err(|_| KeyFault("a form could not be written"))?;
    keys.seal(label, &text)
}

pub fn open_as<T: serde::de::DeserializeOwned>(keys: &Keys, label: &str, sealed: &[u8]) -> Option<T> {
    keys.open(label, sealed).ok().and_then(|text| serde_json::from_str(&text).ok())
}

sample! { MemberFace { name, relation } }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_and_barcodes_are_read_as_people_type_them() {
        assert_eq!(phone("138 0000 0000").as_deref(), Some("13800000000"));
        assert_eq!(phone("+86 138-0000-0000").as_deref(), Some("13800000000"));
        for wrong in ["1380000000", "12800000000", "138000000000", "", "1380000000a", "１３８００００００００"]
        {
            assert_eq!(phone(wrong), None, "{wrong}");
        }
        assert_eq!(barcode(" jb0025 0801 ").as_deref(), Some("jb00250801"));
        for wrong in ["", "JB1", "JB|0025", "读者证", "JB002508011234567890123456789012345"] {
            assert_eq!(barcode(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_are_masked_and_never_whole() {
        assert_eq!(masked_name("王小萌"), "王*萌");
        assert_eq!(masked_name("王萌"), "王*");
        assert_eq!(masked_name("王"), "王*");
        assert_eq!(masked_name("买买提·艾力"), "买*力");
        assert_eq!(tail("JB002508011234"), "1234");
        assert_eq!(tail("12"), "12");
    }
}
