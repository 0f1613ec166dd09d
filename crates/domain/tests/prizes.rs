//! Prizes: who saves them and within which bounds, and that stock is always accounted for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use StockMovementKind::{Received, WrittenOff};
use domain::core::asked::Actor;
use domain::core::record::{Picture, Record};
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::core::texts::{DESCRIPTION_CHARS_MAX, REASON_CHARS_MAX, TITLE_CHARS_MAX};
use domain::places;
use domain::prizes::{self, *};
use domain::redemptions::Redeem;
use domain::slices::Command;
use domain::staff::{self, Audit};
use domain::tables::*;
use support::rows::prize_form;
use support::*;

const STAFF: Actor = Actor::Staff(LIBRARIAN);
/// Edits prizes of one branch only.
const HELPER: StaffId = StaffId(2);
const ELSEWHERE: BranchId = BranchId(2);
const PRIZE: PrizeId = PrizeId(41);
const PLACE: PlaceId = PlaceId(51);
const READER: ReaderId = ReaderId(11);
const EDITS_PRIZES: i64 = 1;

fn library(prize: Prize) -> Memory {
    let mut memory = Memory::default();
    memory.staff(HELPER, EDITS_PRIZES);
    memory.set(prize);
    memory
}

fn save(memory: &mut Memory, actor: Actor, form: SavePrize) -> Result<Replied, Refused> {
    memory.ask(actor, Command::from(form), at(MORNING))
}

fn move_stock(memory: &mut Memory, actor: Actor, kind: StockMovementKind, count: i64) -> Result<Replied, Refused> {
    move_because(memory, actor, (kind, count), "盘点")
}

fn move_because(
    memory: &mut Memory,
    actor: Actor,
    (kind, count): (StockMovementKind, i64),
    reason: &str,
) -> Result<Replied, Refused> {
    let reason = reason.into();
    memory.ask(actor, Command::from(MoveStock { prize: PRIZE, kind, count, reason }), at(MORNING))
}

fn prize(memory: &Memory, id: PrizeId) -> Prize {
    memory.get(Prize::key(id)).unwrap()
}

#[test]
fn a_new_prize_is_as_the_form_says_and_has_no_stock() {
    let mut memory = Memory::default();
    let place = Some(PLACE);
    memory.set(Place { id: PLACE, branch: BRANCH, state: PlaceState::Open, at: MORNING });
    let picture = Picture { hash: digest(51, 1), bytes: vec![1, 2] };
    let pictures = vec![picture.clone(), picture.clone()];
    let typed = SavePrize { per_card: 2, visible_from: 5, visible_until: 9, position: 3, place, ..prize_form(None) };
    let typed = SavePrize { pictures, ..typed };
    let reply = save(&mut memory, STAFF, typed.clone()).unwrap();
    let id = reply.names(PrizeId);
    assert_eq!(reply, Replied::from(prizes::Reply::PrizeSaved { prize: id }));
    let expected = Prize { per_card: 2, visible_from: 5, visible_until: 9, position: 3, place, ..rows::prize(id, 0) };
    assert_eq!(memory.all::<Prize>(), [expected]);
    let [one, two, text, _] = &memory.records[..] else { panic!() };
    let Audit { staff, action, about, .. } = memory.last_audit();
    assert_eq!([one, two], [&Record::from(picture); 2]);
    assert_eq!(*text, Record::from(TextOfPrize { prize: id, text: typed.text }));
    assert_eq!((staff, action.as_str(), about), (Some(LIBRARIAN), "prize.create", id.0));
}

#[test]
fn editing_leaves_the_stock_alone() {
    let stock =
        Prize { received: 10, on_hand: 4, reserved: 3, handed_over: 2, written_off: 1, ..rows::prize(PRIZE, 0) };
    let mut memory = library(stock);
    let typed = SavePrize { state: PrizeState::Hidden, points: 80, branch: ELSEWHERE, ..prize_form(Some(PRIZE)) };
    save(&mut memory, STAFF, typed).unwrap();
    assert_eq!(memory.all::<Prize>(), [Prize { state: PrizeState::Hidden, points: 80, branch: ELSEWHERE, ..stock }]);
    let audit = memory.last_audit();
    assert_eq!((audit.action.as_str(), audit.about), ("prize.edit", PRIZE.0));
}

