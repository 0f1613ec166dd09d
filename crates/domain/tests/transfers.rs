//! 积分转移: who may ask, what is proven, what is held and by whom it is decided; nothing is lost on any way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::cards::refresh::RefreshCard;
use domain::cards::{self, UnbindCard};
use domain::checkins::{self, StampDay};
use domain::core::asked::{Actor, Now};
use domain::core::refusal::{Common, Refused};
use domain::ledger;
use domain::redemptions::{CancelRedemption, Redeem};
use domain::rules::Rule;
use domain::slices::Command;
use domain::staff::{LinkReader, Permission, bits};
use domain::tables::*;
use domain::transfers::{
    self, Amount, ApproveTransfer, CheckOriginal, Claim, DeclineTransfer, Holder as Named, MessageKind, PostingKind,
    RequestTransfer, Said, VerifyTransfer, WithdrawTransfer,
};
use support::binding::*;
use support::*;

const READER: ReaderId = ReaderId(11);
const OTHER: ReaderId = ReaderId(12);
const BY: Actor = Actor::Reader(READER);
/// Sees identity cards; and who decides.
const DESK: StaffId = StaffId(3);
const DECIDES: Actor = Actor::Staff(LIBRARIAN);
/// One person's two cards, and a stranger's.
const OLD: Holder = Holder { barcode: 1, phone: 1, identity: 1, patron: NONE };
const NEW: Holder = Holder { barcode: 2, phone: 2, identity: 1, patron: NONE };
const STRANGE: Holder = Holder { barcode: 3, phone: 3, identity: 3, patron: NONE };
const POINTS: Points = 50;

/// The old card was bound and is unbound again, with the points of its first binding; the new one is bound.
fn town() -> Memory {
    let mut memory = Memory::default();
    [READER, OTHER].into_iter().for_each(|id| memory.set(rows::reader(id)));
    memory.staff_everywhere(LIBRARIAN, bits(&[Permission::ReviewTransfers, Permission::BindCards, Permission::Read]));
    memory.staff_everywhere(DESK, bits(&[Permission::BindCards]));
    memory.bind(READER, OLD, MORNING - 300_000).unwrap();
    let card = memory.card_of(OLD).id;
    memory.ask(BY, Command::from(UnbindCard { card }), at(MORNING)).unwrap();
    memory.bind(READER, NEW, MORNING - 120_000).unwrap();
    memory
}

fn named(n: i64) -> Named {
    Named { name: digest(41, n), identity: identity(n) }
}

fn said(n: i64) -> Said {
    Said::Holder(named(n))
}

/// What is typed is right; the library system says so of both cards.
fn claim(holder: Holder) -> Claim {
    Claim { barcode: barcode(holder.barcode), typed: named(1), said: said(holder.identity) }
}

fn wish(memory: &Memory, amount: Amount) -> RequestTransfer {
    RequestTransfer { original: claim(OLD), present: memory.card_of(NEW).id, present_said: said(1), amount }
}

fn ask(memory: &mut Memory, by: Actor, command: impl Into<Command>) -> Result<Option<transfers::Reply>, Refused> {
    memory.ask(by, command.into(), at(MORNING)).map(|reply| reply.of())
}

fn asked(memory: &mut Memory, amount: Amount) -> TransferId {
    let wish = wish(memory, amount);
    match ask(memory, BY, wish).unwrap().unwrap() {
        transfers::Reply::TransferRequested { transfer, .. } => transfer,
        other => panic!("{other:?}"),
    }
}

fn balances(memory: &Memory) -> [Points; 2] {
    [memory.card_of(OLD).balance, memory.card_of(NEW).balance]
}

fn approve(memory: &mut Memory, transfer: TransferId) -> Result<Option<transfers::Reply>, Refused> {
    ask(memory, DECIDES, ApproveTransfer { transfer })
}

fn state(memory: &Memory, transfer: TransferId) -> TransferState {
    memory.get::<Transfer>(Transfer::key(transfer)).unwrap().state
}

