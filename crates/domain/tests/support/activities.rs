//! An activity and those who come to it: signing up, cancelling, signing in, and that all counts add up.

use super::rows::{self, STARTS};
use super::{LIBRARIAN, MORNING, Memory, at};
use domain::activities::attendance::{Attend, Leave, Tick};
use domain::activities::enrolments::{SignUp, Withdraw};
use domain::activities::no_shows::{ConfirmAttendance, MarkNoShow};
use domain::activities::{self, SaveActivity};
use domain::core::asked::Actor;
use domain::core::record::Sealed;
use domain::core::refusal::Refused;
use domain::core::reply::Replied;
use domain::slices::Command;
use domain::tables::*;
use std::collections::BTreeMap;

pub const ACTIVITY: ActivityId = ActivityId(61);
pub const STAFF: Actor = Actor::Staff(LIBRARIAN);
pub const ADULT: i64 = 19900101;
pub const ONESELF: [Option<MemberId>; 1] = [None];

pub type Heard = Result<Replied, Refused>;

pub fn card_of(reader: ReaderId) -> CardId {
    CardId(20_000 + reader.0)
}

pub fn member(reader: ReaderId, n: i64) -> MemberId {
    MemberId(reader.0 * 10 + n)
}

/// The first members of a reader.
pub fn family(reader: ReaderId, count: i64) -> Vec<Option<MemberId>> {
    (1..=count).map(|n| Some(member(reader, n))).collect()
}

pub fn wish(reader: ReaderId, members: &[Option<MemberId>]) -> SignUp {
    let (card, members) = (card_of(reader), members.to_vec());
    SignUp { activity: ACTIVITY, card, members, waits: true, accepts_part: false, answers: Sealed(vec![7]) }
}

/// A published activity with so many places, and staff who may do everything.
pub fn hall(capacity: i64) -> Memory {
    let mut memory = Memory::default();
    memory.staff_everywhere(LIBRARIAN, !0);
    memory.open(rows::activity(ACTIVITY, capacity), rows::activity_rules(ACTIVITY));
    memory
}

impl Memory {
    pub fn open(&mut self, activity: Activity, rules: ActivityRules) {
        self.set(activity);
        self.set(rules);
    }

    /// A reader with a card and this many grown-up members.
    pub fn comes(&mut self, n: i64, members: i64) -> ReaderId {
        let id = ReaderId(n);
        let card = card_of(id);
        self.set(Reader { card: Some(card), ..rows::reader(id) });
        self.set(Card { reader: Some(id), ..rows::card(card) });
        (1..=members).for_each(|k| self.set(rows::member(id, member(id, k), ADULT)));
        id
    }

    pub fn sign_up(&mut self, reader: ReaderId, wish: SignUp, when: Millis) -> Heard {
        self.ask(Actor::Reader(reader), Command::from(wish), at(when))
    }

    pub fn withdraw(&mut self, reader: ReaderId, members: &[Option<MemberId>], when: Millis) -> Heard {
        let withdraw = Withdraw { activity: ACTIVITY, members: members.to_vec() };
        self.ask(Actor::Reader(reader), Command::from(withdraw), at(when))
    }

    pub fn save(&mut self, form: SaveActivity, when: Millis) -> Heard {
        self.ask(STAFF, Command::from(form), at(when))
    }

    /// Scans the venue's code and chooses people in the same moment.
    pub fn attend(&mut self, reader: ReaderId, members: &[Option<MemberId>], when: Millis) -> Heard {
        let (members, card) = (members.to_vec(), card_of(reader));
        let attend = Attend { activity: ACTIVITY, members, scanned_at: when, card };
        self.ask(Actor::Reader(reader), Command::from(attend), at(when))
    }

    pub fn leave(&mut self, reader: ReaderId, members: &[Option<MemberId>], when: Millis) -> Heard {
        let leave = Leave { activity: ACTIVITY, members: members.to_vec(), scanned_at: when };
        self.ask(Actor::Reader(reader), Command::from(leave), at(when))
    }

    pub fn tick(&mut self, reader: ReaderId, member: Option<MemberId>, present: bool) -> Heard {
        let tick = Tick { activity: ACTIVITY, reader, member, present, ticked_at: STARTS };
        self.ask(STAFF, Command::from(tick), at(STARTS))
    }

    pub fn confirm(&mut self, when: Millis) -> Heard {
        self.ask(STAFF, Command::from(ConfirmAttendance { activity: ACTIVITY }), at(when))
    }

