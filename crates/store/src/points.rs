//! 积分明细: a card's postings, newest first, along their list.

use crate::SLICES;
use crate::cards::{STANDS_FOR, card_words};
use crate::fault::{Done, Fault};
use crate::read::{Query, Reads, Row, columns, query};
use domain::tables::{CardId, Millis, Points, Posting, ReaderId};
use std::sync::LazyLock;

/// A month of one reader is a few dozen rows.
pub const ROWS_MAX: i64 = 500;
/// How far back a walk along the list goes.
const STEPS_MAX: i64 = 10_000;

/// A posting and what it is about.
#[derive(Clone, Debug)]
pub struct PostingView {
    pub posting: Posting,
    /// The prize's title for a redemption, the activity's for an attendance, else empty.
    pub about: String,
}

/// What a slice's postings come from: joins on the posting `p`, and the title that they bring.
pub struct Cause {
    pub joins: &'static str,
    pub title: &'static str,
}

fn causes() -> impl Iterator<Item = &'static Cause> {
    SLICES.iter().filter_map(|slice| slice.posting.as_ref())
}

/// Along the list from the newest back to a time. The card must be the reader's, or have been replaced by one that is.
static LIST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "with recursive walk (id, previous, steps) as (\
         select p.id, p.previous, 1 from posting p join card k on k.id = p.card and k.last = p.id \
         {STANDS_FOR} \
         where k.id = $1 and c.reader = $2 and p.at >= $3 \
         union all select p.id, p.previous, w.steps + 1 from walk w join posting p on p.id = w.previous \
         where w.steps < {STEPS_MAX} and p.at >= $3) \
         select {}, coalesce({}, '') from walk w join posting p on p.id = w.id \
         {} where p.at < $4 order by p.id desc limit {ROWS_MAX}",
        columns::<Posting>("p"),
        causes().map(|cause| cause.title).collect::<Vec<_>>().join(", "),
        causes().map(|cause| cause.joins).collect::<Vec<_>>().join(" "),
    )
});

/// A card's postings from `since` to before `until`.
pub fn list(card: CardId, reader: ReaderId, since: i64, until: i64) -> Query {
    query(&LIST, [card.0.into(), reader.0.into(), since.into(), until.into()])
}

static BEFORE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "with recursive walk (id, previous, at, after, steps) as (\
         select p.id, p.previous, p.at, p.after, 1 from posting p join card k on k.id = p.card and k.last = p.id \
         {STANDS_FOR} \
         where k.id = $1 and c.reader = $2 \
         union all select p.id, p.previous, p.at, p.after, w.steps + 1 from walk w join posting p on p.id = w.previous \
         where w.steps < {STEPS_MAX} and w.at >= $3) \
         select after from walk where at < $3 order by id desc limit 1"
    )
});

/// What was on the card before a time. The card must be the reader's.
pub fn balance_before(card: CardId, reader: ReaderId, at: i64) -> Query {
    query(&BEFORE, [card.0.into(), reader.0.into(), at.into()])
}

static FACE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select f.masked_name, f.tail from card k join card_face f on f.card = k.id {STANDS_FOR} \
         where k.id = $1 and c.reader = $2"
    )
});

/// How many first bindings earned points in a while, and how many points.
pub async fn first_bindings(reads: &Reads, from: Millis, until: Millis) -> Done<(i64, Points)> {
    const TEXT: &str = "select count(*), coalesce(cast(sum(p.points) as bigint), 0) from posting p \
        where p.kind = cards::PostingKind::FirstBinding and p.id >= $1 and p.id < $2";
    let (from, until) = (first_since(reads, from).await?, first_since(reads, until).await?);
    let row = reads.one(query(TEXT, [from, until].map(Into::into))).await?;
    row.map_or(Ok((0, 0)), |mut row| Ok((row.int()?, row.int()?)))
}

/// The first posting since a moment, or behind all there are. Ids grow with time, and there is no index of the times: found by halving.
async fn first_since(reads: &Reads, at: Millis) -> Done<i64> {
    const ENDS: &str =
        "select coalesce((select min(id) from posting), 1), coalesce((select max(id) from posting), 0) + 1";
    const NEXT: &str = "select id, at from posting where id >= $1 order by id limit 1";
    let ends = reads.one(query(ENDS, [])).await?.map(|mut row| Ok::<_, Fault>((row.int()?, row.int()?))).transpose()?;
    let (mut low, mut high) = ends.unwrap_or((1, 1));
    while low < high {
        let middle = low + (high - low) / 2;
        let found = reads.one(query(NEXT, [middle.into()])).await?;
        match found.map(|mut row| Ok::<_, Fault>((row.int()?, row.int()?))).transpose()? {
            Some((id, found)) if found < at => low = id + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

/// How a card is shown to the reader who has it, or what replaced it.
pub fn face(card: CardId, reader: ReaderId) -> Query {
    query(&FACE, [card.0.into(), reader.0.into()])
}

/// What `face` finds, in words. None: the card is not the reader's.
pub fn face_words(rows: Vec<Row>) -> Done<Option<String>> {
    let words = |mut row: Row| Ok(card_words(&row.text()?, &row.text()?));
    rows.into_iter().next().map(words).transpose()
}

pub fn views(rows: Vec<Row>) -> Done<Vec<PostingView>> {
    let mut views = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(posting) = row.row::<Posting>()? {
            views.push(PostingView { posting, about: row.text()? });
        }
    }
    Ok(views)
}
