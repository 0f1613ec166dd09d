//! 常见问题: written by staff for content; a new library's first ones come from the program, once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::Actor;
use domain::core::refusal::{Common, Refused};
use domain::questions::{self, QuestionText, Reply, SaveQuestion, Saved, SeedQuestions};
use domain::slices::Command;
use domain::staff::{self, Permission, bits};
use domain::tables::*;
use support::*;

const STAFF: Actor = Actor::Staff(LIBRARIAN);

fn saved(asked: &str, answer: &str, place: i64) -> Saved {
    let text = QuestionText { asked: asked.into(), answer: answer.into() };
    Saved { category: QuestionCategory::Points, place, shown: true, text }
}

fn save(memory: &mut Memory, question: Option<QuestionId>, saved: Saved) -> Result<Option<Reply>, Refused> {
    let command = Command::from(SaveQuestion { question, saved });
    memory.ask(STAFF, command, at(MORNING)).map(|reply| reply.of::<Reply>())
}

#[test]
fn a_question_is_refused_for_one_reason_after_the_other() {
    let mut memory = Memory::default();
    memory.staff_everywhere(LIBRARIAN, bits(&[Permission::Read]));
    let mut of = Saved { place: -1, ..saved("", "", 0) };
    let nobody = Some(QuestionId(99));
    assert_eq!(save(&mut memory, nobody, of.clone()), Err(Common::NoPermission.into()));
    memory.staff_everywhere(LIBRARIAN, bits(&[Permission::EditContent]));
    // Everything is wrong at once; each mending uncovers the next reason.
    assert_eq!(save(&mut memory, nobody, of.clone()), Err(questions::Refusal::NoSuchQuestion.into()));
    assert_eq!(save(&mut memory, None, of.clone()), Err(Common::TitleMissing.into()));
    of.text.asked = "问".repeat(61);
    assert_eq!(save(&mut memory, None, of.clone()), Err(Common::TextTooLong { most: 60 }.into()));
    of.text.asked = "积分会过期吗？".into();
    assert_eq!(save(&mut memory, None, of.clone()), Err(Common::WordsMissing.into()));
    of.text.answer = "答".repeat(2_001);
    assert_eq!(save(&mut memory, None, of.clone()), Err(Common::TextTooLong { most: 2_000 }.into()));
    of.text.answer = "不会。".into();
    assert_eq!(save(&mut memory, None, of.clone()), Err(questions::Refusal::PlaceWrong { most: 9_999 }.into()));
    of.place = 10;
    let Ok(Some(Reply::QuestionSaved { question })) = save(&mut memory, None, of.clone()) else { panic!() };
    of.shown = false;
    save(&mut memory, Some(question), of).unwrap();
    let rows = memory.all::<Question>();
    assert_eq!((rows.len(), rows[0].shown, memory.audits().len()), (1, false, 2));
}

#[test]
fn the_first_ones_come_once_and_from_the_program() {
    let mut memory = Memory::default();
    memory.staff_everywhere(LIBRARIAN, bits(&[Permission::EditContent]));
    let seed = || Command::from(SeedQuestions { questions: vec![saved("一", "答", 1), saved("二", "答", 2)] });
    let by_staff = memory.ask(STAFF, seed(), at(MORNING)).map(|_| ());
    assert_eq!(by_staff, Err(Common::NoPermission.into()));
    memory.ask(Actor::Job, seed(), at(MORNING)).unwrap();
    assert_eq!(memory.all::<Question>().len(), 2);
    let again = memory.ask(Actor::Job, seed(), at(MORNING)).map(|_| ());
    assert_eq!(again, Err(questions::Refusal::AlreadySeeded.into()));
    let branch_only = staff::Refusal::OtherBranch;
    memory.staff(LIBRARIAN, bits(&[Permission::EditContent]));
    assert_eq!(save(&mut memory, None, saved("三", "答", 3)), Err(branch_only.into()));
}
