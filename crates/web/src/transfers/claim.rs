//! Whose two cards are: as it is typed, and as the library system says.

use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::keys::Keys;
use crate::frame::sealing::{barcode, identity_number, open_as, seal_as};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connectors::library_system::{Fault, Patron};
use domain::core::digest::Digest;
use domain::core::identity::is_identity_number;
use domain::tables::CardId;
use domain::transfers::{Claim, Holder, Said};
use serde::{Deserialize, Serialize};
use store::sessions::sealed_barcode;

/// Step 1 as typed. `desk`: the library system was down, and the reader goes to the desk.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct OriginalForm {
    pub barcode: String,
    pub name: String,
    pub identity: String,
    pub desk: String,
}

#[derive(Default)]
pub struct OriginalErrors {
    pub barcode: Option<String>,
    pub name: Option<String>,
    pub identity: Option<String>,
    pub form: Option<String>,
    /// The library system does not answer.
    pub party_down: bool,
}

/// Step 1 once it is read: it goes through step 2 sealed, so that no page shows the number.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Original {
    pub barcode: String,
    pub name: String,
    pub identity: String,
    pub desk: bool,
    pub card: i64,
    pub proven: bool,
    /// For this reader, until then.
    pub reader: i64,
    pub until: i64,
}

const LABEL: &str = "transfer";
const NAME_CHARS_MAX: usize = 40;

impl Original {
    pub fn read(form: &OriginalForm) -> Result<Original, OriginalErrors> {
        let number: String = form.identity.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
        let name = form.name.trim();
        let found = barcode(&form.barcode);
        let barcode_fault = match form.barcode.trim() {
            "" => "请填写原读者证的条码号。",
            _ => "条码号只有字母和数字，请照读者证背面填写。",
        };
        let name_fault = match name.chars().count() {
            0 => Some("请填写原读者证登记的姓名。"),
            n if n > NAME_CHARS_MAX => Some("姓名太长了，请核对。"),
            _ => None,
        };
        let identity_fault = match number.as_str() {
            "" => Some("请填写原读者证登记的身份证号。"),
            number if is_identity_number(number) => None,
            _ => Some("身份证号不对，应为 18 位，请核对。"),
        };
        let errors = OriginalErrors {
            barcode: found.is_none().then(|| barcode_fault.into()),
            name: name_fault.map(Into::into),
            identity: identity_fault.map(Into::into),
            ..OriginalErrors::default()
        };
        match (found, &errors) {
            (Some(barcode), OriginalErrors { name: None, identity: None, .. }) => {
                let (name, identity, desk) = (name.into(), number, !form.desk.is_empty());
                Ok(Original { barcode, name, identity, desk, card: 0, proven: false, reader: 0, until: 0 })
            }
            _ => Err(errors),
        }
    }

    pub fn seal(&self, keys: &Keys) -> Result<String, Failure> {
        Ok(URL_SAFE_NO_PAD.encode(seal_as(keys, LABEL, self)?.0))
    }

    /// None: it is not ours, another reader's, or too old.
    pub fn open(ask: &ReaderAsk, text: &str) -> Option<Original> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let original: Original = open_as(&ask.app.keys, LABEL, &bytes)?;
        (original.reader == ask.id().0 && ask.now < original.until).then_some(original)
    }

    fn typed(&self, keys: &Keys) -> Holder {
        Holder { name: name_digest(keys, &self.name), identity: keys.digest("identity", &self.identity) }
    }

    /// With what the library system says of the original card. None: it does not answer.
    pub async fn claim(&self, ask: &ReaderAsk) -> Option<Claim> {
        let keys = &ask.app.keys;
        let said = said(ask, &self.barcode, self.desk).await?;
        Some(Claim { barcode: keys.barcode(&self.barcode), typed: self.typed(keys), said })
    }
}

/// The way in which a name is written makes no other person.
fn name_digest(keys: &Keys, name: &str) -> Digest {
    let plain: String = name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '·' | '•' | '・' | '.')).collect();
    if plain.is_empty() { Digest::NONE } else { keys.digest("name", &plain.to_uppercase()) }
}

/// The holder as the library system says.
pub fn holder(keys: &Keys, patron: &Patron) -> Holder {
    let identity = identity_number(patron).map_or(Digest::NONE, |number| keys.digest("identity", &number));
    Holder { name: name_digest(keys, &patron.name), identity }
}

/// None: the library system does not answer; for who goes to the desk anyway that is no reason to wait.
async fn said(ask: &ReaderAsk, barcode: &str, desk: bool) -> Option<Said> {
    match ask.app.library_system.patron(barcode).await {
        Ok(Some(patron)) => Some(Said::Holder(holder(&ask.app.keys, &patron))),
        Ok(None) | Err(Fault::BarcodeNotAllowed) => Some(Said::NotKnown),
        Err(fault) => {
            tracing::warn!(?fault, "the library system did not tell about a card");
            desk.then_some(Said::NoAnswer)
        }
    }
}

/// Of a card that the reader has bound.
pub async fn said_of_own(ask: &ReaderAsk, card: CardId, desk: bool) -> Result<Option<Said>, Failure> {
    let sealed = sealed_barcode(&ask.app.reads, card, ask.id()).await?.ok_or(Failure::NotFound)?;
    let barcode = ask.app.keys.open("barcode", &sealed)?;
    Ok(said(ask, &barcode, desk).await)
}

sample! { OriginalForm { barcode, name, identity, desk } }
sample! { OriginalErrors { barcode, name, identity, form, party_down } }

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_name_however_it_is_written() {
        let keys = Keys::of(&[7; 32]).unwrap();
        let of = |name: &str| name_digest(&keys, name);
        assert_eq!(of("买买提·艾力"), of(" 买买提•艾力 "));
        assert_ne!(of("王小萌"), of("王萌"));
        assert_eq!(of(" · "), Digest::NONE);
    }

    #[test]
    fn what_is_typed_is_looked_at_field_by_field() {
        let form = |barcode: &str, name: &str, identity: &str| OriginalForm {
            barcode: barcode.into(),
            name: name.into(),
            identity: identity.into(),
            desk: String::new(),
        };
        let original = Original::read(&form(" jb0025 0801", " 王小萌 ", "11010519491231002x")).ok().unwrap();
        assert_eq!((original.barcode.as_str(), original.identity.as_str()), ("jb00250801", "11010519491231002X"));
        let wrong = Original::read(&form("", "", "110105194912310021")).err().unwrap();
        assert!(wrong.barcode.is_some() && wrong.name.is_some() && wrong.identity.is_some());
    }
}
