//! What each command about members, activities, check-in and volunteers may be refused for: all of it must be heard.

use domain::core::refusal::Refused;
use domain::slices::Command;
use std::collections::BTreeMap;

const REASONS: &[(&str, &[&str])] = &[
    ("EditVolunteer", &["AccountClosed NoSuchMember NoSuchVolunteer NotServing SignedOut"]),
    ("LeaveVolunteers", &["AccountClosed NoSuchMember NoSuchVolunteer NotServing ServiceAhead SignedOut"]),
    ("PauseVolunteer", &["AccountClosed NoSuchMember NoSuchVolunteer NotServing SignedOut"]),
    (
        "SuspendVolunteer",
        &["NoPermission NoSuchStaff NoSuchVolunteer NotServing ReasonMissing StaffDisabled TextTooLong"],
    ),
    (
        "AcceptInvitation",
        &[
            "AccountClosed BirthDayWrong ConsentMissing InvitationExpired InvitationUsed NoSuchInvitation",
            "OwnInvitation SignedOut TooManyMembers",
        ],
    ),
    ("InviteGuardian", &["AccountClosed SignedOut TooManyInvitations"]),
    ("Announce", &["NoPermission NoSuchActivity NoSuchStaff OtherBranch StaffDisabled TextTooLong WordsMissing"]),
    ("AppealNoShow", &["AccountClosed AlreadyAppealed NotANoShow NotEnrolled SignedOut TooLateToAppeal"]),
    ("ApplyAsVolunteer", &["AccountClosed AlreadyApplied BirthDayWrong ConsentMissing NoSuchMember SignedOut"]),
    (
        "Attend",
        &[
            "AccountClosed ActivityCancelled AgeOutOfRange AlreadyConfirmed AlreadySignedIn CardEnded CardFrozen",
            "NoSuchActivity NoSuchMember NobodyChosen NotEnrolled NotInTime NotYourCard",
            "Overlaps ScanExpired SeriesTaken SignUpPaused SignedOut StillWaiting TooFewPlaces",
        ],
    ),
    (
        "CancelActivity",
        &[
            "ActivityCancelled ActivityNotOpen AlreadyConfirmed NoPermission NoSuchActivity NoSuchStaff OtherBranch",
            "ReasonMissing StaffDisabled TextTooLong",
        ],
    ),
    (
        "ConfirmAttendance",
        &[
            "ActivityCancelled ActivityNotOpen AlreadyConfirmed NoPermission NoSuchActivity NoSuchStaff",
            "NotEndedYet OtherBranch StaffDisabled",
        ],
    ),
    (
        "CorrectMinutes",
        &[
            "MinutesWrong NoPermission NoSuchActivity NoSuchStaff NotEnrolled NotSignedIn OtherBranch",
            "ReasonMissing StaffDisabled TextTooLong TooFewPoints",
        ],
    ),
    (
        "DeclineAppeal",
        &[
            "NoAppeal NoPermission NoSuchActivity NoSuchStaff NotEnrolled OtherBranch ReasonMissing StaffDisabled",
            "TextTooLong",
        ],
    ),
    ("Deliver", &["NoPermission NoSuchReader NothingToDo"]),
    (
        "ExcuseNoShow",
        &[
            "NoPermission NoSuchActivity NoSuchStaff NotANoShow NotEnrolled OtherBranch ReasonMissing",
            "StaffDisabled TextTooLong",
        ],
    ),
    ("RenewJob", &["JobNotYours NoPermission"]),
    ("PromoteWaiting", &["NoPermission NoSuchActivity NothingToDo"]),
    ("FreeParticipants", &["NoPermission NoSuchActivity NothingToDo"]),
    (
        "Leave",
        &[
            "AccountClosed ActivityCancelled AlreadyConfirmed AlreadySignedOut NoSuchActivity NobodyChosen NotEnrolled",
            "NotInTime NotSignedIn ScanExpired SignedOut",
        ],
    ),
    ("MakeUpDay", &["AccountClosed CardEnded NotYourCard NothingToMakeUp SignedOut TooManyMakeUps"]),
    ("MarkNoShow", &["NoPermission NoSuchActivity NotEnrolled NothingToDo"]),
    ("NoteReading", &["AccountClosed MinutesWrong SignedOut"]),
    (
        "PublishActivity",
        &[
            "ActivityCancelled ActivityNotOpen AlreadyPublished NoPermission NoSuchActivity NoSuchStaff",
            "OtherBranch StaffDisabled",
        ],
    ),
    ("RemoveMember", &["AccountClosed MemberIsEnrolled NoSuchMember SignedOut"]),
    (
        "RemoveParticipant",
        &["NoPermission NoSuchActivity NoSuchStaff NotEnrolled OtherBranch ReasonMissing StaffDisabled", "TextTooLong"],
    ),
    (
        "ReviewVolunteer",
        &["NoPermission NoSuchStaff NoSuchVolunteer NotUnderReview ReasonMissing StaffDisabled TextTooLong"],
    ),
    (
        "SaveActivity",
        &[
            "ActivityCancelled AgesWrong AlreadyConfirmed CapacityTooLow NoPermission NoSuchActivity NoSuchStaff",
            "NotPositive OtherBranch RulesPromised SeriesHasOthers SeriesOver StaffDisabled TextTooLong TimesWrong",
            "TitleMissing",
        ],
    ),
    ("SaveMember", &["AccountClosed BirthDayWrong ConsentMissing NoSuchMember NotYourCard SignedOut TooManyMembers"]),
    (
        "SignUp",
        &[
            "AccountClosed ActivityCancelled AgeOutOfRange AlreadyEnrolled CardEnded CardFrozen NoSuchActivity NoSuchMember",
            "NobodyChosen NotApproved NotYourCard Overlaps PartyTooLarge SeriesTaken SignUpClosed SignUpNotOpen",
            "SignUpPaused SignedOut TooFewPlaces",
        ],
    ),
    ("StampDay", &["AccountClosed AlreadyCheckedIn CardEnded NotYourCard SignedOut"]),
    (
        "Tick",
        &[
            "ActivityCancelled AlreadyConfirmed AlreadySignedIn NoPermission NoSuchActivity NoSuchStaff",
            "NotEnrolled NotInTime NotSignedIn OtherBranch StaffDisabled TooFewPlaces TooFewPoints",
        ],
    ),
    (
        "Withdraw",
        &["AccountClosed ActivityCancelled NoSuchActivity NobodyChosen NotEnrolled SignedOut TooLateToWithdraw"],
    ),
];

