//! What questions can answer and refuse, and the records of them.

use crate::core::record::{text_parts, texts};
use crate::core::refusal::refusals;
use crate::core::reply::replies;
use crate::tables::QuestionId;

replies! {
    Reply {
        QuestionSaved { question: QuestionId } = 90,
        QuestionsSeeded = 91,
    }
}

refusals! {
    Refusal {
        NoSuchQuestion,
        PlaceWrong { most: i64 },
        /// There are questions already.
        AlreadySeeded,
    }
}

text_parts! {
    QuestionText { asked: String, answer: String }
}

texts! {
    QuestionRecord(question: QuestionId) { text: QuestionText } in "question_text" newest content;
}
