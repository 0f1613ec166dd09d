//! Activities: who saves, publishes and cancels them, within which bounds, and what was promised once published.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::activities::{self, *};
use domain::core::asked::Actor;
use domain::core::record::{Picture, Record};
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::core::texts::{ADDRESS_CHARS_MAX, DESCRIPTION_CHARS_MAX, REASON_CHARS_MAX, TITLE_CHARS_MAX};
use domain::slices::Command;
use domain::staff;
use domain::staff::Permission::EditActivities;
use domain::tables::*;
use support::activities::{ACTIVITY, STAFF, hall, wish};
use support::asking::HELPER;
use support::rows::{RULES, STARTS, TIMES, activity_form};
use support::*;

const ELSEWHERE: BranchId = BranchId(2);
const OTHER: ActivityId = ActivityId(62);

fn save(memory: &mut Memory, form: SaveActivity) -> Result<Replied, Refused> {
    memory.save(form, MORNING)
}

fn publish(memory: &mut Memory, actor: Actor, when: Millis) -> Result<Replied, Refused> {
    memory.ask(actor, Command::from(PublishActivity { activity: ACTIVITY }), at(when))
}

fn cancel(memory: &mut Memory, actor: Actor, reason: &str) -> Result<Replied, Refused> {
    let cancel = CancelActivity { activity: ACTIVITY, reason: reason.into() };
    memory.ask(actor, Command::from(cancel), at(MORNING))
}

/// A hall whose activity is in this state.
fn with(state: ActivityState) -> Memory {
    let mut memory = hall(10);
    memory.set(Activity { state, ..memory.activity() });
    memory
}

#[test]
fn saving_is_refused_in_order_of_precedence() {
    let mut memory = with(ActivityState::Cancelled);
    memory.set(Activity { branch: ELSEWHERE, ..memory.activity() });
    let text = ActivityText { title: " ".into(), ..ActivityText::default() };
    let times = Times { opens: TIMES.closes, ..TIMES };
    let rules = Rules { points: -1, series: Some(OTHER), ..RULES };
    let worst = SaveActivity { text, times, rules, branch: ELSEWHERE, ..activity_form(Some(OTHER), -1) };
    let helper = |memory: &mut Memory, form: &SaveActivity| {
        memory.ask(Actor::Staff(HELPER), Command::from(form.clone()), at(MORNING))
    };
    memory.is_not_for_others(&Command::from(worst.clone()));
    memory.is_for_staff(EditActivities, &Command::from(worst.clone()));
    assert_eq!(helper(&mut memory, &worst), Err(staff::Refusal::OtherBranch.into()));
    let worst = SaveActivity { branch: BRANCH, ..worst };
    assert_eq!(helper(&mut memory, &worst), Err(Common::TitleMissing.into()));
    let worst = SaveActivity { text: activity_form(None, 0).text, ..worst };
    assert_eq!(helper(&mut memory, &worst), Err(activities::Refusal::TimesWrong.into()));
    let worst = SaveActivity { times: TIMES, ..worst };
    assert_eq!(helper(&mut memory, &worst), Err(Common::NotPositive.into()));
    let worst = SaveActivity { rules: Rules { points: 1, ..rules }, capacity: 1, ..worst };
    assert_eq!(helper(&mut memory, &worst), Err(activities::Refusal::NoSuchActivity.into()));
    let worst = SaveActivity { activity: Some(ACTIVITY), ..worst };
    assert_eq!(helper(&mut memory, &worst), Err(staff::Refusal::OtherBranch.into()));
    memory.set(Activity { branch: BRANCH, ..memory.activity() });
    assert_eq!(helper(&mut memory, &worst), Err(activities::Refusal::ActivityCancelled.into()));
    memory.set(Activity { state: ActivityState::Draft, ..memory.activity() });
    assert_eq!(helper(&mut memory, &worst), Err(activities::Refusal::NoSuchActivity.into()), "the series");
    memory.open(Activity { branch: ELSEWHERE, ..rows::activity(OTHER, 1) }, rows::activity_rules(OTHER));
    assert_eq!(helper(&mut memory, &worst), Err(staff::Refusal::OtherBranch.into()), "the series");
    memory.set(rows::activity(OTHER, 1));
    assert_eq!(memory.records, []);
    let saved = Replied::from(activities::Reply::ActivitySaved { activity: ACTIVITY, moved: false });
    assert_eq!(helper(&mut memory, &worst), Ok(saved));
}

