//! A naive model: the rules said once more in other words than the domain's.

use crate::books::Proposed;
use crate::donations::Slip;
use crate::invitations::Link;
pub use crate::model_activity_rows::*;
pub use crate::model_rows::*;
use crate::phones::Coded;
use crate::rooms;
use crate::sights::Sight;
use crate::transfers::Moving;
use domain::core::asked::{Actor, Now};
use domain::core::digest::Digest;
use domain::core::refusal::{Common, Refused};
use domain::core::reply::Replied;
use domain::messages::HasTopic;
use domain::rules::{self, Rule};
use domain::slices::{Command, Envelope};
use domain::tables::{Account, Channel, Job, OutboxState, Passage, Table};
use domain::{
    activities, cards, checkins, jobs, members, messages, outbox, places, prizes, readers, redemptions, register,
    sessions, staff, volunteers,
};
use std::collections::{BTreeMap, BTreeSet};

pub type Answer = Result<Replied, Refused>;

/// The value and who has set it, by the day of force and the moment of setting.
pub type RuleHistory = BTreeMap<(i64, i64), (i64, i64)>;

#[derive(Default)]
pub struct Model {
    pub wechat: BTreeMap<Digest, i64>,
    /// By phone.
    pub phones: BTreeMap<Digest, i64>,
    /// From when a number that was changed to lets in.
    pub good_from: BTreeMap<Digest, i64>,
    /// By reader and side, and what waits for the desk.
    pub phone_codes: BTreeMap<(i64, i64), Coded>,
    pub phone_wishes: BTreeMap<i64, [Digest; 2]>,
    pub entry_codes: BTreeMap<Digest, EntryCode>,
    pub readers: BTreeMap<i64, Reader>,
    /// By barcode.
    pub cards: BTreeMap<Digest, Card>,
    /// When a code was granted to whom.
    pub requests: BTreeMap<Digest, Vec<i64>>,
    pub codes: BTreeMap<i64, Code>,
    /// By card.
    pub wishes: BTreeMap<i64, Wish>,
    pub people: Vec<Person>,
    /// How many have turned out to be somebody else.
    pub people_merged: usize,
    /// The identities of each binding that earned points.
    pub awarded: Vec<Vec<Digest>>,
    pub sessions: BTreeMap<Digest, Session>,
    pub staff: BTreeMap<i64, Staff>,
    pub proof: Option<(Digest, i64)>,
    /// What rooms note of their rows.
    #[allow(dead_code, reason = "read as soon as there is a room")]
    pub noted: BTreeMap<(Table, i64), i64>,
    /// What the roles of the library's own allow.
    pub own_roles: BTreeMap<i64, i64>,
    pub names: BTreeMap<Digest, i64>,
    pub prizes: BTreeMap<i64, Prize>,
    pub places: BTreeMap<i64, Place>,
    pub redemptions: BTreeMap<i64, Redemption>,
    pub outbox: Vec<Outgoing>,
    /// What a form said, what was answered, and when.
    pub outcomes: BTreeMap<Digest, (Digest, Replied, i64)>,
    /// Keys whose outcome was swept.
    pub forgotten: BTreeSet<Digest>,
    pub jobs: BTreeMap<Job, JobRun>,
    /// What each system account gave or took.
    pub accounts: BTreeMap<Account, i64>,
    pub postings: usize,
    pub stock_movements: usize,
    pub audits: usize,
    pub tokens: usize,
    pub patrons: usize,
    pub invitations: Vec<Link>,
    pub passages: BTreeMap<Passage, i64>,
    /// Those whose id is known, and their version.
    pub bulletins: BTreeMap<i64, i64>,
    pub has_bulletins: bool,
    /// 到货提醒: reader and prize.
    pub alerts: BTreeSet<(i64, i64)>,
    pub proposed: BTreeMap<i64, Proposed>,
    pub slips: BTreeMap<i64, Slip>,
    pub questions: BTreeSet<i64>,
    /// Threads of feedback, and whose they are.
    pub threads: BTreeMap<i64, i64>,
    pub transfers: BTreeMap<i64, Moving>,
    /// By card: the day up to which a replaced card's row of stamps went, and its length.
    pub carried: BTreeMap<i64, (i64, i64)>,
    /// Which reader accounts are whose among staff.
    pub own_readers: BTreeSet<(i64, i64)>,
    /// Who has asked to leave; those who have left.
    pub leaving: BTreeSet<i64>,
    pub left: BTreeSet<i64>,
    pub members: BTreeMap<i64, Member>,
    pub volunteers: BTreeMap<Who, Volunteer>,
    pub activities: BTreeMap<i64, Activity>,
    /// Which activities some card has come to, whatever became of it.
    pub awards: BTreeSet<(i64, i64)>,
    pub announcements: Vec<Announcement>,
    /// By card and day.
    pub stamps: BTreeMap<i64, BTreeMap<i64, Stamp>>,
    /// By the day from which they are in force: the value, and who set it.
    pub rules: BTreeMap<Rule, RuleHistory>,
    /// How often each kind of prose was written.
    pub written: BTreeMap<&'static str, usize>,
    /// What this command has passed on its way.
    pub seen: Vec<Sight>,
    pub at: i64,
    newest: i64,
}

