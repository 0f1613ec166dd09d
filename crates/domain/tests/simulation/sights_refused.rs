//! Refusals that one command of several must have heard.

use crate::model::Model;
use crate::model_texts::{ADDRESS, DESCRIPTION, TITLE};
use crate::sights::Sight;
use domain::core::refusal::Refusal;
use domain::sessions::phone_entry::EnterByPhone;
use domain::slices::Command;
use domain::{places, prizes, redemptions, sessions};

pub fn sight(command: &Command, why: &Refusal, model: &Model) -> Option<Sight> {
    match (command, why) {
        (Command::Sessions(sessions::Command::RequestEntryCode(_)), Refusal::TooSoon { .. }) => {
            Some(Sight::EntryTooSoon)
        }
        (Command::Sessions(sessions::Command::RequestEntryCode(_)), Refusal::TooManyCodes { .. }) => {
            Some(Sight::EntryTooOften)
        }
        (Command::Sessions(sessions::Command::EnterByPhone(c)), why) => entry(c, why, model),
        (_, Refusal::TitleMissing) => missing(command),
        (_, Refusal::TextTooLong { most }) => too_long(command, *most),
        _ => None,
    }
}

fn entry(c: &EnterByPhone, why: &Refusal, model: &Model) -> Option<Sight> {
    match why {
        Refusal::NoCode if model.entry_codes.contains_key(&c.phone) => Some(Sight::EntryInAnotherBrowser),
        Refusal::NoCode => Some(Sight::EntryWithoutACode),
        Refusal::CodeUsed => Some(Sight::EntryCodeUsed),
        Refusal::CodeExpired => Some(Sight::EntryCodeExpired),
        Refusal::TooManyTries => Some(Sight::EntryTriedTooOften),
        Refusal::AccountClosed => Some(Sight::EntryToAClosedAccount),
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