#[test]
fn a_new_activity_is_a_draft() {
    let mut memory = hall(1);
    let picture = Picture { hash: digest(41, 1), bytes: vec![1] };
    let rules = Rules { series: Some(ACTIVITY), walk_ins: true, companions: true, age_min: 3, age_max: 6, ..RULES };
    let form = SaveActivity { rules, pictures: vec![picture.clone()], ..activity_form(None, 20) };
    let reply = save(&mut memory, form.clone()).unwrap();
    let id = reply.names(ActivityId);
    let row = memory.get::<Activity>(Activity::key(id)).unwrap();
    assert_eq!(row, Activity { state: ActivityState::Draft, ..rows::activity(id, 20) });
    assert_eq!(of_row(&memory.get(ActivityRules::key(id)).unwrap()), rules);
    let text = Record::from(TextOfActivity { activity: id, text: form.text });
    assert_eq!(memory.records[..2], [Record::from(picture), text]);
    assert_eq!((memory.records[2..].len(), memory.last_audit().action.as_str()), (1, "activity.create"));
    // Readers do not see it.
    let reader = memory.comes(11, 0);
    let sign_up = domain::activities::enrolments::SignUp { activity: id, ..wish(reader, &[None]) };
    assert_eq!(memory.sign_up(reader, sign_up, MORNING), Err(activities::Refusal::NoSuchActivity.into()));
}

#[test]
fn times_follow_each_other() {
    let wrong = [
        Times { opens: TIMES.closes, ..TIMES },
        Times { closes: TIMES.ends + 1, ..TIMES },
        Times { ends: STARTS, ..TIMES },
        Times { withdraw_until: TIMES.ends + 1, ..TIMES },
        Times { opens: -9, closes: -8, withdraw_until: -8, starts: 0, ends: 5, start_day: 19700101 },
        Times { start_day: 0, ..TIMES },
        Times { start_day: 20261131, ..TIMES },
        Times { start_day: i64::MIN, ..TIMES },
        Times { start_day: 20261128, ..TIMES },
        Times { start_day: 20261202, ..TIMES },
    ];
    for times in wrong {
        let heard = save(&mut hall(1), SaveActivity { times, ..activity_form(None, 1) });
        assert_eq!(heard, Err(activities::Refusal::TimesWrong.into()), "{times:?}");
    }
    let right = [
        Times { opens: TIMES.ends - 1, closes: TIMES.ends, ..TIMES },
        Times { withdraw_until: TIMES.ends, starts: TIMES.ends - 1, ..TIMES },
        Times {
            opens: i64::MIN,
            starts: 1,
            withdraw_until: i64::MIN,
            ends: i64::MAX,
            closes: i64::MAX,
            start_day: 19691231,
        },
    ];
    for times in right {
        assert!(save(&mut hall(1), SaveActivity { times, ..activity_form(None, 1) }).is_ok(), "{times:?}");
    }
}

