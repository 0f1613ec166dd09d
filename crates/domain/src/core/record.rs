//! Records: prose, payloads and audit rows. Committed with their cause, never read by a decision.

use crate::core::digest::Digest;
use crate::tables::{
    ActivityId, AnnouncementId, CardId, MemberId, MessageId, Millis, OutboxId, PartyId, PlaceId, PrizeId, ReaderId,
    StaffId, Token,
};

/// What web made of a personal number or text: the domain never sees it clear.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Sealed(pub Vec<u8>);

/// How a card is shown: 王*萌（尾号1234）.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CardFace {
    pub masked_name: String,
    pub tail: String,
    pub barcode: Sealed,
    pub phone: Sealed,
}

#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PrizeText {
    pub title: String,
    pub description: String,
    /// Names of drawings and stored pictures, in order, separated by blanks.
    pub picture: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PlaceText {
    pub name: String,
    pub address: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ActivityText {
    pub title: String,
    /// HTML that was made safe.
    pub description: String,
    pub category: String,
    pub place: String,
    /// For whom, in words.
    pub audience: String,
    /// Names of drawings and stored pictures, in order, separated by blanks.
    pub picture: String,
    /// One a line: what a party is asked.
    pub questions: String,
}

/// A picture by its content's hash: the same picture is there once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub hash: Digest,
    pub bytes: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    Picture(Picture),
    CardFace {
        card: CardId,
        face: CardFace,
    },
    ReaderFace {
        reader: ReaderId,
        openid: Sealed,
    },
    PlaceText {
        place: PlaceId,
        text: PlaceText,
    },
    /// Name and relation of a member.
    MemberFace {
        member: MemberId,
        face: Sealed,
    },
    MemberFaceWiped {
        member: MemberId,
    },
    ActivityText {
        activity: ActivityId,
        text: ActivityText,
    },
    /// Why the library cancelled an activity.
    CancelReason {
        activity: ActivityId,
        reason: String,
    },
    /// What a party answered to the activity's questions.
    Answers {
        party: PartyId,
        answers: Sealed,
    },
    Appeal {
        activity: ActivityId,
        reader: ReaderId,
        member: Option<MemberId>,
        text: Sealed,
    },
    /// Why the no-show stands.
    AppealAnswer {
        activity: ActivityId,
        reader: ReaderId,
        member: Option<MemberId>,
        answer: String,
    },
    /// What staff wrote to one reader.
    MessageText {
        message: MessageId,
        text: String,
    },
    AnnouncementText {
        announcement: AnnouncementId,
        text: String,
    },
    /// 阅读足迹: one a reader and day.
    Reading {
        reader: ReaderId,
        day: i64,
        minutes: i64,
        book: Sealed,
    },
    VolunteerFace {
        reader: ReaderId,
        member: Option<MemberId>,
        face: Sealed,
    },
    /// Of a member who was removed.
    VolunteerFaceWiped {
        reader: ReaderId,
        member: MemberId,
    },
    VolunteerReview {
        reader: ReaderId,
        member: Option<MemberId>,
        reason: String,
    },
    /// A row of the embedded register of patrons.
    Patron {
        barcode: Digest,
        sealed: Sealed,
    },
    /// What WeChat gave the account, until when it is good.
    Token {
        token: Token,
        sealed: Sealed,
        until: Millis,
    },
    PrizeText {
        prize: PrizeId,
        text: PrizeText,
    },
    StaffFace {
        staff: StaffId,
        name: String,
        password_hash: String,
    },
    /// What an outbox row sends.
    Payload {
        outbox: OutboxId,
        sealed: Sealed,
    },
    PayloadWiped {
        outbox: OutboxId,
    },
    Audit {
        id: i64,
        /// None: whoever runs the program on the server.
        staff: Option<StaffId>,
        action: &'static str,
        about: i64,
        note: String,
        at: i64,
    },
}
