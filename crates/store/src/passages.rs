//! Passages: what stands now, and every version there has been.

use crate::Slice;
use crate::fault::Done;
use crate::read::{Reads, each, query};
use crate::verify::Invariant;
use crate::versions::VersionView;
use domain::core::row::Cell;
use domain::tables::Passage;

/// What readers see: the newest version of each.
pub async fn current(reads: &Reads) -> Done<Vec<(Passage, String)>> {
    const TEXT: &str = "select v.passage, t.text from passage_version v \
        join passage_text t on t.passage = v.passage and t.version = v.version order by v.passage";
    each(reads.all(query(TEXT, [])).await?, |row| Ok((row.cell()?, row.text()?)))
}

/// Of one passage: the fifty newest versions, the newest first.
pub async fn versions(reads: &Reads, passage: Passage) -> Done<Vec<VersionView>> {
    const TEXT: &str = "select t.version, coalesce(f.name, ''), t.at, t.text from passage_text t \
        left join staff_face f on f.staff = t.by where t.passage = $1 order by t.version desc limit 50";
    let rows = reads.all(query(TEXT, [passage.into_cell().into()])).await?;
    each(rows, |row| Ok(VersionView { version: row.int()?, by: row.text()?, at: row.int()?, text: row.text()? }))
}

const INVARIANTS: &[Invariant] = &[Invariant {
    name: "a passage has every version up to the one that is shown",
    violations: "select v.passage from passage_version v left join passage_text t on t.passage = v.passage \
        group by v.passage, v.version having count(t.version) <> v.version or max(t.version) <> v.version \
        union all select t.passage from passage_text t left join passage_version v on v.passage = t.passage \
        where v.passage is null",
}];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: None, posting: None };
