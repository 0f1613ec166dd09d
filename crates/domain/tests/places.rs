//! Places: who says when a desk is open, and what is handed over outside its hours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::core::asked::{Actor, Now};
use domain::core::record::Record;
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::core::texts::{ADDRESS_CHARS_MAX, TITLE_CHARS_MAX};
use domain::places::pickup::Opening;
use domain::places::{self, *};
use domain::redemptions::code::RedemptionCode;
use domain::redemptions::{self, Collect};
use domain::slices::Command;
use domain::staff::Permission::{EditPlaces, HandOver, OverrideHours};
use domain::staff::{self, Audit};
use domain::tables::*;
use support::asking::HELPER;
use support::*;

const PLACE: PlaceId = PlaceId(51);
const OTHER: PlaceId = PlaceId(52);
const ELSEWHERE: BranchId = BranchId(2);
const DAY: i64 = 20261128;
const SATURDAY: i64 = 6;

/// A place that opens on Saturday mornings, and another one.
fn library() -> Memory {
    let mut memory = Memory::default();
    memory.staff(HELPER, EditPlaces as i64);
    for id in [PLACE, OTHER] {
        memory.set(Place { id, branch: BRANCH, state: PlaceState::Open, at: MORNING });
        memory.set(PlaceHours { place: id, weekday: SATURDAY, opens: 510, closes: 690 });
    }
    memory
}

fn opening(weekday: i64, from: i64, until: i64) -> Opening {
    Opening { weekday, from, until }
}

fn form(place: Option<PlaceId>, week: Vec<Opening>) -> SavePlace {
    let text = PlaceText { name: "一楼服务台".into(), address: "大厂新华路178号".into() };
    SavePlace { place, branch: BRANCH, state: PlaceState::Open, week, text }
}

fn save(memory: &mut Memory, form: SavePlace) -> Result<Replied, Refused> {
    memory.ask(Actor::Staff(HELPER), Command::from(form), at(MORNING))
}

fn set_day(memory: &mut Memory, place: PlaceId, day: i64, plan: DayPlan) -> Result<Replied, Refused> {
    memory.ask(Actor::Staff(HELPER), Command::from(SetPlaceDay { place, day, plan }), at(MORNING))
}

/// Place, weekday, from, until.
fn week(memory: &Memory) -> Vec<(PlaceId, i64, i64, i64)> {
    memory.all::<PlaceHours>().iter().map(|row| (row.place, row.weekday, row.opens, row.closes)).collect()
}

/// Place, day, from, until.
fn days(memory: &Memory) -> Vec<(PlaceId, i64, i64, i64)> {
    memory.all::<PlaceDay>().iter().map(|row| (row.place, row.day, row.opens, row.closes)).collect()
}

/// Openings that cannot be.
fn wrong_openings() -> Vec<Vec<(i64, i64)>> {
    let many = (0..51).map(|n| (n, n + 1)).collect();
    vec![
        vec![(600, 600)],
        vec![(600, 599)],
        vec![(-1, 600)],
        vec![(600, 1_441)],
        vec![(i64::MIN, i64::MAX)],
        vec![(510, 690), (689, 720)],
        vec![(600, 660), (510, 690)],
        vec![(510, 690), (510, 690)],
        many,
    ]
}

#[test]
fn places_are_refused_in_order_of_precedence() {
    let mut memory = library();
    let overlapping = vec![opening(SATURDAY, 510, 690), opening(SATURDAY, 600, 720)];
    let text = PlaceText { name: " ".repeat(TITLE_CHARS_MAX + 1), address: "路".repeat(ADDRESS_CHARS_MAX + 1) };
    let nameless = |place, week| SavePlace { text: text.clone(), ..form(Some(place), week) };
    let worst = SavePlace { branch: ELSEWHERE, ..nameless(PlaceId(99), overlapping.clone()) };
    let command = Command::from(worst.clone());
    for nobody in [Actor::Visitor, Actor::Reader(ReaderId(11))] {
        assert_eq!(memory.ask(nobody, command.clone(), at(MORNING)), Err(Common::NoPermission.into()));
    }
    memory.is_for_staff(EditPlaces, &command);
    assert_eq!(save(&mut memory, worst), Err(staff::Refusal::OtherBranch.into()));
    assert_eq!(save(&mut memory, nameless(PlaceId(99), overlapping.clone())), Err(places::Refusal::NoSuchPlace.into()));
    // Whatever branch the form names, the place is another's.
    let here = memory.get::<Place>(Place::key(PLACE)).unwrap();
    memory.set(Place { branch: ELSEWHERE, ..here });
    assert_eq!(save(&mut memory, nameless(PLACE, overlapping.clone())), Err(staff::Refusal::OtherBranch.into()));
    memory.set(here);
    assert_eq!(save(&mut memory, nameless(PLACE, overlapping)), Err(places::Refusal::HoursOverlap.into()));
    assert_eq!(save(&mut memory, nameless(PLACE, vec![])), Err(Common::TitleMissing.into()));
    let named = SavePlace { text: PlaceText { name: "一楼".into(), ..text.clone() }, ..nameless(PLACE, vec![]) };
    assert_eq!(save(&mut memory, named), Err(Common::TextTooLong { most: ADDRESS_CHARS_MAX as i64 }.into()));
    assert!(save(&mut memory, form(Some(PLACE), vec![])).is_ok());
    assert_eq!(memory.records.len(), 2, "a refusal writes nothing");
}

