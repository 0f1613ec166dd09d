//! From an answer to a patron: only if it speaks of the card that was asked for.

use super::answer::PatronAnswer;
use super::fields::NoText;
use super::request::{Card, LocalTime};
use super::settings::Settings;
use crate::library_system::{Fault, Lie, Outage, Patron, PatronState};

pub(super) fn read(
    answer: &PatronAnswer<'_>,
    card: Card<'_>,
    settings: &Settings,
    now: &LocalTime,
) -> Result<Option<Patron>, Fault> {
    let (fields, map) = (&answer.fields, &settings.fields);
    let cards: Vec<&str> =
        fields.all("AA").map(|said| std::str::from_utf8(said.trim_ascii()).unwrap_or_default()).collect();
    let same = |said: &&str| settings.barcode_case.same(said, card.as_str());
    let Some(barcode) = cards.first().filter(|_| cards.iter().all(same)) else {
        return Err(Lie::OtherCard.into());
    };
    let name = fields.text(&map.name)?;
    let said_valid = match fields.bytes("BL") {
        Some(b"Y") => true,
        Some(b"N") => false,
        // The field is optional: a system that has none names only the cards it knows.
        None => name.is_some(),
        Some(_) => return Err(Outage::Unreadable { what: "BL is neither Y nor N" }.into()),
    };
    if !said_valid && name.is_none() {
        return Ok(None);
    }
    let state = if answer.card_lost {
        PatronState::Lost
    } else if expired(fields.text(&map.expiry_date)?, now) {
        PatronState::Expired
    } else if !said_valid {
        PatronState::Ended
    } else if answer.loans_denied {
        PatronState::Blocked
    } else {
        PatronState::Active
    };
    Ok(Some(Patron {
        barcode: (*barcode).to_owned(),
        patron_id: fields.text(&map.patron_id)?,
        name: name.unwrap_or_default(),
        phones: fields.text(&map.phone)?.into_iter().collect(),
        identity: fields.text(&map.identity)?,
        birth_date: fields.text(&map.birth_date)?,
        valid: said_valid && matches!(state, PatronState::Active | PatronState::Blocked),
        state,
        message: fields.screen_text("AF"),
    }))
}

/// The card is good on its last day. A date in a form we do not know says nothing: BL speaks too.
fn expired(date: Option<String>, now: &LocalTime) -> bool {
    let digits: String = date.unwrap_or_default().chars().filter(|character| *character != '-').take(8).collect();
    digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit()) && digits < now.date
}

impl From<NoText> for Fault {
    fn from(_: NoText) -> Fault {
        Outage::Unreadable { what: "a field is not in the charset of the settings" }.into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::super::answer::{Answer, parse};
    use super::super::settings::{Charset, FieldMap};
    use super::*;

    fn settings() -> Settings {
        Settings { fields: FieldMap { identity: "PI".into(), ..FieldMap::default() }, ..Settings::default() }
    }

    const BLANK: &str = "              ";

    fn ask(flags: &str, fields: &str) -> Result<Option<Patron>, Fault> {
        // Blank counts, as some systems send them.
        let body = format!("64{flags}01920231026    182232{:24}{fields}", "");
        match parse(body.as_bytes(), Charset::Utf8) {
            Ok(Answer::Patron(answer)) => {
                read(&answer, Card::parse("0012").unwrap(), &settings(), &LocalTime::new(1_698_315_752_000, 480))
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn no_field_is_taken_for_the_identity_number_unless_the_settings_name_one() {
        assert_eq!(
            FieldMap::default().identity,
            "",
            "PI says in Koha and Evergreen whether somebody may use the internet"
        );
    }

    #[test]
    fn a_patron_is_read_in_any_order() {
        let patron =
            ask(BLANK, "PI11010519491231002X|BLY|AFhello|BF13812345678|PB19491231|AE王小萌|AA0012|AO馆|").unwrap();
        assert_eq!(
            patron,
            Some(Patron {
                barcode: "0012".to_owned(),
                patron_id: None,
                name: "王小萌".to_owned(),
                phones: vec!["13812345678".to_owned()],
                identity: Some("11010519491231002X".to_owned()),
                birth_date: Some("19491231".to_owned()),
                valid: true,
                state: PatronState::Active,
                message: Some("hello".to_owned()),
            })
        );
    }

    #[test]
    fn another_card_is_a_lie() {
        for fields in ["AE王|BLY|", "AA12|AE王|BLY|", "AA00120|AE王|BLY|", "AA0012|AA0013|AE王|BLY|", "AA|AE王|"] {
            assert!(matches!(ask(BLANK, fields), Err(Fault::Lying(Lie::OtherCard))), "{fields}");
        }
    }

    #[test]
    fn an_unknown_card_is_nobody() {
        assert_eq!(ask(BLANK, "AOlib|AA0012|AE|BLN|AFunknown|").unwrap(), None);
        assert_eq!(ask(BLANK, "AA0012|").unwrap(), None);
    }

    #[test]
    fn states_stand_in_order_of_precedence() {
        let lost = "    Y         ";
        let denied = "Y             ";
        for (flags, fields, state, valid) in [
            (lost, "BLY|PA20200101|", PatronState::Lost, false),
            (BLANK, "BLY|PA20231025|", PatronState::Expired, false),
            (BLANK, "BLN|PA2023-10-25|", PatronState::Expired, false),
            (BLANK, "BLY|PA20231026    235900|", PatronState::Active, true),
            (BLANK, "BLY|PAsoon|", PatronState::Active, true),
            (BLANK, "BLN|", PatronState::Ended, false),
            (denied, "BLN|", PatronState::Ended, false),
            (denied, "BLY|", PatronState::Blocked, true),
            (BLANK, "", PatronState::Active, true),
        ] {
            let patron = ask(flags, &format!("AA0012|AE王|{fields}")).unwrap().unwrap();
            assert_eq!((patron.state, patron.valid), (state, valid), "{flags:?} {fields}");
        }
    }
}
