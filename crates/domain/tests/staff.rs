//! Staff: who may do what and where, and who adds whom.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use Permission::{
    AcquireBooks, BindCards, CancelRedemptions, EditActivities, EditPrizes, HandOver, ManageStaff, ManageSystem,
    OverrideHours, Read, ReviewVolunteers, TakeAttendance,
};
use domain::core::asked::Actor;
use domain::core::record::Record;
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::prizes::SavePrize;
use domain::slices::Command;
use domain::staff::{self, *};
use domain::tables::*;
use support::*;

const ELSEWHERE: BranchId = BranchId(2);
const CHIEF: StaffId = StaffId(2);

/// A library whose chief has these permissions.
fn library(permissions: &[Permission]) -> Memory {
    let mut memory = Memory::default();
    memory.staff(CHIEF, bits(permissions));
    memory
}

/// One whose chief has them for all branches.
fn everywhere(permissions: &[Permission]) -> Memory {
    let mut memory = Memory::default();
    memory.staff_everywhere(CHIEF, bits(permissions));
    memory
}

fn form(name: i64) -> AddStaff {
    let (name_hash, name) = (digest(31, name), format!("馆员{name}"));
    let (password_hash, role) = ("$argon2id$".into(), Role::Desk.number());
    AddStaff { name_hash, name, password_hash, branch: BRANCH, role, everywhere: false }
}

fn newcomer(name: i64, branch: BranchId) -> Command {
    Command::from(AddStaff { branch, ..form(name) })
}

fn add(memory: &mut Memory, actor: Actor, name: i64, branch: BranchId) -> Result<Replied, Refused> {
    memory.ask(actor, newcomer(name, branch), at(MORNING))
}

fn prize(branch: BranchId) -> Command {
    Command::from(SavePrize { branch, ..rows::prize_form(None) })
}

#[test]
fn roles_are_what_they_say() {
    let director: Vec<_> =
        Permission::ALL.iter().copied().filter(|one| ![ManageStaff, ManageSystem].contains(one)).collect();
    let roles: [(Role, &[Permission]); 6] = [
        (Role::Administrator, Permission::ALL),
        (Role::Director, &director),
        (Role::Activities, &[Read, EditActivities, TakeAttendance, ReviewVolunteers]),
        (Role::Acquisitions, &[Read, AcquireBooks]),
        (Role::Desk, &[HandOver, CancelRedemptions, OverrideHours, BindCards, Read, TakeAttendance]),
        (Role::Auditor, &[Read]),
    ];
    assert_eq!(roles.map(|(role, _)| role), Role::ALL);
    for (role, granted) in roles {
        for permission in Permission::ALL {
            let expected = granted.contains(permission);
            assert_eq!(has(role.permissions(), *permission), expected, "{role:?} {permission:?}");
        }
    }
}

#[test]
fn one_works_for_ones_own_branch_or_for_all() {
    let own = Rights(vec![(bits(&[EditPrizes]), Some(BRANCH)), (bits(&[HandOver]), Some(ELSEWHERE))]);
    let all = Rights(vec![(bits(&[EditPrizes]), Some(BRANCH)), (bits(&[HandOver]), None)]);
    assert_eq!((own.anywhere(), all.anywhere()), (3, 3));
    // Each role where it was given, and not what another role allows there.
    assert!(own.may(EditPrizes, BRANCH) && !own.may(EditPrizes, ELSEWHERE) && !own.may(HandOver, BRANCH));
    assert!(all.may(HandOver, ELSEWHERE) && !all.may(EditPrizes, ELSEWHERE));
    assert!(all.may_everywhere(HandOver) && !all.may_everywhere(EditPrizes) && !own.may_everywhere(HandOver));
    // A page shows what may be done there with the permission that it asks for, whatever else somebody may do.
    assert!(
        own.covers(&[EditPrizes], BRANCH)
            && !own.covers(&[EditPrizes], ELSEWHERE)
            && own.covers(&[HandOver], ELSEWHERE)
    );
    assert_eq!(own.branches(&[EditPrizes, Read]), Some(vec![BRANCH]));
    assert_eq!((all.branches(&[EditPrizes]), all.branches(&[HandOver])), (Some(vec![BRANCH]), None));
    assert!(all.hold(3, Some(BRANCH)) && !all.hold(3, Some(ELSEWHERE)) && !all.hold(3, None) && all.hold(2, None));
}

