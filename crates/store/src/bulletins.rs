//! 公告: the newest are read all at once, any by its id; each version there has been.

use crate::Slice;
use crate::fault::Done;
use crate::read::{Reads, Row, columns, each, query};
use crate::verify::Invariant;
use crate::versions::VersionView;
use domain::bulletins::BulletinWords;
use domain::tables::{Bulletin, BulletinId, Day};
use std::sync::LazyLock;

#[derive(Clone, Debug)]
pub struct BulletinView {
    pub bulletin: Bulletin,
    pub words: BulletinWords,
}

static SELECT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, t.title, t.body from bulletin b join bulletin_text t on t.bulletin = b.id and t.version = b.version",
        columns::<Bulletin>("b")
    )
});

/// In their newest version, the newest first; those of years ago are found by their addresses alone.
pub async fn all(reads: &Reads) -> Done<Vec<BulletinView>> {
    static TEXT: LazyLock<String> = LazyLock::new(|| format!("{} order by b.since desc, b.id desc limit 500", *SELECT));
    views(reads.all(query(&TEXT, [])).await?)
}

/// A version: when it stood where, its title, and what stood under it.
#[derive(Clone, Debug)]
pub struct BulletinVersion {
    pub shown: bool,
    pub since: Day,
    pub until: Day,
    pub title: String,
    pub view: VersionView,
}

/// Of one bulletin: the fifty newest versions, the newest first.
pub async fn versions(reads: &Reads, bulletin: BulletinId) -> Done<Vec<BulletinVersion>> {
    const TEXT: &str = "select t.shown, t.since, t.until, t.title, t.version, coalesce(f.name, ''), t.at, t.body from bulletin_text t \
        left join staff_face f on f.staff = t.by where t.bulletin = $1 order by t.version desc limit 50";
    each(reads.all(query(TEXT, [bulletin.0.into()])).await?, |row| {
        let (shown, since, until, title) = (row.int()? == 1, row.int()?, row.int()?, row.text()?);
        let view = VersionView { version: row.int()?, by: row.text()?, at: row.int()?, text: row.text()? };
        Ok(BulletinVersion { shown, since, until, title, view })
    })
}

/// One bulletin in its newest version, however old it is.
pub async fn one(reads: &Reads, bulletin: BulletinId) -> Done<Option<BulletinView>> {
    static TEXT: LazyLock<String> = LazyLock::new(|| format!("{} where b.id = $1", *SELECT));
    Ok(views(reads.all(query(&TEXT, [bulletin.0.into()])).await?)?.pop())
}

fn views(rows: Vec<Row>) -> Done<Vec<BulletinView>> {
    let mut views = vec![];
    for mut row in rows {
        if let Some(bulletin) = row.row()? {
            let words = BulletinWords { title: row.text()?, body: row.text()? };
            views.push(BulletinView { bulletin, words });
        }
    }
    Ok(views)
}

const INVARIANTS: &[Invariant] = &[Invariant {
    name: "a bulletin has every version up to the one that is shown",
    violations: "select b.id from bulletin b left join bulletin_text t on t.bulletin = b.id group by b.id, b.version \
        having count(t.version) <> b.version or max(t.version) <> b.version \
        union all select t.bulletin from bulletin_text t left join bulletin b on b.id = t.bulletin where b.id is null",
}];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: None, posting: None };
