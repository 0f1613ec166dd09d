//! 图书推荐: what readers have proposed, who wants it, and how it stands.

use crate::Slice;
use crate::fault::Done;
use crate::messages::About;
use crate::points::Cause;
use crate::read::{Query, Reads, Row, columns, query};
use crate::verify::Invariant;
use domain::suggestions::Book;
use domain::tables::{CardId, Millis, Points, ReaderId, Suggestion, SuggestionKind, SuggestionState};
use std::sync::LazyLock;

pub const PAGE_ROWS: i64 = 50;
/// An export's most rows.
pub const EXPORT_ROWS_MAX: i64 = 20_000;
/// Of a reader's own and of the same work.
const OWN_ROWS_MAX: i64 = 200;
const SAME_ROWS_MAX: i64 = 5;

#[derive(Clone, Debug)]
pub struct SuggestionView {
    pub suggestion: Suggestion,
    pub book: Book,
    /// What staff said, and where it stands.
    pub reason: String,
    pub shelf_mark: String,
    /// Of the proposer's card.
    pub masked_name: String,
    pub tail: String,
}

fn text(rest: &str) -> String {
    format!(
        "select {}, t.title, t.author, t.publisher, t.year, t.reason, t.work, n.reason, n.shelf_mark, \
         f.masked_name, f.tail from suggestion s join suggestion_text t on t.suggestion = s.id \
         left join suggestion_note n on n.suggestion = s.id left join card_face f on f.card = s.card {rest}",
        columns::<Suggestion>("s")
    )
}

static ONE: LazyLock<String> = LazyLock::new(|| text("where s.id = $1"));
static OWN: LazyLock<String> = LazyLock::new(|| {
    text("join suggestion_reader o on o.suggestion = s.id where o.reader = $1 order by o.suggestion desc limit $2")
});
static LIST: LazyLock<String> =
    LazyLock::new(|| text("where s.state >= $1 and s.state <= $2 and s.id < $3 order by s.id desc limit $4"));
static OF_ISBN: LazyLock<String> =
    LazyLock::new(|| text("join suggestion_of_isbn i on i.suggestion = s.id where i.isbn = $1 and i.kind = $2"));
static SAME_WORK: LazyLock<String> = LazyLock::new(|| {
    text(
        "where t.work = $1 and s.state in (SuggestionState::Proposed, SuggestionState::Accepted, \
         SuggestionState::Ordered) order by s.id desc limit $2",
    )
});

pub fn one(suggestion: i64) -> Query {
    query(&ONE, [suggestion.into()])
}

/// What a reader has proposed or joined, newest first.
pub fn own(reader: ReaderId) -> Query {
    query(&OWN, [reader.0.into(), OWN_ROWS_MAX.into()])
}

/// Older than `before`; `state` None: of any.
pub fn list(state: Option<SuggestionState>, before: i64, rows: i64) -> Query {
    let (from, until) = state.map_or((0, i64::MAX), |state| (state as i64, state as i64));
    query(&LIST, [from.into(), until.into(), before.into(), rows.into()])
}

/// What is proposed now of this ISBN: the book, or one copy more.
pub fn of_isbn(isbn: i64, kind: SuggestionKind) -> Query {
    query(&OF_ISBN, [isbn.into(), (kind as i64).into()])
}

/// Open suggestions of the same title and author, whatever the edition.
pub fn same_work(work: &str) -> Query {
    query(&SAME_WORK, [work.into(), SAME_ROWS_MAX.into()])
}

/// Whether a reader has proposed or joined it.
pub fn wants(suggestion: i64, reader: ReaderId) -> Query {
    const TEXT: &str = "select count(*) from suggestion_reader where suggestion = $1 and reader = $2";
    query(TEXT, [suggestion.into(), reader.0.into()])
}

pub fn views(rows: Vec<Row>) -> Done<Vec<SuggestionView>> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        if let Some(suggestion) = row.row()? {
            let book = Book {
                title: row.text()?,
                author: row.text()?,
                publisher: row.text()?,
                year: row.text()?,
                reason: row.text()?,
                work: row.text()?,
            };
            found.push(SuggestionView {
                suggestion,
                book,
                reason: row.text()?,
                shelf_mark: row.text()?,
                masked_name: row.text()?,
                tail: row.text()?,
            });
        }
    }
    Ok(found)
}

