//! A library in which something of everything has happened, and every command that it can hear.

use super::activities::{ADULT, member};
use super::binding::{CODE, Holder, barcode, code, limited, phone};
use super::everything_activities::{about_activities, about_attendance, after_activities};
use super::{
    BRANCH, LIBRARIAN, MORNING, Memory, at, digest, everything_books, everything_letters, everything_phones,
    everything_transfers, rows,
};
use domain::activities::attendance::{Attend, Leave};
use domain::activities::enrolments::{SignUp, Withdraw};
use domain::activities::no_shows::AppealNoShow;
use domain::cards::rebindings::{EndRebinding, RequestRebinding, SettleRebinding};
use domain::cards::refresh::RefreshCard;
use domain::cards::{BindAtDesk, BindCard, ChooseCard, RequestCode, UnbindCard};
use domain::checkins::{MakeUpDay, NoteReading, StampDay};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::jobs::{AcceptClock, EndJob, KeepToken, Prove, RenewJob, StartJob, Sweep, WakeJob};
use domain::members::invitations::{AcceptInvitation, InviteGuardian};
use domain::members::{RemoveMember, SaveMember};
use domain::messages::{AllowNotice, ChooseNotices, ChooseTopic, MarkRead, NoteFollowing};
use domain::outbox::{Attempt, SettleOutbox, TakeOutbox};
use domain::places::pickup::Opening;
use domain::places::{DayPlan, PlaceText, SavePlace, SetPlaceDay};
use domain::prizes::{MoveStock, SavePrize};
use domain::redemptions::code::RedemptionCode;
use domain::redemptions::*;
use domain::register::{ImportPatrons, PatronRow};
use domain::rules::{Rule, SeedRules, SetRule};
use domain::sessions::phone_entry::{EnterByPhone, RequestEntryCode};
use domain::sessions::{AgreeToPrivacy, Enter, SignInStaff, SignOut, TouchSession};
use domain::slices::Command;
use domain::staff::{AddStaff, ChangeStaff, NoteExport, Role, SaveRole, StaffChange};
use domain::tables::*;
use domain::volunteers::ApplyAsVolunteer;
use domain::volunteers::standing::{EditVolunteer, LeaveVolunteers, PauseVolunteer};

pub const READER: ReaderId = ReaderId(11);
pub const STRANGER: ReaderId = ReaderId(12);
pub const LATER: i64 = MORNING + 60_000;
pub const STAFF: Actor = Actor::Staff(LIBRARIAN);
const DESK: RoleNumber = Role::Desk.number();
const PRIZE: PrizeId = PrizeId(41);
pub const PLACE: PlaceId = PlaceId(51);
/// Its sign-up is open, and it is full.
pub const OPEN: ActivityId = ActivityId(61);
/// A service.
pub const GOING_ON: ActivityId = ActivityId(62);
pub const CALLED_OFF: ActivityId = ActivityId(63);
pub const OVER: ActivityId = ActivityId(64);
pub const CONFIRMED: ActivityId = ActivityId(65);
pub const PLANNED: ActivityId = ActivityId(66);
pub const NEWS: AnnouncementId = AnnouncementId(71);
const INVITATION: InvitationId = InvitationId(81);
const INVITED: Digest = Digest { high: 8, low: 1 };
/// Bound to the reader.
const BOUND: Holder = Holder { barcode: 1, phone: 1, identity: 1, patron: 1 };
/// Bound to the reader too, and another has asked for it.
const WANTED: Holder = Holder { barcode: 4, phone: 4, identity: 4, patron: 4 };
/// A code for it is under way.
const ASKED: Holder = Holder { barcode: 2, phone: 2, identity: 2, patron: 2 };

