//! What 我的消息 can answer and refuse.

use crate::core::refusal::refusals;
use crate::core::reply::replies;

replies! {
    Reply {
        MarkedRead { were_unread: i64 } = 15,
        NoticesChosen { wanted: bool } = 29,
        NoticeAllowed { consents: i64 } = 30,
    }
}

refusals! {
    Refusal { NoSuchMessage }
}