/// How many wait, and what those accepted since a time cost, in cents.
pub async fn figures(reads: &Reads, since: Millis) -> Done<(i64, i64)> {
    const WAITING: &str = "select count(*) from suggestion where state = SuggestionState::Proposed";
    const SPENT: &str = "select cast(coalesce(sum(price), 0) as bigint) from suggestion where state in \
        (SuggestionState::Accepted, SuggestionState::Ordered, SuggestionState::Arrived) and decided_at >= $1";
    let [waiting, spent] = reads.read([query(WAITING, []), query(SPENT, [since.into()])]).await?;
    let first = |rows: Vec<Row>| rows.into_iter().next().map_or(Ok(0), |mut row| row.int());
    Ok((first(waiting)?, first(spent)?))
}

/// How many a card has proposed in a month, as 202611; `count` reads it.
pub fn proposed_in(card: CardId, month: i64) -> Query {
    query("select count from suggestion_month where card = $1 and month = $2", [card.0.into(), month.into()])
}

/// How many that were accepted in a while have earned something, and what.
pub async fn accepted_between(reads: &Reads, from: Millis, until: Millis) -> Done<(i64, Points)> {
    const TEXT: &str = "select count(*), coalesce(cast(sum(points) as bigint), 0) from suggestion where state in \
        (SuggestionState::Accepted, SuggestionState::Ordered, SuggestionState::Arrived) and points > 0 and decided_at >= $1 and decided_at < $2";
    let row = reads.one(query(TEXT, [from, until].map(Into::into))).await?;
    row.map_or(Ok((0, 0)), |mut row| Ok((row.int()?, row.int()?)))
}

const ABOUT: About = About {
    joins: "left join suggestion_text sg on m.kind in (suggestions::MessageKind::*) and sg.suggestion = m.about \
            left join message_text sw on m.kind in (suggestions::MessageKind::*) and sw.message = m.id",
    title: "sg.title",
    words: &["sw.text"],
    member: "",
};

const CAUSE: Cause = Cause {
    joins: "left join suggestion_text sg on p.kind in (suggestions::PostingKind::*) and sg.suggestion = p.cause",
    title: "sg.title",
};

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "what a suggestion has earned is in the ledger, on the proposer's card",
        violations: "select s.id from suggestion s left join (select cause, card, sum(points) as points from posting \
            where kind in (suggestions::PostingKind::*) group by cause, card) p on p.cause = s.id and p.card = s.card \
            where coalesce(p.points, 0) <> s.points \
            union all select p.id from posting p left join suggestion s on s.id = p.cause and s.card = p.card \
            where p.kind in (suggestions::PostingKind::*) and s.id is null",
    },
    Invariant {
        name: "a suggestion that has earned was accepted, and once for a reader and a book",
        violations: "select id from suggestion where points <> 0 and state in (SuggestionState::Proposed, \
            SuggestionState::Declined) union all select min(id) from suggestion where points <> 0 and isbn <> 0 \
            group by reader, isbn having count(*) > 1",
    },
    Invariant {
        name: "who wants a book is counted, with the one who proposed it",
        violations: "select s.id from suggestion s left join (select suggestion, count(*) as readers from \
            suggestion_reader group by suggestion) r on r.suggestion = s.id where s.readers <> coalesce(r.readers, 0) \
            union all select s.id from suggestion s where not exists (select 1 from suggestion_reader r \
            where r.suggestion = s.id and r.reader = s.reader)",
    },
    Invariant {
        name: "what is proposed of an ISBN is open",
        violations: "select i.suggestion from suggestion_of_isbn i left join suggestion s on s.id = i.suggestion \
            where s.id is null or s.isbn <> i.isbn or s.kind <> i.kind \
            or s.state in (SuggestionState::Declined, SuggestionState::Arrived) \
            union all select s.id from suggestion s where s.isbn <> 0 and s.state in (SuggestionState::Proposed, \
            SuggestionState::Accepted, SuggestionState::Ordered) and not exists (select 1 from suggestion_of_isbn i \
            where i.suggestion = s.id)",
    },
    Invariant {
        name: "a suggestion that was decided says when and by whom",
        violations: "select id from suggestion where (state = SuggestionState::Proposed) <> (decided_by = 0) \
            or (state = SuggestionState::Proposed) <> (decided_at = 0)",
    },
];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: Some(ABOUT), posting: Some(CAUSE) };
