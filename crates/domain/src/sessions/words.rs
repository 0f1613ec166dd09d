//! What signing in can answer.

use crate::core::record::{Sealed, texts};
use crate::core::reply::replies;
use crate::tables::{ReaderId, StaffId};

replies! {
    Reply {
        CodeRequested = 1,
        WrongCode { tries_left: i64 } = 3 not remembered,
        Entered { reader: ReaderId } = 10,
        StaffSignedIn { staff: StaffId } = 11,
        /// tries_left: before the lock-out.
        WrongPassword { tries_left: i64 } = 12 not remembered,
        SignedOut = 13,
        Touched = 14,
        PrivacyAgreed { version: i64 } = 114,
    }
}

texts! {
    ReaderFace(reader: ReaderId) { openid: Sealed } in "reader_face" newest;
}