#[test]
fn one_permission_does_not_stand_for_another() {
    let (editing, managing) = (prize(BRANCH), newcomer(1, BRANCH));
    let asked = |permissions: &[Permission], command: &Command| {
        library(permissions).ask(Actor::Staff(CHIEF), command.clone(), at(MORNING)).map(|_| ())
    };
    let asked_everywhere = |permission, command: &Command| {
        everywhere(&[permission]).ask(Actor::Staff(CHIEF), command.clone(), at(MORNING)).map(|_| ())
    };
    let (saved, added) = (Ok(()), Ok(()));
    assert_eq!(asked(&[EditPrizes], &editing), saved);
    assert_eq!(asked(&[ManageStaff, HandOver, Read], &editing), Err(Common::NoPermission.into()));
    // Whoever manages gives what they have themselves.
    assert_eq!(asked(&[ManageStaff], &managing), Err(staff::Refusal::MoreThanYourOwn.into()));
    assert_eq!(asked(Permission::ALL, &managing), added);
    assert_eq!(asked(&[EditPrizes, HandOver, Read], &managing), Err(Common::NoPermission.into()));
    // Elsewhere, by a role for all branches alone.
    assert_eq!(asked(&[EditPrizes], &prize(ELSEWHERE)), Err(staff::Refusal::OtherBranch.into()));
    assert_eq!(asked_everywhere(EditPrizes, &prize(ELSEWHERE)), saved);
    assert_eq!(asked(&[ManageStaff], &newcomer(1, ELSEWHERE)), Err(staff::Refusal::OtherBranch.into()));
    let giver = everywhere(Permission::ALL).ask(Actor::Staff(CHIEF), newcomer(1, ELSEWHERE), at(MORNING)).map(|_| ());
    assert_eq!(giver, added);
}

#[test]
fn newcomers_are_refused_in_order_of_precedence() {
    let mut memory = library(&[]);
    add(&mut memory, Actor::Job, 1, BRANCH).unwrap();
    let chief = Actor::Staff(CHIEF);
    // Everything is wrong at once; each mending uncovers the next reason.
    for nobody in [Actor::Visitor, Actor::Reader(ReaderId(CHIEF.0))] {
        assert_eq!(add(&mut memory, nobody, 1, ELSEWHERE), Err(Common::NoPermission.into()), "{nobody:?}");
    }
    memory.forget(Table::Staff, Staff::key(CHIEF));
    assert_eq!(add(&mut memory, chief, 1, ELSEWHERE), Err(staff::Refusal::NoSuchStaff.into()));
    memory.set(Staff { state: StaffState::Disabled, ..rows::staff(CHIEF) });
    assert_eq!(add(&mut memory, chief, 1, ELSEWHERE), Err(staff::Refusal::StaffDisabled.into()));
    memory.staff(CHIEF, 0);
    assert_eq!(add(&mut memory, chief, 1, ELSEWHERE), Err(Common::NoPermission.into()));
    memory.staff(CHIEF, bits(&[ManageStaff]));
    assert_eq!(add(&mut memory, chief, 1, ELSEWHERE), Err(staff::Refusal::OtherBranch.into()));
    let nobody = RoleNumber(7);
    let mut give =
        |everywhere, role| memory.ask(chief, Command::from(AddStaff { everywhere, role, ..form(1) }), at(MORNING));
    assert_eq!(give(true, nobody), Err(staff::Refusal::OtherBranch.into()));
    assert_eq!(give(false, nobody), Err(staff::Refusal::NoSuchRole.into()));
    assert_eq!(give(false, Role::Desk.number()), Err(staff::Refusal::MoreThanYourOwn.into()));
    memory.staff(CHIEF, bits(&[ManageStaff]) | Role::Desk.permissions());
    assert_eq!(add(&mut memory, chief, 1, BRANCH), Err(staff::Refusal::NameTaken.into()));
    assert!(add(&mut memory, chief, 2, BRANCH).is_ok());
}

fn role(role: Option<RoleNumber>, permissions: i64) -> SaveRole {
    SaveRole { role, name: " 值班 ".into(), permissions }
}

