//! Books as look-ups and imported files told of them, and which sources are switched off.

use crate::fault::Done;
use crate::read::{Reads, Row, query};
use domain::tables::Millis;

/// What is known of a book, by whom and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub source: i64,
    pub at: Millis,
    /// Empty: nobody knew it.
    pub record: String,
}

/// What a look-up told of it; since when an imported file or a switched source may tell otherwise; who is not asked.
pub async fn known(reads: &Reads, isbn: i64) -> Done<(Option<Known>, Millis, Vec<i64>)> {
    const KNOWN: &str = "select source, at, record from book where isbn = $1";
    const IMPORTED: &str = "select at from imported_book where isbn = $1";
    let asked = [query(KNOWN, [isbn.into()]), query(IMPORTED, [isbn.into()]), query(SWITCHED, [])];
    let [known, imported, switched] = reads.read(asked).await?;
    let known = known.into_iter().next();
    let known =
        known.map(|mut row| Ok::<_, crate::Fault>(Known { source: row.int()?, at: row.int()?, record: row.text()? }));
    let imported_at = imported.into_iter().next().map_or(Ok(0), |mut row| row.int())?;
    let (off, switched_at) = switches(switched)?;
    Ok((known.transpose()?, switched_at.max(imported_at), off))
}

const SWITCHED: &str = "select source, is_off, at from book_source";

/// Which sources are not asked, and when one was switched last.
fn switches(rows: Vec<Row>) -> Done<(Vec<i64>, Millis)> {
    let (mut off, mut switched_at) = (vec![], 0);
    for mut row in rows {
        let (source, is_off, at) = (row.int()?, row.int()? == 1, row.int()?);
        off.extend(is_off.then_some(source));
        switched_at = at.max(switched_at);
    }
    Ok((off, switched_at))
}

pub async fn imported(reads: &Reads, isbn: i64) -> Done<Option<String>> {
    let row = reads.one(query("select record from imported_book where isbn = $1", [isbn.into()])).await?;
    row.map(|mut row| row.text()).transpose()
}

/// What came of looking for a cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    pub at: Millis,
    /// Of the stored picture; empty: there was none.
    pub name: String,
    /// Where it was looked for.
    pub address: String,
}

pub async fn cover(reads: &Reads, isbn: i64) -> Done<Option<Cover>> {
    let row = reads.one(query("select at, name, address from book_cover where isbn = $1", [isbn.into()])).await?;
    row.map(|mut row| Ok(Cover { at: row.int()?, name: row.text()?, address: row.text()? })).transpose()
}

/// What staff see of the sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// How many books were imported, and when the newest of them.
    pub imported: (i64, Millis),
    pub off: Vec<i64>,
}

pub async fn sources(reads: &Reads) -> Done<Sources> {
    const IMPORTED: &str = "select count(*), coalesce(max(at), 0) from imported_book";
    let [imported, switched] = reads.read([query(IMPORTED, []), query(SWITCHED, [])]).await?;
    let imported =
        imported.into_iter().next().map_or(Ok((0, 0)), |mut row| Ok::<_, crate::Fault>((row.int()?, row.int()?)))?;
    Ok(Sources { imported, off: switches(switched)?.0 })
}
