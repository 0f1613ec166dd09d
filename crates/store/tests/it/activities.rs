//! Activities on both engines: a crowd at the door, what lists find, promotions at once.

use crate::support::*;
use domain::activities::attendance::Tick;
use domain::activities::enrolments::{SignUp, Withdraw};
use domain::activities::no_shows::{ConfirmAttendance, MarkNoShow};
use domain::activities::{ActivityText, PublishActivity, Rules, SaveActivity, Times};
use domain::core::asked::Actor;
use domain::core::record::Sealed;
use domain::members::SaveMember;
use domain::slices::Command;
use domain::staff::Role;
use domain::tables::*;
use futures_util::future::join_all;
use store::activities::{self, Filter, LISTED_NONE, Past};
use store::testing::both;
use store::{Clock as _, Location};

const HOUR_MS: i64 = 3_600_000;
const CROWD: i64 = 500;
const PLACES: i64 = 30;

pub fn tomorrow(now: i64) -> SaveActivity {
    let starts = now + 24 * HOUR_MS;
    let times = Times {
        opens: now - HOUR_MS,
        closes: starts,
        withdraw_until: starts,
        starts,
        ends: starts + HOUR_MS,
        start_day: 20261124,
    };
    let rules = Rules::default();
    let text = ActivityText { title: "江豚来了 100%".into(), ..ActivityText::default() };
    let (kind, branch, news) = (ActivityKind::Reader, BRANCH, String::new());
    SaveActivity {
        activity: None,
        branch,
        kind,
        times,
        capacity: PLACES,
        rules,
        text,
        pictures: vec![],
        place_moved: false,
        news,
    }
}

async fn published(library: &Library) -> ActivityId {
    let staff = Actor::Staff(library.staff(1, "林馆员", Role::Administrator).await);
    publish(library, staff, Command::from(tomorrow(library.clock.at()))).await
}

fn sign_up(activity: ActivityId, card: CardId) -> SignUp {
    let answers = Sealed(vec![1]);
    SignUp { activity, card, members: vec![None], waits: true, accepts_part: false, answers }
}

/// One activity that is over: who was there, who was not; and one to come: a place, and a party of two that waits.
pub async fn lively(library: &Library, staff: Actor, people: &[Cardholder]) {
    let (first, second) = (people[0], people[1]);
    let save = |starts, capacity| {
        let save = tomorrow(starts - 24 * HOUR_MS);
        Command::from(SaveActivity { capacity, ..save })
    };
    let over = publish(library, staff, save(library.clock.at() + HOUR_MS, PLACES)).await;
    for person in [first, second] {
        library.ask(person.actor(), sign_up(over, person.card)).await;
    }
    library.clock.pass(HOUR_MS);
    let (reader, ticked_at) = (first.reader, library.clock.at());
    let tick = Tick { activity: over, reader, member: None, present: true, ticked_at };
    library.ask(staff, Command::from(tick)).await;
    library.clock.pass(HOUR_MS);
    library.ask(staff, Command::from(ConfirmAttendance { activity: over })).await;
    let absent = MarkNoShow { activity: over, reader: second.reader, member: None };
    library.ask(Actor::Job, Command::from(absent)).await;

    let next = publish(library, staff, save(library.clock.at() + 24 * HOUR_MS, 2)).await;
    library.ask(first.actor(), sign_up(next, first.card)).await;
    let member = child(library, second).await;
    let both = SignUp { members: vec![None, Some(member)], ..sign_up(next, second.card) };
    library.ask(second.actor(), Command::from(both)).await;
}

async fn child(library: &Library, of: Cardholder) -> MemberId {
    let save = SaveMember { member: None, birth_day: 20160512, card: None, consents: true, face: Sealed(vec![1]) };
    library.ask(of.actor(), Command::from(save)).await.names(MemberId)
}

async fn publish(library: &Library, staff: Actor, save: Command) -> ActivityId {
    let activity = library.ask(staff, save).await.names(ActivityId);
    library.ask(staff, Command::from(PublishActivity { activity })).await;
    activity
}

async fn row(library: &Library, id: ActivityId) -> Activity {
    let found = library.reads().all(activities::one(id)).await.unwrap();
    activities::view(found).unwrap().unwrap().activity
}