#[test]
fn points_are_held_from_the_request_on_and_arrive_once() {
    let mut memory = town();
    let part = wish(&memory, Amount::Part(20));
    memory.is_for_readers(READER, &Command::from(part));
    let id = asked(&mut memory, Amount::Part(20));
    assert_eq!((balances(&memory), state(&memory, id)), ([30, 0], TransferState::Held));
    let deed = Command::from(ApproveTransfer { transfer: id });
    memory.is_not_for_others(&deed);
    memory.is_for_staff(Permission::ReviewTransfers, &deed);
    approve(&mut memory, id).unwrap();
    assert_eq!(balances(&memory), [30, 20]);
    assert_eq!(approve(&mut memory, id), Err(transfers::Refusal::TransferSettled.into()));
    let kinds: Vec<_> = memory.all::<Posting>().into_iter().map(|posting| posting.kind).collect();
    assert!(kinds.ends_with(&[PostingKind::TransferHeld.into(), PostingKind::TransferIn.into()]), "{kinds:?}");
    assert_eq!(memory.all::<Message>().pop().unwrap().kind, MessageKind::TransferApproved);
    // In part the old card stays what it is.
    assert_eq!(memory.card_of(OLD).successor, None);
}

#[test]
fn what_comes_to_nothing_leaves_the_points_where_they_were() {
    let mut memory = town();
    let id = asked(&mut memory, Amount::Whole);
    let theirs = ask(&mut memory, Actor::Reader(OTHER), WithdrawTransfer { transfer: id });
    assert_eq!(theirs, Err(transfers::Refusal::NoSuchTransfer.into()));
    ask(&mut memory, BY, WithdrawTransfer { transfer: id }).unwrap();
    assert_eq!((balances(&memory), state(&memory, id)), ([POINTS, 0], TransferState::Withdrawn));
    let id = asked(&mut memory, Amount::Whole);
    let decline = |reason: &str| DeclineTransfer { transfer: id, reason: reason.into() };
    assert_eq!(ask(&mut memory, DECIDES, decline(" ")), Err(Common::ReasonMissing.into()));
    ask(&mut memory, DECIDES, decline("请先到服务台补登记姓名")).unwrap();
    assert_eq!((balances(&memory), memory.all::<OpenTransfer>().len()), ([POINTS, 0], 0));
    assert_eq!(memory.all::<TransferCount>()[0].open, 0);
    let gone = ask(&mut memory, BY, WithdrawTransfer { transfer: id });
    assert_eq!(gone, Err(transfers::Refusal::TransferSettled.into()));
}

#[test]
fn a_stranger_s_card_is_an_unknown_card_and_guessing_ends() {
    let mut memory = town();
    memory.bind(OTHER, STRANGE, MORNING).unwrap();
    let unknown = Holder { barcode: 9, ..OLD };
    for (n, wrong) in [claim(STRANGE), claim(unknown), Claim { typed: named(3), ..claim(OLD) }].into_iter().enumerate()
    {
        let tries_left = transfers::MISMATCHES_A_DAY - 1 - n as i64;
        let answer = ask(&mut memory, BY, CheckOriginal(wrong)).unwrap();
        assert_eq!(answer, Some(transfers::Reply::NotTheHolder { tries_left }));
    }
    // The present card is somebody else's, by the library's word.
    let child_s = RequestTransfer { present_said: said(3), ..wish(&memory, Amount::Whole) };
    assert_eq!(ask(&mut memory, BY, child_s), Ok(Some(transfers::Reply::NotTheHolder { tries_left: 1 })));
    ask(&mut memory, BY, CheckOriginal(claim(STRANGE))).unwrap();
    let stopped = Err(transfers::Refusal::TooManyMismatches.into());
    assert_eq!(ask(&mut memory, BY, CheckOriginal(claim(OLD))), stopped);
    let whole = wish(&memory, Amount::Whole);
    assert_eq!(ask(&mut memory, BY, whole), stopped);
    // The next day all is forgotten.
    let tomorrow = at(MORNING + rows::DAY);
    memory.ask(BY, Command::from(CheckOriginal(claim(OLD))), tomorrow).unwrap();
    assert_eq!(balances(&memory), [POINTS, 0]);
}