#[test]
fn counts_stay_within_their_bounds() {
    let of = |rules: Rules, capacity| save(&mut hall(1), SaveActivity { rules, ..activity_form(None, capacity) });
    let wrong = [
        (Rules { points: -1, ..RULES }, 1),
        (Rules { points: POINTS_MAX + 1, ..RULES }, 1),
        (RULES, -1),
        (RULES, CAPACITY_MAX + 1),
        (Rules { party_max: 0, ..RULES }, 1),
        (Rules { party_max: PARTY_MAX + 1, ..RULES }, 1),
        (Rules { age_min: -1, ..RULES }, 1),
        (Rules { age_min: AGE_MAX + 1, ..RULES }, 1),
        (Rules { minutes_min: -1, ..RULES }, 1),
        (Rules { minutes_min: 1, ..RULES }, 1),
        (Rules { block_minutes: 30, ..RULES }, 1),
    ];
    for (rules, capacity) in wrong {
        assert_eq!(of(rules, capacity), Err(Common::NotPositive.into()), "{capacity} {rules:?}");
    }
    for rules in [Rules { age_min: 6, age_max: 5, ..RULES }, Rules { age_max: AGE_MAX + 1, ..RULES }] {
        assert_eq!(of(rules, 1), Err(activities::Refusal::AgesWrong.into()), "{rules:?}");
    }
    let of_service = |rules| {
        save(&mut hall(1), SaveActivity { kind: ActivityKind::Volunteer, rules, ..activity_form(None, 1) }).map(drop)
    };
    assert_eq!(of_service(Rules { block_minutes: 30, minutes_min: 1_440, ..RULES }), Ok(()));
    for rules in [Rules { minutes_min: 1_441, ..RULES }, Rules { walk_ins: true, ..RULES }] {
        assert_eq!(of_service(rules), Err(Common::NotPositive.into()), "{rules:?}");
    }
    let right = [
        (Rules { points: 0, age_min: AGE_MAX, age_max: 0, ..RULES }, 0),
        (Rules { points: POINTS_MAX, party_max: PARTY_MAX, age_min: 5, age_max: 5, ..RULES }, CAPACITY_MAX),
        (Rules { age_max: AGE_MAX, party_max: 1, ..RULES }, 1),
    ];
    for (rules, capacity) in right {
        assert!(of(rules, capacity).is_ok(), "{capacity} {rules:?}");
    }
}

#[test]
fn texts_have_their_lengths() {
    type Set = fn(&mut SaveActivity, String);
    let texts: [(Set, usize); 7] = [
        (|form, text| form.text.title = text, TITLE_CHARS_MAX),
        (|form, text| form.text.description = text, 5 * DESCRIPTION_CHARS_MAX),
        (|form, text| form.text.place = text, ADDRESS_CHARS_MAX),
        (|form, text| form.text.audience = text, ADDRESS_CHARS_MAX),
        (|form, text| form.text.category = text, TITLE_CHARS_MAX),
        (|form, text| form.text.questions = text, DESCRIPTION_CHARS_MAX),
        (|form, text| form.news = text, REASON_CHARS_MAX),
    ];
    for (set, most) in texts {
        let mut form = activity_form(None, 1);
        set(&mut form, "书".repeat(most));
        assert!(save(&mut hall(1), form.clone()).is_ok(), "{most}");
        set(&mut form, "书".repeat(most + 1));
        assert_eq!(save(&mut hall(1), form), Err(Common::TextTooLong { most: most as i64 }.into()));
    }
}

