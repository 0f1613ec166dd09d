//! What feedback can answer, refuse and tell, and the records of it.

use crate::core::record::{Sealed, texts};
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::messages::HasTopic;
use crate::tables::{FeedbackId, MessageNumber, Millis, Topic};

replies! {
    Reply {
        FeedbackSent { feedback: FeedbackId } = 93,
        FeedbackReplied { feedback: FeedbackId } = 94,
        FeedbackAnswered { feedback: FeedbackId } = 95,
    }
}

refusals! {
    Refusal {
        /// Not there, or another's.
        NoSuchFeedback,
        TooManyPictures { most: i64 },
        /// In a day.
        TooManyPosts { most: i64 },
        ThreadTooLong,
        NothingSaid,
        AlreadyClosed,
    }
}

kinds! {
    MessageKind as MessageNumber { FeedbackAnswered = 43 }
}

impl HasTopic for MessageKind {
    const TOPIC: Topic = Topic::Feedback;
}

texts! {
    /// One post of a thread; `by_staff` 0: the reader's. `pictures`: how many came with it, kept or not.
    FeedbackPost(feedback: FeedbackId, number: i64) { by_staff: i64, at: Millis, words: Sealed, pictures: i64 }
        in "feedback_post" once;
    /// What came with a post, in the order of `place`.
    FeedbackPicture(feedback: FeedbackId, number: i64, place: i64) { jpeg: Sealed } in "feedback_picture" once;
    /// All pictures of a thread go.
    FeedbackPicturesGone(feedback: FeedbackId) {} in "feedback_picture" gone;
}
