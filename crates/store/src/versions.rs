//! A version of what staff write: every slice that keeps versions shows them so.

use domain::tables::Millis;

#[derive(Clone, Debug)]
pub struct VersionView {
    pub version: i64,
    /// Whose name stands on the account that wrote it; empty: the settings' file.
    pub by: String,
    pub at: Millis,
    pub text: String,
}
