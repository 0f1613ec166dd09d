//! The model's rules of enrolment: parties in the order in which they came, and places for whom they suffice.

use crate::model::{Activity, Answer, Model, Participant, Party, Who, says};
use crate::model_admission::member;
use crate::model_texts::explains;
use crate::sights::Sight;
use domain::activities::enrolments::{FreeParticipants, RemoveParticipant, SignUp, Withdraw};
use domain::core::asked::Actor;
use domain::core::refusal::Refused;
use domain::staff::Permission;
use domain::tables::{ActivityId, ActivityState, Job, MemberId, ParticipantState, PartyId};
use domain::{activities, ledger};
use std::collections::BTreeSet;

/// Each once: the reader first, then the members in the order in which they became members.
pub fn whos(reader: i64, members: &[Option<MemberId>]) -> BTreeSet<Who> {
    members.iter().map(|member| (reader, member.map_or(0, |member| member.0))).collect()
}

impl Activity {
    pub fn waits_in(&self, party: usize) -> impl Iterator<Item = Who> + '_ {
        let waits = move |one: &Participant| one.party == party && one.state == ParticipantState::Waiting;
        self.people.iter().filter(move |(_, one)| waits(one) && !one.companion).map(|(who, _)| *who)
    }

    pub fn waiting_of(&self, party: usize) -> i64 {
        self.waits_in(party).count() as i64
    }

    /// How many places must be free before this party gets some.
    pub fn need_of(&self, party: usize) -> i64 {
        if self.parties[party].accepts_part { 1 } else { self.waiting_of(party) }
    }

    /// The first who can be helped with what is free.
    pub fn first_that_fits(&self) -> Option<usize> {
        let mut waiting = (0..self.parties.len()).filter(|party| self.waiting_of(*party) > 0);
        waiting.find(|party| self.left().is_none_or(|left| self.need_of(*party) <= left))
    }

    /// So many of a party get places; who accompanies them comes along.
    fn give(&mut self, party: usize, places: i64, promoted_at: i64) {
        let lucky: BTreeSet<Who> = self.waits_in(party).take(places as usize).collect();
        let waits = |one: &Participant| one.party == party && one.state == ParticipantState::Waiting;
        for (who, one) in self.people.iter_mut().filter(|(_, one)| waits(one)) {
            if one.companion || lucky.contains(who) {
                one.state = ParticipantState::Enrolled;
                (one.placed, one.promoted_at) = (!one.companion, promoted_at);
            }
        }
    }

    /// Places for a party that comes behind everybody who waits and fits, and whether there is anybody.
    fn for_the_last(&self, wanted: i64, accepts_part: bool) -> (i64, bool) {
        let mut others = self.clone();
        let are_left = others.first_that_fits().is_some();
        while let Some(party) = others.first_that_fits() {
            let waiting = others.waiting_of(party);
            others.give(party, others.left().map_or(waiting, |left| left.min(waiting)), 0);
        }
        let places = match others.left() {
            Some(left) if left < wanted && !accepts_part => 0,
            Some(left) => left.clamp(0, wanted),
            None => wanted,
        };
        (places, are_left)
    }

    fn leave(&mut self, who: Who, state: ParticipantState, at: i64) {
        let one = self.people.get_mut(&who).expect("a participant");
        (one.state, one.settled_at, one.engaged) = (state, at, None);
        one.placed = false;
    }

    /// The party of a reader that companions without one go with, and how they stand in it: rather one that has places.
    fn others_of(&self, reader: i64) -> Option<(usize, ParticipantState)> {
        let comes = |one: &&Participant| !one.companion && (one.is_live() || one.is_present());
        let of = || self.people.iter().filter(|(who, _)| who.0 == reader).map(|(_, one)| one).filter(comes);
        let placed = of().find(|one| one.placed).map(|one| (one.party, ParticipantState::Enrolled));
        placed.or(of().next().map(|one| (one.party, ParticipantState::Waiting)))
    }

    /// Companions of a party of whom nobody comes.
    fn left_alone(&self, reader: i64) -> Vec<Who> {
        let comes = |one: &&Participant| one.is_live() || one.is_present();
        let accompanied = |party| self.people.values().filter(comes).any(|one| one.party == party && !one.companion);
        let alone = |who: Who, one: &Participant| who.0 == reader && one.companion && one.is_live();
        let alone = self.people.iter().filter(|(who, one)| alone(**who, one) && !accompanied(one.party));
        alone.map(|(who, _)| *who).collect()
    }
}

