//! Hints: what is loaded beforehand makes a batch quick, and never changes an answer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod support;

use domain::cards::{ChooseCard, RequestCode, UnbindCard};
use domain::decide::needs;
use domain::digest::Digest;
use domain::envelope::{Actor, Command, Envelope, Reply};
use domain::messages::MarkRead;
use domain::outbox::{Attempt, SettleOutbox, TakeOutbox};
use domain::prizes::{MoveStock, SavePrize};
use domain::record::{PrizeText, Sealed};
use domain::redemption_code::RedemptionCode;
use domain::redemptions::{Collect, Redeem};
use domain::refusal::Refusal;
use domain::sessions::{Enter, SignInStaff, SignOut, TouchSession};
use domain::staff::AddStaff;
use domain::tables::*;
use domain::world::World;
use support::binding::{Holder, limited};
use support::*;

const READER: ReaderId = ReaderId(11);
const STAFF: Actor = Actor::Staff(LIBRARIAN);
const PRIZE: PrizeId = PrizeId(41);
/// Bound to the reader.
const BOUND: Holder = Holder { barcode: 1, phone: 1, identity: 1, patron: 1 };
/// A code for it is under way.
const ASKED: Holder = Holder { barcode: 2, phone: 2, identity: 2, patron: 2 };
const LATER: i64 = MORNING + 60_000;

fn token() -> Digest {
    digest(21, 1)
}

/// A library in which something of everything has happened.
fn library() -> Memory {
    let mut memory = Memory::default();
    memory.set(rows::staff(LIBRARIAN, !0));
    memory.set(rows::reader(READER));
    memory.set(rows::prize(PRIZE, 5));
    memory.bind(READER, BOUND, MORNING).unwrap();
    memory.set(Card { balance: 150, ..memory.all::<Card>()[0] });
    for (actor, command) in [(Actor::Reader(READER), redeem(&memory)), (Actor::Visitor, sign_in(true))] {
        memory.ask(actor, command, at(MORNING)).unwrap();
    }
    let request = Command::RequestCode(ASKED.request(READER));
    memory.ask(Actor::Reader(READER), request, at(LATER)).unwrap();
    memory
}

fn redeem(memory: &Memory) -> Command {
    Command::Redeem(Redeem { card: memory.all::<Card>()[0].id, prize: PRIZE })
}

fn sign_in(right: bool) -> Command {
    Command::SignInStaff(SignInStaff { staff: LIBRARIAN, right, session: token(), replaces: None })
}

fn prize_form(prize: Option<PrizeId>) -> Command {
    let (branch, state, text) = (BRANCH, PrizeState::Shown, PrizeText::default());
    let (points, per_card, visible_from, visible_until) = (60, 1, 0, 0);
    Command::SavePrize(SavePrize {
        prize,
        branch,
        state,
        points,
        per_card,
        visible_from,
        visible_until,
        position: 1,
        text,
    })
}

/// Commands that a library can hear, most of them granted.
fn commands(memory: &Memory) -> Vec<(Actor, Command)> {
    let (reader, card) = (Actor::Reader(READER), memory.all::<Card>()[0].id);
    let message = memory.all::<Message>()[0].id;
    let secret = memory.all::<RedemptionSecret>()[0];
    let code = RedemptionCode { redemption: secret.redemption, secret: secret.secret };
    let outbox = memory.all::<Outbox>()[0].id;
    let third = Holder { barcode: 3, phone: 3, ..ASKED }.request(READER);
    let third = RequestCode { limited: limited(99, 3, 3), ..third };
    let enter = |consented| {
        let (openid, session) = (Sealed(vec![]), digest(21, 2));
        Command::Enter(Enter { wechat: digest(22, 1), openid, consented, session, replaces: Some(token()) })
    };
    let kind = StockMovementKind::WrittenOff;
    let (name, password_hash) = (String::new(), String::new());
    let newcomer = AddStaff { name_hash: digest(31, 1), name, password_hash, branch: BRANCH, permissions: 2 };
    vec![
        (Actor::Visitor, enter(true)),
        (Actor::Visitor, enter(false)),
        (Actor::Visitor, sign_in(true)),
        (Actor::Visitor, sign_in(false)),
        (Actor::Visitor, Command::SignOut(SignOut { session: token() })),
        (Actor::Visitor, Command::TouchSession(TouchSession { session: token() })),
        (reader, Command::RequestCode(third.clone())),
        (reader, Command::RequestCode(RequestCode { matched: None, ..third })),
        (reader, Command::RequestCode(ASKED.request(READER))),
        (reader, Command::BindCard(ASKED.bind())),
        (reader, Command::BindCard(BOUND.bind())),
        (reader, Command::ChooseCard(ChooseCard { card })),
        (reader, redeem(memory)),
        (STAFF, Command::Collect(Collect { code })),
        (STAFF, prize_form(None)),
        (STAFF, prize_form(Some(PRIZE))),
        (STAFF, Command::MoveStock(MoveStock { prize: PRIZE, kind, count: 1, reason: String::new() })),
        (reader, Command::MarkRead(MarkRead { message: Some(message) })),
        (reader, Command::MarkRead(MarkRead { message: None })),
        (STAFF, Command::AddStaff(newcomer)),
        (reader, Command::UnbindCard(UnbindCard { card })),
        (Actor::Job, Command::TakeOutbox(TakeOutbox { outbox })),
        (Actor::Job, Command::SettleOutbox(SettleOutbox { outbox, attempts: 1, attempt: Attempt::Sent })),
    ]
}

