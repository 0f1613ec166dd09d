//! What staff and the program do about activities and volunteers, one of each.

use super::activities::member;
use super::everything::*;
use super::{MORNING, rows};
use domain::activities::announcements::{Announce, Deliver};
use domain::activities::attendance::{CorrectMinutes, Tick};
use domain::activities::enrolments::{FreeParticipants, RemoveParticipant};
use domain::activities::no_shows::{ConfirmAttendance, DeclineAppeal, ExcuseNoShow, MarkNoShow};
use domain::activities::waiting_list::PromoteWaiting;
use domain::activities::{CancelActivity, PublishActivity};
use domain::core::asked::Actor;
use domain::slices::Command;
use domain::volunteers::ReviewVolunteer;
use domain::volunteers::standing::SuspendVolunteer;

pub fn about_activities() -> Vec<(Actor, Command)> {
    let planned = rows::activity_form(Some(PLANNED), 2);
    let commands = vec![
        Command::from(rows::activity_form(None, 2)),
        Command::from(planned),
        Command::from(rows::activity_form(Some(OPEN), 4)),
        Command::from(PublishActivity { activity: PLANNED }),
        Command::from(CancelActivity { activity: OPEN, reason: "台风".into() }),
        Command::from(Announce { activity: OPEN, text: "请带水彩笔".into() }),
    ];
    commands.into_iter().map(|command| (STAFF, command)).collect()
}

pub fn about_attendance() -> Vec<(Actor, Command)> {
    let second = Some(member(READER, 2));
    let (reader, member, reason) = (READER, Some(member(READER, 1)), String::from("漏签退"));
    let tick = |member, present| Tick { activity: GOING_ON, reader, member, present, ticked_at: MORNING };
    let correct =
        |activity, minutes| CorrectMinutes { activity, reader, member: None, minutes, reason: reason.clone() };
    let commands = vec![
        Command::from(tick(member, true)),
        Command::from(correct(GOING_ON, 60)),
        Command::from(tick(None, false)),
        Command::from(RemoveParticipant { activity: OPEN, reader, member, reason: "重复".into() }),
        Command::from(ConfirmAttendance { activity: OVER }),
        Command::from(ExcuseNoShow { activity: CONFIRMED, reader, member: None, reason: "生病".into() }),
        Command::from(DeclineAppeal { activity: CONFIRMED, reader, member: second, reason: "没有病历".into() }),
        Command::from(ReviewVolunteer { reader, member, approved: true, reason: String::new() }),
        Command::from(SuspendVolunteer { reader, member: None, suspends: true, reason: "多次缺席".into() }),
    ];
    commands.into_iter().map(|command| (STAFF, command)).collect()
}

pub fn after_activities() -> Vec<(Actor, Command)> {
    let (reader, member) = (READER, Some(member(READER, 1)));
    let commands = vec![
        Command::from(FreeParticipants { activity: CALLED_OFF, reader }),
        Command::from(PromoteWaiting { activity: OPEN }),
        Command::from(MarkNoShow { activity: CONFIRMED, reader, member }),
        Command::from(Deliver { announcement: NEWS, reader: Some(READER) }),
        Command::from(Deliver { announcement: NEWS, reader: None }),
    ];
    commands.into_iter().map(|command| (Actor::Job, command)).collect()
}
