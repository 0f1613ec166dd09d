//! Outside parties slow, down, lying: pages say so in time, nothing is half done, what waits is done once.

mod books;
mod library_system;
mod sms;
mod wechat;

use crate::support::Page;
use std::time::Duration;

/// Longer than anybody waits.
const WITHOUT_END_MS: u64 = 60_000;
/// The limits of the tests' settings, with room for a busy machine.
const BUDGET: Duration = Duration::from_millis(3_000);

/// The answer, if it comes in time.
async fn in_time(answer: impl Future<Output = Page>) -> Page {
    tokio::time::timeout(BUDGET, answer).await.expect("the page waits for the party")
}
