//! What the model knows of members, activities, check-in and volunteers.

use domain::activities::{Rules, Times};
use domain::tables::{ActivityKind, ActivityState, ParticipantState, VolunteerState};
use std::collections::BTreeMap;

/// A reader, and the member whom they sign up; 0: the reader.
pub type Who = (i64, i64);

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    pub reader: i64,
    pub removed: bool,
    pub birth_day: i64,
    pub card: Option<i64>,
    /// Who consented, and when.
    pub guardian: Option<(i64, i64)>,
}

#[derive(Clone)]
pub struct Activity {
    pub branch: i64,
    pub kind: ActivityKind,
    pub state: ActivityState,
    pub times: Times,
    pub capacity: i64,
    pub rules: Rules,
    pub confirmed_at: i64,
    /// In the order in which they came.
    pub parties: Vec<Party>,
    pub people: BTreeMap<Who, Participant>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Party {
    /// 0 until the batch is committed.
    pub id: i64,
    pub reader: i64,
    pub card: i64,
    pub accepts_part: bool,
    pub at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Participant {
    /// Which of the activity's parties.
    pub party: usize,
    pub state: ParticipantState,
    pub companion: bool,
    /// Whether one of the places is theirs.
    pub placed: bool,
    /// Whether other activities must leave their time alone, and since when.
    pub engaged: Option<i64>,
    pub promoted_at: i64,
    pub in_at: i64,
    pub out_at: i64,
    pub minutes: i64,
    pub card: Option<i64>,
    pub settled_at: i64,
    pub appealed_at: i64,
    pub declined_at: i64,
    pub at: i64,
}

impl Participant {
    pub fn is_live(&self) -> bool {
        matches!(self.state, ParticipantState::Enrolled | ParticipantState::Waiting)
    }

    pub fn is_present(&self) -> bool {
        self.state == ParticipantState::Attended
    }
}

pub struct Announcement {
    /// 0 until the batch is committed.
    pub id: i64,
    pub activity: i64,
    pub done: bool,
    pub at: i64,
    /// Who has heard it, and when.
    pub heard: BTreeMap<i64, i64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stamp {
    pub made_up: bool,
    pub points: i64,
    pub at: i64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Volunteer {
    pub state: VolunteerState,
    /// Of the reader.
    pub birth_day: i64,
    pub guardian: bool,
    /// When, and by whom.
    pub reviewed: (i64, i64),
    pub at: i64,
}
