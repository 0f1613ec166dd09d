//! 兑换记录: every redemption of a branch or of all, newest first, by what staff filter.

use crate::cards::card_words;
use crate::fault::Done;
use crate::read::{Query, Row, columns, query};
use crate::redemptions::{RedemptionView, view};
use domain::tables::{BranchId, CardId, PlaceId, PrizeId, Redemption};
use std::sync::LazyLock;

pub const PAGE_ROWS: i64 = 50;
/// A file holds no more; a narrower filter makes another file.
pub const EXPORT_ROWS_MAX: i64 = 50_000;

/// Zero and None: whatever it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    pub branch: Option<BranchId>,
    pub state: i64,
    pub prize: Option<PrizeId>,
    pub place: Option<PlaceId>,
    pub card: Option<CardId>,
    /// Redeemed from this moment to before that one.
    pub since: i64,
    pub until: i64,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub view: RedemptionView,
    pub reader: String,
    pub settled_by: String,
    pub place: String,
}

static LIST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, t.title, t.description, t.picture, p.place, f.masked_name, f.tail, g.name, q.name from redemption r \
         join prize p on p.id = r.prize join prize_text t on t.prize = r.prize \
         left join card_face f on f.card = r.card left join staff_face g on g.staff = r.settled_by \
         left join place_text q on q.place = p.place \
         where r.id < $1 and (p.branch = $2 or $2 = 0) and (r.state = $3 or $3 = 0) and (r.prize = $4 or $4 = 0) \
         and (p.place = $5 or $5 = 0) and (r.card = $6 or $6 = 0) and r.at >= $7 and r.at < $8 \
         order by r.id desc limit $9",
        columns::<Redemption>("r")
    )
});

/// Older than `before`.
pub fn list(filter: &Filter, before: i64, rows: i64) -> Query {
    let arguments = [
        before,
        filter.branch.map_or(0, |branch| branch.0),
        filter.state,
        filter.prize.map_or(0, |prize| prize.0),
        filter.place.map_or(0, |place| place.0),
        filter.card.map_or(0, |card| card.0),
        filter.since,
        filter.until,
        rows,
    ];
    query(&LIST, arguments.map(Into::into))
}

pub fn lines(rows: Vec<Row>) -> Done<Vec<Line>> {
    let mut lines = Vec::with_capacity(rows.len());
    for mut row in rows {
        let Some(view) = view(&mut row)? else { continue };
        let reader = card_words(&row.text()?, &row.text()?);
        lines.push(Line { view, reader, settled_by: row.text()?, place: row.text()? });
    }
    Ok(lines)
}

/// The card of a barcode.
pub fn card_of(barcode: domain::core::digest::Digest) -> Query {
    query("select card from barcode where high = $1 and low = $2", [barcode.high.into(), barcode.low.into()])
}

/// The reasons that staff gave for redemptions, by what the audit says of one.
pub fn reason(redemption: domain::tables::RedemptionId) -> Query {
    const TEXT: &str = "select note from audit where action = 'redemption.cancel' and about = $1";
    query(TEXT, [redemption.0.into()])
}