/// Parties in the order of arrival, and whether each has its place.
async fn arrivals(library: &Library, id: ActivityId) -> Vec<(i64, ParticipantState)> {
    let found = library.reads().all(activities::of_activity(id)).await.unwrap();
    let found = activities::participants(found).unwrap();
    let mut arrivals: Vec<_> = found.iter().map(|one| (one.party.id.0, one.participant.state)).collect();
    arrivals.sort_by_key(|(party, _)| *party);
    arrivals
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_of_500_gets_30_places_and_470_turns_in_the_order_of_arrival() {
    both(async |location: Location| {
        let library = Library::open(location).await;
        let activity = published(&library).await;
        let people = library.people(1..CROWD + 1).await;
        join_all(people.iter().map(|person| library.ask(person.actor(), sign_up(activity, person.card)))).await;
        let all = row(&library, activity).await;
        assert_eq!((all.taken, all.waiting), (PLACES, CROWD - PLACES));
        let arrivals = arrivals(&library, activity).await;
        let (first, rest) = arrivals.split_at(PLACES as usize);
        assert!(first.iter().all(|(_, state)| *state == ParticipantState::Enrolled));
        assert!(rest.iter().all(|(_, state)| *state == ParticipantState::Waiting) && rest.len() == 470);
        // Everybody's turn is the same in the list of all as on one's own page.
        let ahead = async |query| {
            let found = activities::participants(library.reads().all(query).await.unwrap()).unwrap();
            found.iter().map(|one| (one.party.reader, one.ahead)).collect::<Vec<_>>()
        };
        let all = ahead(activities::of_activity(activity)).await;
        let turns = std::iter::repeat_n(0, PLACES as usize).chain(0..CROWD - PLACES);
        assert!(all.iter().map(|(_, ahead)| *ahead).eq(turns));
        for (reader, turn) in [all[0], all[29], all[30], all[31], all[499]] {
            assert_eq!(ahead(activities::own(activity, reader)).await, [(reader, turn)]);
        }
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_that_waits_is_one_party_for_those_behind_it() {
    both(async |location: Location| {
        let library = Library::open(location).await;
        let staff = Actor::Staff(library.staff(1, "林馆员", Role::Administrator).await);
        let save = SaveActivity { capacity: 1, ..tomorrow(library.clock.at()) };
        let activity = publish(&library, staff, Command::from(save)).await;
        let people = library.people(1..5).await;
        for person in &people {
            let child = child(&library, *person).await;
            let accepts_part = person.reader == people[0].reader;
            let both = SignUp { members: vec![None, Some(child)], accepts_part, ..sign_up(activity, person.card) };
            library.ask(person.actor(), Command::from(both)).await;
        }
        let found = library.reads().all(activities::of_activity(activity)).await.unwrap();
        let found = activities::participants(found).unwrap();
        // One of the first family has the place, the other waits before everybody else.
        assert_eq!(found.iter().map(|one| one.ahead).collect::<Vec<_>>(), [0, 0, 1, 1, 2, 2, 3, 3]);
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_cancel_at_once_and_every_place_goes_on_to_the_next() {
    both(async |location: Location| {
        let library = Library::open(location).await;
        let activity = published(&library).await;
        let people = library.people(1..201).await;
        for person in &people {
            library.ask(person.actor(), sign_up(activity, person.card)).await;
        }
        // Those with places and those who wait, mixed.
        let leaving = people.iter().step_by(2);
        let withdraw = Command::from(Withdraw { activity, members: vec![None] });
        join_all(leaving.map(|person| library.ask(person.actor(), withdraw.clone()))).await;
        let all = row(&library, activity).await;
        assert_eq!((all.taken, all.waiting), (PLACES, 100 - PLACES));
        // Who stayed first has a place: everybody signed up one after the other.
        let arrivals = arrivals(&library, activity).await;
        let stayed: Vec<_> = arrivals.iter().filter(|(_, state)| *state != ParticipantState::Withdrawn).collect();
        assert!(stayed[..PLACES as usize].iter().all(|(_, state)| *state == ParticipantState::Enrolled));
        assert!(stayed[PLACES as usize..].iter().all(|(_, state)| *state == ParticipantState::Waiting));
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_find_what_they_should() {
    both(async |location: Location| {
        let library = Library::open(location).await;
        let activity = published(&library).await;
        let person = library.person(1).await;
        let now = library.clock.at();
        library.ask(person.actor(), sign_up(activity, person.card)).await;
        let reads = library.reads();
        let filter = |title: &str, state| Filter {
            branch: Some(BRANCH),
            kind: ActivityKind::Reader,
            state,
            since: 0,
            until: i64::MAX,
            title: title.into(),
            before: LISTED_NONE,
        };
        let count = async |query| activities::lines(reads.all(query).await.unwrap()).unwrap().len();
        let kind = ActivityKind::Reader;
        assert_eq!(count(activities::coming(kind, now)).await, 1);
        assert_eq!(count(activities::coming(ActivityKind::Volunteer, now)).await, 0);
        let past = |title: &str, before| Past { before, category: String::new(), title: title.into() };
        let over = async |past| count(activities::over(kind, now + 26 * HOUR_MS, &past)).await;
        let last = (row(&library, activity).await.starts, ActivityId(activity.0 + 1));
        assert_eq!(over(past("", LISTED_NONE)).await, 1);
        assert_eq!(over(past("100%", last)).await, 1);
        assert_eq!(over(past("_00%", last)).await, 0);
        assert_eq!(over(past("", (last.0, activity))).await, 0);
        assert_eq!(count(activities::open(now, 5)).await, 1);
        assert_eq!(count(activities::of_filter(&filter("", 0), 9)).await, 1);
        assert_eq!(count(activities::of_filter(&filter("100%", 2), 9)).await, 1);
        // A sign of SQL's own is a sign like any other.
        assert_eq!(count(activities::of_filter(&filter("_00%", 0), 9)).await, 0);
        assert_eq!(count(activities::of_filter(&filter("", 3), 9)).await, 0);
        let from = |before| Filter { before, ..filter("", 0) };
        assert_eq!(count(activities::of_filter(&from(last), 9)).await, 1);
        assert_eq!(count(activities::of_filter(&from((last.0, activity)), 9)).await, 0);
        assert_eq!(count(activities::of_filter(&Filter { until: last.0, ..from(last) }, 9)).await, 0);
        assert_eq!(count(activities::of_filter(&Filter { until: last.0 + 1, ..from(last) }, 9)).await, 1);
        let mine = async |query| activities::enrolments(reads.all(query).await.unwrap()).unwrap().len();
        assert_eq!(mine(activities::upcoming(person.reader, now)).await, 1);
        assert_eq!(mine(activities::next(person.reader, now)).await, 1);
        assert_eq!(mine(activities::past(person.reader, now)).await, 0);
        let own = activities::participants(reads.all(activities::own(activity, person.reader)).await.unwrap()).unwrap();
        assert_eq!((own.len(), own[0].tail.as_str(), own[0].ahead), (1, "0001", 0));
        let figures = activities::figures(reads.all(activities::figures_of(activity)).await.unwrap()).unwrap();
        assert_eq!((figures.signed_up, figures.attended, figures.points), (1, 0, 0));
        library.close().await;
    })
    .await;
}