impl Model {
    pub fn sign_up(&mut self, actor: Actor, c: &SignUp, heard: &Answer) -> Answer {
        let (reader, at, id) = (self.reader(actor)?, self.at, c.activity.0);
        let own = self.cards_of(reader).any(|own| own.id == Some(c.card.0));
        let activity = self.activities.get(&id).filter(|_| own);
        let activity = activity.ok_or(if own {
            Refused::from(activities::Refusal::NoSuchActivity)
        } else {
            Refused::from(ledger::Refusal::NotYourCard)
        })?;
        match activity.state {
            ActivityState::Draft => return Err(activities::Refusal::NoSuchActivity.into()),
            ActivityState::Cancelled => return Err(activities::Refusal::ActivityCancelled.into()),
            ActivityState::Published if activity.times.opens > at => {
                return Err(activities::Refusal::SignUpNotOpen { from: activity.times.opens }.into());
            }
            ActivityState::Published if activity.times.closes <= at || activity.confirmed_at > 0 => {
                return Err(activities::Refusal::SignUpClosed.into());
            }
            ActivityState::Published => {}
        }
        self.signs_up(reader, c.card.0)?;
        let people = whos(reader, &c.members);
        let most = activity.rules.party_max;
        match people.len() as i64 {
            0 => return Err(activities::Refusal::NobodyChosen.into()),
            n if n > most => return Err(activities::Refusal::PartyTooLarge { most }.into()),
            _ => {}
        }
        let mut coming = vec![];
        for who in people {
            coming.push((who, self.comes_as_companion(who, id)?));
        }
        let wanted = coming.iter().filter(|(_, companion)| !companion).count() as i64;
        if wanted == 0 {
            let (member, rules) = (member(coming[0].0), activity.rules);
            return Err(activities::Refusal::AgeOutOfRange { member, from: rules.age_min, until: rules.age_max }.into());
        }
        let over = self.list_is_over(activity);
        let left = activity.left().map(|left| if over && activity.waiting() > 0 { 0 } else { left });
        if let Some(left) = left.filter(|left| wanted > *left && (over || !c.waits)) {
            return Err(activities::Refusal::TooFewPlaces { left }.into());
        }
        let (placed, are_left) = if over { (wanted, false) } else { activity.for_the_last(wanted, c.accepts_part) };
        if placed < wanted && !c.waits {
            return Err(activities::Refusal::TooFewPlaces { left: 0 }.into());
        }
        if placed > 0 && activity.waiting() > 0 {
            self.seen.push(Sight::OvertookWhoDidNotFit);
        }
        self.forget_what_is_over(coming.iter().map(|(who, _)| *who), id);
        let party = Party { id: self.fresh(heard), reader, card: c.card.0, accepts_part: c.accepts_part, at };
        let of = self.join(id, party, &coming, ParticipantState::Waiting);
        self.wrote("answers");
        if are_left {
            self.wake(Job::Participants);
        }
        if placed > 0 {
            let activity = self.activities.get_mut(&id).expect("an activity");
            activity.give(of, placed, 0);
            self.tell(reader, activities::MessageKind::Enrolled, id, placed);
        }
        if placed < wanted {
            self.seen.push(if placed > 0 { Sight::PartlyEnrolled } else { Sight::WaitListed });
            self.tell(reader, activities::MessageKind::WaitListed, id, wanted - placed);
        }
        if coming.iter().any(|(_, companion)| *companion) {
            self.seen.push(Sight::CompanionEnrolled);
        }
        says(activities::Reply::SignedUp { party: PartyId(party.id), waiting: wanted - placed })
    }

    /// A new party of these, who all are in one state; its place among the activity's parties.
    pub fn join(&mut self, id: i64, party: Party, coming: &[(Who, bool)], state: ParticipantState) -> usize {
        let activity = self.activities.get_mut(&id).expect("an activity");
        activity.parties.push(party);
        let of = activity.parties.len() - 1;
        for (who, companion) in coming {
            let new = Participant {
                party: of,
                state,
                companion: *companion,
                placed: state == ParticipantState::Enrolled && !companion,
                engaged: Some(party.at),
                promoted_at: 0,
                in_at: 0,
                out_at: 0,
                minutes: 0,
                card: None,
                settled_at: 0,
                appealed_at: 0,
                declined_at: 0,
                at: party.at,
            };
            if activity.people.insert(*who, new).is_some() {
                self.seen.push(Sight::CameAgain);
            }
        }
        of
    }

    /// Gives out what is free, one party after the other.
    pub fn fill(&mut self, id: i64) {
        let (at, mut told) = (self.at, vec![]);
        let is_over = self.list_is_over(&self.activities[&id]);
        let activity = self.activities.get_mut(&id).expect("an activity");
        let closed = activity.state != ActivityState::Published || activity.confirmed_at > 0;
        if closed || is_over {
            return;
        }
        while let Some(party) = activity.first_that_fits() {
            let wanted = activity.waiting_of(party);
            let places = activity.left().map_or(wanted, |left| left.min(wanted));
            let overtaken = (0..party).any(|earlier| activity.waiting_of(earlier) > 0);
            activity.give(party, places, at);
            if overtaken {
                self.seen.push(Sight::OvertookWhoDidNotFit);
            }
            self.seen.push(if places < wanted { Sight::PromotedInPart } else { Sight::Promoted });
            told.push((activity.parties[party].reader, places));
        }
        for (reader, places) in told {
            self.news(reader, activities::MessageKind::Promoted, id, places);
        }
    }