pub fn library() -> Memory {
    let mut memory = Memory::default();
    memory.staff_everywhere(LIBRARIAN, !0);
    let colleague = StaffId(LIBRARIAN.0 + 1);
    memory.staff(colleague, 0);
    memory.set(StaffName { high: digest(31, 2).high, low: digest(31, 2).low, staff: colleague });
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
    memory.ask(Actor::Reader(STRANGER), Command::from(BOUND.request(STRANGER)), at(MORNING)).unwrap();
    memory.ask(Actor::Reader(READER), Command::from(ASKED.request(READER)), at(LATER)).unwrap();
    let card = memory.card_of(WANTED).id;
    memory.set(Rebinding { card, reader: STRANGER, from_reader: READER, due: LATER, at: 0 });
    let outbox = memory.all::<Outbox>()[1].id;
    memory.ask(Actor::Job, Command::from(TakeOutbox { outbox }), at(MORNING)).unwrap();
    memory.ask(Actor::Job, Command::from(StartJob { job: Job::Sweep, holder: 7 }), at(MORNING)).unwrap();
    hold_activities(&mut memory);
    let card = memory.card_of(BOUND).id;
    everything_books::library(&mut memory, card);
    everything_letters::library(&mut memory);
    everything_transfers::library(&mut memory, card);
    everything_phones::library(&mut memory);
    let (id, Digest { high, low }) = (INVITATION, INVITED);
    let until = LATER + 60_000;
    let (reader, accepted_by, accepted_at, at) = (READER, None, 0, MORNING);
    memory.set(Invitation { reader, id, high, low, until, accepted_by, accepted_at, at });
    memory
}

/// The reader takes part in everything, with the first of three members.
fn hold_activities(memory: &mut Memory) {
    (1..=3).for_each(|n| memory.set(rows::member(READER, member(READER, n), ADULT)));
    for (id, kind, state, begun) in [
        (OPEN, ActivityKind::Reader, ActivityState::Published, rows::STARTS),
        (GOING_ON, ActivityKind::Volunteer, ActivityState::Published, MORNING),
        (CALLED_OFF, ActivityKind::Reader, ActivityState::Cancelled, rows::STARTS),
        (OVER, ActivityKind::Reader, ActivityState::Published, MORNING - rows::DAY),
        (CONFIRMED, ActivityKind::Reader, ActivityState::Published, MORNING - rows::DAY),
        (PLANNED, ActivityKind::Reader, ActivityState::Draft, rows::STARTS),
    ] {
        let (starts, ends) = (begun, begun + 2 * 3_600_000);
        let activity = rows::activity(id, 2);
        memory.open(Activity { kind, state, starts, ends, taken: 2, ..activity }, rows::activity_rules(id));
    }
    memory.set(Activity { present: 1, confirmed_at: MORNING, ..memory.get(Activity::key(CONFIRMED)).unwrap() });
    take_part(memory);
    memory.set(rows::volunteer(READER, Some(member(READER, 1)), VolunteerState::Applied));
    memory.set(rows::volunteer(READER, Some(member(READER, 2)), VolunteerState::Paused));
    memory.set(rows::volunteer(READER, None, VolunteerState::Approved));
    memory.set(Announcement { id: NEWS, activity: OPEN, done: false, at: MORNING });
    let waits = Command::from(sign_up(memory, 2));
    memory.ask(Actor::Reader(READER), waits, at(MORNING)).unwrap();
    // A place that nobody has been called in to.
    memory.set(Activity { capacity: 3, ..memory.get(Activity::key(OPEN)).unwrap() });
}

fn take_part(memory: &mut Memory) {
    use ParticipantState::{Attended, Enrolled};
    let card = memory.card_of(BOUND).id;
    let first = Some(member(READER, 1));
    for (n, (activity, who, state)) in (900..).zip([
        (OPEN, None, Enrolled),
        (OPEN, first, Enrolled),
        (GOING_ON, None, Attended),
        (GOING_ON, first, Enrolled),
        (CALLED_OFF, None, Enrolled),
        (OVER, None, Enrolled),
        (CONFIRMED, None, ParticipantState::NoShow),
        (CONFIRMED, first, Enrolled),
        (CONFIRMED, Some(member(READER, 2)), ParticipantState::NoShow),
    ]) {
        let party = PartyId(n);
        memory.set(Party { id: party, activity, reader: READER, card, accepts_part: false, waiting: 0, at: MORNING });
        let here = (state == Attended).then_some(card);
        memory.set(Participant {
            in_at: MORNING,
            card: here,
            appealed_at: if who == Some(member(READER, 2)) { MORNING } else { 0 },
            ..rows::participant(activity, READER, who, party, state)
        });
    }
    for who in [None, Some(member(READER, 2))] {
        memory.set(NoShow { reader: READER, member: who, activity: CONFIRMED, held: MORNING, at: MORNING });
    }
}

