//! Rules: who sets them, within which bounds, from which day on; and what a decision reads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::{Actor, Now};
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::rules::*;
use domain::slices::Command;
use domain::staff::{self, Permission};
use domain::tables::*;
use support::*;

const TODAY: i64 = 20261123;
const CHIEF: StaffId = StaffId(2);
const RULE: Rule = Rule::CheckInPoints;

fn on(today: i64) -> Now {
    Now { at: MORNING, today, minute: 540 }
}

fn ask(memory: &mut Memory, actor: Actor, value: i64, since: i64) -> Result<Replied, Refused> {
    memory.ask(actor, Command::from(SetRule { rule: RULE, value, since, seen: None }), on(TODAY))
}

fn values(memory: &Memory) -> Vec<(i64, i64)> {
    memory.all::<RuleValue>().iter().map(|value| (value.since, value.value)).collect()
}

#[test]
fn rules_are_set_by_whoever_manages_staff_or_runs_the_program() {
    let mut memory = Memory::default();
    memory.staff(CHIEF, Permission::EditPrizes as i64);
    for nobody in [Actor::Visitor, Actor::Reader(ReaderId(1)), Actor::Staff(CHIEF)] {
        assert_eq!(ask(&mut memory, nobody, 2, TODAY), Err(Common::NoPermission.into()), "{nobody:?}");
    }
    assert_eq!(ask(&mut memory, Actor::Staff(StaffId(9)), 2, TODAY), Err(staff::Refusal::NoSuchStaff.into()));
    // Rules are the whole library's.
    memory.staff(CHIEF, Permission::ManageStaff as i64);
    assert_eq!(ask(&mut memory, Actor::Staff(CHIEF), 2, TODAY), Err(staff::Refusal::OtherBranch.into()));
    memory.staff_everywhere(CHIEF, Permission::ManageStaff as i64);
    for (actor, by) in [(Actor::Staff(CHIEF), Some(CHIEF)), (Actor::Job, None)] {
        let reply = ask(&mut memory, actor, 2, TODAY);
        assert_eq!(reply, Ok(Reply::RuleSet { rule: RULE.into(), value: 2 }.into()));
        let value = RuleValue { rule: RULE.into(), since: TODAY, value: 2, set_by: by, at: MORNING };
        assert_eq!(memory.all::<RuleValue>(), [value], "the same day's value is replaced");
        let audit = memory.last_audit();
        assert_eq!((audit.staff, audit.action.as_str(), audit.about), (by, "rule.set", RULE as i64));
    }
}

#[test]
fn a_value_out_of_bounds_is_refused_before_a_day_that_is_over() {
    let mut memory = Memory::default();
    let bounds = Err(Refusal::OutOfBounds { least: 0, most: 100 }.into());
    for (value, since) in [(-1, TODAY), (101, TODAY), (101, TODAY - 1)] {
        assert_eq!(ask(&mut memory, Actor::Job, value, since), bounds, "{value}");
    }
    for since in [TODAY - 1, 0, 20261131] {
        assert_eq!(ask(&mut memory, Actor::Job, 100, since), Err(Refusal::DayIsOver.into()), "{since}");
    }
    for value in [0, 100] {
        assert!(ask(&mut memory, Actor::Job, value, TODAY + value).is_ok(), "{value}");
    }
}

#[test]
fn what_is_in_force_is_the_newest_value_that_has_begun() {
    let mut memory = Memory::default();
    memory.rule(RULE, 3);
    ask(&mut memory, Actor::Job, 5, 20261201).unwrap();
    ask(&mut memory, Actor::Job, 4, TODAY).unwrap();
    let rows = memory.all::<RuleValue>();
    let told = [20261122, TODAY, 20261130, 20261201, 20270101].map(|day| in_force(&rows, RULE, day));
    assert_eq!(told, [3, 4, 4, 5, 5]);
    assert_eq!(in_force(&rows, Rule::MakeUpsMax, TODAY), 2, "nobody has set it: the default");
}

#[test]
fn the_settings_count_only_while_nothing_is_set() {
    let seed = |memory: &mut Memory, actor, values: &[(Rule, i64)]| {
        memory.ask(actor, Command::from(SeedRules { values: values.to_vec() }), on(TODAY))
    };
    let mut memory = Memory::default();
    assert_eq!(seed(&mut memory, Actor::Visitor, &[]), Err(Common::NoPermission.into()));
    let wrong = seed(&mut memory, Actor::Job, &[(Rule::MembersMax, 13), (RULE, 101)]);
    assert_eq!(wrong, Err(Refusal::OutOfBounds { least: 0, most: 100 }.into()));
    assert_eq!(values(&memory), [], "all or nothing");
    let usual = (RULE, RULE.about().default);
    assert_eq!(seed(&mut memory, Actor::Job, &[usual]), Ok(Reply::RulesSeeded.into()));
    assert_eq!(values(&memory), [(0, 1)], "what is as usual is set, too: the file counts once");
    assert_eq!(seed(&mut memory, Actor::Job, &[usual]), Err(Refusal::AlreadySet.into()));
}

#[test]
fn the_list_is_sound() {
    for rule in Rule::ALL {
        let about = rule.about();
        assert!((about.least..=about.most).contains(&about.default), "{rule:?}");
        assert_ne!(about.says(about.least), about.says(about.most), "{rule:?}: the value is said");
        let same = Rule::ALL.iter().filter(|other| other.about().word == about.word);
        assert_eq!(same.count(), 1, "{}", about.word);
    }
}

#[test]
fn whoever_has_not_seen_the_newest_value_sets_none() {
    let mut memory = Memory::default();
    let set = |memory: &mut Memory, seen, value, since| {
        memory.ask(Actor::Job, Command::from(SetRule { rule: RULE, value, since, seen }), on(TODAY))
    };
    assert!(set(&mut memory, Some(0), 2, TODAY).is_ok());
    assert_eq!(set(&mut memory, Some(0), 3, TODAY - 1), Err(Refusal::DayIsOver.into()));
    assert_eq!(set(&mut memory, Some(0), 3, TODAY), Err(Refusal::ChangedMeanwhile.into()));
    assert!(set(&mut memory, Some(MORNING), 3, TODAY).is_ok());
    assert!(set(&mut memory, None, 4, TODAY).is_ok());
}

#[test]
fn what_is_to_come_is_only_what_becomes_another_value() {
    let value = |since, value, at| RuleValue { rule: RULE.into(), since, value, set_by: None, at };
    let values =
        [value(0, 1, 1), value(20261210, 3, 2), value(20261210, 1, 3), value(20270101, 2, 4), value(20270201, 2, 5)];
    assert_eq!(to_come(&values, RULE, TODAY), [(20270101, 2)]);
    assert_eq!((newest(&values, RULE), newest(&values, Rule::WeekBonus)), (5, 0));
}
