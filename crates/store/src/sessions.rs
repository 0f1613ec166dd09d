//! Sessions: who asks, in one query a page.

use crate::fault::Done;
use crate::read::{Query, Reads, Row, columns, query};
use domain::core::digest::Digest;
use domain::tables::{Card, CardId, Reader, ReaderId, Session, Staff, StaffId};
use std::sync::LazyLock;

/// A card as it is shown: 王*萌（尾号1234）.
#[derive(Clone, Debug, PartialEq)]
pub struct CardView {
    pub card: Card,
    pub masked_name: String,
    pub tail: String,
}

/// What a page needs to know of who asks.
#[derive(Clone, Debug)]
pub enum Visitor {
    Nobody,
    /// With the current card, if one is bound, and how many are.
    Reader {
        session: Session,
        reader: Reader,
        card: Option<CardView>,
        cards: i64,
    },
    Staff {
        session: Session,
        staff: Staff,
        name: String,
    },
}

#[derive(Clone, Debug)]
pub struct Visit {
    pub visitor: Visitor,
    /// Counts changes of what pages cache.
    pub content: i64,
}

static VISIT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select h.content, {}, {}, {}, {}, f.masked_name, f.tail, g.name, \
         (select count(*) from binding b where b.reader = r.id) from head h \
         left join session s on s.high = $1 and s.low = $2 \
         left join reader r on s.kind = SessionKind::Reader and r.id = s.who \
         left join card c on c.id = r.card \
         left join card_face f on f.card = c.id \
         left join staff t on s.kind = SessionKind::Staff and t.id = s.who \
         left join staff_face g on g.staff = t.id where h.one = 1",
        columns::<Session>("s"),
        columns::<Reader>("r"),
        columns::<Staff>("t"),
        columns::<Card>("c"),
    )
});

pub async fn visit(reads: &Reads, token: Digest) -> Done<Visit> {
    let Some(mut row) = reads.one(query(&VISIT, [token.high.into(), token.low.into()])).await? else {
        return Ok(Visit { visitor: Visitor::Nobody, content: 0 });
    };
    let content = row.int()?;
    let (session, reader, staff) = (row.row::<Session>()?, row.row::<Reader>()?, row.row::<Staff>()?);
    let card = card_view(&mut row)?;
    let (name, cards) = (row.text()?, row.int()?);
    let visitor = match (session, reader, staff) {
        (Some(session), Some(reader), _) => Visitor::Reader { session, reader, card, cards },
        (Some(session), _, Some(staff)) => Visitor::Staff { session, staff, name },
        _ => Visitor::Nobody,
    };
    Ok(Visit { visitor, content })
}

pub(crate) fn card_view(row: &mut Row) -> Done<Option<CardView>> {
    let card = row.row::<Card>()?;
    let (masked_name, tail) = (row.text()?, row.text()?);
    Ok(card.map(|card| CardView { card, masked_name, tail }))
}

static CARDS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, f.masked_name, f.tail from binding b join card c on c.id = b.card \
         left join card_face f on f.card = c.id where b.reader = $1 order by b.card",
        columns::<Card>("c")
    )
});

/// 我的证件: every card that a reader has bound.
pub fn cards(reader: domain::tables::ReaderId) -> Query {
    query(&CARDS, [reader.0.into()])
}

pub fn card_views(rows: Vec<Row>) -> Done<Vec<CardView>> {
    let views = rows.into_iter().map(|mut row| card_view(&mut row)).collect::<Done<Vec<_>>>()?;
    Ok(views.into_iter().flatten().collect())
}

const BARCODE: &str =
    "select f.barcode from card_face f join card c on c.id = f.card where f.card = $1 and c.reader = $2";

/// The sealed barcode of a reader's own card.
pub async fn sealed_barcode(reads: &Reads, card: CardId, reader: domain::tables::ReaderId) -> Done<Option<Vec<u8>>> {
    let row = reads.one(query(BARCODE, [card.0.into(), reader.0.into()])).await?;
    row.map(|mut row| row.bytes()).transpose()
}

/// An account by its sign-in name: the password's hash is checked outside the writer.
pub async fn staff_by_name(reads: &Reads, name: Digest) -> Done<Option<(StaffId, String)>> {
    const TEXT: &str = "select f.staff, f.password_hash from staff_name n join staff_face f on f.staff = n.staff \
        where n.high = $1 and n.low = $2";
    let row = reads.one(query(TEXT, [name.high.into(), name.low.into()])).await?;
    row.map(|mut row| Ok((row.cell()?, row.text()?))).transpose()
}

/// Whose WeChat identity it is.
pub async fn reader_of_wechat(reads: &Reads, hash: Digest) -> Done<Option<ReaderId>> {
    const TEXT: &str = "select reader from wechat_user where high = $1 and low = $2";
    let row = reads.one(query(TEXT, [hash.high.into(), hash.low.into()])).await?;
    row.map(|mut row| row.cell()).transpose()
}