#[test]
fn what_was_promised_does_not_change() {
    let mut memory = with(ActivityState::Published);
    let form = activity_form(Some(ACTIVITY), 10);
    let changed = [
        SaveActivity { kind: ActivityKind::Volunteer, ..form.clone() },
        SaveActivity { branch: ELSEWHERE, ..form.clone() },
        SaveActivity { rules: Rules { points: 11, ..RULES }, ..form.clone() },
        SaveActivity { rules: Rules { per_participant: true, ..RULES }, ..form.clone() },
        SaveActivity { rules: Rules { walk_ins: true, ..RULES }, ..form.clone() },
        SaveActivity { rules: Rules { code: VenueCode::Static, ..RULES }, ..form.clone() },
    ];
    for form in changed {
        assert_eq!(save(&mut memory, form.clone()), Err(activities::Refusal::RulesPromised.into()), "{form:?}");
        let mut draft = with(ActivityState::Draft);
        assert!(save(&mut draft, form).is_ok());
    }
    memory.set(Activity { confirmed_at: 1, taken: 5, ..memory.activity() });
    let smaller = SaveActivity { capacity: 4, times: Times { starts: STARTS + 1, ..TIMES }, ..form.clone() };
    assert_eq!(memory.save(smaller.clone(), STARTS), Err(activities::Refusal::AlreadyConfirmed.into()));
    memory.set(Activity { confirmed_at: 0, ..memory.activity() });
    assert_eq!(memory.save(smaller.clone(), STARTS), Err(activities::Refusal::TimesWrong.into()), "it has begun");
    memory.set(Activity { present: 1, ..memory.activity() });
    assert_eq!(
        memory.save(smaller.clone(), STARTS - 1),
        Err(activities::Refusal::TimesWrong.into()),
        "somebody is there"
    );
    memory.set(Activity { present: 0, ..memory.activity() });
    assert_eq!(memory.save(smaller.clone(), STARTS - 1), Err(activities::Refusal::CapacityTooLow { taken: 5 }.into()));
    assert!(memory.save(SaveActivity { capacity: 5, ..smaller }, STARTS - 1).is_ok());
}

#[test]
fn a_moved_start_is_news() {
    let mut memory = with(ActivityState::Draft);
    let times = Times { starts: STARTS + 1, ..TIMES };
    let moved = SaveActivity { times, news: " 改到下午 ".into(), ..activity_form(Some(ACTIVITY), 10) };
    // Of a draft nobody knows.
    assert_eq!(save(&mut memory, moved.clone()).unwrap().cells[1], 0);
    assert_eq!(memory.all::<Announcement>(), []);
    publish(&mut memory, STAFF, MORNING).unwrap();
    assert_eq!(save(&mut memory, moved.clone()).unwrap().cells[1], 0, "as it was");
    assert_eq!(save(&mut memory, SaveActivity { times: TIMES, ..moved }).unwrap().cells[1], 1);
    let announcement = memory.all::<Announcement>()[0];
    assert_eq!((announcement.activity, announcement.done), (ACTIVITY, false));
    let text = Record::from(AnnouncementText { announcement: announcement.id, text: "改到下午".into() });
    assert!(memory.records.contains(&text));
    assert_eq!(memory.get::<JobRun>(JobRun::key(Job::Participants)).unwrap().next_at, 0);
}

#[test]
fn publishing_is_refused_in_order_of_precedence() {
    let mut memory = Memory::default();
    let command = Command::from(PublishActivity { activity: ACTIVITY });
    assert_eq!(
        memory.ask(Actor::Visitor, command.clone(), at(MORNING)),
        Err(activities::Refusal::NoSuchActivity.into())
    );
    let mut memory = with(ActivityState::Published);
    memory.is_not_for_others(&command);
    memory.is_for_staff(EditActivities, &command);
    let helper = Actor::Staff(HELPER);
    let whole = memory.activity();
    memory.set(Activity { branch: ELSEWHERE, ..whole });
    assert_eq!(publish(&mut memory, helper, MORNING), Err(staff::Refusal::OtherBranch.into()));
    memory.set(whole);
    assert_eq!(publish(&mut memory, helper, TIMES.ends), Err(activities::Refusal::AlreadyPublished.into()));
    memory.set(Activity { state: ActivityState::Cancelled, ..whole });
    assert_eq!(publish(&mut memory, helper, TIMES.ends), Err(activities::Refusal::ActivityCancelled.into()));
    memory.set(Activity { state: ActivityState::Draft, ..whole });
    assert_eq!(publish(&mut memory, helper, TIMES.ends), Err(activities::Refusal::ActivityNotOpen.into()));
    let reply = publish(&mut memory, helper, TIMES.ends - 1);
    assert_eq!(reply, Ok(activities::Reply::ActivityPublished { activity: ACTIVITY }.into()));
    assert_eq!(memory.activity(), whole);
}

