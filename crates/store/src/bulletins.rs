//! 公告: they are few, and read all at once; each version there has been.

use crate::Slice;
use crate::fault::Done;
use crate::passages::VersionView;
use crate::read::{Reads, columns, each, query};
use crate::verify::Invariant;
use domain::bulletins::BulletinWords;
use domain::tables::{Bulletin, BulletinId};
use std::sync::LazyLock;

#[derive(Clone, Debug)]
pub struct BulletinView {
    pub bulletin: Bulletin,
    pub words: BulletinWords,
}

/// In their newest version, the newest first.
pub async fn all(reads: &Reads) -> Done<Vec<BulletinView>> {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        format!(
            "select {}, t.title, t.body from bulletin b join bulletin_text t on t.bulletin = b.id and t.version = b.version \
             order by b.since desc, b.id desc limit 500",
            columns::<Bulletin>("b")
        )
    });
    let mut views = vec![];
    for mut row in reads.all(query(&TEXT, [])).await? {
        if let Some(bulletin) = row.row()? {
            let words = BulletinWords { title: row.text()?, body: row.text()? };
            views.push(BulletinView { bulletin, words });
        }
    }
    Ok(views)
}

/// A title, and what stands under it in which version, newest first.
pub async fn versions(reads: &Reads, bulletin: BulletinId) -> Done<Vec<(String, VersionView)>> {
    const TEXT: &str = "select t.title, t.version, coalesce(f.name, ''), t.at, t.body from bulletin_text t \
        left join staff_face f on f.staff = t.by where t.bulletin = $1 order by t.version desc limit 50";
    each(reads.all(query(TEXT, [bulletin.0.into()])).await?, |row| {
        let title = row.text()?;
        Ok((title, VersionView { version: row.int()?, by: row.text()?, at: row.int()?, text: row.text()? }))
    })
}

const INVARIANTS: &[Invariant] = &[Invariant {
    name: "a bulletin has every version up to the one that is shown",
    violations: "select b.id from bulletin b left join bulletin_text t on t.bulletin = b.id group by b.id, b.version \
        having count(t.version) <> b.version or max(t.version) <> b.version \
        union all select t.bulletin from bulletin_text t left join bulletin b on b.id = t.bulletin where b.id is null",
}];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: None, posting: None };
