//! 志愿者: who registers, what staff say, the hours served and their certificate.

pub mod certificate;
pub mod form;
pub mod reader;
pub mod staff;
pub mod standing;
pub mod words;

use crate::frame::routes::{For, Routes};
use crate::kit::calendar::Calendar;
use domain::staff::Permission;
use domain::tables::VolunteerState;
use form::VolunteerForm;
use store::volunteers::Served;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/volunteers", For::Readers, reader::index)
        .get("/volunteers/new", For::Readers, reader::new)
        .get("/volunteers/certificate", For::Readers, certificate::show)
        .post("/volunteers/{member}", For::Readers, reader::apply)
        .get("/volunteers/{member}/edit", For::Readers, standing::edit)
        .post("/volunteers/{member}/edit", For::Readers, standing::save)
        .post("/volunteers/{member}/pause", For::Readers, standing::pause)
        .get("/volunteers/{member}/departure", For::Readers, standing::confirm_leaving)
        .post("/volunteers/{member}/departure", For::Readers, standing::leave)
        .get("/certificates/{code}", For::Everybody, certificate::check)
        .get("/certificates/{code}/print", For::Everybody, certificate::print)
        .get("/staff/volunteers", For::Staff(&[Permission::ReviewVolunteers]), staff::index)
        .in_menu(80, "users", "志愿者")
        .get("/staff/volunteers/export", For::Staff(&[Permission::ReviewVolunteers]), staff::export)
        .get("/staff/volunteers/{reader}/{member}", For::Staff(&[Permission::ReviewVolunteers]), staff::show)
        .post("/staff/volunteers/{reader}/{member}", For::Staff(&[Permission::ReviewVolunteers]), staff::review)
        .post(
            "/staff/volunteers/{reader}/{member}/suspension",
            For::Staff(&[Permission::ReviewVolunteers]),
            staff::suspend,
        )
}

pub fn open(keys: &crate::frame::keys::Keys, face: &[u8]) -> VolunteerForm {
    crate::frame::sealing::open_as(keys, "volunteer", face).unwrap_or_default()
}

pub fn state_words(state: VolunteerState) -> &'static str {
    match state {
        VolunteerState::Applied => "审核中",
        VolunteerState::Approved => "已通过",
        VolunteerState::Declined => "未通过",
        VolunteerState::Paused => "暂停服务",
        VolunteerState::Suspended => "资格暂停",
        VolunteerState::Left => "已退出",
    }
}

/// 12 小时 30 分钟
pub fn hours(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} 分钟"),
        (hours, 0) => format!("{hours} 小时"),
        (hours, minutes) => format!("{hours} 小时 {minutes} 分钟"),
    }
}

/// Minutes by calendar year, the last first.
pub fn by_year(served: &[Served], calendar: &Calendar) -> Vec<(i64, i64)> {
    let mut years: Vec<(i64, i64)> = vec![];
    for one in served {
        let (year, _) = calendar.year_month(one.starts);
        match years.iter_mut().find(|(known, _)| *known == year) {
            Some((_, minutes)) => *minutes += one.participant.minutes,
            None => years.push((year, one.participant.minutes)),
        }
    }
    years
}

#[cfg(test)]
mod tests {
    use super::hours;

    #[test]
    fn minutes_are_said_as_people_say_them() {
        assert_eq!([hours(0), hours(45), hours(120), hours(90)], ["0 分钟", "45 分钟", "2 小时", "1 小时 30 分钟"]);
    }
}
