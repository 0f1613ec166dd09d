//! One of each command about questions, feedback and the end of an account, and what they need to be carried out.

use super::everything::READER;
use super::{LIBRARIAN, MORNING, Memory};
use domain::bulletins::{BulletinWords, SaveBulletin, SeedBulletins};
use domain::closings::{AskToClose, CloseAccount, KeepAccount};
use domain::consents::RevokeConsent;
use domain::core::asked::Actor;
use domain::core::record::Sealed;
use domain::exports::{AskForExport, DeliverExport, DropExport};
use domain::feedback::{AnswerFeedback, ReplyToFeedback, SendFeedback, Written};
use domain::passages::SavePassage;
use domain::questions::{QuestionText, SaveQuestion, Saved, SeedQuestions};
use domain::slices::Command;
use domain::stock_alerts::{ChooseStockAlert, TellOfStock};
use domain::tables::*;

const STAFF: Actor = Actor::Staff(LIBRARIAN);

/// Has nothing, and has had time to think.
const LEAVES: ReaderId = ReaderId(9_302);
/// Thinks better of it.
const STAYS: ReaderId = ReaderId(9_303);

pub fn library(memory: &mut Memory) {
    memory.set(super::rows::reader(LEAVES));
    memory.set(Closing { reader: LEAVES, due: 0, closed_at: 0, at: 0 });
    memory.set(super::rows::reader(STAYS));
    memory.set(Export { reader: LEAVES, until: 0, at: 0 });
    memory.set(Export { reader: STAYS, until: 1, at: 0 });
    memory.set(Closing { reader: STAYS, due: i64::MAX, closed_at: 0, at: 0 });
    memory.set(super::rows::prize(SOLD_OUT, 0));
    memory.set(super::rows::prize(BACK, 1));
    memory.set(StockAlert { reader: READER, prize: BACK, at: 1 });
    let child = super::rows::member(STAYS, CHILD, 20160512);
    memory.set(Member { guardian: Some(READER), consented_at: 1, ..child });
    let (id, state) = (THREAD, FeedbackState::Open);
    memory.set(Feedback { id, reader: READER, state, posts: 1, pictures: 0, at: MORNING, changed_at: MORNING });
}

pub fn commands() -> Vec<(Actor, Command)> {
    let reader = Actor::Reader(READER);
    vec![
        (reader, Command::from(SendFeedback { written: a_letter() })),
        (reader, Command::from(ReplyToFeedback { feedback: THREAD, written: a_letter() })),
        (STAFF, Command::from(AnswerFeedback { feedback: THREAD, words: Some(Sealed(vec![1])), closes: true })),
        (STAFF, Command::from(SaveQuestion { question: None, saved: a_question() })),
        (Actor::Job, Command::from(SeedQuestions { questions: vec![a_question()] })),
        (reader, Command::from(AskToClose {})),
        (Actor::Reader(STAYS), Command::from(KeepAccount {})),
        (Actor::Job, Command::from(closes())),
        (reader, Command::from(RevokeConsent { reader: STAYS, member: CHILD })),
        (STAFF, Command::from(SaveBulletin { bulletin: None, seen: 0, saved: a_bulletin() })),
        (Actor::Job, Command::from(SeedBulletins { bulletins: vec![a_bulletin()] })),
        (STAFF, Command::from(SavePassage { passage: Passage::Rules, seen: 0, text: "本馆说明".into() })),
        (reader, Command::from(ChooseStockAlert { prize: SOLD_OUT, wanted: true })),
        (Actor::Job, Command::from(TellOfStock { reader: READER, prize: BACK })),
        (reader, Command::from(AskForExport {})),
        (Actor::Job, Command::from(DeliverExport { reader: LEAVES, body: Sealed(vec![1]) })),
        (Actor::Job, Command::from(DropExport { reader: STAYS })),
    ]
}

fn closes() -> CloseAccount {
    let (wechat, sessions, feedback, parties) = (vec![], vec![], vec![], vec![]);
    CloseAccount { reader: LEAVES, wechat, sessions, feedback, parties }
}

fn a_bulletin() -> domain::bulletins::Saved {
    let words = BulletinWords { title: "闭馆通知".into(), body: "上午闭馆。".into() };
    domain::bulletins::Saved { shown: true, since: 20261201, until: 0, words }
}

fn a_question() -> Saved {
    let text = QuestionText { asked: "积分会过期吗？".into(), answer: "不会。".into() };
    Saved { category: QuestionCategory::Points, place: 10, shown: true, text }
}

/// For whom the reader has consented.
const CHILD: MemberId = MemberId(9_302);
const SOLD_OUT: PrizeId = PrizeId(9_303);
const BACK: PrizeId = PrizeId(9_304);
const THREAD: FeedbackId = FeedbackId(9_301);

fn a_letter() -> Written {
    Written { words: Sealed(vec![1]), pictures: vec![] }
}