fn sign_up(memory: &Memory, n: i64) -> SignUp {
    let (card, members) = (memory.card_of(BOUND).id, vec![Some(member(READER, n))]);
    SignUp { activity: OPEN, card, members, waits: true, accepts_part: true, answers: Sealed(vec![7]) }
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
    Command::from(Redeem { card: memory.card_of(BOUND).id, prize: PRIZE, points: 60 })
}

fn collect(memory: &Memory, n: usize) -> Command {
    let RedemptionSecret { redemption, secret } = memory.all()[n];
    Command::from(Collect { code: RedemptionCode { redemption, secret }, outside_hours: false })
}

fn token() -> Digest {
    digest(21, 1)
}

fn sign_in(right: bool) -> Command {
    Command::from(SignInStaff { staff: LIBRARIAN, right, known_browser: false, session: token(), replaces: None })
}

fn enter(consented: bool) -> Command {
    let (openid, session) = (Sealed(vec![]), digest(21, 2));
    Command::from(Enter { wechat: digest(22, 1), union: None, openid, consented, session, replaces: Some(token()) })
}

fn entry_code(n: i64) -> Command {
    let (browser, limited, payload) = (digest(23, 1), vec![digest(24, n)], Sealed(vec![3]));
    Command::from(RequestEntryCode { browser, phone: phone(n), limited, code: code(CODE), payload })
}

fn enter_by_phone(typed: i64) -> Command {
    let (browser, session, replaces) = (digest(23, 1), digest(21, 3), Some(token()));
    Command::from(EnterByPhone { browser, phone: phone(1), code: code(typed), session, replaces })
}

fn prize_form(prize: Option<PrizeId>) -> Command {
    Command::from(SavePrize { per_card: 1, place: Some(PLACE), ..rows::prize_form(prize) })
}

fn place_form(place: Option<PlaceId>) -> Command {
    let week = vec![Opening { weekday: 1, from: 510, until: 690 }, Opening { weekday: 7, from: 510, until: 690 }];
    let text = PlaceText { name: "一楼服务台".into(), address: String::new() };
    Command::from(SavePlace { place, branch: BRANCH, state: PlaceState::Open, week, text })
}

/// Most of them are granted.
pub fn commands(memory: &Memory) -> Vec<(Actor, Command)> {
    [
        at_the_door(),
        about_cards(memory),
        about_prizes(memory),
        in_the_back_office(memory),
        by_the_program(memory),
        by_members(memory),
        by_a_guardian(),
        about_rules(),
        everything_books::commands(memory.card_of(BOUND).id),
        everything_letters::commands(),
        everything_phones::commands(),
        everything_transfers::commands(memory.card_of(BOUND).id),
        about_activities(),
        about_attendance(),
        after_activities(),
    ]
    .concat()
}

fn about_rules() -> Vec<(Actor, Command)> {
    let set = SetRule { rule: Rule::MembersMax, value: 9, since: 20270101, seen: None };
    let seed = SeedRules { values: vec![(Rule::MembersMax, 9)] };
    vec![(Actor::Job, Command::from(set)), (Actor::Job, Command::from(seed))]
}

