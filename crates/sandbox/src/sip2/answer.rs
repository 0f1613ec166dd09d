//! What the library system says about itself and its patrons.

use jiff::{Timestamp, ToSpan, Zoned};

use super::lie;
use super::message::{Answer, Request};
use crate::world::{World, local};
use crate::{Patron, PatronState};

const CHINESE: &str = "019";
/// Patron status, ACS status, resend, login, patron information and end of session; no loans, no fees.
const SUPPORTED: &str = "YNNNYYYYYNNNNNNN";
const STATUS_FIXED: usize = 3 + 18;
const INFORMATION_FIXED: usize = 3 + 18 + 10;
const END_FIXED: usize = 18;

pub(super) fn status(world: &World) -> Answer {
    // Timeout 10 s in tenths, three retries.
    Answer::new(format!("98YNNNNN100003{}2.00", date(&now(world))))
        .with("AO", &world.config.library.institution)
        .with("AM", "沙箱图书馆")
        .with("BX", SUPPORTED)
}

pub(super) fn patron_status(request: &Request, world: &World) -> Answer {
    let (barcode, patron) = lie::patron(request, STATUS_FIXED, world);
    let answer = Answer::new(format!("24{}{CHINESE}{}", flags(patron.as_ref()), date(&now(world))));
    let answer = identity(answer, &barcode, patron.as_ref(), world);
    ending(validity(answer, request.field(STATUS_FIXED, "AD"), patron.as_ref()), patron.as_ref())
}

pub(super) fn patron_information(request: &Request, world: &World) -> Answer {
    let (barcode, patron) = lie::patron(request, INFORMATION_FIXED, world);
    let counts = "0000".repeat(6);
    let answer = Answer::new(format!("64{}{CHINESE}{}{counts}", flags(patron.as_ref()), date(&now(world))));
    let answer = identity(answer, &barcode, patron.as_ref(), world);
    let answer = answer.with("BZ", "0010").with("CA", "0010").with("CB", "0010");
    let answer = validity(answer, request.field(INFORMATION_FIXED, "AD"), patron.as_ref());
    ending(personal(answer, patron.as_ref(), world), patron.as_ref())
}

pub(super) fn session_end(request: &Request, world: &World) -> Answer {
    Answer::new(format!("36Y{}", date(&now(world))))
        .with("AO", &world.config.library.institution)
        .with("AA", request.field(END_FIXED, "AA"))
}

fn identity(answer: Answer, barcode: &str, patron: Option<&Patron>, world: &World) -> Answer {
    let name = patron.map_or("", |patron| patron.name.as_str());
    answer.with("AO", &world.config.library.institution).with("AA", barcode).with("AE", name)
}

/// These cards have no password: one that is sent is wrong, and none is needed.
fn validity(answer: Answer, password: &str, patron: Option<&Patron>) -> Answer {
    let valid = patron.is_some_and(|patron| patron.state != PatronState::Ended);
    let answer = answer.with("BL", if valid { "Y" } else { "N" });
    if password.is_empty() { answer } else { answer.with("CQ", "N") }
}

fn personal(answer: Answer, patron: Option<&Patron>, world: &World) -> Answer {
    let Some(patron) = patron.filter(|patron| patron.state != PatronState::Ended) else { return answer };
    answer
        .with_known("BF", &patron.phone)
        .with_known("PB", &patron.birth_date.replace('-', ""))
        .with_known(&world.config.library.id_number_field, &patron.id_number)
        .with("PA", &expiry(patron, &now(world)))
}

fn ending(answer: Answer, patron: Option<&Patron>) -> Answer {
    let message = match patron.map(|patron| patron.state) {
        Some(PatronState::Active) => "",
        Some(PatronState::Expired) => "读者证已过期，请到服务台续期",
        Some(PatronState::Lost) => "读者证已挂失",
        Some(PatronState::Ended) => "读者证已注销",
        None => "查无此读者证",
    };
    answer.with_known("AF", message)
}

/// Fourteen positions; the first four deny loans, renewals, recalls and holds, the fifth reports the card lost.
fn flags(patron: Option<&Patron>) -> &'static str {
    match patron.map(|patron| patron.state) {
        Some(PatronState::Active) => "              ",
        Some(PatronState::Lost) => "YYYYY         ",
        Some(PatronState::Expired | PatronState::Ended) | None => "YYYY          ",
    }
}

/// When the card ends (Koha's PA): a year ahead, or a month ago.
fn expiry(patron: &Patron, now: &Zoned) -> String {
    let shift = if patron.state == PatronState::Expired { -1.month() } else { 1.year() };
    now.checked_add(shift).map_or_else(|_| String::new(), |day| day.strftime("%Y%m%d").to_string())
}

fn now(world: &World) -> Zoned {
    local(Timestamp::from_millisecond(world.now()).unwrap_or_default())
}

fn date(now: &Zoned) -> String {
    now.strftime("%Y%m%d    %H%M%S").to_string()
}