#[test]
fn roles_are_refused_in_order_of_precedence() {
    let mut memory = library(&[ManageStaff]);
    let worst = SaveRole { name: " ".into(), ..role(Some(Role::Desk.number()), 8) };
    memory.is_for_staff(ManageStaff, &Command::from(worst.clone()));
    let mut ask = |role: &SaveRole| memory.ask(Actor::Staff(CHIEF), Command::from(role.clone()), at(MORNING));
    // A role may be given in any branch, so whoever changes it manages all of them.
    assert_eq!(ask(&worst), Err(staff::Refusal::OtherBranch.into()));
    memory.staff_everywhere(CHIEF, bits(&[ManageStaff]));
    let mut ask = |role: &SaveRole| memory.ask(Actor::Staff(CHIEF), Command::from(role.clone()), at(MORNING));
    assert_eq!(ask(&worst), Err(Common::TitleMissing.into()));
    assert_eq!(ask(&role(worst.role, 8)), Err(Common::NotPositive.into()), "bit 3 is no permission");
    assert_eq!(ask(&role(worst.role, 2)), Err(staff::Refusal::MoreThanYourOwn.into()));
    memory.staff_everywhere(CHIEF, bits(&[ManageStaff, HandOver]));
    let mut ask = |role: &SaveRole| memory.ask(Actor::Staff(CHIEF), Command::from(role.clone()), at(MORNING));
    // What a built-in role allows is the program's.
    assert_eq!(ask(&role(worst.role, 2)), Err(staff::Refusal::NoSuchRole.into()));
    assert!(ask(&role(None, 2)).is_ok());
}

#[test]
fn a_role_of_the_librarys_own_allows_what_it_says_at_once() {
    let mut memory = everywhere(&[ManageStaff, HandOver, EditPrizes]);
    let chief = Actor::Staff(CHIEF);
    let mut ask = |actor, command: Command| memory.ask(actor, command, at(MORNING));
    let desk = ask(chief, role(None, bits(&[HandOver])).into()).unwrap().names(RoleNumber);
    let new = ask(chief, AddStaff { role: desk, ..form(1) }.into()).unwrap().names(StaffId);
    let mut edit = || memory.ask(Actor::Staff(new), prize(BRANCH), at(MORNING)).map(|_| ());
    assert_eq!(edit(), Err(Common::NoPermission.into()));
    let saved = memory.ask(chief, role(Some(desk), bits(&[HandOver, EditPrizes])).into(), at(MORNING)).unwrap();
    assert_eq!(saved, Replied::from(staff::Reply::RoleSaved { role: desk }));
    let Audit { staff, action, about, note, .. } = memory.last_audit();
    assert_eq!(
        (staff, action.as_str(), about, note.as_str()),
        (Some(CHIEF), "role.save", desk.0, "值班：hand-over → edit-prizes,hand-over")
    );
    let names: Vec<RoleName> = memory.records.iter().filter_map(Record::of).collect();
    assert_eq!(names, [RoleName { role: desk, name: "值班".into() }, RoleName { role: desk, name: "值班".into() }]);
    // The account was made before the role allowed it.
    assert_eq!(memory.ask(Actor::Staff(new), prize(BRANCH), at(MORNING)).map(|_| ()), Ok(()));
    assert_eq!(memory.ask(Actor::Staff(new), prize(ELSEWHERE), at(MORNING)), Err(staff::Refusal::OtherBranch.into()));
}

#[test]
fn a_newcomer_is_added_with_a_name_and_an_audit_row() {
    // The first account comes from whoever runs the program; later ones from staff.
    for (actor, by) in [(Actor::Job, None), (Actor::Staff(CHIEF), Some(CHIEF))] {
        let mut memory = library(Permission::ALL);
        let reply = add(&mut memory, actor, 1, BRANCH).unwrap();
        let id = reply.names(StaffId);
        assert_eq!(reply, Replied::from(staff::Reply::StaffAdded { staff: id }));
        assert_eq!(memory.get::<Staff>(Staff::key(id)), Some(rows::staff(id)));
        let given = StaffRole { staff: id, role: Role::Desk.number(), branch: Some(BRANCH), given_by: by, at: MORNING };
        assert_eq!(memory.all::<StaffRole>().last(), Some(&given));
        let hash = digest(31, 1);
        let named = StaffName { high: hash.high, low: hash.low, staff: id };
        assert_eq!(memory.all::<StaffName>(), [named]);
        let [face, _] = &memory.records[..] else { panic!() };
        let Audit { staff, action, about, note, at, .. } = memory.last_audit();
        let expected =
            Record::from(StaffFace { staff: id, name: "馆员1".into(), password_hash: "$argon2id$".into() });
        assert_eq!(*face, expected);
        assert_eq!((staff, action.as_str(), about, note.as_str(), at), (by, "staff.add", id.0, "馆员1", MORNING));
    }
}

#[test]
fn a_taken_name_changes_nothing() {
    let mut memory = library(Permission::ALL);
    add(&mut memory, Actor::Job, 1, BRANCH).unwrap();
    for actor in [Actor::Job, Actor::Staff(CHIEF)] {
        assert_eq!(add(&mut memory, actor, 1, BRANCH), Err(staff::Refusal::NameTaken.into()));
    }
    assert_eq!((memory.all::<StaffName>().len(), memory.records.len()), (1, 2));
}