pub fn says(reply: impl Into<Replied>) -> Answer {
    Ok(reply.into())
}

impl Model {
    /// What the answer must be. New ids are taken from what was heard, if they are new.
    pub fn judge(&mut self, e: &Envelope, now: Now, heard: &Answer) -> Answer {
        if let Some((key, (body, first, _))) = e.key.and_then(|key| Some((key, self.outcomes.get(&key.key)?))) {
            return if *body == key.body { Ok(*first) } else { Err(Common::KeyReused.into()) };
        }
        self.at = now.at;
        let reply = self.decide(e, now, heard)?;
        let to_remember = e.key.filter(|_| reply.is_remembered);
        if let Some(key) = to_remember {
            self.outcomes.insert(key.key, (key.body, reply, now.at));
        }
        Ok(reply)
    }

    /// Whether the first answer to this form was ever forgotten: what was promised then is void.
    pub fn has_forgotten(&self, e: &Envelope) -> bool {
        e.key.is_some_and(|key| self.forgotten.contains(&key.key))
    }

    fn decide(&mut self, e: &Envelope, now: Now, heard: &Answer) -> Answer {
        let (actor, at) = (e.actor, now.at);
        match &e.command {
            Command::Sessions(sessions::Command::Enter(c)) => self.enter(c, at, heard),
            Command::Sessions(sessions::Command::RequestEntryCode(c)) => self.request_entry_code(c),
            Command::Sessions(sessions::Command::EnterByPhone(c)) => self.enter_by_phone(c, heard),
            Command::Sessions(sessions::Command::SignInStaff(c)) => self.sign_in_staff(c, at),
            Command::Sessions(sessions::Command::SignOut(c)) => self.sign_out(c.session),
            Command::Sessions(sessions::Command::TouchSession(c)) => self.touch(c.session, at),
            Command::Sessions(sessions::Command::AgreeToPrivacy(_)) => self.agree_to_privacy(actor),
            Command::Cards(cards::Command::RequestCode(c)) => self.request_code(actor, c, at),
            Command::Cards(cards::Command::BindCard(c)) => self.bind(actor, c, heard),
            Command::Cards(cards::Command::UnbindCard(c)) => self.unbind(actor, c.card.0),
            Command::Cards(cards::Command::ChooseCard(c)) => self.choose(actor, c.card.0),
            Command::Cards(cards::Command::RequestRebinding(c)) => self.wish_for(actor, &c.0),
            Command::Cards(cards::Command::EndRebinding(c)) => self.end_wish(actor, c.card.0),
            Command::Cards(cards::Command::SettleRebinding(c)) => self.settle_wish(actor, c.card.0),
            Command::Cards(cards::Command::BindAtDesk(c)) => self.bind_at_desk(actor, c, heard),
            Command::Cards(cards::Command::RefreshCard(c)) => self.refresh(actor, c),
            Command::Redemptions(redemptions::Command::Redeem(c)) => self.redeem(actor, c, e.seed, now, heard),
            Command::Redemptions(redemptions::Command::Collect(c)) => self.collect(actor, c, now),
            Command::Redemptions(redemptions::Command::CancelRedemption(c)) => self.cancel(actor, c, now),
            Command::Redemptions(redemptions::Command::UndoCollection(c)) => self.undo(actor, c.redemption.0),
            Command::Redemptions(redemptions::Command::ExpireRedemption(c)) => self.expire(actor, c.redemption.0, now),
            Command::Redemptions(redemptions::Command::RemindOfRedemption(c)) => {
                self.remind(actor, c.redemption.0, now)
            }
            Command::Prizes(prizes::Command::SavePrize(c)) => self.save_prize(actor, c, heard),
            Command::Prizes(prizes::Command::MoveStock(c)) => self.move_stock(actor, c),
            Command::Places(places::Command::SavePlace(c)) => self.save_place(actor, c, heard),
            Command::Places(places::Command::SetPlaceDay(c)) => self.set_place_day(actor, c),
            Command::Messages(messages::Command::MarkRead(c)) => self.mark_read(actor, c.message.map(|id| id.0)),
            Command::Messages(messages::Command::ChooseNotices(c)) => self.choose_notices(actor, c.wanted),
            Command::Messages(messages::Command::AllowNotice(_)) => self.allow_notice(actor),
            Command::Messages(messages::Command::ChooseTopic(c)) => self.choose_topic(actor, c),
            Command::Messages(messages::Command::NoteFollowing(c)) => self.note_following(actor, c),
            Command::Staff(staff::Command::AddStaff(c)) => self.add_staff(actor, c, heard),
            Command::Staff(staff::Command::ChangeStaff(c)) => self.change_staff(actor, c, at),
            Command::Staff(staff::Command::SaveRole(c)) => self.save_role(actor, c, heard),
            Command::Staff(staff::Command::NoteExport(c)) => self.note_export(actor, c.rows),
            Command::Outbox(outbox::Command::TakeOutbox(c)) => self.take(actor, c.outbox.0),
            Command::Outbox(outbox::Command::SettleOutbox(c)) => self.settle(actor, c),
            Command::Jobs(jobs::Command::StartJob(c)) => self.start_job(actor, c),
            Command::Jobs(jobs::Command::RenewJob(c)) => self.renew_job(actor, c),
            Command::Jobs(jobs::Command::EndJob(c)) => self.end_job(actor, c),
            Command::Jobs(jobs::Command::AcceptClock(_)) => self.accept_clock(actor),
            Command::Jobs(jobs::Command::WakeJob(c)) => self.wake_job(actor, c.job),
            Command::Jobs(jobs::Command::KeepToken(c)) => self.keep_token(actor, c),
            Command::Jobs(jobs::Command::Prove(c)) => self.prove(actor, c),
            Command::Jobs(jobs::Command::Sweep(c)) => self.sweep(actor, c),
            Command::Register(register::Command::ImportPatrons(c)) => self.import(actor, c.rows.len()),
            Command::Rules(rules::Command::SetRule(c)) => self.set_rule(actor, c, now),
            Command::Rules(rules::Command::SeedRules(c)) => self.seed_rules(actor, c),
            Command::Members(members::Command::SaveMember(c)) => self.save_member(actor, c, now, heard),
            Command::Members(members::Command::RemoveMember(c)) => self.remove_member(actor, c.member.0),
            Command::Activities(activities::Command::SaveActivity(c)) => self.save_activity(actor, c, heard),
            Command::Activities(activities::Command::PublishActivity(c)) => self.publish(actor, c.activity.0),
            Command::Activities(activities::Command::CancelActivity(c)) => self.cancel_activity(actor, c),
            Command::Activities(activities::Command::SignUp(c)) => self.sign_up(actor, c, heard),
            Command::Activities(activities::Command::Withdraw(c)) => self.withdraw(actor, c),
            Command::Activities(activities::Command::RemoveParticipant(c)) => self.remove_participant(actor, c),
            Command::Activities(activities::Command::PromoteWaiting(c)) => self.promote_waiting(actor, c.activity.0),
            Command::Activities(activities::Command::FreeParticipants(c)) => self.free_participants(actor, c),
            Command::Activities(activities::Command::Attend(c)) => self.attend(actor, c),
            Command::Activities(activities::Command::Leave(c)) => self.leave(actor, c),
            Command::Activities(activities::Command::Tick(c)) => self.tick(actor, c),
            Command::Activities(activities::Command::CorrectMinutes(c)) => self.correct_minutes(actor, c),
            Command::Activities(activities::Command::ConfirmAttendance(c)) => self.confirm(actor, c.activity.0),
            Command::Activities(activities::Command::MarkNoShow(c)) => self.mark(actor, c),
            Command::Activities(activities::Command::AppealNoShow(c)) => self.appeal(actor, c),
            Command::Activities(activities::Command::ExcuseNoShow(c)) => self.excuse(actor, c),
            Command::Activities(activities::Command::DeclineAppeal(c)) => self.decline(actor, c),
            Command::Activities(activities::Command::Announce(c)) => self.announce(actor, c, heard),
            Command::Activities(activities::Command::Deliver(c)) => self.deliver(actor, c, now),
            Command::CheckIns(checkins::Command::StampDay(c)) => self.check_in(actor, c, now),
            Command::CheckIns(checkins::Command::MakeUpDay(c)) => self.make_up(actor, c, now),
            Command::CheckIns(checkins::Command::NoteReading(c)) => self.note_reading(actor, c, now),
            Command::Volunteers(volunteers::Command::ApplyAsVolunteer(c)) => self.apply(actor, c, now),
            Command::Volunteers(volunteers::Command::ReviewVolunteer(c)) => self.review(actor, c),
            Command::Volunteers(volunteers::Command::EditVolunteer(c)) => self.edit_volunteer(actor, c.member),
            Command::Volunteers(volunteers::Command::PauseVolunteer(c)) => {
                self.pause_volunteer(actor, c.member, c.pauses)
            }
            Command::Volunteers(volunteers::Command::LeaveVolunteers(c)) => self.leave_volunteers(actor, c.member),
            Command::Volunteers(volunteers::Command::SuspendVolunteer(c)) => self.suspend_volunteer(actor, c),
            #[allow(unreachable_patterns, reason = "there is such a command as soon as there is a room")]
            _ => rooms::follow(self, e, now, heard).expect("a command of the model or of a room"),
        }
    }