#[test]
fn saving_is_refused_in_order_of_precedence() {
    let mut memory = library(Prize { branch: ELSEWHERE, ..rows::prize(PRIZE, 0) });
    let helper = Actor::Staff(HELPER);
    // Everything is wrong at once; each mending uncovers the next reason.
    let nowhere = SavePrize { place: Some(PLACE), ..prize_form(Some(PrizeId(99))) };
    let endless = PrizeText { description: "书".repeat(DESCRIPTION_CHARS_MAX + 1), ..nowhere.text.clone() };
    let endless = SavePrize { text: endless, ..nowhere.clone() };
    let untitled = PrizeText { title: " ".repeat(TITLE_CHARS_MAX + 1), ..endless.text.clone() };
    let untitled = SavePrize { text: untitled, ..nowhere.clone() };
    let dates = SavePrize { visible_from: 9, visible_until: 9, ..untitled.clone() };
    let worst = SavePrize { points: 0, branch: ELSEWHERE, ..dates.clone() };
    for nobody in [Actor::Visitor, Actor::Job, Actor::Reader(READER)] {
        assert_eq!(save(&mut memory, nobody, worst.clone()), Err(Common::NoPermission.into()), "{nobody:?}");
    }
    assert_eq!(save(&mut memory, Actor::Staff(StaffId(9)), worst.clone()), Err(staff::Refusal::NoSuchStaff.into()));
    memory.set(Staff { state: StaffState::Disabled, ..rows::staff(HELPER) });
    assert_eq!(save(&mut memory, helper, worst.clone()), Err(staff::Refusal::StaffDisabled.into()));
    memory.staff(HELPER, !EDITS_PRIZES);
    assert_eq!(save(&mut memory, helper, worst.clone()), Err(Common::NoPermission.into()));
    memory.staff(HELPER, EDITS_PRIZES);
    assert_eq!(save(&mut memory, helper, worst.clone()), Err(staff::Refusal::OtherBranch.into()));
    assert_eq!(save(&mut memory, helper, SavePrize { branch: BRANCH, ..worst }), Err(Common::NotPositive.into()));
    assert_eq!(save(&mut memory, helper, dates), Err(Common::DatesReversed.into()));
    assert_eq!(save(&mut memory, helper, untitled), Err(Common::TitleMissing.into()));
    let too_long = Refused::from(Common::TextTooLong { most: DESCRIPTION_CHARS_MAX as i64 });
    assert_eq!(save(&mut memory, helper, endless), Err(too_long));
    assert_eq!(save(&mut memory, helper, nowhere.clone()), Err(places::Refusal::NoSuchPlace.into()));
    // Nothing is handed over at a closed one.
    memory.set(Place { id: PLACE, branch: BRANCH, state: PlaceState::Closed, at: MORNING });
    assert_eq!(save(&mut memory, helper, nowhere.clone()), Err(places::Refusal::NoSuchPlace.into()));
    memory.set(Place { id: PLACE, branch: BRANCH, state: PlaceState::Open, at: MORNING });
    assert_eq!(save(&mut memory, helper, nowhere), Err(prizes::Refusal::NoSuchPrize.into()));
    assert_eq!(save(&mut memory, helper, prize_form(Some(PrizeId(99)))), Err(prizes::Refusal::NoSuchPrize.into()));
    // Whatever branch the form names, the prize is another's.
    assert_eq!(save(&mut memory, helper, prize_form(Some(PRIZE))), Err(staff::Refusal::OtherBranch.into()));
    memory.set(rows::prize(PRIZE, 0));
    assert!(save(&mut memory, helper, prize_form(Some(PRIZE))).is_ok());
    assert_eq!(memory.records.len(), 2);
}

#[test]
fn a_prize_keeps_within_its_bounds() {
    let bounds = [
        ("points", POINTS_MAX, [0, -1, i64::MIN, POINTS_MAX + 1, i64::MAX], 1),
        ("per card", STOCK_MAX, [-1, -2, i64::MIN, STOCK_MAX + 1, i64::MAX], 0),
    ];
    for (what, most, wrong, least) in bounds {
        let mut memory = Memory::default();
        let with = |n| match what {
            "points" => SavePrize { points: n, ..prize_form(None) },
            _ => SavePrize { per_card: n, ..prize_form(None) },
        };
        for n in wrong {
            assert_eq!(save(&mut memory, STAFF, with(n)), Err(Common::NotPositive.into()), "{what}: {n}");
        }
        for n in [least, most] {
            assert!(save(&mut memory, STAFF, with(n)).is_ok(), "{what}: {n}");
        }
    }
}