fn by_members(memory: &Memory) -> Vec<(Actor, Command)> {
    let card = memory.card_of(BOUND).id;
    let [first, third] = [1, 3].map(|n| Some(member(READER, n)));
    let save = |member| {
        let (card, face) = (Some(card), Sealed(vec![1]));
        Command::from(SaveMember { member, birth_day: ADULT, card, consents: false, face })
    };
    let apply = ApplyAsVolunteer { member: third, birth_day: 0, guardian: false, face: Sealed(vec![4]) };
    let (activity, scanned_at) = (GOING_ON, LATER);
    let commands = vec![
        save(None),
        save(first),
        Command::from(RemoveMember { member: member(READER, 3) }),
        Command::from(InviteGuardian { secret: INVITED }),
        Command::from(sign_up(memory, 3)),
        Command::from(sign_up(memory, 2)),
        Command::from(Attend { activity, members: vec![first], scanned_at, card }),
        Command::from(Attend { activity, members: vec![third], scanned_at, card }),
        Command::from(Leave { activity, members: vec![None], scanned_at }),
        Command::from(Withdraw { activity: OPEN, members: vec![None] }),
        Command::from(AppealNoShow { activity: CONFIRMED, member: None, text: Sealed(vec![5]) }),
        Command::from(StampDay { card }),
        Command::from(MakeUpDay { card, day: 20261120 }),
        Command::from(NoteReading { book: Sealed(vec![3]), minutes: 20 }),
        Command::from(apply),
        Command::from(EditVolunteer { member: None, face: Sealed(vec![4]) }),
        Command::from(PauseVolunteer { member: None, pauses: true }),
        Command::from(LeaveVolunteers { member: Some(member(READER, 2)) }),
    ];
    commands.into_iter().map(|command| (Actor::Reader(READER), command)).collect()
}

fn by_a_guardian() -> Vec<(Actor, Command)> {
    let (reader, invitation, secret, birth_day, face) = (READER, INVITATION, INVITED, ADULT, Sealed(vec![1]));
    let accept = AcceptInvitation { reader, invitation, secret, birth_day, consents: true, face };
    vec![(Actor::Reader(STRANGER), Command::from(accept))]
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
        Command::from(SignOut { session: token() }),
        Command::from(TouchSession { session: token() }),
    ];
    let agrees = (Actor::Reader(READER), Command::from(AgreeToPrivacy {}));
    commands.map(|command| (Actor::Visitor, command)).into_iter().chain([agrees]).collect()
}

fn about_cards(memory: &Memory) -> Vec<(Actor, Command)> {
    let (reader, stranger) = (Actor::Reader(READER), Actor::Reader(STRANGER));
    let (card, wanted) = (memory.card_of(BOUND).id, memory.card_of(WANTED).id);
    let third = Holder { barcode: 3, phone: 3, ..ASKED }.request(READER);
    let third = RequestCode { limited: limited(99, 3, 3), ..third };
    let wrong = BindCard { code: code(CODE + 1), ..BOUND.bind() };
    let desk = BindAtDesk { reader: STRANGER, barcode: barcode(BOUND.barcode), facts: BOUND.facts() };
    vec![
        (reader, Command::from(third.clone())),
        (reader, Command::from(RequestCode { matched: None, ..third })),
        (reader, Command::from(ASKED.request(READER))),
        (reader, Command::from(ASKED.bind())),
        (reader, Command::from(BOUND.bind())),
        (stranger, Command::from(RequestRebinding(wrong))),
        (stranger, Command::from(RequestRebinding(BOUND.bind()))),
        (reader, Command::from(EndRebinding { card: wanted })),
        (stranger, Command::from(EndRebinding { card: wanted })),
        (STAFF, Command::from(desk)),
        (reader, Command::from(ChooseCard { card })),
        (reader, Command::from(UnbindCard { card })),
    ]
}

fn about_prizes(memory: &Memory) -> Vec<(Actor, Command)> {
    let of = |n: usize| memory.all::<Redemption>()[n].id;
    let cancel = |reason: &str| CancelRedemption { redemption: of(0), reason: reason.into() };
    let kind = StockMovementKind::WrittenOff;
    vec![
        (Actor::Reader(READER), redeem(memory)),
        (Actor::Reader(READER), Command::from(cancel(""))),
        (STAFF, Command::from(cancel("奖品破损"))),
        (STAFF, collect(memory, 0)),
        (STAFF, Command::from(UndoCollection { redemption: of(1) })),
        (Actor::Job, Command::from(ExpireRedemption { redemption: of(2) })),
        (Actor::Job, Command::from(RemindOfRedemption { redemption: of(3) })),
        (STAFF, prize_form(None)),
        (STAFF, prize_form(Some(PRIZE))),
        (STAFF, Command::from(MoveStock { prize: PRIZE, kind, count: 1, reason: "盘点".into() })),
    ]
}

