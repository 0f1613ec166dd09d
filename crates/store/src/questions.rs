//! 常见问题: they are few, and read all at once.

use crate::Slice;
use crate::fault::Done;
use crate::read::{Reads, columns, query};
use crate::verify::Invariant;
use domain::questions::QuestionText;
use domain::tables::Question;
use std::sync::LazyLock;

#[derive(Clone, Debug)]
pub struct QuestionView {
    pub question: Question,
    pub text: QuestionText,
}

/// By category and place.
pub async fn all(reads: &Reads) -> Done<Vec<QuestionView>> {
    static ALL: LazyLock<String> = LazyLock::new(|| {
        format!(
            "select {}, t.asked, t.answer from question q join question_text t on t.question = q.id \
             order by q.category, q.place, q.id",
            columns::<Question>("q")
        )
    });
    let mut views = vec![];
    for mut row in reads.all(query(&ALL, [])).await? {
        if let Some(question) = row.row()? {
            let text = QuestionText { asked: row.text()?, answer: row.text()? };
            views.push(QuestionView { question, text });
        }
    }
    Ok(views)
}

const INVARIANTS: &[Invariant] = &[Invariant {
    name: "a question has its words",
    violations: "select q.id from question q left join question_text t on t.question = q.id where t.question is null \
        union all select t.question from question_text t left join question q on q.id = t.question where q.id is null",
}];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: None, posting: None };
