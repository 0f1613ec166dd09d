//! 意见反馈: threads and their posts.

use crate::Slice;
use crate::fault::Done;
use crate::messages::About;
use crate::read::{Query, Reads, Row, columns, each, query};
use crate::verify::Invariant;
use domain::tables::{Feedback, FeedbackState, Millis, ReaderId};
use std::sync::LazyLock;

pub const PAGE_ROWS: i64 = 50;

/// A thread with its first post, sealed, and who began it.
#[derive(Clone, Debug)]
pub struct FeedbackView {
    pub feedback: Feedback,
    pub words: Vec<u8>,
    /// Of the reader's current card; empty: none.
    pub masked_name: String,
    pub tail: String,
}

#[derive(Clone, Debug)]
pub struct PostView {
    pub number: i64,
    /// 0: the reader.
    pub staff: i64,
    pub at: Millis,
    pub words: Vec<u8>,
    /// How many came with it, kept or not; and where those stand that are kept.
    pub pictures: i64,
    pub kept: Vec<i64>,
}

fn text(rest: &str) -> String {
    format!(
        "select {}, p.words, coalesce(f.masked_name, ''), coalesce(f.tail, '') from feedback b \
         join feedback_post p on p.feedback = b.id and p.number = 1 left join reader r on r.id = b.reader \
         left join card_face f on f.card = r.card {rest}",
        columns::<Feedback>("b")
    )
}

static ONE: LazyLock<String> = LazyLock::new(|| text("where b.id = $1"));
static OWN: LazyLock<String> = LazyLock::new(|| text("where b.reader = $1 order by b.id desc limit 100"));
static LIST: LazyLock<String> =
    LazyLock::new(|| text("where b.state >= $1 and b.state <= $2 and b.id < $3 order by b.id desc limit $4"));

pub fn one(feedback: i64) -> Query {
    query(&ONE, [feedback.into()])
}

/// A reader's own, newest first.
pub fn own(reader: ReaderId) -> Query {
    query(&OWN, [reader.0.into()])
}

/// Older than `before`; `state` None: of any.
pub fn list(state: Option<FeedbackState>, before: i64) -> Query {
    let (from, until) = state.map_or((0, i64::MAX), |state| (state as i64, state as i64));
    query(&LIST, [from.into(), until.into(), before.into(), (PAGE_ROWS + 1).into()])
}

pub fn views(rows: Vec<Row>) -> Done<Vec<FeedbackView>> {
    let mut views = vec![];
    for mut row in rows {
        if let Some(feedback) = row.row()? {
            let (words, masked_name, tail) = (row.bytes()?, row.text()?, row.text()?);
            views.push(FeedbackView { feedback, words, masked_name, tail });
        }
    }
    Ok(views)
}

/// All posts of a thread, the first one first.
pub async fn posts(reads: &Reads, feedback: i64) -> Done<Vec<PostView>> {
    const TEXT: &str =
        "select number, by_staff, at, words, pictures from feedback_post where feedback = $1 order by number";
    const PICTURES: &str = "select number, place from feedback_picture where feedback = $1 order by number, place";
    let [posts, pictures] = reads.read([TEXT, PICTURES].map(|text| query(text, [feedback.into()]))).await?;
    let kept: Vec<(i64, i64)> = each(pictures, |row| Ok((row.int()?, row.int()?)))?;
    each(posts, |row| {
        let (number, staff, at, words, pictures) = (row.int()?, row.int()?, row.int()?, row.bytes()?, row.int()?);
        let kept = kept.iter().filter(|(of, _)| *of == number).map(|(_, place)| *place).collect();
        Ok(PostView { number, staff, at, words, pictures, kept })
    })
}

/// A picture of a post, sealed; of the reader's own thread, or for staff (None) of any.
pub async fn picture(reads: &Reads, of: Option<ReaderId>, at: (i64, i64, i64)) -> Done<Option<Vec<u8>>> {
    const TEXT: &str = "select x.jpeg from feedback_picture x join feedback b on b.id = x.feedback \
        where x.feedback = $1 and x.number = $2 and x.place = $3 and (b.reader = $4 or $4 = 0)";
    let (feedback, number, place) = at;
    let reader = of.map_or(0, |reader| reader.0);
    let row = reads.one(query(TEXT, [feedback.into(), number.into(), place.into(), reader.into()])).await?;
    row.map(|mut row| row.bytes()).transpose()
}

const ABOUT: About = About { joins: "", title: "", words: &[], member: "" };

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "a thread has all its posts",
        violations: "select b.id from feedback b left join feedback_post p on p.feedback = b.id \
            group by b.id, b.posts having count(p.number) <> b.posts or max(p.number) <> b.posts",
    },
    Invariant {
        name: "a thread's pictures are those that it says it has, and none is anybody else's",
        violations: "select b.id from feedback b where b.pictures <> \
            (select count(*) from feedback_picture x where x.feedback = b.id) \
            union all select x.feedback from feedback_picture x left join feedback_post p \
            on p.feedback = x.feedback and p.number = x.number and x.place between 1 and p.pictures \
            where p.feedback is null",
    },
    Invariant {
        name: "what is answered has an answer",
        violations: "select b.id from feedback b where b.state = FeedbackState::Answered and not exists \
            (select 1 from feedback_post p where p.feedback = b.id and p.number = b.posts and p.by_staff <> 0)",
    },
];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: Some(ABOUT), posting: None };