    pub fn promote_waiting(&mut self, actor: Actor, id: i64) -> Answer {
        self.program(actor)?;
        let waiting = |model: &Model| model.activities.get(&id).map(Activity::waiting);
        let before = waiting(self).ok_or(activities::Refusal::NoSuchActivity)?;
        self.fill(id);
        match before - waiting(self).unwrap_or(before) {
            0 => Err(activities::Refusal::NothingToDo.into()),
            places => says(activities::Reply::WaitingPromoted { activity: ActivityId(id), places }),
        }
    }

    pub fn withdraw(&mut self, actor: Actor, c: &Withdraw) -> Answer {
        let (reader, at, id) = (self.reader(actor)?, self.at, c.activity.0);
        let activity = self.activities.get_mut(&id).ok_or(activities::Refusal::NoSuchActivity)?;
        if activity.state == ActivityState::Cancelled {
            return Err(activities::Refusal::ActivityCancelled.into());
        }
        let people = whos(reader, &c.members);
        if people.is_empty() {
            return Err(activities::Refusal::NobodyChosen.into());
        }
        for who in &people {
            let one = activity.people.get(who).filter(|one| one.is_live()).ok_or(activities::Refusal::NotEnrolled)?;
            let waits = one.state == ParticipantState::Waiting;
            if at >= if waits { activity.times.starts } else { activity.times.withdraw_until } {
                return Err(activities::Refusal::TooLateToWithdraw.into());
            }
        }
        people.iter().for_each(|who| activity.leave(*who, ParticipantState::Withdrawn, at));
        self.leave_nobody_alone(id, reader);
        self.fill(id);
        let n = people.len() as i64;
        self.tell(reader, activities::MessageKind::ParticipantsWithdrawn, id, n);
        says(activities::Reply::Withdrawn { activity: ActivityId(id), participants: n })
    }

    /// Every place and turn in what has not ended.
    pub fn give_up(&mut self, who: Who) -> i64 {
        let at = self.at;
        let holds = |one: &Participant| one.is_live() && one.engaged.is_some();
        let ahead = |of: &Activity| of.times.ends > at && of.people.get(&who).is_some_and(holds);
        let ahead: Vec<i64> = self.activities.iter().filter(|(_, of)| ahead(of)).map(|(id, _)| *id).collect();
        for id in &ahead {
            let activity = self.activities.get_mut(id).expect("an activity");
            activity.leave(who, ParticipantState::Withdrawn, at);
            self.leave_nobody_alone(*id, who.0);
            self.fill(*id);
        }
        ahead.len() as i64
    }

    fn leave_nobody_alone(&mut self, id: i64, reader: i64) {
        let at = self.at;
        let activity = self.activities.get_mut(&id).expect("an activity");
        for who in activity.left_alone(reader) {
            match activity.others_of(reader) {
                Some((party, state)) => {
                    let one = activity.people.get_mut(&who).expect("a companion");
                    (one.party, one.state) = (party, state);
                }
                None => {
                    activity.leave(who, ParticipantState::Withdrawn, at);
                    self.seen.push(Sight::CompanionLeft);
                }
            }
        }
    }

    pub fn remove_participant(&mut self, actor: Actor, c: &RemoveParticipant) -> Answer {
        let (id, at, who) = (c.activity.0, self.at, (c.reader.0, c.member.map_or(0, |member| member.0)));
        self.theirs(actor, id, Permission::EditActivities)?;
        explains(&c.reason)?;
        let activity = self.activities.get_mut(&id).expect("an activity");
        let settled = activity.confirmed_at > 0 || activity.state == ActivityState::Cancelled;
        if settled || !activity.people.get(&who).is_some_and(|one| one.is_live()) {
            return Err(activities::Refusal::NotEnrolled.into());
        }
        activity.leave(who, ParticipantState::Removed, at);
        self.leave_nobody_alone(id, who.0);
        self.fill(id);
        self.news(who.0, activities::MessageKind::ParticipantRemoved, id, 1);
        self.audits += 1;
        says(activities::Reply::ParticipantRemoved { activity: ActivityId(id), participants: 1 })
    }

    pub fn free_participants(&mut self, actor: Actor, c: &FreeParticipants) -> Answer {
        self.program(actor)?;
        let (id, at) = (c.activity.0, self.at);
        let activity = self.activities.get_mut(&id).ok_or(activities::Refusal::NoSuchActivity)?;
        let live = activity.people.iter().filter(|(who, one)| who.0 == c.reader.0 && one.is_live());
        let live: Vec<Who> = live.map(|(who, _)| *who).collect();
        if activity.state != ActivityState::Cancelled || live.is_empty() {
            return Err(activities::Refusal::NothingToDo.into());
        }
        live.iter().for_each(|who| activity.leave(*who, ParticipantState::Freed, at));
        let n = live.len() as i64;
        self.news(c.reader.0, activities::MessageKind::ActivityCancelled, id, n);
        says(activities::Reply::ParticipantsFreed { activity: ActivityId(id), participants: n })
    }
}
