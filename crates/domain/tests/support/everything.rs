//! A library in which something of everything has happened, and every command that it can hear.

use super::binding::{CODE, Holder, barcode, code, limited, phone};
use super::{BRANCH, LIBRARIAN, MORNING, Memory, at, digest, rows};
use domain::cards::{BindAtDesk, BindCard, ChooseCard, RefreshCard, RequestCode, UnbindCard};
use domain::digest::Digest;
use domain::envelope::{Actor, Command};
use domain::jobs::{EndJob, KeepToken, StartJob, Sweep, WakeJob};
use domain::messages::{AllowNotice, ChooseNotices, MarkRead};
use domain::outbox::{Attempt, SettleOutbox, TakeOutbox};
use domain::phone_entry::{EnterByPhone, RequestEntryCode};
use domain::pickup::Opening;
use domain::places::{DayPlan, SavePlace, SetPlaceDay};
use domain::prizes::{MoveStock, SavePrize};
use domain::rebindings::{EndRebinding, SettleRebinding};
use domain::record::{PlaceText, Sealed};
use domain::redemption_code::RedemptionCode;
use domain::redemptions::*;
use domain::register::{ImportPatrons, PatronRow};
use domain::sessions::{Enter, SignInStaff, SignOut, TouchSession};
use domain::staff::{AddStaff, NoteExport};
use domain::tables::*;

pub const READER: ReaderId = ReaderId(11);
pub const STRANGER: ReaderId = ReaderId(12);
pub const LATER: i64 = MORNING + 60_000;
const STAFF: Actor = Actor::Staff(LIBRARIAN);
const PRIZE: PrizeId = PrizeId(41);
const PLACE: PlaceId = PlaceId(51);
/// Bound to the reader.
const BOUND: Holder = Holder { barcode: 1, phone: 1, identity: 1, patron: 1 };
/// Bound to the reader too, and another has asked for it.
const WANTED: Holder = Holder { barcode: 4, phone: 4, identity: 4, patron: 4 };
/// A code for it is under way.
const ASKED: Holder = Holder { barcode: 2, phone: 2, identity: 2, patron: 2 };

pub fn library() -> Memory {
    let mut memory = Memory::default();
    memory.set(rows::staff(LIBRARIAN, !0));
    [READER, STRANGER].into_iter().for_each(|id| memory.set(Reader { notices: true, ..rows::reader(id) }));
    open_a_place(&mut memory);
    memory.bind(READER, BOUND, MORNING - 120_000).unwrap();
    memory.bind(READER, WANTED, MORNING).unwrap();
    memory.set(Card { balance: 300, ..memory.card_of(BOUND) });
    for _ in 0..4 {
        memory.ask(Actor::Reader(READER), redeem(&memory), at(MORNING)).unwrap();
    }
    // One was handed over, one has lain there for too long, and one is soon to go.
    memory.ask(STAFF, collect(&memory, 1), at(MORNING)).unwrap();
    for (n, last_day) in [(2, 20261116), (3, 20261130)] {
        memory.set(Redemption { last_day, ..memory.all()[n] });
    }
    memory.ask(Actor::Visitor, sign_in(true), at(MORNING)).unwrap();
    memory.ask(Actor::Visitor, entry_code(1), at(MORNING)).unwrap();
    memory.ask(Actor::Reader(STRANGER), Command::RequestCode(BOUND.request(STRANGER)), at(MORNING)).unwrap();
    memory.ask(Actor::Reader(READER), Command::RequestCode(ASKED.request(READER)), at(LATER)).unwrap();
    let card = memory.card_of(WANTED).id;
    memory.set(Rebinding { card, reader: STRANGER, from_reader: READER, due: LATER, at: 0 });
    let outbox = memory.all::<Outbox>()[1].id;
    memory.ask(Actor::Job, Command::TakeOutbox(TakeOutbox { outbox }), at(MORNING)).unwrap();
    memory.ask(Actor::Job, Command::StartJob(StartJob { job: Job::Sweep, holder: 7 }), at(MORNING)).unwrap();
    memory
}

