//! What keeping members can answer and refuse.

use crate::core::record::{Sealed, texts};
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::{InvitationId, MemberId, ReaderId};

replies! {
    Reply {
        MemberSaved { member: MemberId } = 38,
        MemberRemoved { member: MemberId } = 39,
        GuardianInvited { invitation: InvitationId } = 69,
    }
}

refusals! {
    Refusal {
        NoSuchMember,
        TooManyMembers { most: i64 },
        BirthDayWrong,
        /// Nothing is stored of a child under 14 without a guardian's consent.
        ConsentMissing,
        /// Who has a place or waits for one stays a member.
        MemberIsEnrolled,
        TooManyInvitations { most: i64 },
        NoSuchInvitation,
        /// It is for the guardian, not for who sent it.
        OwnInvitation,
        InvitationUsed,
        InvitationExpired,
    }
}

texts! {
    /// Name and relation; None: wiped.
    MemberFace(member: MemberId) { face: Option<Sealed> } in "member_face" newest;
    /// Of a member who is or was a volunteer; empty: wiped.
    VolunteerFace(reader: ReaderId, member: Option<MemberId>) { face: Sealed } in "volunteer_face" newest;
}