#[test]
fn cancelling_is_refused_in_order_of_precedence() {
    let mut memory = with(ActivityState::Cancelled);
    let whole = memory.activity();
    let command = Command::from(CancelActivity { activity: ACTIVITY, reason: " ".into() });
    memory.is_not_for_others(&command);
    memory.is_for_staff(EditActivities, &command);
    let helper = Actor::Staff(HELPER);
    memory.set(Activity { branch: ELSEWHERE, ..whole });
    assert_eq!(cancel(&mut memory, helper, " "), Err(staff::Refusal::OtherBranch.into()));
    memory.set(whole);
    assert_eq!(cancel(&mut memory, helper, " "), Err(Common::ReasonMissing.into()));
    let long = "书".repeat(REASON_CHARS_MAX + 1);
    assert_eq!(cancel(&mut memory, helper, &long), Err(Common::TextTooLong { most: REASON_CHARS_MAX as i64 }.into()));
    assert_eq!(cancel(&mut memory, helper, "台风"), Err(activities::Refusal::ActivityCancelled.into()));
    memory.set(Activity { state: ActivityState::Published, confirmed_at: 1, ..whole });
    assert_eq!(cancel(&mut memory, helper, "台风"), Err(activities::Refusal::AlreadyConfirmed.into()));
    // Of a draft nobody is to read.
    assert_eq!(
        cancel(&mut with(ActivityState::Draft), STAFF, "台风"),
        Err(activities::Refusal::ActivityNotOpen.into())
    );
    let mut memory = with(ActivityState::Published);
    let reply = cancel(&mut memory, STAFF, " 台风 ");
    assert_eq!(reply, Ok(activities::Reply::ActivityCancelled { activity: ACTIVITY }.into()));
    assert_eq!(memory.activity().state, ActivityState::Cancelled);
    assert!(memory.records.contains(&Record::from(CancelReason { activity: ACTIVITY, reason: "台风".into() })));
    assert_eq!(memory.get::<JobRun>(JobRun::key(Job::Participants)).unwrap().next_at, 0);
}

#[test]
fn of_a_cancelled_activity_nobody_is_promoted_or_signed_in() {
    let mut memory = hall(1);
    let [first, second] = [11, 12].map(|n| memory.comes(n, 0));
    for reader in [first, second] {
        memory.sign_up(reader, wish(reader, &[None]), MORNING).unwrap();
    }
    cancel(&mut memory, STAFF, "台风").unwrap();
    assert_eq!(memory.attend(first, &[None], STARTS), Err(activities::Refusal::ActivityCancelled.into()));
    assert_eq!(memory.tick(first, None, true), Err(activities::Refusal::ActivityCancelled.into()));
    assert_eq!(memory.confirm(TIMES.ends), Err(activities::Refusal::ActivityCancelled.into()));
    assert_eq!(memory.mark(first, None, TIMES.ends), Err(activities::Refusal::NothingToDo.into()));
    let free = domain::activities::enrolments::FreeParticipants { activity: ACTIVITY, reader: first };
    memory.ask(Actor::Job, Command::from(free), at(MORNING)).unwrap();
    assert_eq!(memory.state(second, None), ParticipantState::Waiting);
    memory.adds_up();
}

#[test]
fn what_is_of_another_branch_s_series_is_edited_by_its_own_staff() {
    let mut memory = hall(9);
    memory.open(Activity { branch: ELSEWHERE, ..rows::activity(OTHER, 9) }, rows::activity_rules(OTHER));
    memory.set(ActivityRules { series: Some(OTHER), ..rows::activity_rules(ACTIVITY) });
    memory.staff(HELPER, EditActivities as i64);
    let mut helper = |activity| {
        let rules = Rules { series: Some(OTHER), ..RULES };
        let form = SaveActivity { rules, ..activity_form(activity, 9) };
        memory.ask(Actor::Staff(HELPER), Command::from(form), at(MORNING)).map(drop)
    };
    assert_eq!(helper(Some(ACTIVITY)), Ok(()), "it was in that series before");
    assert_eq!(helper(None), Err(staff::Refusal::OtherBranch.into()));
}

