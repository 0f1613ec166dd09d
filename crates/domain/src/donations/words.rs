//! What donations can answer, refuse, tell and post, and the prose that they keep.

use crate::core::record::texts;
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::core::row::kinds;
use crate::messages::HasTopic;
use crate::tables::{DonationId, MessageNumber, Millis, Points, PostingNumber, Topic};

replies! {
    Reply {
        DonationOffered { donation: DonationId, secret: i64 } = 80,
        DonationCancelled { donation: DonationId } = 81,
        DonationReceived { donation: DonationId, copies: i64 } = 82,
        DonationReviewed { donation: DonationId, points: Points } = 83,
        DonationLapsed { donation: DonationId } = 84,
        DonationShelved { donation: DonationId } = 85,
        CopiesNoted { donation: DonationId } = 89,
    }
}

refusals! {
    Refusal {
        /// Not there, another's, or another code: whoever guesses learns nothing.
        NoSuchDonation,
        NoBooks,
        TooManyBooks { most: i64 },
        /// Of one title.
        CopiesWrong { most: i64 },
        IsbnWrong,
        /// The same book in two lines.
        TitleTwice,
        TooManyDonations { most: i64 },
        /// The desk has the books already.
        AlreadyReceived,
        DonationCancelled,
        DonationLapsed { last_day: i64 },
        NothingReceived,
        /// As many counts or verdicts as there are books, none of them beyond what is there.
        CountsWrong,
        NotUnderReview,
        NotLapsed,
        NotAccepted,
        AlreadyShelved,
    }
}

kinds! {
    MessageKind as MessageNumber {
        DonationOffered = 36,
        DonationCancelled = 37,
        /// The detail says how many copies the desk has counted.
        DonationReceived = 38,
        /// The detail says how many points it has earned; 0: the caps left none.
        DonationAccepted = 39,
        DonationDeclined = 40,
        DonationLapsed = 41,
        DonationShelved = 42,
    }
}

impl HasTopic for MessageKind {
    const TOPIC: Topic = Topic::Donations;
}

kinds! {
    PostingKind as PostingNumber { DonationAccepted = 10 }
}

texts! {
    /// Copies of a title in the catalogue when that was asked first, and when it was asked last.
    CopiesRecord(donation: DonationId, number: i64) { copies: i64, at: Millis } in "donated_copies" newest;
    /// A book on a slip, as the reader or the desk described it.
    DonatedBookText(donation: DonationId, number: i64) { title: String, author: String, publisher: String,
        year: String } in "donated_book_text" once;
    /// Why copies of it were declined.
    DonatedBookNote(donation: DonationId, number: i64) { reason: String } in "donated_book_note" once;
}
