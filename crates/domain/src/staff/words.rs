//! What the accounts of staff can answer and refuse.

use crate::core::record::texts;
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::{Millis, RoleNumber, StaffId};

replies! {
    Reply {
        StaffAdded { staff: StaffId } = 16,
        ExportNoted { rows: i64 } = 37,
        RoleSaved { role: RoleNumber } = 65,
        StaffChanged { staff: StaffId } = 71,
        ReaderLinked { staff: StaffId } = 103,
    }
}

refusals! {
    Refusal {
        OtherBranch,
        NoSuchStaff,
        StaffDisabled,
        NameTaken,
        NoSuchRole,
        /// Nobody gives what they have not.
        MoreThanYourOwn,
        /// Nobody shuts themselves out.
        Yourself,
        LockedOut { until: Millis },
    }
}

texts! {
    StaffFace(staff: StaffId) { name: String, password_hash: String } in "staff_face" newest;
    RoleName(role: RoleNumber) { name: String } in "role_name" newest;
    /// staff None: whoever runs the program on the server.
    Audit(id: i64) { staff: Option<StaffId>, action: String, about: i64, note: String, at: i64 } in "audit" once;
}
