//! 积分转移: requests with both cards as they are shown, and the reason of a refusal.

use crate::Slice;
use crate::fault::Done;
use crate::messages::About;
use crate::read::{Query, Reads, Row, columns, query};
use crate::verify::Invariant;
use domain::tables::{CardId, Millis, ReaderId, Transfer, TransferState};
use std::sync::LazyLock;

pub const PAGE_ROWS: i64 = 50;

/// A card as pages show it, with its number sealed.
#[derive(Clone, Debug)]
pub struct Side {
    pub masked_name: String,
    pub tail: String,
    pub balance: i64,
    /// Who has bound it.
    pub reader: Option<ReaderId>,
    pub barcode: Vec<u8>,
}

#[derive(Clone, Debug)]
pub struct TransferView {
    pub transfer: Transfer,
    pub original: Side,
    pub present: Side,
    /// Why it was declined.
    pub reason: String,
}

fn text(rest: &str) -> String {
    let side = |f: &str, c: &str| format!("{f}.masked_name, {f}.tail, {c}.balance, {c}.reader, {f}.barcode");
    format!(
        "select {}, {}, {}, coalesce(n.reason, '') from transfer t \
         join card oc on oc.id = t.original join card_face o on o.card = t.original \
         join card pc on pc.id = t.present join card_face p on p.card = t.present \
         left join transfer_note n on n.transfer = t.id {rest}",
        columns::<Transfer>("t"),
        side("o", "oc"),
        side("p", "pc"),
    )
}

static ONE: LazyLock<String> = LazyLock::new(|| text("where t.id = $1"));
static OWN: LazyLock<String> = LazyLock::new(|| text("where t.reader = $1 order by t.id desc limit 50"));
static LIST: LazyLock<String> =
    LazyLock::new(|| text("where t.state >= $1 and t.state <= $2 and t.id < $3 order by t.id desc limit $4"));

pub fn one(transfer: i64) -> Query {
    query(&ONE, [transfer.into()])
}

/// A reader's own, newest first.
pub fn own(reader: ReaderId) -> Query {
    query(&OWN, [reader.0.into()])
}

/// Older than `before`; `state` None: of any.
pub fn list(state: Option<TransferState>, before: i64) -> Query {
    let (from, until) = state.map_or((0, i64::MAX), |state| (state as i64, state as i64));
    query(&LIST, [from.into(), until.into(), before.into(), (PAGE_ROWS + 1).into()])
}

fn side(row: &mut Row) -> Done<Side> {
    let (masked_name, tail, balance) = (row.text()?, row.text()?, row.int()?);
    Ok(Side { masked_name, tail, balance, reader: row.cell()?, barcode: row.bytes()? })
}

pub fn views(rows: Vec<Row>) -> Done<Vec<TransferView>> {
    let mut views = vec![];
    for mut row in rows {
        if let Some(transfer) = row.row()? {
            let (original, present) = (side(&mut row)?, side(&mut row)?);
            views.push(TransferView { transfer, original, present, reason: row.text()? });
        }
    }
    Ok(views)
}

/// What is on a card. None: there is no such card.
pub async fn balance(reads: &Reads, card: CardId) -> Done<Option<i64>> {
    let row = reads.one(query("select balance from card where id = $1", [card.0.into()])).await?;
    row.map(|mut row| row.int()).transpose()
}

/// What a transfer that the reader has asked for holds of a card.
pub fn held(card: CardId, reader: ReaderId) -> Query {
    const TEXT: &str = "select t.id, t.points from open_transfer w join transfer t on t.id = w.transfer \
        where w.original = $1 and t.reader = $2";
    query(TEXT, [card.0.into(), reader.0.into()])
}

/// The transfer and its points, if there is one.
pub fn held_points(rows: Vec<Row>) -> Done<Option<(i64, i64)>> {
    rows.into_iter().next().map(|mut row| Ok((row.int()?, row.int()?))).transpose()
}

/// A card that was replaced.
#[derive(Clone, Debug)]
pub struct ReplacedCard {
    pub card: CardId,
    pub tail: String,
    /// Since when the platform has known it.
    pub since: Millis,
}