#[test]
fn a_place_has_a_name_and_its_texts_have_an_end() {
    let saved = |name: &str, address: &str| {
        let text = PlaceText { name: name.into(), address: address.into() };
        save(&mut library(), SavePlace { text, ..form(Some(PLACE), vec![]) }).map(|_| ())
    };
    for nothing in ["", " ", "\n\t　"] {
        assert_eq!(saved(nothing, "新华路"), Err(Common::TitleMissing.into()), "{nothing:?}");
    }
    let [name, address] = [TITLE_CHARS_MAX, ADDRESS_CHARS_MAX].map(|most| "楼".repeat(most));
    assert_eq!(saved(&name, &address), Ok(()));
    assert_eq!(saved("楼", ""), Ok(()), "an address is not needed");
    let too_long = |most| Err(Common::TextTooLong { most }.into());
    assert_eq!(saved(&(name.clone() + "台"), &(address.clone() + "台")), too_long(TITLE_CHARS_MAX as i64));
    assert_eq!(saved(&name, &(address + "台")), too_long(ADDRESS_CHARS_MAX as i64));
}

#[test]
fn openings_lie_within_a_day_and_apart() {
    let weeks = wrong_openings().into_iter();
    for week in weeks.map(|of_day| of_day.into_iter().map(|(from, until)| opening(SATURDAY, from, until)).collect()) {
        assert_eq!(save(&mut library(), form(None, week)), Err(places::Refusal::HoursOverlap.into()));
    }
    let every_day: Vec<Opening> = (1..=7).map(|weekday| opening(weekday, 510, 690)).collect();
    let fine: [&[Opening]; 5] = [
        &every_day,
        &[opening(SATURDAY, 0, 1_440)],
        &[opening(SATURDAY, 690, 720), opening(SATURDAY, 510, 690)],
        &[opening(1, 510, 690), opening(2, 600, 720)],
        &[],
    ];
    for weekday in [-1, 0, 8, 9, i64::MAX] {
        let no_day = form(None, vec![opening(SATURDAY, 510, 690), opening(weekday, 510, 690)]);
        assert_eq!(save(&mut library(), no_day), Err(places::Refusal::HoursOverlap.into()), "{weekday}");
    }
    for week in fine {
        assert!(save(&mut library(), form(None, week.to_vec())).is_ok(), "{week:?}");
    }
}

#[test]
fn a_new_place_is_as_the_form_says() {
    let mut memory = library();
    let typed = form(None, vec![opening(7, 810, 1_020), opening(7, 510, 690)]);
    let reply = save(&mut memory, typed.clone()).unwrap();
    let id = reply.names(PlaceId);
    assert_eq!(reply, Replied::from(places::Reply::PlaceSaved { place: id }));
    let place = Place { id, branch: BRANCH, state: PlaceState::Open, at: MORNING };
    assert_eq!(memory.get(Place::key(id)), Some(place));
    assert_eq!(week(&memory)[2..], [(id, 7, 510, 690), (id, 7, 810, 1_020)]);
    let [text, _] = &memory.records[..] else { panic!() };
    let Audit { staff, action, about, note, .. } = memory.last_audit();
    assert_eq!(*text, Record::from(TextOfPlace { place: id, text: typed.text }));
    assert_eq!((staff, action.as_str(), about, note.as_str()), (Some(HELPER), "place.save", id.0, "一楼服务台"));
}

