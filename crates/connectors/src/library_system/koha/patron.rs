//! A patron as Koha writes one.

use serde::Deserialize;
use serde_json::Value;

use super::Settings;
use crate::library_system::{Fault, Outage, Patron, PatronState};

#[derive(Deserialize)]
struct Wire {
    patron_id: Option<i64>,
    cardnumber: Option<String>,
    #[serde(default)]
    surname: Option<String>,
    #[serde(default)]
    firstname: Option<String>,
    #[serde(default)]
    mobile: Option<String>,
    #[serde(default)]
    sms_number: Option<String>,
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    secondary_phone: Option<String>,
    #[serde(default)]
    altaddress_phone: Option<String>,
    #[serde(default)]
    date_of_birth: Option<String>,
    #[serde(default)]
    expiry_date: Option<String>,
    #[serde(default)]
    expired: Option<bool>,
    #[serde(default)]
    patron_card_lost: Option<bool>,
    #[serde(default)]
    restricted: Option<bool>,
    #[serde(default)]
    extended_attributes: Vec<Attribute>,
}

#[derive(Deserialize)]
struct Attribute {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    value: Option<String>,
}

/// The one patron whose card number is exactly the one asked for. `today` as 2026-11-24.
pub(super) fn read(body: &[u8], barcode: &str, settings: &Settings, today: &str) -> Result<Option<Patron>, Fault> {
    let unreadable = || Fault::from(Outage::Unreadable { what: "a list of patrons" });
    // One by one: a patron of another shape must not hide ours.
    let found: Vec<Value> = serde_json::from_slice(body).map_err(|_| unreadable())?;
    let same = |number: Option<&str>| number.is_some_and(|number| settings.barcode_case.same(number, barcode));
    let Some(found) = found.into_iter().find(|patron| same(patron["cardnumber"].as_str())) else { return Ok(None) };
    let wire: Wire = serde_json::from_value(found).map_err(|_| unreadable())?;
    Ok(Some(patron(wire, settings, today)))
}

fn patron(wire: Wire, settings: &Settings, today: &str) -> Patron {
    let state = state(&wire, today);
    let filled = |text: &Option<String>| text.clone().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let is_identity = |attribute: &&Attribute| attribute.kind == settings.identity_attribute;
    Patron {
        name: name(wire.surname.as_deref().unwrap_or_default(), wire.firstname.as_deref().unwrap_or_default()),
        // The alternative contact's is another person's.
        phones: [&wire.mobile, &wire.sms_number, &wire.phone, &wire.secondary_phone, &wire.altaddress_phone]
            .into_iter()
            .filter_map(filled)
            .collect(),
        identity: wire.extended_attributes.iter().find(is_identity).and_then(|attribute| filled(&attribute.value)),
        birth_date: filled(&wire.date_of_birth),
        patron_id: wire.patron_id.map(|id| id.to_string()),
        barcode: wire.cardnumber.unwrap_or_default(),
        valid: matches!(state, PatronState::Active | PatronState::Blocked),
        state,
        message: None,
    }
}

fn state(wire: &Wire, today: &str) -> PatronState {
    // Dates of one form compare as text; a card is good on its last day.
    let over = wire.expiry_date.as_deref().is_some_and(|last| last.len() == today.len() && last < today);
    if wire.patron_card_lost == Some(true) {
        PatronState::Lost
    } else if wire.expired == Some(true) || over {
        PatronState::Expired
    } else if wire.restricted == Some(true) {
        PatronState::Blocked
    } else {
        PatronState::Active
    }
}

/// Family name first; a space only where letters would run together.
fn name(surname: &str, firstname: &str) -> String {
    let (surname, firstname) = (surname.trim(), firstname.trim());
    let latin = surname.is_ascii() && firstname.is_ascii() && !surname.is_empty() && !firstname.is_empty();
    format!("{surname}{}{firstname}", if latin { " " } else { "" })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const TODAY: &str = "2026-11-24";

    fn one(body: &str) -> Option<Patron> {
        read(body.as_bytes(), "JB01", &Settings::default(), TODAY).unwrap()
    }

    #[test]
    fn the_exact_card_is_taken_from_what_the_search_answers() {
        let patron = one(
            r#"[{"patron_id":7,"cardnumber":"JB011","surname":"李"},
                {"patron_id":51,"cardnumber":"JB01","surname":"王","firstname":"小萌","phone":"025-57059716",
                 "mobile":"","sms_number":null,"secondary_phone":"13900000001",
                 "date_of_birth":"1996-05-12","expiry_date":"2030-01-01","patron_card_lost":false,
                 "extended_attributes":[{"type":"OTHER","value":"x"},{"type":"IDNUMBER","value":" 11010519491231002X "}]}]"#,
        )
        .unwrap();
        assert_eq!(patron.name, "王小萌");
        assert_eq!(patron.phones, ["025-57059716", "13900000001"], "every field that is filled");
        assert_eq!(patron.identity.as_deref(), Some("11010519491231002X"));
        assert_eq!((patron.patron_id.as_deref(), patron.valid), (Some("51"), true));
        assert_eq!(one("[]"), None);
        assert!(read(b"{}", "JB01", &Settings::default(), TODAY).is_err());
    }

    #[test]
    fn a_lost_or_old_card_is_so() {
        let state = |fields: &str| one(&format!(r#"[{{"cardnumber":"JB01"{fields}}}]"#)).unwrap().state;
        assert_eq!(state(""), PatronState::Active);
        assert_eq!(state(r#","expiry_date":"2026-11-24""#), PatronState::Active);
        assert_eq!(state(r#","expiry_date":"2026-11-23""#), PatronState::Expired);
        assert_eq!(state(r#","expired":true"#), PatronState::Expired);
        assert_eq!(state(r#","patron_card_lost":true,"expired":true"#), PatronState::Lost);
        assert_eq!(state(r#","restricted":true"#), PatronState::Blocked);
    }

    #[test]
    fn names_are_put_together_as_people_write_them() {
        assert_eq!(name("王", "小萌"), "王小萌");
        assert_eq!(name("Smith", "Ann"), "Smith Ann");
        assert_eq!(name("欧阳知秋", ""), "欧阳知秋");
    }
}