#[test]
fn what_nobody_can_answer_waits_for_the_desk_and_holds_nothing() {
    let mut memory = town();
    // The library system has forgotten the old card: what is kept since its binding is proof enough.
    let kept = Claim { said: Said::NotKnown, ..claim(OLD) };
    let card = memory.card_of(OLD).id;
    let checked = transfers::Reply::OriginalChecked { card, proven: true };
    assert_eq!(ask(&mut memory, BY, CheckOriginal(kept)), Ok(Some(checked)));
    // Of the new one only the library system's word counts.
    let silent = RequestTransfer { present_said: Said::NoAnswer, ..wish(&memory, Amount::Whole) };
    ask(&mut memory, BY, silent).unwrap();
    let id = memory.all::<Transfer>()[0].id;
    assert_eq!((state(&memory, id), balances(&memory)), (TransferState::AtDesk, [POINTS, 0]));
    assert_eq!(approve(&mut memory, id), Err(transfers::Refusal::NotVerified.into()));
    let verify = |by| (Actor::Staff(by), VerifyTransfer { transfer: id });
    let (by, command) = verify(LIBRARIAN);
    memory.is_for_staff(Permission::BindCards, &Command::from(command));
    ask(&mut memory, by, command).unwrap();
    assert_eq!(balances(&memory), [0, 0]);
    let (by, command) = verify(DESK);
    assert_eq!(ask(&mut memory, by, command), Err(transfers::Refusal::AlreadyVerified.into()));
    // By whoever has seen the identity card only where the library's rule says so.
    assert_eq!(approve(&mut memory, id), Err(transfers::Refusal::SecondPersonNeeded.into()));
    memory.rule(Rule::TransferTwoPeople, 0);
    approve(&mut memory, id).unwrap();
    assert_eq!(balances(&memory), [0, POINTS]);
}

#[test]
fn one_transfer_at_a_time_has_a_card_s_points() {
    let mut memory = town();
    // The old card is bound to another reader, who says to be the same person.
    memory.bind(OTHER, OLD, MORNING).unwrap();
    memory.bind(OTHER, Holder { barcode: 4, phone: 4, ..NEW }, MORNING + 120_000).unwrap();
    let present = memory.card_of(Holder { barcode: 4, ..NEW }).id;
    // While it is active they use it: nothing is held before the desk has looked.
    let id = asked(&mut memory, Amount::Part(5));
    assert_eq!((state(&memory, id), balances(&memory)[0]), (TransferState::AtDesk, POINTS));
    ask(&mut memory, BY, WithdrawTransfer { transfer: id }).unwrap();
    memory.set(Card { state: CardState::Lost, ..memory.card_of(OLD) });
    asked(&mut memory, Amount::Part(5));
    assert_eq!(
        memory.all::<Message>().into_iter().find(|one| one.kind == MessageKind::TransferAsked).unwrap().reader,
        OTHER
    );
    let rival = RequestTransfer { present, ..wish(&memory, Amount::Whole) };
    assert_eq!(ask(&mut memory, Actor::Reader(OTHER), rival), Err(transfers::Refusal::TransferUnderWay.into()));
    for n in 0..transfers::OPEN_MAX - 1 {
        let silent = RequestTransfer { present_said: Said::NoAnswer, ..wish(&memory, Amount::Part(1 + n)) };
        ask(&mut memory, BY, silent).unwrap();
    }
    let many = transfers::Refusal::TooManyTransfers { most: transfers::OPEN_MAX };
    let one_more = wish(&memory, Amount::Part(1));
    assert_eq!(ask(&mut memory, BY, one_more), Err(many.into()));
    // The desk does not hold what is held already.
    let waiting = memory.all::<Transfer>()[2].id;
    let twice = ask(&mut memory, DECIDES, VerifyTransfer { transfer: waiting });
    assert_eq!(twice, Err(transfers::Refusal::TransferUnderWay.into()));
}