#[test]
fn an_edited_place_has_the_week_of_the_form_alone() {
    let mut memory = library();
    memory.staff_everywhere(HELPER, !0);
    set_day(&mut memory, PLACE, DAY, DayPlan::Closed).unwrap();
    let typed = SavePlace {
        branch: ELSEWHERE,
        state: PlaceState::Closed,
        ..form(Some(PLACE), vec![opening(SATURDAY, 510, 600), opening(7, 510, 690)])
    };
    save(&mut memory, typed).unwrap();
    assert_eq!(week(&memory), [(PLACE, 6, 510, 600), (PLACE, 7, 510, 690), (OTHER, 6, 510, 690)]);
    let edited = Place { id: PLACE, branch: ELSEWHERE, state: PlaceState::Closed, at: MORNING };
    assert_eq!(memory.get(Place::key(PLACE)), Some(edited));
    assert_eq!(days(&memory), [(PLACE, DAY, 0, 0)], "single days stay as they were");
    save(&mut memory, form(Some(PLACE), vec![])).unwrap();
    assert_eq!(week(&memory), [(OTHER, 6, 510, 690)]);
}

#[test]
fn the_program_may_put_a_place_into_an_empty_library() {
    let mut memory = Memory::default();
    let place = form(None, vec![opening(SATURDAY, 510, 690)]);
    let reply = memory.ask(Actor::Job, Command::from(place), at(MORNING)).unwrap();
    let day = SetPlaceDay { place: reply.names(PlaceId), day: DAY, plan: DayPlan::Closed };
    memory.ask(Actor::Job, Command::from(day), at(MORNING)).unwrap();
    assert_eq!(memory.audits().iter().filter(|audit| audit.staff.is_none()).count(), 2);
}

#[test]
fn days_are_refused_in_order_of_precedence() {
    let mut memory = library();
    let here = memory.get::<Place>(Place::key(PLACE)).unwrap();
    let wrong = || DayPlan::Open(vec![(600, 600)]);
    let command = |place| Command::from(SetPlaceDay { place, day: 20261131, plan: wrong() });
    memory.set(Place { branch: ELSEWHERE, ..here });
    for anybody in [Actor::Visitor, Actor::Job, Actor::Staff(HELPER)] {
        let unknown = memory.ask(anybody, command(PlaceId(99)), at(MORNING));
        assert_eq!(unknown, Err(places::Refusal::NoSuchPlace.into()), "{anybody:?}");
    }
    for nobody in [Actor::Visitor, Actor::Reader(ReaderId(11))] {
        assert_eq!(memory.ask(nobody, command(PLACE), at(MORNING)), Err(Common::NoPermission.into()));
    }
    memory.is_for_staff(EditPlaces, &command(PLACE));
    assert_eq!(set_day(&mut memory, PLACE, 20261131, wrong()), Err(staff::Refusal::OtherBranch.into()));
    memory.set(here);
    for no_day in [20261131, 20270229, 20261300, 0, -DAY, i64::MIN, i64::MAX] {
        assert_eq!(set_day(&mut memory, PLACE, no_day, wrong()), Err(Common::DatesReversed.into()), "{no_day}");
    }
    // No opening at all is no opening day: that is said in other words.
    for openings in wrong_openings().into_iter().chain([vec![]]) {
        assert_eq!(
            set_day(&mut memory, PLACE, DAY, DayPlan::Open(openings)),
            Err(places::Refusal::HoursOverlap.into())
        );
    }
    assert!(set_day(&mut memory, PLACE, DAY, DayPlan::Open(vec![(600, 601)])).is_ok());
}

#[test]
fn a_day_is_planned_anew_each_time() {
    let mut memory = library();
    set_day(&mut memory, OTHER, DAY, DayPlan::Closed).unwrap();
    set_day(&mut memory, PLACE, DAY + 1, DayPlan::Closed).unwrap();
    let others = [(PLACE, DAY + 1, 0, 0), (OTHER, DAY, 0, 0)];
    let plans = [
        (DayPlan::Closed, vec![(0, 0)]),
        (DayPlan::Open(vec![(810, 1_020), (0, 690)]), vec![(0, 690), (810, 1_020)]),
        (DayPlan::Open(vec![(600, 720)]), vec![(600, 720)]),
        (DayPlan::Closed, vec![(0, 0)]),
        (DayPlan::AsUsual, vec![]),
    ];
    for (plan, openings) in plans {
        let reply = set_day(&mut memory, PLACE, DAY, plan);
        assert_eq!(reply, Ok(places::Reply::PlaceDaySet { place: PLACE, day: DAY }.into()));
        let planned: Vec<_> = openings.into_iter().map(|(from, until)| (PLACE, DAY, from, until)).collect();
        assert_eq!(days(&memory), [planned, others.to_vec()].concat());
    }
    let note = DAY.to_string();
    let audit = memory.last_audit();
    assert_eq!((audit.action.as_str(), audit.about, audit.note), ("place.day", PLACE.0, note));
}

