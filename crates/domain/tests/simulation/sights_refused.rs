//! Refusals that one command of several must have heard.

use crate::model::Model;
use crate::model_texts::{ADDRESS, DESCRIPTION, TITLE};
use crate::sights::Sight;
use domain::core::refusal::{Common, Refused};
use domain::sessions::phone_entry::EnterByPhone;
use domain::slices::{Command, Refusal};
use domain::{codes, places, prizes, readers, redemptions, sessions};

pub fn sight(command: &Command, why: &Refused, model: &Model) -> Option<Sight> {
    match (command, Refusal::of(why)?) {
        (Command::Sessions(sessions::Command::RequestEntryCode(_)), Refusal::Codes(codes::Refusal::TooSoon { .. })) => {
            Some(Sight::EntryTooSoon)
        }
        (
            Command::Sessions(sessions::Command::RequestEntryCode(_)),
            Refusal::Codes(codes::Refusal::TooManyCodes { .. } | codes::Refusal::TooManyCodesToday { .. }),
        ) => Some(Sight::EntryTooOften),
        (Command::Sessions(sessions::Command::EnterByPhone(c)), why) => entry(c, why, model),
        (_, Refusal::Common(Common::TitleMissing)) => missing(command),
        (_, Refusal::Common(Common::TextTooLong { most })) => too_long(command, most as usize),
        _ => None,
    }
}

fn entry(c: &EnterByPhone, why: Refusal, model: &Model) -> Option<Sight> {
    match why {
        Refusal::Codes(codes::Refusal::NoCode) if model.entry_codes.contains_key(&c.phone) => {
            Some(Sight::EntryInAnotherBrowser)
        }
        Refusal::Codes(codes::Refusal::NoCode) => Some(Sight::EntryWithoutACode),
        Refusal::Codes(codes::Refusal::CodeUsed) => Some(Sight::EntryCodeUsed),
        Refusal::Codes(codes::Refusal::CodeExpired) => Some(Sight::EntryCodeExpired),
        Refusal::Codes(codes::Refusal::TooManyTries) => Some(Sight::EntryTriedTooOften),
        Refusal::Readers(readers::Refusal::AccountClosed) => Some(Sight::EntryToAClosedAccount),
        _ => None,
    }
}

fn missing(command: &Command) -> Option<Sight> {
    match command {
        Command::Prizes(prizes::Command::SavePrize(_)) => Some(Sight::PrizeUntitled),
        Command::Places(places::Command::SavePlace(_)) => Some(Sight::PlaceNameless),
        _ => None,
    }
}

fn too_long(command: &Command, most: usize) -> Option<Sight> {
    match (command, most) {
        (Command::Prizes(prizes::Command::SavePrize(_)), TITLE) => Some(Sight::TitleTooLong),
        (Command::Prizes(prizes::Command::SavePrize(_)), DESCRIPTION) => Some(Sight::DescriptionTooLong),
        (Command::Places(places::Command::SavePlace(_)), TITLE) => Some(Sight::PlaceNameTooLong),
        (Command::Places(places::Command::SavePlace(_)), ADDRESS) => Some(Sight::AddressTooLong),
        (Command::Prizes(prizes::Command::MoveStock(_)), _) => Some(Sight::StockReasonTooLong),
        (Command::Redemptions(redemptions::Command::CancelRedemption(_)), _) => Some(Sight::CancellationReasonTooLong),
        _ => None,
    }
}