    /// The id in an answer, if nobody had it before; else one that no answer has.
    pub fn fresh(&mut self, heard: &Answer) -> i64 {
        match heard {
            Ok(reply) if reply.cells[0] > self.newest => {
                self.newest = reply.cells[0];
                reply.cells[0]
            }
            _ => -1,
        }
    }

    pub fn reader(&self, actor: Actor) -> Result<i64, Refused> {
        let Actor::Reader(id) = actor else { return Err(readers::Refusal::SignedOut.into()) };
        match self.readers.get(&id.0) {
            None => Err(readers::Refusal::SignedOut.into()),
            Some(reader) if reader.closed => Err(readers::Refusal::AccountClosed.into()),
            Some(_) => Ok(id.0),
        }
    }

    pub fn card(&self, id: i64) -> Option<Card> {
        self.cards.values().find(|card| card.id == Some(id)).copied()
    }

    pub fn card_mut(&mut self, id: i64) -> Option<&mut Card> {
        self.cards.values_mut().find(|card| card.id == Some(id))
    }

    pub fn cards_of(&self, reader: i64) -> impl Iterator<Item = &Card> {
        self.cards.values().filter(move |card| card.reader == Some(reader))
    }

    /// A card, or the one that has replaced it.
    pub fn stands_for(&self, card: i64) -> i64 {
        self.card(card).and_then(|card| card.successor).unwrap_or(card)
    }

