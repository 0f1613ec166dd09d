//! What the accounts of staff can answer and refuse.

use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::{Millis, StaffId};

replies! {
    Reply {
        StaffAdded { staff: StaffId } = 16,
        ExportNoted { rows: i64 } = 37,
    }
}

refusals! {
    Refusal {
        OtherBranch,
        NoSuchStaff,
        StaffDisabled,
        NameTaken,
        LockedOut { until: Millis },
    }
}
