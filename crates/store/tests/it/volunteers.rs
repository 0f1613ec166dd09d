//! Members and volunteers on both engines: who was removed is gone, hours served are listed.

use crate::activities::tomorrow;
use crate::support::*;
use domain::activities::attendance::{CorrectMinutes, Tick};
use domain::activities::enrolments::SignUp;
use domain::activities::{PublishActivity, SaveActivity};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::members::invitations::{AcceptInvitation, InviteGuardian};
use domain::members::{RemoveMember, SaveMember};
use domain::slices::Command;
use domain::staff::Role;
use domain::tables::*;
use domain::volunteers::{ApplyAsVolunteer, ReviewVolunteer};
use store::members::{list, views};
use store::testing::both;
use store::volunteers::{Listed, listed, served, served_between, served_lines, services};
use store::{Clock as _, Location};

const HOUR_MS: i64 = 3_600_000;
const SERVED_MINUTES: i64 = 90;

fn child() -> Command {
    let (face, birth_day) = (Sealed(vec![7]), 20160512);
    Command::from(SaveMember { member: None, birth_day, card: None, consents: true, face })
}

fn application(member: Option<MemberId>) -> Command {
    let face = Sealed(vec![9]);
    Command::from(ApplyAsVolunteer { member, birth_day: 19600301, guardian: true, face })
}

/// The first reader is a volunteer with hours; the second has asked; a member was removed, another was given by a guardian.
pub async fn serving(library: &Library, staff: Actor, people: &[Cardholder]) {
    let (first, second) = (people[0], people[1]);
    let member = library.ask(first.actor(), child()).await.names(MemberId);
    library.ask(first.actor(), Command::from(RemoveMember { member })).await;
    let secret = Digest { high: 81, low: 1 };
    let invited = library.ask(first.actor(), Command::from(InviteGuardian { secret })).await;
    let (reader, invitation, face) = (first.reader, invited.names(InvitationId), Sealed(vec![7]));
    let accept = AcceptInvitation { reader, invitation, secret, birth_day: 20160512, consents: true, face };
    library.ask(second.actor(), Command::from(accept)).await;
    library.ask(second.actor(), application(None)).await;
    library.ask(first.actor(), application(None)).await;
    let review = ReviewVolunteer { reader: first.reader, member: None, approved: true, reason: String::new() };
    library.ask(staff, Command::from(review)).await;
    serve(library, staff, first).await;
}

async fn serve(library: &Library, staff: Actor, person: Cardholder) {
    let save = tomorrow(library.clock.at() + HOUR_MS - 24 * HOUR_MS);
    let save = SaveActivity { kind: ActivityKind::Volunteer, ..save };
    let activity = library.ask(staff, Command::from(save)).await.names(ActivityId);
    library.ask(staff, Command::from(PublishActivity { activity })).await;
    let sign_up = SignUp {
        activity,
        card: person.card,
        members: vec![None],
        waits: false,
        accepts_part: false,
        answers: Sealed(vec![1]),
    };
    library.ask(person.actor(), Command::from(sign_up)).await;
    let (reader, member) = (person.reader, None);
    let ticked_at = library.clock.at();
    library.ask(staff, Command::from(Tick { activity, reader, member, present: true, ticked_at })).await;
    let (minutes, reason) = (SERVED_MINUTES, "签退忘记了".into());
    let correct = CorrectMinutes { activity, reader, member, minutes, reason };
    library.ask(staff, Command::from(correct)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_served_is_listed_and_who_was_removed_is_not() {
    both(async |location: Location| {
        let library = Library::open(location).await;
        let staff = Actor::Staff(library.staff(1, "林馆员", Role::Administrator).await);
        let people = library.people(1..3).await;
        serving(&library, staff, &people).await;
        let reads = library.reads();
        let left = views(reads.all(list(people[0].reader)).await.unwrap()).unwrap();
        let guardians: Vec<_> = left.iter().map(|view| view.member.guardian).collect();
        assert_eq!(guardians, [Some(people[1].reader)]);
        let own = services(reads.all(served(people[0].reader)).await.unwrap()).unwrap();
        assert_eq!(own.iter().map(|one| one.participant.minutes).collect::<Vec<_>>(), [SERVED_MINUTES]);
        assert!(services(reads.all(served(people[1].reader)).await.unwrap()).unwrap().is_empty());
        for (branch, count) in [(None, 1), (Some(BRANCH), 1), (Some(BranchId(2)), 0)] {
            let found = reads.all(served_between(branch, 0, i64::MAX, 10)).await.unwrap();
            assert_eq!(served_lines(found).unwrap().len(), count, "{branch:?}");
        }
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_member_s_form_is_read_by_nobody() {
    both(async |location: Location| {
        let library = Library::open(location).await;
        let person = library.person(1).await;
        let member = library.ask(person.actor(), child()).await.names(MemberId);
        library.ask(person.actor(), application(Some(member))).await;
        let asked = || store::volunteers::list(Some(VolunteerState::Applied), Listed::default(), 9);
        let waiting = async || library.reads().all(asked()).await.unwrap().len();
        assert_eq!(waiting().await, 1);
        library.ask(person.actor(), Command::from(RemoveMember { member })).await;
        assert_eq!(waiting().await, 0);
        assert!(library.reads().all(store::volunteers::of(person.reader)).await.unwrap().is_empty());
        library.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_volunteer_stands_on_one_page_of_the_list() {
    both(async |location: Location| {
        let library = Library::open(location).await;
        let staff = Actor::Staff(library.staff(1, "林馆员", Role::Administrator).await);
        let people = library.people(1..12).await;
        for (n, person) in people.iter().enumerate() {
            // Some at the same moment.
            library.clock.pass(if n % 3 == 0 { HOUR_MS } else { 0 });
            library.ask(person.actor(), application(None)).await;
        }
        for person in people.iter().skip(4).step_by(2) {
            let review = ReviewVolunteer { reader: person.reader, member: None, approved: true, reason: String::new() };
            library.ask(staff, Command::from(review)).await;
        }
        let pages = async |state| {
            let (mut found, mut after) = (vec![], Listed::default());
            loop {
                let page = library.reads().all(store::volunteers::list(state, after, 2)).await.unwrap();
                let page = store::volunteers::views(page).unwrap();
                let Some(last) = page.last() else { return found };
                after = listed(&last.volunteer);
                found.extend(page.iter().map(|view| view.volunteer.reader));
            }
        };
        let of = |numbers: &[usize]| numbers.iter().map(|n| people[*n].reader).collect::<Vec<_>>();
        let (waiting, approved) = ([0, 1, 2, 3, 5, 7, 9], [4, 6, 8, 10]);
        assert_eq!(pages(Some(VolunteerState::Applied)).await, of(&waiting));
        assert_eq!(pages(Some(VolunteerState::Approved)).await, of(&approved));
        assert!(pages(Some(VolunteerState::Declined)).await.is_empty());
        assert_eq!(pages(None).await, of(&[&waiting[..], &approved].concat()));
        library.close().await;
    })
    .await;
}