/// Which command was refused for what, one of each kind.
#[derive(Default)]
pub struct Heard(BTreeMap<&'static str, Vec<Refused>>);

impl Heard {
    pub fn note(&mut self, command: &Command, why: &Refused) {
        self.insert(command.name(), why);
    }

    fn insert(&mut self, name: &'static str, why: &Refused) {
        let known = self.0.entry(name).or_default();
        if known.iter().all(|known| known.name() != why.name()) {
            known.push(*why);
        }
    }

    pub fn add(&mut self, other: &Heard) {
        other.0.iter().for_each(|(name, whys)| whys.iter().for_each(|why| self.insert(name, why)));
    }

    fn heard(&self, command: &str) -> Vec<&'static str> {
        self.0.get(command).into_iter().flatten().map(Refused::name).collect()
    }

    /// A line for each command: what it was refused for.
    pub fn report(&self) -> String {
        let line = |(name, whys): (&&str, &Vec<Refused>)| {
            let mut whys: Vec<&str> = whys.iter().map(Refused::name).collect();
            whys.sort_unstable();
            format!("{name}: {}\n", whys.join(", "))
        };
        self.0.iter().map(line).collect()
    }

    /// What no run has heard.
    pub fn gaps(&self) -> Vec<String> {
        let of = |(command, lines): &(&str, &[&str])| {
            let heard = self.heard(command);
            let expected = lines.iter().flat_map(|line| line.split(' '));
            let unheard = expected.filter(|why| !heard.iter().any(|heard| heard == why));
            unheard.map(|why| format!("{command}: {why}")).collect::<Vec<_>>()
        };
        REASONS.iter().flat_map(of).collect()
    }
}
