//! Staff: who may do what and where, and who adds whom.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use Permission::{
    AllBranches, BindCards, CancelRedemptions, EditPlaces, EditPrizes, HandOver, ManageStaff, ManageSystem,
    OverrideHours, Read,
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

const ALL: [Permission; 10] = [
    EditPrizes,
    HandOver,
    ManageStaff,
    AllBranches,
    Read,
    CancelRedemptions,
    OverrideHours,
    EditPlaces,
    BindCards,
    ManageSystem,
];
const ELSEWHERE: BranchId = BranchId(2);
const CHIEF: StaffId = StaffId(2);

fn bits(of: &[Permission]) -> i64 {
    of.iter().map(|permission| *permission as i64).sum()
}

/// A library whose chief has these permissions.
fn library(permissions: &[Permission]) -> Memory {
    let mut memory = Memory::default();
    memory.set(rows::staff(CHIEF, bits(permissions)));
    memory
}

fn newcomer(name: i64, branch: BranchId) -> Command {
    let (name_hash, name) = (digest(31, name), format!("馆员{name}"));
    Command::from(AddStaff { name_hash, name, password_hash: "$argon2id$".into(), branch, permissions: 2 })
}

fn add(memory: &mut Memory, actor: Actor, name: i64, branch: BranchId) -> Result<Replied, Refused> {
    memory.ask(actor, newcomer(name, branch), at(MORNING))
}

fn prize(branch: BranchId) -> Command {
    Command::from(SavePrize { branch, ..rows::prize_form(None) })
}

#[test]
fn roles_are_what_they_say() {
    let director: Vec<_> = ALL.into_iter().filter(|one| ![ManageStaff, ManageSystem].contains(one)).collect();
    let roles: [(Role, &[Permission]); 6] = [
        (Role::Administrator, &ALL),
        (Role::Director, &director),
        (Role::Activities, &[Read]),
        (Role::Acquisitions, &[Read]),
        (Role::Desk, &[HandOver, CancelRedemptions, OverrideHours, BindCards, Read]),
        (Role::Auditor, &[AllBranches, Read]),
    ];
    assert_eq!(roles.map(|(role, _)| role), Role::ALL);
    for (role, granted) in roles {
        for permission in ALL {
            let expected = granted.contains(&permission);
            assert_eq!(has(role.permissions(), permission), expected, "{role:?} {permission:?}");
        }
    }
}

#[test]
fn one_works_for_ones_own_branch_or_for_all() {
    let own = rows::staff(CHIEF, bits(&[EditPrizes]));
    let all = rows::staff(CHIEF, bits(&[EditPrizes, AllBranches]));
    assert!(works_for(&own, BRANCH) && works_for(&all, BRANCH) && works_for(&all, ELSEWHERE));
    assert!(!works_for(&own, ELSEWHERE));
}

#[test]
fn one_permission_does_not_stand_for_another() {
    let (editing, managing) = (prize(BRANCH), newcomer(1, BRANCH));
    let asked = |permissions: &[Permission], command: &Command| {
        library(permissions).ask(Actor::Staff(CHIEF), command.clone(), at(MORNING)).map(|_| ())
    };
    let (saved, added) = (Ok(()), Ok(()));
    assert_eq!(asked(&[EditPrizes], &editing), saved);
    assert_eq!(asked(&[ManageStaff, HandOver, AllBranches, Read], &editing), Err(Common::NoPermission.into()));
    assert_eq!(asked(&[ManageStaff], &managing), added);
    assert_eq!(asked(&[EditPrizes, HandOver, AllBranches, Read], &managing), Err(Common::NoPermission.into()));
    // Elsewhere, by all branches alone.
    assert_eq!(asked(&[EditPrizes], &prize(ELSEWHERE)), Err(staff::Refusal::OtherBranch.into()));
    assert_eq!(asked(&[EditPrizes, AllBranches], &prize(ELSEWHERE)), saved);
    assert_eq!(asked(&[ManageStaff], &newcomer(1, ELSEWHERE)), Err(staff::Refusal::OtherBranch.into()));
    assert_eq!(asked(&[ManageStaff, AllBranches], &newcomer(1, ELSEWHERE)), added);
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
    memory.set(Staff { state: StaffState::Disabled, ..rows::staff(CHIEF, 0) });
    assert_eq!(add(&mut memory, chief, 1, ELSEWHERE), Err(staff::Refusal::StaffDisabled.into()));
    memory.set(rows::staff(CHIEF, 0));
    assert_eq!(add(&mut memory, chief, 1, ELSEWHERE), Err(Common::NoPermission.into()));
    memory.set(rows::staff(CHIEF, bits(&[ManageStaff])));
    assert_eq!(add(&mut memory, chief, 1, ELSEWHERE), Err(staff::Refusal::OtherBranch.into()));
    assert_eq!(add(&mut memory, chief, 1, BRANCH), Err(staff::Refusal::NameTaken.into()));
    assert!(add(&mut memory, chief, 2, BRANCH).is_ok());
}

#[test]
fn a_newcomer_is_added_with_a_name_and_an_audit_row() {
    // The first account comes from whoever runs the program; later ones from staff.
    for (actor, by) in [(Actor::Job, None), (Actor::Staff(CHIEF), Some(CHIEF))] {
        let mut memory = library(&[ManageStaff]);
        let reply = add(&mut memory, actor, 1, BRANCH).unwrap();
        let id = reply.names(StaffId);
        assert_eq!(reply, Replied::from(staff::Reply::StaffAdded { staff: id }));
        assert_eq!(memory.get::<Staff>(Staff::key(id)), Some(rows::staff(id, 2)));
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
    let mut memory = library(&[ManageStaff]);
    add(&mut memory, Actor::Job, 1, BRANCH).unwrap();
    for actor in [Actor::Job, Actor::Staff(CHIEF)] {
        assert_eq!(add(&mut memory, actor, 1, BRANCH), Err(staff::Refusal::NameTaken.into()));
    }
    assert_eq!((memory.all::<StaffName>().len(), memory.records.len()), (1, 2));
}

#[test]
fn permissions_are_bits_of_their_own() {
    assert!(ALL.iter().all(|permission| (*permission as i64).count_ones() == 1));
    assert_eq!(bits(&ALL).count_ones() as usize, ALL.len());
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
    memory.set(rows::staff(CHIEF, bits(&[Read])));
    let reply = memory.ask(Actor::Staff(CHIEF), export(7), at(MORNING));
    assert_eq!(reply, Ok(staff::Reply::ExportNoted { rows: 7 }.into()));
    let Audit { staff, action, about, note, .. } = memory.last_audit();
    assert_eq!((staff, action.as_str(), about, note.as_str()), (Some(CHIEF), "redemptions.export", 7, "状态：待领取"));
}