    /// What comes to a replaced card, or is taken from it, is the other's.
    pub fn post(&mut self, card: i64, points: i64, account: Account) {
        self.post_one(card, points, account);
        let other = self.stands_for(card);
        if other != card {
            self.post_one(card, -points, Account::Held);
            self.post_one(other, points, Account::Held);
        }
    }

    fn post_one(&mut self, card: i64, points: i64, account: Account) {
        if let Some(card) = self.card_mut(card) {
            card.balance += points;
        }
        *self.accounts.entry(account).or_default() -= points;
        self.postings += 1;
    }

    pub fn tell_if_open(&mut self, to: i64, kind: impl HasTopic, about: i64) {
        if !self.readers[&to].closed {
            self.tell(to, kind, about, 0);
        }
    }

    /// News of no use to somebody who has left.
    /// Whether there is anybody to hear it.
    pub fn news(&mut self, to: i64, kind: impl HasTopic, about: i64, points: i64) -> bool {
        let open = self.readers.get(&to).is_some_and(|reader| !reader.closed);
        if open {
            self.tell(to, kind, about, points);
        }
        open
    }

    pub fn wrote(&mut self, what: &'static str) {
        *self.written.entry(what).or_default() += 1;
    }

    /// A message, and its notice if the reader allows one.
    pub fn tell<K: HasTopic>(&mut self, to: i64, kind: K, about: i64, points: i64) {
        let reader = self.readers.entry(to).or_default();
        reader.messages.push(Message { id: 0, kind: kind.into(), about, points, read: false });
        let notice = Some((to, reader.messages.len() - 1));
        if reader.closed {
            self.seen.push(Sight::NoNoticeToAClosedAccount);
        } else if reader.muted.contains(&K::TOPIC) {
            self.seen.push(Sight::NoNoticeOfAMutedTopic);
        } else if reader.notices && !reader.unfollowed {
            self.send(Channel::WeChat, notice);
        } else if reader.consents > 0 {
            reader.consents -= 1;
            self.seen.push(Sight::ConsentUsed);
            self.send(Channel::WeChatOnce, notice);
        }
    }

    pub fn send(&mut self, channel: Channel, notice: Option<(i64, usize)>) {
        let (state, at) = (OutboxState::Waiting, self.at);
        self.outbox.push(Outgoing { id: 0, channel, notice, state, attempts: 0, next_at: at, at });
    }
}