/// Every command by everybody, with a key and without.
fn envelopes(memory: &Memory) -> Vec<Envelope> {
    let commands = commands(memory);
    let strangers = [Actor::Visitor, Actor::Job, STAFF, Actor::Reader(READER), Actor::Reader(ReaderId(99))];
    let askers = commands.iter().flat_map(|(right, command)| {
        std::iter::once(*right).chain(strangers).map(move |actor| (actor, command.clone()))
    });
    let keys = [None, keyed(1, 1)];
    let asked = askers.flat_map(|(actor, command)| keys.map(|key| (actor, key, command.clone())));
    asked.map(|(actor, key, command)| Envelope { actor, key, command, seed: 4_711 }).collect()
}

type Heard = (Result<Reply, Refusal>, (Vec<Change>, Vec<domain::record::Record>, i64));

fn decided(memory: &Memory, mut world: World, envelope: &Envelope, hinted: bool) -> Heard {
    let answer = step(memory, &mut world, envelope, at(LATER), hinted);
    (answer, effects(&world))
}

/// A world that already knows the rows which these commands ask for.
fn knowing(memory: &Memory, envelopes: &[Envelope]) -> World {
    let mut world = memory.world();
    for need in envelopes.iter().flat_map(needs) {
        world.learn(&need, &memory.answer(&need));
    }
    world
}

#[test]
fn a_hint_never_changes_an_answer() {
    let memory = library();
    let envelopes = envelopes(&memory);
    for envelope in &envelopes {
        let bare = decided(&memory, memory.world(), envelope, false);
        assert_eq!(decided(&memory, memory.world(), envelope, true), bare, "{envelope:?}");
        let crowded = knowing(&memory, &envelopes);
        assert_eq!(decided(&memory, crowded, envelope, true), bare, "among others: {envelope:?}");
    }
}

#[test]
fn a_batch_is_decided_alike_with_hints_and_without() {
    let memory = library();
    let envelopes: Vec<Envelope> = envelopes(&memory).into_iter().filter(|envelope| envelope.key.is_none()).collect();
    let (mut hinted, mut bare) = (knowing(&memory, &envelopes), memory.world());
    for envelope in &envelopes {
        let answers = [(&mut hinted, true), (&mut bare, false)]
            .map(|(world, with_hints)| step(&memory, world, envelope, at(LATER), with_hints));
        assert_eq!(answers[0], answers[1], "{envelope:?}");
    }
    assert_eq!(effects(&hinted), effects(&bare));
    assert!(memory.clone().flush(&hinted).is_ok());
}

#[test]
fn nearly_all_of_these_commands_are_granted() {
    let memory = library();
    let answers = commands(&memory).into_iter().map(|(actor, command)| memory.clone().ask(actor, command, at(LATER)));
    let expected = [
        Refusal::NotRegistered,
        Refusal::TooSoon { again_at: LATER + 60_000 },
        Refusal::CodeOfOtherPhone,
        Refusal::NotWaiting,
    ];
    assert_eq!(answers.filter_map(Result::err).collect::<Vec<_>>(), expected);
}