fn in_the_back_office(memory: &Memory) -> Vec<(Actor, Command)> {
    let reader = Actor::Reader(READER);
    let message = memory.all::<Message>()[0].id;
    let (name, password_hash) = (String::new(), String::new());
    let newcomer =
        AddStaff { name_hash: digest(31, 1), name, password_hash, branch: BRANCH, role: DESK, everywhere: false };
    let change = |change| Command::from(ChangeStaff { name_hash: digest(31, 2), name: String::new(), change });
    let role = SaveRole { role: None, name: "值班".into(), permissions: 2 };
    let day = |plan| Command::from(SetPlaceDay { place: PLACE, day: 20271127, plan });
    vec![
        (reader, Command::from(MarkRead { message: Some(message) })),
        (reader, Command::from(MarkRead { message: None })),
        (reader, Command::from(ChooseNotices { wanted: false })),
        (reader, Command::from(AllowNotice {})),
        (reader, Command::from(ChooseTopic { topic: Topic::Cards, wanted: false })),
        (Actor::Job, Command::from(NoteFollowing { reader: READER, follows: false, known_at: MORNING })),
        (STAFF, Command::from(newcomer)),
        (STAFF, change(StaffChange::Password { hash: String::new() })),
        (STAFF, change(StaffChange::Pause)),
        (STAFF, change(StaffChange::Unlock)),
        (STAFF, change(StaffChange::Resume)),
        (STAFF, Command::from(role)),
        (STAFF, place_form(None)),
        (STAFF, place_form(Some(PLACE))),
        (STAFF, day(DayPlan::AsUsual)),
        (STAFF, day(DayPlan::Open(vec![(600, 720)]))),
        (STAFF, Command::from(WakeJob { job: Job::Sweep })),
        (STAFF, Command::from(NoteExport { what: "redemptions.export", filter: String::new(), rows: 3 })),
    ]
}

fn by_the_program(memory: &Memory) -> Vec<(Actor, Command)> {
    let [outbox, taken] = [0, 1].map(|n| memory.all::<Outbox>()[n].id);
    let of = |holder: Holder| (memory.card_of(holder).id, barcode(holder.barcode));
    let ((card, hash), (wanted, its_hash)) = (of(BOUND), of(WANTED));
    let refresh = |facts| Command::from(RefreshCard { card, barcode: hash, facts });
    let commands = vec![
        Command::from(TakeOutbox { outbox }),
        Command::from(SettleOutbox { outbox, attempts: 1, attempt: Attempt::Sent }),
        Command::from(SettleOutbox { outbox: taken, attempts: 1, attempt: Attempt::Sent }),
        refresh(Some(BOUND.facts())),
        refresh(None),
        Command::from(SettleRebinding { card: wanted, barcode: its_hash }),
        Command::from(StartJob { job: Job::Expiry, holder: 7 }),
        Command::from(EndJob { job: Job::Sweep, holder: 7, done: 1, failed: 0, next_at: LATER, place: 0 }),
        Command::from(Prove { check: digest(41, 1) }),
        Command::from(AcceptClock { ahead_ms: 60_000 }),
        Command::from(RenewJob { job: Job::Sweep, holder: 7, place: 3 }),
        Command::from(KeepToken { token: Token::Access, sealed: Sealed(vec![1]), until: LATER }),
        Command::from(Sweep { sessions: vec![token(), digest(21, 2)], ..Sweep::default() }),
        Command::from(ImportPatrons { rows: vec![PatronRow { barcode: hash, sealed: Sealed(vec![2]) }] }),
    ];
    commands.into_iter().map(|command| (Actor::Job, command)).collect()
}
