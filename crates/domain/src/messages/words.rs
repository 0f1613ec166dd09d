//! What 我的消息 can answer and refuse.

use crate::core::record::texts;
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::{MessageId, ReaderId};

replies! {
    Reply {
        MarkedRead { were_unread: i64 } = 15,
        NoticesChosen { wanted: bool } = 29,
        NoticeAllowed { consents: i64 } = 30,
        TopicChosen { topic: i64, wanted: bool } = 87,
        FollowingNoted { reader: ReaderId } = 88,
    }
}

refusals! {
    Refusal { NoSuchMessage }
}

texts! {
    /// What staff wrote to one reader.
    MessageText(message: MessageId) { text: String } in "message_text" once;
}