#[test]
fn a_request_must_make_sense() {
    let mut memory = town();
    for (amount, why) in [
        (Amount::Part(0), Refused::from(Common::NotPositive)),
        (Amount::Part(POINTS + 1), ledger::Refusal::TooFewPoints { short_by: 1 }.into()),
    ] {
        let odd = wish(&memory, amount);
        assert_eq!(ask(&mut memory, BY, odd), Err(why));
    }
    let itself = RequestTransfer { original: claim(NEW), ..wish(&memory, Amount::Whole) };
    assert_eq!(ask(&mut memory, BY, itself), Err(transfers::Refusal::SameCard.into()));
    let foreign = wish(&memory, Amount::Whole);
    assert_eq!(ask(&mut memory, Actor::Reader(OTHER), foreign), Err(ledger::Refusal::NotYourCard.into()));
    memory.set(Card { frozen: true, ..memory.card_of(OLD) });
    assert_eq!(ask(&mut memory, BY, foreign), Err(ledger::Refusal::CardFrozen.into()));
    memory.set(Card { frozen: false, ..memory.card_of(OLD) });
    memory.set(Card { state: CardState::Ended, ..memory.card_of(NEW) });
    assert_eq!(ask(&mut memory, BY, foreign), Err(ledger::Refusal::CardEnded.into()));
    assert_eq!((balances(&memory), memory.all::<Transfer>().len()), ([POINTS, 0], 0));
}

#[test]
fn nobody_decides_for_their_own_good() {
    let mut memory = town();
    let id = asked(&mut memory, Amount::Whole);
    let link = LinkReader { reader: READER };
    memory.is_not_for_others(&Command::from(link));
    memory.ask(DECIDES, Command::from(link), at(MORNING)).unwrap();
    assert_eq!(approve(&mut memory, id), Err(transfers::Refusal::OwnTransfer.into()));
    let decline = DeclineTransfer { transfer: id, reason: "不批".into() };
    assert_eq!(ask(&mut memory, DECIDES, decline), Err(transfers::Refusal::OwnTransfer.into()));
    let verify = ask(&mut memory, DECIDES, VerifyTransfer { transfer: id });
    assert_eq!(verify, Err(transfers::Refusal::OwnTransfer.into()));
    let unknown = ApproveTransfer { transfer: TransferId(7) };
    assert_eq!(ask(&mut memory, DECIDES, unknown), Err(transfers::Refusal::NoSuchTransfer.into()));
}

#[test]
fn the_present_card_must_still_be_there() {
    let mut memory = town();
    let id = asked(&mut memory, Amount::Whole);
    let card = memory.card_of(NEW).id;
    let gone = RefreshCard { card, barcode: barcode(NEW.barcode), facts: None };
    memory.ask(Actor::Job, Command::from(gone), at(MORNING)).unwrap();
    assert_eq!(approve(&mut memory, id), Err(ledger::Refusal::CardEnded.into()));
    memory.ask(BY, Command::from(UnbindCard { card }), at(MORNING)).unwrap();
    assert_eq!(approve(&mut memory, id), Err(transfers::Refusal::PresentCardGone.into()));
}

/// A prize that costs 10 and is bought with the old card; its redemption.
fn bought(memory: &mut Memory) -> RedemptionId {
    let prize = PrizeId(500);
    if memory.get::<Prize>(Prize::key(prize)).is_none() {
        memory.set(rows::prize(prize, 9));
    }
    let card = memory.card_of(OLD).id;
    let points = memory.get::<Prize>(Prize::key(prize)).unwrap().points;
    memory.ask(BY, Command::from(Redeem { card, prize, points }), at(MORNING)).unwrap();
    memory.all::<Redemption>().pop().unwrap().id
}

