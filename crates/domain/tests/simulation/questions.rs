//! 常见问题 in the simulation: staff write them, the program begins.

use crate::invariants::{Findings, claim};
use crate::model::{Answer, Model};
use crate::rooms::Room;
use crate::script::{NOBODY, Script};
use crate::support::Memory;
use domain::core::asked::{Actor, Now};
use domain::questions::{self, QuestionRecord, QuestionText, SaveQuestion, Saved, SeedQuestions};
use domain::slices::{Command, Envelope};
use domain::tables::{Question, QuestionCategory, QuestionId, Table};
use std::collections::BTreeSet;

pub const ROOM: Room = Room { next, follow, tables: &[Table::Question], violations };

fn saved(script: &mut Script) -> Saved {
    let odd = script.dice.below(30);
    Saved {
        category: QuestionCategory::ALL[script.dice.below(6) as usize],
        place: if odd == 0 { -1 } else { script.dice.below(90) },
        shown: script.dice.one_in(2),
        text: QuestionText {
            asked: if odd == 1 { String::new() } else { "积分会过期吗？".into() },
            answer: if odd == 2 { String::new() } else { "不会。".repeat(if odd == 3 { 700 } else { 1 }) },
        },
    }
}

fn next(script: &mut Script) -> (Actor, Command) {
    if script.dice.one_in(6) {
        let by = if script.dice.one_in(5) { script.reader() } else { Actor::Job };
        return (by, Command::from(SeedQuestions { questions: vec![saved(script)] }));
    }
    let known: Vec<i64> = script.model.questions.iter().copied().collect();
    let known = script.dice.pick(known).map(QuestionId);
    let question = if script.dice.one_in(20) { Some(QuestionId(NOBODY)) } else { known };
    let question = question.filter(|_| script.dice.one_in(2));
    (script.staff(), Command::from(SaveQuestion { question, saved: saved(script) }))
}

fn follow(model: &mut Model, e: &Envelope, _: Now, heard: &Answer) -> Option<Answer> {
    let Command::Questions(command) = &e.command else { return None };
    if heard.is_ok() {
        model.wrote("question");
        match command {
            questions::Command::SaveQuestion(c) => {
                model.audits += 1;
                let id = c.question.map_or_else(|| model.fresh(heard), |id| id.0);
                model.questions.insert(id);
            }
            // The next word of them is known by nobody yet.
            questions::Command::SeedQuestions(_) => {}
        }
    }
    Some(*heard)
}

fn violations(memory: &Memory, found: &mut Findings) {
    let told: BTreeSet<QuestionId> = memory
        .records
        .iter()
        .filter_map(|record| record.of::<QuestionRecord>())
        .map(|record| record.question)
        .collect();
    for row in memory.all::<Question>() {
        claim(found, told.contains(&row.id), || format!("{row:?} has no words"));
    }
}
