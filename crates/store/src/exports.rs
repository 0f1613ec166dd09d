//! 导出我的数据: what is asked for, what is over, the file; and what a reader's file is made of.

use crate::Slice;
use crate::cards::OF_READER;
use crate::fault::Done;
use crate::messages::About;
use crate::read::{Query, Reads, Row, each, query};
use crate::verify::Invariant;
use domain::tables::{Export, Millis, ReaderId};
use std::sync::LazyLock;

const PART_ROWS: i64 = 20;

/// Those that wait to be put together, and those that nobody may open any more.
pub async fn to_do(reads: &Reads, at: Millis) -> Done<(Vec<ReaderId>, Vec<ReaderId>)> {
    const WAITING: &str = "select reader from export where until = 0 order by at limit $1";
    const OVER: &str = "select reader from export where until <> 0 and until <= $1 limit $2";
    let queries = [query(WAITING, [PART_ROWS.into()]), query(OVER, [at.into(), PART_ROWS.into()])];
    let [waiting, over] = reads.read(queries).await?;
    Ok((each(waiting, Row::cell)?, each(over, Row::cell)?))
}

pub async fn of(reads: &Reads, reader: ReaderId) -> Done<Option<Export>> {
    let row = reads.one(query("select reader, until, at from export where reader = $1", [reader.0.into()])).await?;
    Ok(row.map(|mut row| row.row()).transpose()?.flatten())
}

/// The sealed file, while it may be opened.
pub async fn file(reads: &Reads, reader: ReaderId, at: Millis) -> Done<Option<Vec<u8>>> {
    const TEXT: &str = "select f.body from export_file f join export e on e.reader = f.reader \
        where f.reader = $1 and e.until > $2";
    let row = reads.one(query(TEXT, [reader.0.into(), at.into()])).await?;
    row.map(|mut row| row.bytes()).transpose()
}

/// All that is asked of the database for one file, in this order.
pub fn parts(reader: ReaderId) -> [Query; 13] {
    const READER: &str = "select at, notices from reader where id = $1";
    const CARDS: &str = "select f.masked_name, f.tail, f.barcode, c.balance from binding b join card c on c.id = b.card \
        join card_face f on f.card = b.card where b.reader = $1 order by b.card";
    const MEMBERS: &str = "select f.face, m.birth_day from member m join member_face f on f.member = m.id \
        where m.reader = $1 and m.state = MemberState::Active order by m.id";
    const VOLUNTEERS: &str = "select face from volunteer_face where reader = $1 order by member";
    static POSTINGS: LazyLock<String> = LazyLock::new(|| {
        format!(
            "select p.at, p.kind, p.points, p.after, coalesce(f.masked_name, ''), coalesce(f.tail, '') from posting p \
             left join card_face f on f.card = p.card where p.card in {OF_READER} order by p.id"
        )
    });
    const REDEMPTIONS: &str = "select r.at, t.title, r.points, r.state from redemption r \
        join prize_text t on t.prize = r.prize where r.reader = $1 order by r.id";
    const ACTIVITIES: &str = "select p.at, t.title, p.state from participant p join activity_text t on t.activity = p.activity \
        where p.reader = $1 order by p.at, p.activity";
    static CHECKINS: LazyLock<String> = LazyLock::new(|| {
        format!(
            "select k.month * 100 + k.date, k.points from checkin k where k.card in {OF_READER} \
             order by k.month, k.date"
        )
    });
    const TRANSFERS: &str = "select t.at, t.state, t.points, coalesce(o.tail, ''), coalesce(p.masked_name, ''), \
        coalesce(p.tail, '') from transfer t left join card_face o on o.card = t.original left join card_face p on p.card = t.present \
        where t.reader = $1 order by t.id";
    const READINGS: &str = "select day, minutes, book from reading where reader = $1 order by day";
    const BOOKS: &str = "select s.at, t.title, 1 from suggestion_reader s join suggestion_text t on t.suggestion = s.suggestion \
        where s.reader = $1 union all select d.at, t.title, 2 from donation d \
        join donated_book_text t on t.donation = d.id where d.reader = $1 order by 1";
    const FEEDBACK: &str = "select p.at, p.by_staff, p.words, p.pictures from feedback f join feedback_post p on p.feedback = f.id \
        where f.reader = $1 order by f.id, p.number";
    const ALERTS: &str = "select a.at, t.title from stock_alert a join prize_text t on t.prize = a.prize \
        where a.reader = $1 order by a.at";
    let of = |text: &'static str| query(text, [reader.0.into()]);
    let (postings, checkins) = (POSTINGS.as_str(), CHECKINS.as_str());
    [
        READER,
        CARDS,
        MEMBERS,
        VOLUNTEERS,
        postings,
        TRANSFERS,
        REDEMPTIONS,
        ACTIVITIES,
        checkins,
        READINGS,
        BOOKS,
        FEEDBACK,
        ALERTS,
    ]
    .map(of)
}

const ABOUT: About = About { joins: "", title: "", words: &[], member: "" };

const INVARIANTS: &[Invariant] = &[Invariant {
    name: "an export that is there has its file, and no other has",
    violations: "select e.reader from export e left join export_file f on f.reader = e.reader \
        where e.until <> 0 and f.reader is null \
        union all select f.reader from export_file f left join export e on e.reader = f.reader where e.reader is null",
}];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: Some(ABOUT), posting: None };