#[test]
fn permissions_are_bits_of_their_own() {
    assert!(Permission::ALL.iter().all(|permission| (*permission as i64).count_ones() == 1));
    assert_eq!(bits(Permission::ALL).count_ones() as usize, Permission::ALL.len());
}

#[test]
fn whoever_takes_rows_out_of_the_house_is_noted() {
    let export = |rows| {
        let filter = "状态：待领取".into();
        Command::from(NoteExport { what: "redemptions.export", filter, rows })
    };
    let mut memory = library(&[]);
    memory.is_not_for_others(&export(7));
    memory.is_for_staff(Read, &export(7));
    memory.staff(CHIEF, bits(&[Read]));
    let reply = memory.ask(Actor::Staff(CHIEF), export(7), at(MORNING));
    assert_eq!(reply, Ok(staff::Reply::ExportNoted { rows: 7 }.into()));
    let Audit { staff, action, about, note, .. } = memory.last_audit();
    assert_eq!((staff, action.as_str(), about, note.as_str()), (Some(CHIEF), "redemptions.export", 7, "状态：待领取"));
}

fn change(memory: &mut Memory, actor: Actor, change: StaffChange, now: i64) -> Result<Replied, Refused> {
    let command = ChangeStaff { name_hash: digest(31, 1), name: "馆员1".into(), change };
    memory.ask(actor, Command::from(command), at(now))
}

#[test]
fn an_account_is_changed_by_who_may_and_in_order_of_precedence() {
    let mut memory = library(&[]);
    let chief = Actor::Staff(CHIEF);
    assert_eq!(change(&mut memory, chief, StaffChange::Pause, MORNING), Err(staff::Refusal::NoSuchStaff.into()));
    add(&mut memory, Actor::Job, 1, ELSEWHERE).unwrap();
    for nobody in [Actor::Visitor, Actor::Reader(ReaderId(CHIEF.0)), chief] {
        let refused = change(&mut memory, nobody, StaffChange::Pause, MORNING);
        assert_eq!(refused, Err(Common::NoPermission.into()), "{nobody:?}");
    }
    memory.staff(CHIEF, bits(&[ManageStaff]));
    assert_eq!(change(&mut memory, chief, StaffChange::Pause, MORNING), Err(staff::Refusal::OtherBranch.into()));
    memory.staff_everywhere(CHIEF, bits(&[ManageStaff]));
    assert_eq!(change(&mut memory, chief, StaffChange::Pause, MORNING), Err(staff::Refusal::MoreThanYourOwn.into()));
    memory.staff_everywhere(CHIEF, bits(Permission::ALL));
    change(&mut memory, chief, StaffChange::Pause, MORNING).unwrap();
    memory.set(StaffName { high: digest(31, 1).high, low: digest(31, 1).low, staff: CHIEF });
    assert_eq!(change(&mut memory, chief, StaffChange::Pause, MORNING), Err(staff::Refusal::Yourself.into()));
}

#[test]
fn a_new_password_ends_sessions_and_a_lock_and_a_pause_keeps_out() {
    let mut memory = library(&[]);
    add(&mut memory, Actor::Job, 1, BRANCH).unwrap();
    let account = memory.all::<StaffName>()[0].staff;
    let row = |memory: &Memory| memory.get::<Staff>(Staff::key(account)).unwrap();
    let locked = Staff { failures: 3, locked_until: MORNING + 9, ..row(&memory) };
    memory.set(locked);
    change(&mut memory, Actor::Job, StaffChange::Unlock, MORNING).unwrap();
    assert_eq!((row(&memory).failures, row(&memory).locked_until, row(&memory).since), (0, 0, 0));
    memory.set(locked);
    change(&mut memory, Actor::Job, StaffChange::Password { hash: "new".into() }, MORNING).unwrap();
    assert_eq!((row(&memory).failures, row(&memory).locked_until, row(&memory).since), (0, 0, MORNING));
    let faces: Vec<StaffFace> = memory.records.iter().filter_map(Record::of).collect();
    assert_eq!(faces.iter().filter(|face| face.password_hash == "new").count(), 1);
    change(&mut memory, Actor::Job, StaffChange::Pause, MORNING + 1).unwrap();
    assert_eq!((row(&memory).state, row(&memory).since), (StaffState::Disabled, MORNING + 1));
    change(&mut memory, Actor::Job, StaffChange::Resume, MORNING + 2).unwrap();
    assert_eq!((row(&memory).state, row(&memory).since), (StaffState::Active, MORNING + 1));
}