#[test]
fn a_prize_has_a_title_and_its_texts_have_an_end() {
    let saved = |title: &str, description: &str| {
        let text = PrizeText { title: title.into(), description: description.into(), ..PrizeText::default() };
        save(&mut Memory::default(), STAFF, SavePrize { text, ..prize_form(None) }).map(|_| ())
    };
    for nothing in ["", " ", "\n\t　"] {
        assert_eq!(saved(nothing, "黄铜"), Err(Common::TitleMissing.into()), "{nothing:?}");
    }
    // In characters: most of them have three bytes.
    let [title, description] = [TITLE_CHARS_MAX, DESCRIPTION_CHARS_MAX].map(|most| "书".repeat(most));
    assert_eq!(saved(&title, &description), Ok(()));
    assert_eq!(saved("书", ""), Ok(()), "a description is not needed");
    let too_long = |most| Err(Common::TextTooLong { most }.into());
    assert_eq!(saved(&(title.clone() + "签"), &(description.clone() + "签")), too_long(TITLE_CHARS_MAX as i64));
    assert_eq!(saved(&title, &(description + "签")), too_long(DESCRIPTION_CHARS_MAX as i64));
}

#[test]
fn a_sale_ends_after_it_begins_or_never() {
    let saved = |visible_from, visible_until| {
        let typed = SavePrize { visible_from, visible_until, ..prize_form(None) };
        save(&mut Memory::default(), STAFF, typed).map(|_| ())
    };
    for (from, until) in [(0, 0), (MORNING, 0), (0, MORNING), (MORNING, MORNING + 1)] {
        assert_eq!(saved(from, until), Ok(()), "{from} {until}");
    }
    for (from, until) in [(MORNING, MORNING), (MORNING, MORNING - 1), (MORNING, -1)] {
        assert_eq!(saved(from, until), Err(Common::DatesReversed.into()), "{from} {until}");
    }
}

#[test]
fn a_sale_holds_its_first_moment_and_not_its_last() {
    let (from, until) = (MORNING, MORNING + 10);
    let sale = Prize { visible_from: from, visible_until: until, ..rows::prize(PRIZE, 1) };
    assert_eq!(on_sale(&sale, from - 1), Err(prizes::Refusal::NotYetOnSale { from }));
    assert_eq!(on_sale(&sale, from), Ok(()));
    assert_eq!(on_sale(&sale, until - 1), Ok(()));
    assert_eq!(on_sale(&sale, until), Err(prizes::Refusal::NoLongerOnSale));
    assert_eq!(on_sale(&Prize { visible_until: 0, ..sale }, i64::MAX), Ok(()));
    assert_eq!(on_sale(&Prize { state: PrizeState::Hidden, ..sale }, from - 1), Err(prizes::Refusal::PrizeHidden));
}

#[test]
fn stock_moves_are_refused_in_order_of_precedence() {
    let mut memory = library(Prize { branch: ELSEWHERE, ..rows::prize(PRIZE, 2) });
    let (helper, mut without) = (Actor::Staff(HELPER), memory.clone());
    let wrong = |memory: &mut Memory, actor| move_because(memory, actor, (WrittenOff, 0), "");
    without.forget(Table::Prize, Prize::key(PRIZE));
    assert_eq!(wrong(&mut without, Actor::Visitor), Err(prizes::Refusal::NoSuchPrize.into()));
    for nobody in [Actor::Visitor, Actor::Job, Actor::Reader(READER)] {
        assert_eq!(wrong(&mut memory, nobody), Err(Common::NoPermission.into()), "{nobody:?}");
    }
    memory.set(Staff { state: StaffState::Disabled, ..rows::staff(HELPER) });
    assert_eq!(wrong(&mut memory, helper), Err(staff::Refusal::StaffDisabled.into()));
    memory.staff(HELPER, !EDITS_PRIZES);
    assert_eq!(wrong(&mut memory, helper), Err(Common::NoPermission.into()));
    memory.staff(HELPER, EDITS_PRIZES);
    assert_eq!(wrong(&mut memory, helper), Err(staff::Refusal::OtherBranch.into()));
    memory.set(rows::prize(PRIZE, 2));
    assert_eq!(wrong(&mut memory, helper), Err(Common::NotPositive.into()));
    for nothing in ["", " \n　"] {
        let unsaid = move_because(&mut memory, helper, (WrittenOff, 3), nothing);
        assert_eq!(unsaid, Err(Common::ReasonMissing.into()), "{nothing:?}");
    }
    let longest = "盘".repeat(REASON_CHARS_MAX);
    let endless = move_because(&mut memory, helper, (WrittenOff, 3), &(longest.clone() + "点"));
    assert_eq!(endless, Err(Common::TextTooLong { most: REASON_CHARS_MAX as i64 }.into()));
    let written = move_because(&mut memory, helper, (WrittenOff, 3), &longest);
    assert_eq!(written, Err(prizes::Refusal::StockTooLow { on_hand: 2 }.into()));
    assert_eq!(move_stock(&mut memory, helper, WrittenOff, 3), Err(prizes::Refusal::StockTooLow { on_hand: 2 }.into()));
    assert!(move_stock(&mut memory, helper, WrittenOff, 2).is_ok());
}