    pub fn mark(&mut self, reader: ReaderId, member: Option<MemberId>, when: Millis) -> Heard {
        let mark = MarkNoShow { activity: ACTIVITY, reader, member };
        self.ask(Actor::Job, Command::from(mark), at(when))
    }

    pub fn activity(&self) -> Activity {
        self.get(Activity::key(ACTIVITY)).expect("an activity")
    }

    pub fn one(&self, reader: ReaderId, member: Option<MemberId>) -> Participant {
        self.get(Participant::key(ACTIVITY, reader, member)).expect("a participant")
    }

    pub fn state(&self, reader: ReaderId, member: Option<MemberId>) -> ParticipantState {
        self.one(reader, member).state
    }

    pub fn states(&self, reader: ReaderId, members: &[Option<MemberId>]) -> Vec<ParticipantState> {
        members.iter().map(|member| self.state(reader, *member)).collect()
    }

    pub fn balance(&self, reader: ReaderId) -> Points {
        self.get::<Card>(Card::key(card_of(reader))).expect("a card").balance
    }

    /// What a reader was told last, and the number in it.
    pub fn told(&self, reader: ReaderId) -> Option<(MessageNumber, i64)> {
        let mine = self.all::<Message>().into_iter().filter(|message| message.reader == reader);
        mine.max_by_key(|message| message.id).map(|message| (message.kind, message.detail))
    }

    /// Places, turns and points are counted alike wherever they are written down.
    pub fn adds_up(&self) {
        use ParticipantState::{Attended, Enrolled, NoShow, Waiting};
        let everybody = self.all::<Participant>();
        let counting = |activity: ActivityId, states: &[ParticipantState]| {
            let these = everybody.iter().filter(|one| one.activity == activity && states.contains(&one.state));
            these.filter(|one| !one.companion).count() as i64
        };
        for activity in self.all::<Activity>() {
            let excused = counting(activity.id, &[ParticipantState::Excused]);
            let taken = counting(activity.id, &[Enrolled, Attended, NoShow]);
            assert!((taken..=taken + excused).contains(&activity.taken), "{taken} taken: {activity:?}");
            assert!(activity.capacity == 0 || activity.taken <= activity.capacity, "{activity:?}");
            assert_eq!(activity.waiting, counting(activity.id, &[Waiting]), "{activity:?}");
        }
        let mut turns: BTreeMap<PartyId, i64> = BTreeMap::new();
        let waiting = everybody.iter().filter(|one| one.state == Waiting && !one.companion);
        waiting.for_each(|one| *turns.entry(one.party).or_default() += 1);
        let in_line: BTreeMap<PartyId, i64> = self.all::<WaitingParty>().iter().map(|w| (w.party, w.size)).collect();
        assert_eq!((in_line.len(), &in_line), (self.all::<WaitingParty>().len(), &turns));
        for party in self.all::<Party>() {
            assert_eq!(party.waiting, turns.get(&party.id).copied().unwrap_or(0), "{party:?}");
        }
        self.points_add_up();
    }

    fn points_add_up(&self) {
        let postings = self.all::<Posting>();
        for award in self.all::<ActivityAward>() {
            let of_it = postings.iter().filter(|p| p.card == award.card && p.cause == award.activity.0);
            assert_eq!(of_it.map(|posting| posting.points).sum::<Points>(), award.posted, "{award:?}");
        }
        let issued: Points = self.all::<SystemAccount>().iter().map(|account| account.balance).sum();
        assert_eq!(-issued, postings.iter().map(|posting| posting.points).sum::<Points>());
    }
}

pub fn signed_in(count: i64, points: Points) -> Heard {
    Ok(activities::Reply::SignedIn { participants: count, points }.into())
}

/// A reader and three members, all enrolled.
pub fn party(change: impl Fn(ActivityRules) -> ActivityRules) -> (Memory, ReaderId) {
    let mut memory = hall(9);
    memory.set(change(ActivityRules { party_max: 4, ..rows::activity_rules(ACTIVITY) }));
    let reader = memory.comes(11, 3);
    let everybody = [vec![None], family(reader, 3)].concat();
    memory.sign_up(reader, wish(reader, &everybody), MORNING).unwrap();
    (memory, reader)
}

/// One reader with three members, and so many places.
pub fn house(capacity: i64) -> (Memory, ReaderId) {
    let mut memory = hall(capacity);
    let reader = memory.comes(11, 3);
    (memory, reader)
}

pub fn ruled(memory: &mut Memory, change: impl Fn(ActivityRules) -> ActivityRules) {
    memory.set(change(rows::activity_rules(ACTIVITY)));
}
