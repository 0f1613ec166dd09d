//! Why nothing is sent again.

use domain::outbox::Refusal;

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::NotWaiting => "这条消息不在等待发送。".into(),
    }
}