/// Both cards bound; the old one has a row of three stamps and a prize that waits.
fn busy() -> (Memory, RedemptionId, Now) {
    let mut memory = town();
    memory.set(Card { balance: 500, ..memory.card_of(OLD) });
    memory.bind(READER, OLD, MORNING + 120_000).unwrap();
    let redemption = bought(&mut memory);
    let stamp = |memory: &mut Memory, holder: Holder, days: i64| {
        let card = memory.card_of(holder).id;
        let now = at(MORNING + days * rows::DAY);
        memory.ask(BY, Command::from(StampDay { card }), now).unwrap().of::<checkins::Reply>()
    };
    for days in 0..3 {
        stamp(&mut memory, OLD, days);
    }
    // The new card's own row begins the day after.
    let fourth = stamp(&mut memory, NEW, 3);
    assert!(matches!(fourth, Some(checkins::Reply::CheckedIn { streak: 1, .. })));
    (memory, redemption, at(MORNING + 3 * rows::DAY))
}

#[test]
fn a_whole_transfer_takes_prizes_and_the_row_of_stamps_along() {
    let (mut memory, redemption, now) = busy();
    let total: Points = balances(&memory).iter().sum();
    let id = asked(&mut memory, Amount::Whole);
    // What comes to the old card while the transfer waits goes along.
    memory.ask(BY, Command::from(CancelRedemption { redemption, reason: String::new() }), at(MORNING)).unwrap();
    let price = memory.card_of(OLD).balance;
    let second = bought(&mut memory);
    memory.ask(DECIDES, Command::from(ApproveTransfer { transfer: id }), now).unwrap();
    let (old, new) = (memory.card_of(OLD), memory.card_of(NEW));
    assert_eq!((old.balance, old.reader, old.successor), (0, None, Some(new.id)));
    assert_eq!(memory.get::<Reader>(Reader::key(READER)).unwrap().card, Some(new.id));
    assert_eq!(new.balance, total);
    // The count of prizes taken follows, and so does what is given back.
    let taken: Vec<_> = memory.all::<PrizeTaken>();
    assert_eq!(taken.iter().map(|row| (row.card, row.count)).collect::<Vec<_>>(), [(new.id, 1)]);
    let carried = &memory.all::<CarriedStreak>()[0];
    assert_eq!((carried.card, carried.streak), (new.id, 3));
    let today = memory.all::<CheckIn>().into_iter().rfind(|stamp| stamp.card == new.id).unwrap();
    assert_eq!(today.streak, 4);
    memory.ask(BY, Command::from(CancelRedemption { redemption: second, reason: String::new() }), at(MORNING)).unwrap();
    assert_eq!(memory.card_of(OLD).balance, 0);
    assert_eq!(memory.card_of(NEW).balance, total + price);
    // The old card is nobody's any more.
    let again = memory.bind(READER, OLD, MORNING + 300_000);
    assert_eq!(again, Err(cards::Refusal::CardReplaced.into()));
}

#[test]
fn who_replaced_a_card_that_replaced_another_stands_for_both() {
    let (mut memory, redemption, now) = busy();
    let first = asked(&mut memory, Amount::Whole);
    memory.ask(DECIDES, Command::from(ApproveTransfer { transfer: first }), now).unwrap();
    let third = Holder { barcode: 4, phone: 4, ..NEW };
    memory.bind(READER, third, MORNING + 400_000).unwrap();
    let present = memory.card_of(third).id;
    let wish = RequestTransfer { original: claim(NEW), present, ..wish(&memory, Amount::Whole) };
    ask(&mut memory, BY, wish).unwrap();
    let second = memory.all::<Transfer>()[1].id;
    memory.ask(DECIDES, Command::from(ApproveTransfer { transfer: second }), now).unwrap();
    for replaced in [OLD, NEW] {
        assert_eq!(memory.card_of(replaced).successor, Some(present));
    }
    let before = memory.card_of(third).balance;
    memory.ask(BY, Command::from(CancelRedemption { redemption, reason: String::new() }), at(MORNING)).unwrap();
    assert!(memory.card_of(third).balance > before);
    let gone = RequestTransfer { original: claim(OLD), present, ..wish };
    assert_eq!(ask(&mut memory, BY, gone), Err(cards::Refusal::CardReplaced.into()));
}