/// A library in which a prize of that place waits, and a helper with these permissions.
fn desk(place: Option<PlaceId>, permissions: i64) -> Memory {
    let (reader, prize, redemption) = (ReaderId(11), PrizeId(41), RedemptionId(61));
    let mut memory = library();
    memory.staff(HELPER, permissions);
    memory.set(rows::reader(reader));
    memory.set(rows::card(CardId(21)));
    memory.set(Prize { place, reserved: 1, received: 1, ..rows::prize(prize, 0) });
    memory.set(rows::redemption(redemption, CardId(21), prize));
    memory.set(RedemptionSecret { redemption, secret: 7 });
    memory
}

fn hand_over(mut memory: Memory, today: i64, minute: i64, outside_hours: bool) -> Result<String, Refused> {
    let code = RedemptionCode { redemption: RedemptionId(61), secret: 7 };
    let now = Now { at: MORNING, today, minute };
    memory.ask(Actor::Staff(HELPER), Command::from(Collect { code, outside_hours }), now)?;
    let audit = memory.last_audit();
    assert_eq!(audit.action, "redemption.collect");
    memory.records.pop();
    Ok(audit.note)
}

#[test]
fn outside_its_hours_a_place_hands_over_with_a_permission_alone() {
    let (may, may_not) = (HandOver as i64 | OverrideHours as i64, HandOver as i64);
    let usual = Ok(String::new());
    for (minute, open) in [(509, false), (510, true), (689, true), (690, false), (0, false), (1_439, false)] {
        let (closed, at_will) = (Err(redemptions::Refusal::OutsideHours.into()), Ok("outside hours".to_string()));
        let expected = if open { usual.clone() } else { closed };
        assert_eq!(hand_over(desk(Some(PLACE), may), DAY, minute, false), expected, "{minute}");
        let asked = |permissions| hand_over(desk(Some(PLACE), permissions), DAY, minute, true);
        // Whoever was ready for a closed place and found it open has overridden nothing.
        let expected = if open { [usual.clone(), usual.clone()] } else { [at_will, Err(Common::NoPermission.into())] };
        assert_eq!([asked(may), asked(may_not)], expected, "{minute}");
    }
    assert_eq!(
        hand_over(desk(Some(PLACE), may), DAY + 1, 600, false),
        Err(redemptions::Refusal::OutsideHours.into()),
        "a Sunday"
    );
    assert_eq!(hand_over(desk(None, may_not), DAY, 0, false), usual, "no place");
    let mut always = desk(Some(PLACE), may_not);
    always.forget(Table::PlaceHours, PlaceHours::key(PLACE, SATURDAY, 510));
    assert_eq!(hand_over(always, DAY, 0, false), usual, "no hours");
}

#[test]
fn a_planned_day_counts_before_its_weekday() {
    let planned = |opens, closes| {
        let mut memory = desk(Some(PLACE), HandOver as i64);
        memory.set(PlaceDay { place: PLACE, day: DAY, opens, closes });
        memory
    };
    assert_eq!(hand_over(planned(0, 0), DAY, 600, false), Err(redemptions::Refusal::OutsideHours.into()));
    assert_eq!(hand_over(planned(0, 0), DAY, 0, false), Err(redemptions::Refusal::OutsideHours.into()));
    assert_eq!(hand_over(planned(720, 780), DAY, 600, false), Err(redemptions::Refusal::OutsideHours.into()));
    assert!(hand_over(planned(720, 780), DAY, 720, false).is_ok());
}

#[test]
fn a_closed_day_does_not_close_a_place_without_weekly_hours() {
    let mut memory = desk(Some(PLACE), HandOver as i64);
    memory.forget(Table::PlaceHours, PlaceHours::key(PLACE, SATURDAY, 510));
    memory.staff(LIBRARIAN, EditPlaces as i64);
    let closed = SetPlaceDay { place: PLACE, day: DAY, plan: DayPlan::Closed };
    memory.ask(Actor::Staff(LIBRARIAN), Command::from(closed), at(MORNING)).unwrap();
    assert_eq!(hand_over(memory.clone(), DAY, 600, false), Err(redemptions::Refusal::OutsideHours.into()));
    for (day, minute) in [(DAY - 1, 600), (DAY + 1, 0), (DAY + 1, 1_439)] {
        assert_eq!(hand_over(memory.clone(), day, minute, false), Ok(String::new()), "{day} {minute}");
    }
}

#[test]
fn what_is_over_is_said_before_the_hours() {
    let mut memory = desk(Some(PLACE), HandOver as i64);
    let pending = memory.get::<Redemption>(Redemption::key(RedemptionId(61))).unwrap();
    memory.set(Redemption { last_day: 20261121, ..pending });
    let expired = Err(redemptions::Refusal::RedemptionExpired { last_day: 20261121 }.into());
    assert_eq!(hand_over(memory, DAY, 0, false), expired);
}