#[test]
fn stock_is_always_accounted_for() {
    let mut memory = library(Prize { reserved: 3, handed_over: 1, received: 4, ..rows::prize(PRIZE, 0) });
    let moves = [(Received, 5, 5), (WrittenOff, 2, 3), (Received, 1, 4), (WrittenOff, 4, 0)];
    for (kind, count, on_hand) in moves {
        let reply = move_stock(&mut memory, STAFF, kind, count);
        assert_eq!(reply, Ok(prizes::Reply::StockMoved { prize: PRIZE, on_hand }.into()));
        let now = prize(&memory, PRIZE);
        assert_eq!(now.received, now.on_hand + now.reserved + now.handed_over + now.written_off, "{now:?}");
    }
    // What is reserved for readers cannot be written off.
    assert_eq!(move_stock(&mut memory, STAFF, WrittenOff, 1), Err(prizes::Refusal::StockTooLow { on_hand: 0 }.into()));
    let written: Vec<_> = memory.all::<StockMovement>().iter().map(|row| (row.kind, row.count, row.staff)).collect();
    assert_eq!(written, moves.map(|(kind, count, _)| (kind, count, LIBRARIAN)));
    let audits = memory.audits();
    assert_eq!(audits.len(), memory.records.len());
    let audited = audits.iter().map(|audit| (audit.action.as_str(), audit.about, audit.note.as_str()));
    let [receive, write_off] = ["prize.receive", "prize.write_off"].map(|action| (action, PRIZE.0, "盘点"));
    assert_eq!(audited.collect::<Vec<_>>(), [receive, write_off, receive, write_off]);
}

#[test]
fn stock_moves_by_positive_counts() {
    let mut memory = library(rows::prize(PRIZE, 0));
    for kind in [Received, WrittenOff] {
        for count in [0, -1, i64::MIN, STOCK_MAX + 1, i64::MAX] {
            assert_eq!(
                move_stock(&mut memory, STAFF, kind, count),
                Err(Common::NotPositive.into()),
                "{kind:?} {count}"
            );
        }
    }
    assert!(move_stock(&mut memory, STAFF, Received, STOCK_MAX).is_ok());
}

#[test]
fn a_limit_holds_for_each_card_and_each_prize() {
    let (first, second, other) = (CardId(21), CardId(22), PrizeId(42));
    let mut memory = library(Prize { per_card: 2, ..rows::prize(PRIZE, 9) });
    memory.set(Prize { per_card: 1, ..rows::prize(other, 9) });
    memory.set(rows::reader(READER));
    for id in [first, second] {
        memory.set(Card { reader: Some(READER), balance: 1_000, ..rows::card(id) });
    }
    let redeem = |memory: &mut Memory, card, prize| {
        let reply = memory.ask(Actor::Reader(READER), Command::from(Redeem { card, prize, points: 60 }), at(MORNING));
        reply.map(|_| ())
    };
    let (granted, limited) = (Ok(()), |per_card| Err(prizes::Refusal::LimitReached { per_card }.into()));
    let asked = [
        (first, PRIZE, granted),
        (first, PRIZE, granted),
        (first, PRIZE, limited(2)),
        (first, other, granted),
        (first, other, limited(1)),
        (second, PRIZE, granted),
    ];
    for (card, prize, answer) in asked {
        assert_eq!(redeem(&mut memory, card, prize), answer, "{card} {prize}");
    }
    // A limit that is raised counts what was taken before.
    save(&mut memory, STAFF, SavePrize { per_card: 3, ..prize_form(Some(PRIZE)) }).unwrap();
    assert_eq!(redeem(&mut memory, first, PRIZE), granted);
    assert_eq!(redeem(&mut memory, first, PRIZE), limited(3));
}