/// Open on Mondays, and for all prizes.
fn open_a_place(memory: &mut Memory) {
    memory.set(Place { id: PLACE, branch: BRANCH, state: PlaceState::Open, at: MORNING });
    memory.set(Prize { place: Some(PLACE), ..rows::prize(PRIZE, 5) });
    for (place, weekday) in [(PLACE, 1), (PLACE, 6), (PlaceId(52), 1)] {
        memory.set(PlaceHours { place, weekday, opens: 0, closes: 1_440 });
    }
    memory.set(PlaceDay { place: PLACE, day: 20271127, opens: 0, closes: 0 });
}

fn redeem(memory: &Memory) -> Command {
    Command::Redeem(Redeem { card: memory.card_of(BOUND).id, prize: PRIZE })
}

fn collect(memory: &Memory, n: usize) -> Command {
    let RedemptionSecret { redemption, secret } = memory.all()[n];
    Command::Collect(Collect { code: RedemptionCode { redemption, secret }, outside_hours: false })
}

fn token() -> Digest {
    digest(21, 1)
}

fn sign_in(right: bool) -> Command {
    Command::SignInStaff(SignInStaff { staff: LIBRARIAN, right, session: token(), replaces: None })
}

fn enter(consented: bool) -> Command {
    let (openid, session) = (Sealed(vec![]), digest(21, 2));
    Command::Enter(Enter { wechat: digest(22, 1), openid, consented, session, replaces: Some(token()) })
}

fn entry_code(n: i64) -> Command {
    let (browser, limited, payload) = (digest(23, 1), vec![digest(24, n)], Sealed(vec![3]));
    Command::RequestEntryCode(RequestEntryCode { browser, phone: phone(n), limited, code: code(CODE), payload })
}

fn enter_by_phone(typed: i64) -> Command {
    let (browser, session, replaces) = (digest(23, 1), digest(21, 3), Some(token()));
    Command::EnterByPhone(EnterByPhone { browser, phone: phone(1), code: code(typed), session, replaces })
}

fn prize_form(prize: Option<PrizeId>) -> Command {
    Command::SavePrize(SavePrize { per_card: 1, place: Some(PLACE), ..rows::prize_form(prize) })
}

fn place_form(place: Option<PlaceId>) -> Command {
    let week = vec![Opening { weekday: 1, from: 510, until: 690 }, Opening { weekday: 7, from: 510, until: 690 }];
    let text = PlaceText { name: "一楼服务台".into(), address: String::new() };
    Command::SavePlace(SavePlace { place, branch: BRANCH, state: PlaceState::Open, week, text })
}

/// Most of them are granted.
pub fn commands(memory: &Memory) -> Vec<(Actor, Command)> {
    [at_the_door(), about_cards(memory), about_prizes(memory), in_the_back_office(memory), by_the_program(memory)]
        .concat()
}

fn at_the_door() -> Vec<(Actor, Command)> {
    let commands = [
        enter(true),
        enter(false),
        entry_code(2),
        entry_code(1),
        enter_by_phone(CODE),
        enter_by_phone(CODE + 1),
        sign_in(true),
        sign_in(false),
        Command::SignOut(SignOut { session: token() }),
        Command::TouchSession(TouchSession { session: token() }),
    ];
    commands.map(|command| (Actor::Visitor, command)).to_vec()
}

fn about_cards(memory: &Memory) -> Vec<(Actor, Command)> {
    let (reader, stranger) = (Actor::Reader(READER), Actor::Reader(STRANGER));
    let (card, wanted) = (memory.card_of(BOUND).id, memory.card_of(WANTED).id);
    let third = Holder { barcode: 3, phone: 3, ..ASKED }.request(READER);
    let third = RequestCode { limited: limited(99, 3, 3), ..third };
    let wrong = BindCard { code: code(CODE + 1), ..BOUND.bind() };
    let desk = BindAtDesk { reader: STRANGER, barcode: barcode(BOUND.barcode), facts: BOUND.facts() };
    vec![
        (reader, Command::RequestCode(third.clone())),
        (reader, Command::RequestCode(RequestCode { matched: None, ..third })),
        (reader, Command::RequestCode(ASKED.request(READER))),
        (reader, Command::BindCard(ASKED.bind())),
        (reader, Command::BindCard(BOUND.bind())),
        (stranger, Command::RequestRebinding(wrong)),
        (stranger, Command::RequestRebinding(BOUND.bind())),
        (reader, Command::EndRebinding(EndRebinding { card: wanted })),
        (stranger, Command::EndRebinding(EndRebinding { card: wanted })),
        (STAFF, Command::BindAtDesk(desk)),
        (reader, Command::ChooseCard(ChooseCard { card })),
        (reader, Command::UnbindCard(UnbindCard { card })),
    ]
}