/// The cards for which this one stands.
pub async fn replaced(reads: &Reads, card: CardId) -> Done<Vec<ReplacedCard>> {
    const TEXT: &str = "select x.card, coalesce(f.tail, ''), c.at from replaced x join card c on c.id = x.card \
        left join card_face f on f.card = x.card where x.successor = $1 order by x.at, x.card";
    let rows = reads.all(query(TEXT, [card.0.into()])).await?;
    let one = |mut row: Row| Ok(ReplacedCard { card: row.cell()?, tail: row.text()?, since: row.int()? });
    rows.into_iter().map(one).collect()
}

/// The original card, and staff's words.
const ABOUT: About = About {
    joins: "left join transfer tr on m.kind in (transfers::MessageKind::*) and tr.id = m.about \
        left join card_face tf on tf.card = tr.original \
        left join transfer_note tn on m.kind = transfers::MessageKind::TransferDeclined and tn.transfer = m.about",
    title: "tf.tail",
    words: &["tn.reason"],
    member: "",
};

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "what transfers hold is what is held",
        violations: "select s.account from (select 10 as account, \
            cast(coalesce((select sum(t.points) from transfer t where t.state = TransferState::Held), 0) as bigint) as held) s \
            where s.held <> coalesce((select a.balance from system_account a where a.account = s.account), 0)",
    },
    Invariant {
        name: "a transfer's points left one card, and reached the other or came back",
        violations: "select t.id from transfer t left join (select cause, \
            sum(case when kind = transfers::PostingKind::TransferHeld then -points else 0 end) as held, \
            sum(case when kind = transfers::PostingKind::TransferReturned then points else 0 end) as returned, \
            sum(case when kind = transfers::PostingKind::TransferIn then points else 0 end) as arrived \
            from posting where kind in (transfers::PostingKind::*) group by cause) p on p.cause = t.id \
            where coalesce(p.held, 0) - coalesce(p.returned, 0) \
            <> case when t.state in (TransferState::Held, TransferState::Approved) then t.points else 0 end \
            or coalesce(p.arrived, 0) <> case when t.state = TransferState::Approved then t.points else 0 end",
    },
    Invariant {
        name: "a transfer's postings stand on its cards",
        violations: "select p.id from posting p left join transfer t on t.id = p.cause \
            where p.kind in (transfers::PostingKind::*) and (t.id is null \
            or p.card <> case when p.kind = transfers::PostingKind::TransferIn then t.present else t.original end)",
    },
    Invariant {
        name: "one transfer holds a card's points, and it is open",
        violations: "select w.original from open_transfer w left join transfer t on t.id = w.transfer \
            and t.original = w.original and t.state = TransferState::Held where t.id is null \
            union all select t.id from transfer t left join open_transfer w on w.original = t.original and w.transfer = t.id \
            where t.state = TransferState::Held and w.original is null",
    },
    Invariant {
        name: "a reader's open transfers are counted",
        violations: "select c.reader from transfer_count c left join (select reader, count(*) as open from transfer \
            where state in (TransferState::Held, TransferState::AtDesk) group by reader) t on t.reader = c.reader \
            where c.open <> coalesce(t.open, 0)",
    },
    Invariant {
        name: "staff's decision on a transfer says who and when, and has its audit row",
        violations: "select t.id from transfer t where (t.state in (TransferState::Approved, TransferState::Declined)) <> (t.decided_by <> 0) \
            or (t.state in (TransferState::Held, TransferState::AtDesk)) <> (t.decided_at = 0) \
            or (t.decided_by <> 0 and (select count(*) from audit a where a.about = t.id and a.staff = t.decided_by \
            and a.action in ('transfer.approve', 'transfer.decline')) <> 1)",
    },
    Invariant {
        name: "a replaced card and its successor know each other, and nobody has bound it",
        violations: "select k.id from card k left join replaced x on x.successor = k.successor and x.card = k.id \
            left join card c on c.id = k.successor where k.successor <> 0 \
            and (x.card is null or c.id is null or c.successor <> 0 or k.reader <> 0) \
            union all select x.card from replaced x left join card k on k.id = x.card and k.successor = x.successor \
            where k.id is null",
    },
];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: Some(ABOUT), posting: None };
