//! 注销账号: which are due, and what belongs to a reader who leaves.

use crate::Slice;
use crate::fault::Done;
use crate::messages::About;
use crate::read::{Query, Reads, Row, digest, each, query};
use crate::verify::Invariant;
use domain::core::digest::Digest;
use domain::tables::{
    ActivityId, CardId, Closing, DonationId, FeedbackId, MemberId, Millis, PartyId, ReaderId, TransferId,
};

const PART_ROWS: i64 = 100;

/// Readers whose days are over, or to whom a way in has come up while they were leaving.
pub async fn due(reads: &Reads, at: Millis) -> Done<Vec<ReaderId>> {
    const TEXT: &str = "select c.reader from closing c where c.due <= $1 and (c.closed_at = 0 \
        or exists (select 1 from wechat_user w where w.reader = c.reader) \
        or exists (select 1 from feedback t where t.reader = c.reader)) order by c.due limit $2";
    let rows = reads.all(query(TEXT, [at.into(), PART_ROWS.into()])).await?;
    each(rows, Row::cell)
}

/// What a reader has asked for.
pub async fn of(reads: &Reads, reader: ReaderId) -> Done<Option<Closing>> {
    const TEXT: &str = "select reader, due, closed_at, at from closing where reader = $1";
    let row = reads.one(query(TEXT, [reader.0.into()])).await?;
    Ok(row.map(|mut row| row.row()).transpose()?.flatten())
}

/// What is let go, by the reader's own commands, before an account is closed.
#[derive(Debug, Default)]
pub struct Belongings {
    /// Each participant's place: the activity, and the member who has it.
    pub places: Vec<(ActivityId, Option<MemberId>)>,
    pub members: Vec<MemberId>,
    /// Who serves as a volunteer.
    pub volunteers: Vec<Option<MemberId>>,
    pub transfers: Vec<TransferId>,
    pub donations: Vec<DonationId>,
    pub cards: Vec<CardId>,
}

pub async fn belongings(reads: &Reads, reader: ReaderId, at: Millis) -> Done<Belongings> {
    const PLACES: &str = "select p.activity, p.member from participant p join activity a on a.id = p.activity \
        where p.reader = $1 and p.state in (ParticipantState::Enrolled, ParticipantState::Waiting) and a.ends > $2";
    const MEMBERS: &str = "select id from member where reader = $1 and state = MemberState::Active";
    const VOLUNTEERS: &str = "select member from volunteer where reader = $1 \
        and state in (VolunteerState::Approved, VolunteerState::Paused)";
    const TRANSFERS: &str = "select id from transfer where reader = $1 \
        and state in (TransferState::Held, TransferState::AtDesk)";
    const DONATIONS: &str = "select id from donation where reader = $1 and state = DonationState::Offered";
    const CARDS: &str = "select card from binding where reader = $1";
    let of = |text: &'static str| query(text, [reader.0.into()]);
    let places = query(PLACES, [reader.0.into(), at.into()]);
    let queries: [Query; 6] = [places, of(MEMBERS), of(VOLUNTEERS), of(TRANSFERS), of(DONATIONS), of(CARDS)];
    let [places, members, volunteers, transfers, donations, cards] = reads.read(queries).await?;
    Ok(Belongings {
        places: each(places, |row| Ok((row.cell()?, row.cell()?)))?,
        members: each(members, Row::cell)?,
        volunteers: each(volunteers, Row::cell)?,
        transfers: each(transfers, Row::cell)?,
        donations: each(donations, Row::cell)?,
        cards: each(cards, Row::cell)?,
    })
}

/// What leads to a reader, and what they have written.
#[derive(Debug, Default)]
pub struct Traces {
    pub wechat: Vec<Digest>,
    pub sessions: Vec<Digest>,
    pub feedback: Vec<FeedbackId>,
    pub parties: Vec<PartyId>,
}

pub async fn traces(reads: &Reads, reader: ReaderId) -> Done<Traces> {
    const WECHAT: &str = "select high, low from wechat_user where reader = $1";
    const SESSIONS: &str = "select high, low from session where kind = SessionKind::Reader and who = $1";
    const FEEDBACK: &str = "select id from feedback where reader = $1";
    const PARTIES: &str = "select p.id from party p join party_answers a on a.party = p.id where p.reader = $1";
    let queries = [WECHAT, SESSIONS, FEEDBACK, PARTIES].map(|text| query(text, [reader.0.into()]));
    let [wechat, sessions, feedback, parties] = reads.read(queries).await?;
    Ok(Traces {
        wechat: each(wechat, digest)?,
        sessions: each(sessions, digest)?,
        feedback: each(feedback, Row::cell)?,
        parties: each(parties, Row::cell)?,
    })
}

const ABOUT: About = About { joins: "", title: "", words: &[], member: "" };

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "a closed account is nobody's way in, and has nothing",
        violations: "select c.reader from closing c join reader r on r.id = c.reader where c.closed_at <> 0 \
            and (r.state <> ReaderState::Closed or r.card <> 0 \
            or exists (select 1 from binding b where b.reader = c.reader) \
            or exists (select 1 from wechat_user w where w.reader = c.reader) \
            or exists (select 1 from phone_user p where p.reader = c.reader) \
            or exists (select 1 from member m where m.reader = c.reader and m.state = MemberState::Active))",
    },
    Invariant {
        name: "nothing personal is kept of a closed account",
        violations: "select c.reader from closing c left join reader_face f on f.reader = c.reader \
            left join volunteer_face v on v.reader = c.reader and v.member = 0 where c.closed_at <> 0 \
            and (length(f.openid) > 0 or length(v.face) > 0 \
            or exists (select 1 from reading n where n.reader = c.reader) \
            or exists (select 1 from feedback t where t.reader = c.reader) \
            or exists (select 1 from stock_alert t where t.reader = c.reader) \
            or exists (select 1 from appeal t where t.reader = c.reader) \
            or exists (select 1 from party p join party_answers t on t.party = p.id where p.reader = c.reader) \
            or exists (select 1 from volunteer t where t.reader = c.reader and t.state <> VolunteerState::Left) \
            or exists (select 1 from phone_wish_text t where t.reader = c.reader) \
            or exists (select 1 from reader_phone t where t.reader = c.reader))",
    },
];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: Some(ABOUT), posting: None };