fn about_prizes(memory: &Memory) -> Vec<(Actor, Command)> {
    let of = |n: usize| memory.all::<Redemption>()[n].id;
    let cancel = |reason: &str| CancelRedemption { redemption: of(0), reason: reason.into() };
    let kind = StockMovementKind::WrittenOff;
    vec![
        (Actor::Reader(READER), redeem(memory)),
        (Actor::Reader(READER), Command::CancelRedemption(cancel(""))),
        (STAFF, Command::CancelRedemption(cancel("奖品破损"))),
        (STAFF, collect(memory, 0)),
        (STAFF, Command::UndoCollection(UndoCollection { redemption: of(1) })),
        (Actor::Job, Command::ExpireRedemption(ExpireRedemption { redemption: of(2) })),
        (Actor::Job, Command::RemindOfRedemption(RemindOfRedemption { redemption: of(3) })),
        (STAFF, prize_form(None)),
        (STAFF, prize_form(Some(PRIZE))),
        (STAFF, Command::MoveStock(MoveStock { prize: PRIZE, kind, count: 1, reason: "盘点".into() })),
    ]
}

fn in_the_back_office(memory: &Memory) -> Vec<(Actor, Command)> {
    let reader = Actor::Reader(READER);
    let message = memory.all::<Message>()[0].id;
    let (name, password_hash) = (String::new(), String::new());
    let newcomer = AddStaff { name_hash: digest(31, 1), name, password_hash, branch: BRANCH, permissions: 2 };
    let day = |plan| Command::SetPlaceDay(SetPlaceDay { place: PLACE, day: 20271127, plan });
    vec![
        (reader, Command::MarkRead(MarkRead { message: Some(message) })),
        (reader, Command::MarkRead(MarkRead { message: None })),
        (reader, Command::ChooseNotices(ChooseNotices { wanted: false })),
        (reader, Command::AllowNotice(AllowNotice {})),
        (STAFF, Command::AddStaff(newcomer)),
        (STAFF, place_form(None)),
        (STAFF, place_form(Some(PLACE))),
        (STAFF, day(DayPlan::AsUsual)),
        (STAFF, day(DayPlan::Open(vec![(600, 720)]))),
        (STAFF, Command::WakeJob(WakeJob { job: Job::Sweep })),
        (STAFF, Command::NoteExport(NoteExport { what: "redemptions.export", filter: String::new(), rows: 3 })),
    ]
}

fn by_the_program(memory: &Memory) -> Vec<(Actor, Command)> {
    let [outbox, taken] = [0, 1].map(|n| memory.all::<Outbox>()[n].id);
    let of = |holder: Holder| (memory.card_of(holder).id, barcode(holder.barcode));
    let ((card, hash), (wanted, its_hash)) = (of(BOUND), of(WANTED));
    let refresh = |facts| Command::RefreshCard(RefreshCard { card, barcode: hash, facts });
    let commands = vec![
        Command::TakeOutbox(TakeOutbox { outbox }),
        Command::SettleOutbox(SettleOutbox { outbox, attempts: 1, attempt: Attempt::Sent }),
        Command::SettleOutbox(SettleOutbox { outbox: taken, attempts: 1, attempt: Attempt::Sent }),
        refresh(Some(BOUND.facts())),
        refresh(None),
        Command::SettleRebinding(SettleRebinding { card: wanted, barcode: its_hash }),
        Command::StartJob(StartJob { job: Job::Expiry, holder: 7 }),
        Command::EndJob(EndJob { job: Job::Sweep, holder: 7, done: 1, failed: 0, next_at: LATER }),
        Command::KeepToken(KeepToken { token: Token::Access, sealed: Sealed(vec![1]), until: LATER }),
        Command::Sweep(Sweep { outcomes: vec![digest(90, 1)], sessions: vec![token(), digest(21, 2)] }),
        Command::ImportPatrons(ImportPatrons { rows: vec![PatronRow { barcode: hash, sealed: Sealed(vec![2]) }] }),
    ];
    commands.into_iter().map(|command| (Actor::Job, command)).collect()
}
