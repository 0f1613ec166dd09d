//! Why a reader is not let through.

use crate::core::refusal::refusals;

refusals! {
    /// Who asks is nobody who may.
    Refusal {
        SignedOut,
        /// WeChat knows this person, the platform does not yet: 微信授权登录 comes first.
        NotRegistered,
        AccountClosed,
        NoSuchReader,
    }
}
