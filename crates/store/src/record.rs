//! Records as SQL: one text for both engines; arguments in the statement's order.

use domain::core::record::{Picture, Record};
use domain::core::row::Cell;

/// A value that both engines take.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    Null,
}

impl Value {
    pub fn cell(cell: impl Cell) -> Self {
        Value::Int(cell.into_cell())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        text(value)
    }
}
impl From<&String> for Value {
    fn from(value: &String) -> Self {
        text(value)
    }
}
impl From<&Vec<u8>> for Value {
    fn from(value: &Vec<u8>) -> Self {
        Value::Bytes(value.clone())
    }
}

/// PostgreSQL's texts hold no NUL, so nobody's do.
fn text(value: &str) -> Value {
    Value::Text(value.replace('\0', ""))
}

const CARD_FACE: &str = "insert into card_face (card, masked_name, tail, barcode, phone) values ($1, $2, $3, $4, $5) \
    on conflict (card) do update set masked_name = excluded.masked_name, tail = excluded.tail, \
    barcode = excluded.barcode, phone = excluded.phone";
const READER_FACE: &str = "insert into reader_face (reader, openid) values ($1, $2) \
    on conflict (reader) do update set openid = excluded.openid";
const PRIZE_TEXT: &str = "insert into prize_text (prize, title, description, picture) values ($1, $2, $3, $4) \
    on conflict (prize) do update set title = excluded.title, description = excluded.description, \
    picture = excluded.picture";
const PLACE_TEXT: &str = "insert into place_text (place, name, address) values ($1, $2, $3) \
    on conflict (place) do update set name = excluded.name, address = excluded.address";
const PATRON: &str = "insert into patron (high, low, sealed) values ($1, $2, $3) \
    on conflict (high, low) do update set sealed = excluded.sealed";
const TOKEN: &str = "insert into token (token, sealed, until) values ($1, $2, $3) \
    on conflict (token) do update set sealed = excluded.sealed, until = excluded.until";
const STAFF_FACE: &str = "insert into staff_face (staff, name, password_hash) values ($1, $2, $3) \
    on conflict (staff) do update set name = excluded.name, password_hash = excluded.password_hash";
const PICTURE: &str = "insert into picture (high, low, bytes) values ($1, $2, $3) \
    on conflict (high, low) do update set bytes = excluded.bytes";
const PAYLOAD: &str = "insert into payload (outbox, sealed) values ($1, $2)";
// A payload that is lost is as good as wiped: it must not fail the batch that says so.
const PAYLOAD_WIPED: &str = "insert into payload (outbox, sealed) values ($1, null) \
    on conflict (outbox) do update set sealed = null";
const AUDIT: &str = "insert into audit (id, staff, action, about, note, at) values ($1, $2, $3, $4, $5, $6)";

const MEMBER_FACE: &str = "insert into member_face (member, face) values ($1, $2) \
    on conflict (member) do update set face = excluded.face";
const MEMBER_FACE_WIPED: &str = "insert into member_face (member, face) values ($1, null) \
    on conflict (member) do update set face = null";
const ACTIVITY_TEXT: &str = "insert into activity_text \
    (activity, title, description, category, place, audience, picture, questions) \
    values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (activity) do update set title = excluded.title, \
    description = excluded.description, category = excluded.category, place = excluded.place, \
    audience = excluded.audience, picture = excluded.picture, questions = excluded.questions";
const CANCEL_REASON: &str = "insert into cancel_reason (activity, reason) values ($1, $2) \
    on conflict (activity) do update set reason = excluded.reason";
const ANSWERS: &str = "insert into party_answers (party, answers) values ($1, $2)";
const APPEAL: &str = "insert into appeal (activity, reader, member, text) values ($1, $2, $3, $4) \
    on conflict (activity, reader, member) do update set text = excluded.text";
const APPEAL_ANSWER: &str = "update appeal set answer = $4 where activity = $1 and reader = $2 and member = $3";
const MESSAGE_TEXT: &str = "insert into message_text (message, text) values ($1, $2)";
const ANNOUNCEMENT_TEXT: &str = "insert into announcement_text (announcement, text) values ($1, $2)";
const READING: &str = "insert into reading (reader, day, minutes, book) values ($1, $2, $3, $4) \
    on conflict (reader, day) do update set minutes = excluded.minutes, book = excluded.book";
const VOLUNTEER_FACE: &str = "insert into volunteer_face (reader, member, face) values ($1, $2, $3) \
    on conflict (reader, member) do update set face = excluded.face";
