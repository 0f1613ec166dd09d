//! What being a volunteer can answer, refuse and tell.

use crate::core::record::texts;
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::messages::HasTopic;
use crate::tables::{MemberId, MessageNumber, ReaderId, Topic};

replies! {
    Reply {
        /// member None: the reader.
        VolunteerApplied { member: Option<MemberId> } = 60,
        VolunteerReviewed { reader: ReaderId, approved: bool } = 61,
        VolunteerChanged { member: Option<MemberId> } = 70,
    }
}

refusals! {
    Refusal {
        AlreadyApplied,
        NoSuchVolunteer,
        NotUnderReview,
        /// Not in a state in which that is possible.
        NotServing,
        ServiceAhead,
    }
}

kinds! {
    /// about: the member, or 0 for the reader.
    MessageKind as MessageNumber { VolunteerApproved = 24, VolunteerDeclined = 25, VolunteerSuspended = 28, VolunteerRestored = 29 }
}

impl HasTopic for MessageKind {
    const TOPIC: Topic = Topic::Volunteers;
}

texts! {
    VolunteerReview(reader: ReaderId, member: Option<MemberId>) { reason: String } in "volunteer_review" newest;
}