#[test]
fn all_of_a_series_name_its_first() {
    let mut memory = hall(9);
    let next = |memory: &mut Memory, named: ActivityId| {
        let rules = Rules { series: Some(named), ..RULES };
        let reply = memory.save(SaveActivity { rules, ..activity_form(None, 1) }, MORNING);
        reply.map(|reply| reply.names(ActivityId))
    };
    let series = |memory: &Memory, id| memory.get::<ActivityRules>(ActivityRules::key(id)).unwrap().series;
    let second = next(&mut memory, ACTIVITY).unwrap();
    // Whoever names the second means the series.
    let third = next(&mut memory, second).unwrap();
    for id in [ACTIVITY, second, third] {
        assert_eq!(series(&memory, id), Some(ACTIVITY));
    }
    // The first is published: what was promised of it is still the same, with or without its own number.
    for named in [None, Some(ACTIVITY)] {
        let form = SaveActivity { rules: Rules { series: named, ..RULES }, ..activity_form(Some(ACTIVITY), 9) };
        assert!(memory.save(form, MORNING).is_ok());
        assert_eq!(series(&memory, ACTIVITY), Some(ACTIVITY));
    }
    let other = ActivityId(63);
    memory.open(rows::activity(other, 1), rows::activity_rules(other));
    let away = SaveActivity { rules: Rules { series: Some(other), ..RULES }, ..activity_form(Some(ACTIVITY), 9) };
    assert_eq!(memory.save(away.clone(), MORNING), Err(activities::Refusal::SeriesHasOthers.into()));
    let back = SaveActivity { rules: Rules { series: Some(third), ..RULES }, ..away };
    assert!(memory.save(back, MORNING).is_ok(), "its own series");
    // Nobody remembers who came to what is over.
    for over in [
        Activity { ends: MORNING, ..rows::activity(other, 1) },
        Activity { state: ActivityState::Cancelled, ..rows::activity(other, 1) },
    ] {
        memory.set(over);
        assert_eq!(next(&mut memory, other), Err(activities::Refusal::SeriesOver.into()));
    }
    memory.set(Activity { ends: MORNING, ..memory.activity() });
    assert!(next(&mut memory, ACTIVITY).is_ok(), "a series that is known goes on");
    memory.set(Activity { branch: ELSEWHERE, ..rows::activity(other, 1) });
    let named = Command::from(SaveActivity { rules: Rules { series: Some(other), ..RULES }, ..activity_form(None, 1) });
    memory.is_for_staff(EditActivities, &named);
    assert_eq!(memory.ask(Actor::Staff(HELPER), named, at(MORNING)), Err(staff::Refusal::OtherBranch.into()));
}

#[test]
fn a_moved_end_or_place_is_news_too() {
    let mut memory = hall(10);
    let form = || activity_form(Some(ACTIVITY), 10);
    let moved = |memory: &mut Memory, form: SaveActivity| save(memory, form).unwrap().cells[1];
    assert_eq!(moved(&mut memory, form()), 0);
    let longer = Times { ends: TIMES.ends + 1, ..TIMES };
    assert_eq!(moved(&mut memory, SaveActivity { times: longer, news: "延长".into(), ..form() }), 1);
    let upstairs = SaveActivity { times: longer, place_moved: true, news: "换到二楼".into(), ..form() };
    assert_eq!(moved(&mut memory, upstairs), 1);
    assert_eq!(memory.all::<Announcement>().len(), 2);
    // Of a draft nobody has heard.
    memory.set(Activity { state: ActivityState::Draft, ..memory.activity() });
    assert_eq!(moved(&mut memory, SaveActivity { place_moved: true, ..form() }), 0);
}