const VOLUNTEER_REVIEW: &str = "insert into volunteer_review (reader, member, reason) values ($1, $2, $3) \
    on conflict (reader, member) do update set reason = excluded.reason";

/// The statement and its arguments; it must change exactly one row.
pub fn statement(record: &Record) -> (&'static str, Vec<Value>) {
    match record {
        Record::Picture(Picture { hash, bytes }) => (PICTURE, vec![hash.high.into(), hash.low.into(), bytes.into()]),
        Record::CardFace { card, face } => (
            CARD_FACE,
            vec![
                card.0.into(),
                (&face.masked_name).into(),
                (&face.tail).into(),
                (&face.barcode.0).into(),
                (&face.phone.0).into(),
            ],
        ),
        Record::ReaderFace { reader, openid } => (READER_FACE, vec![reader.0.into(), (&openid.0).into()]),
        Record::PrizeText { prize, text } => {
            (PRIZE_TEXT, vec![prize.0.into(), (&text.title).into(), (&text.description).into(), (&text.picture).into()])
        }
        Record::PlaceText { place, text } => {
            (PLACE_TEXT, vec![place.0.into(), (&text.name).into(), (&text.address).into()])
        }
        Record::Patron { barcode, sealed } => {
            (PATRON, vec![barcode.high.into(), barcode.low.into(), (&sealed.0).into()])
        }
        Record::Token { token, sealed, until } => {
            (TOKEN, vec![Value::cell(*token), (&sealed.0).into(), (*until).into()])
        }
        Record::StaffFace { staff, name, password_hash } => {
            (STAFF_FACE, vec![staff.0.into(), name.into(), password_hash.into()])
        }
        Record::Payload { outbox, sealed } => (PAYLOAD, vec![outbox.0.into(), (&sealed.0).into()]),
        Record::PayloadWiped { outbox } => (PAYLOAD_WIPED, vec![outbox.0.into()]),
        Record::MemberFace { member, face } => (MEMBER_FACE, vec![member.0.into(), (&face.0).into()]),
        Record::MemberFaceWiped { member } => (MEMBER_FACE_WIPED, vec![member.0.into()]),
        Record::ActivityText { activity, text } => {
            let words = [
                &text.title,
                &text.description,
                &text.category,
                &text.place,
                &text.audience,
                &text.picture,
                &text.questions,
            ];
            let words = words.into_iter().map(Value::from);
            (ACTIVITY_TEXT, [activity.0.into()].into_iter().chain(words).collect())
        }
        Record::CancelReason { activity, reason } => (CANCEL_REASON, vec![activity.0.into(), reason.into()]),
        Record::Answers { party, answers } => (ANSWERS, vec![party.0.into(), (&answers.0).into()]),
        Record::Appeal { activity, reader, member, text } => {
            (APPEAL, vec![activity.0.into(), reader.0.into(), Value::cell(*member), (&text.0).into()])
        }
        Record::AppealAnswer { activity, reader, member, answer } => {
            (APPEAL_ANSWER, vec![activity.0.into(), reader.0.into(), Value::cell(*member), answer.into()])
        }
        Record::MessageText { message, text } => (MESSAGE_TEXT, vec![message.0.into(), text.into()]),
        Record::AnnouncementText { announcement, text } => {
            (ANNOUNCEMENT_TEXT, vec![announcement.0.into(), text.into()])
        }
        Record::Reading { reader, day, minutes, book } => {
            (READING, vec![reader.0.into(), (*day).into(), (*minutes).into(), (&book.0).into()])
        }
        Record::VolunteerFace { reader, member, face } => {
            (VOLUNTEER_FACE, vec![reader.0.into(), member.into_cell().into(), (&face.0).into()])
        }
        Record::VolunteerFaceWiped { reader, member } => {
            (VOLUNTEER_FACE, vec![reader.0.into(), member.0.into(), Value::Bytes(vec![])])
        }
        Record::VolunteerReview { reader, member, reason } => {
            (VOLUNTEER_REVIEW, vec![reader.0.into(), member.into_cell().into(), reason.into()])
        }
        Record::Audit { id, staff, action, about, note, at } => (
            AUDIT,
            vec![(*id).into(), staff.into_cell().into(), (*action).into(), (*about).into(), note.into(), (*at).into()],
        ),
    }
}

/// Whether pages that cache content must read it again. Stock is never cached.
pub fn touches_content(records: &[Record]) -> bool {
    records.iter().any(|record| matches!(record, Record::PrizeText { .. } | Record::PlaceText { .. }))
}
