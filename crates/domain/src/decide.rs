//! The one place where every command is decided, from rows alone.

use crate::activities::{announcements, attendance, enrolments, no_shows};
use crate::cards::rebindings;
use crate::core::refusal::Refusal;
use crate::core::row::Cell as _;
use crate::core::world::{Draft, Halt, Need};
use crate::envelope::{Actor, Command, Envelope, Now, Reply, ReplyKind};
use crate::sessions::phone_entry;
use crate::tables::{
    Account, Activity, ActivityRules, Barcode, Card, EntryCode, Outbox, Outcome, Participant, PhoneUser, Prize,
    PrizeTaken, Purpose, Reader, Redemption, RedemptionSecret, Session, SmsCode, Staff, SystemAccount, Table,
    WeChatUser,
};
use crate::{
    activities, cards, checkins, jobs, members, messages, outbox, places, prizes, redemptions, register, sessions,
    staff, volunteers,
};

/// A hint for loading many commands at once; `decide` is right without it.
pub fn needs(envelope: &Envelope) -> Vec<Need> {
    let mut needs = vec![];
    if let Some(key) = envelope.key {
        needs.push(Need::Row(Table::Outcome, Outcome::key(key.key.high, key.key.low)));
    }
    match envelope.actor {
        Actor::Reader(id) => needs.push(Need::Row(Table::Reader, Reader::key(id))),
        Actor::Staff(id) => needs.push(Need::Row(Table::Staff, Staff::key(id))),
        Actor::Visitor | Actor::Job => {}
    }
    let mut row = |table, key| needs.push(Need::Row(table, key));
    match &envelope.command {
        Command::Enter(c) => row(Table::WeChatUser, WeChatUser::key(c.wechat.high, c.wechat.low)),
        Command::RequestEntryCode(c) => row(Table::EntryCode, EntryCode::key(c.phone.high, c.phone.low)),
        Command::EnterByPhone(c) => {
            row(Table::EntryCode, EntryCode::key(c.phone.high, c.phone.low));
            row(Table::PhoneUser, PhoneUser::key(c.phone.high, c.phone.low));
        }
        Command::SignInStaff(c) => row(Table::Staff, Staff::key(c.staff)),
        Command::SignOut(c) => row(Table::Session, Session::key(c.session.high, c.session.low)),
        Command::TouchSession(c) => row(Table::Session, Session::key(c.session.high, c.session.low)),
        Command::RequestCode(c) => row(Table::Barcode, Barcode::key(c.barcode.high, c.barcode.low)),
        Command::BindCard(c) => {
            row(Table::Barcode, Barcode::key(c.barcode.high, c.barcode.low));
            if let Actor::Reader(id) = envelope.actor {
                row(Table::SmsCode, SmsCode::key(id, Purpose::Bind));
            }
            row(Table::SystemAccount, SystemAccount::key(Account::FirstBinding));
        }
        Command::UnbindCard(c) => row(Table::Card, Card::key(c.card)),
        Command::ChooseCard(c) => row(Table::Card, Card::key(c.card)),
        Command::Redeem(c) => {
            row(Table::Card, Card::key(c.card));
            row(Table::Prize, Prize::key(c.prize));
            row(Table::PrizeTaken, PrizeTaken::key(c.card, c.prize));
            row(Table::SystemAccount, SystemAccount::key(Account::Spent));
            needs.extend(HOURS);
        }
        Command::Collect(c) => {
            row(Table::RedemptionSecret, RedemptionSecret::key(c.code.redemption));
            row(Table::Redemption, Redemption::key(c.code.redemption));
            needs.extend(HOURS);
        }
        Command::SavePrize(c) => c.prize.into_iter().for_each(|prize| row(Table::Prize, Prize::key(prize))),
        Command::MoveStock(c) => row(Table::Prize, Prize::key(c.prize)),
        Command::TakeOutbox(c) => row(Table::Outbox, Outbox::key(c.outbox)),
        Command::SettleOutbox(c) => row(Table::Outbox, Outbox::key(c.outbox)),
        Command::CancelRedemption(c) => row(Table::Redemption, Redemption::key(c.redemption)),
        Command::UndoCollection(c) => row(Table::Redemption, Redemption::key(c.redemption)),
        Command::ExpireRedemption(c) => row(Table::Redemption, Redemption::key(c.redemption)),
        Command::RemindOfRedemption(c) => row(Table::Redemption, Redemption::key(c.redemption)),
        Command::RefreshCard(c) => row(Table::Card, Card::key(c.card)),
        Command::SignUp(c) => needs.extend(enrolments::needs(envelope.actor, c)),
        Command::Attend(c) => {
            row(Table::Activity, Activity::key(c.activity));
            row(Table::ActivityRules, ActivityRules::key(c.activity));
            needs.extend(enrolments::need_of_reader(envelope.actor, c.activity));
        }
        Command::Withdraw(c) => {
            row(Table::Activity, Activity::key(c.activity));
            needs.extend(enrolments::need_of_reader(envelope.actor, c.activity));
        }
        Command::Tick(c) => {
            row(Table::Activity, Activity::key(c.activity));
            row(Table::ActivityRules, ActivityRules::key(c.activity));
            row(Table::Participant, Participant::key(c.activity, c.reader, c.member));
        }
        Command::StampDay(c) => {
            row(Table::Card, Card::key(c.card));
            row(Table::SystemAccount, SystemAccount::key(Account::CheckIn));
        }
        // Rare, or of rows that only the decision knows.
        _ => {}
    }
    needs
}

/// All opening hours: small tables, and the place is not known yet.
const HOURS: [Need; 2] = [Need::children(Table::PlaceHours, []), Need::children(Table::PlaceDay, [])];

pub fn decide(d: &mut Draft, e: &Envelope, now: Now) -> Result<Reply, Halt> {
    // Repeats first: a retry must hear the first answer.
    if let Some(first) = first_answer(d, e)? {
        return Ok(first);
    }
    let reply = match &e.command {
        Command::Enter(c) => sessions::enter(d, c, now),
        Command::RequestEntryCode(c) => phone_entry::request_code(d, c, now),
        Command::EnterByPhone(c) => phone_entry::enter(d, c, now),
        Command::SignInStaff(c) => sessions::sign_in_staff(d, c, now),
        Command::SignOut(c) => sessions::sign_out(d, c),
        Command::TouchSession(c) => sessions::touch(d, c, now),
        Command::RequestCode(c) => cards::request_code(d, e.actor, c, now),
        Command::BindCard(c) => cards::bind(d, e.actor, c, now),
        Command::UnbindCard(c) => cards::unbind(d, e.actor, c),
        Command::ChooseCard(c) => cards::choose(d, e.actor, c),
        Command::Redeem(c) => redemptions::redeem(d, e.actor, c, e.seed, now),
        Command::Collect(c) => redemptions::collect(d, e.actor, c, now),
        Command::SavePrize(c) => prizes::save(d, e.actor, c, now),
        Command::MoveStock(c) => prizes::move_stock(d, e.actor, c, now),
        Command::MarkRead(c) => messages::mark_read(d, e.actor, c),
        Command::AddStaff(c) => staff::add(d, e.actor, c, now),
        Command::TakeOutbox(c) => outbox::take(d, e.actor, c, now),
        Command::SettleOutbox(c) => outbox::settle(d, e.actor, c, now),
        Command::RequestRebinding(c) => rebindings::request(d, e.actor, c, now),
        Command::EndRebinding(c) => rebindings::end(d, e.actor, c, now),
        Command::SettleRebinding(c) => rebindings::settle(d, e.actor, c, now),
        Command::BindAtDesk(c) => cards::bind_at_desk(d, e.actor, c, now),
        Command::RefreshCard(c) => cards::refresh(d, e.actor, c, now),
        Command::CancelRedemption(c) => redemptions::cancel(d, e.actor, c, now),
        Command::UndoCollection(c) => redemptions::undo_collection(d, e.actor, c, now),
        Command::ExpireRedemption(c) => redemptions::expire(d, e.actor, c, now),
        Command::RemindOfRedemption(c) => redemptions::remind(d, e.actor, c, now),
        Command::SavePlace(c) => places::save(d, e.actor, c, now),
        Command::SetPlaceDay(c) => places::set_day(d, e.actor, c, now),
        Command::ChooseNotices(c) => messages::choose_notices(d, e.actor, c),
        Command::AllowNotice(_) => messages::allow_notice(d, e.actor),
        Command::StartJob(c) => jobs::start(d, e.actor, c, now),
        Command::EndJob(c) => jobs::end(d, e.actor, c, now),
        Command::WakeJob(c) => jobs::wake(d, e.actor, c, now),
        Command::KeepToken(c) => jobs::keep_token(d, e.actor, c),
        Command::Sweep(c) => jobs::sweep(d, e.actor, c, now),
        Command::ImportPatrons(c) => register::import(d, e.actor, c, now),
        Command::NoteExport(c) => staff::note_export(d, e.actor, c, now),
        Command::SaveMember(c) => members::save(d, e.actor, c, now),
        Command::RemoveMember(c) => members::remove(d, e.actor, c, now),
        Command::SaveActivity(c) => activities::save(d, e.actor, c, now),
        Command::PublishActivity(c) => activities::publish(d, e.actor, c, now),
        Command::CancelActivity(c) => activities::cancel(d, e.actor, c, now),
        Command::SignUp(c) => enrolments::sign_up(d, e.actor, c, now),
        Command::Withdraw(c) => enrolments::withdraw(d, e.actor, c, now),
        Command::RemoveParticipant(c) => enrolments::remove(d, e.actor, c, now),
        Command::FreeParticipants(c) => enrolments::free_participants(d, e.actor, c, now),
        Command::Attend(c) => attendance::attend(d, e.actor, c, now),
        Command::Leave(c) => attendance::leave(d, e.actor, c, now),
        Command::Tick(c) => attendance::tick(d, e.actor, c, now),
        Command::CorrectMinutes(c) => attendance::correct_minutes(d, e.actor, c, now),
        Command::ConfirmAttendance(c) => no_shows::confirm(d, e.actor, c, now),
        Command::MarkNoShow(c) => no_shows::mark(d, e.actor, c, now),
        Command::AppealNoShow(c) => no_shows::appeal(d, e.actor, c, now),
        Command::ExcuseNoShow(c) => no_shows::excuse(d, e.actor, c, now),
        Command::DeclineAppeal(c) => no_shows::decline(d, e.actor, c, now),
        Command::Announce(c) => announcements::announce(d, e.actor, c, now),
        Command::Deliver(c) => announcements::deliver(d, e.actor, c, now),
        Command::StampDay(c) => checkins::check_in(d, e.actor, c, now),
        Command::MakeUpDay(c) => checkins::make_up(d, e.actor, c, now),
        Command::NoteReading(c) => checkins::note_reading(d, e.actor, c, now),
        Command::ApplyAsVolunteer(c) => volunteers::apply(d, e.actor, c, now),
        Command::ReviewVolunteer(c) => volunteers::review(d, e.actor, c, now),
    }?;
    remember(d, e, reply, now)?;
    Ok(reply)
}

fn first_answer(d: &Draft, e: &Envelope) -> Result<Option<Reply>, Halt> {
    let Some(key) = e.key else { return Ok(None) };
    let Some(first) = d.get::<Outcome>(Outcome::key(key.key.high, key.key.low))? else { return Ok(None) };
    if (first.body_high, first.body_low) != (key.body.high, key.body.low) {
        return Err(Refusal::KeyReused.into());
    }
    let corrupt = Halt::Corrupt(Table::Outcome, Outcome::key(first.high, first.low));
    let kind = ReplyKind::from_cell(first.reply).ok_or(corrupt)?;
    Ok(Some(Reply { kind, a: first.a, b: first.b }))
}

fn remember(d: &mut Draft, e: &Envelope, reply: Reply, now: Now) -> Result<(), Halt> {
    let Some(key) = e.key else { return Ok(()) };
    if !reply.kind.is_success() {
        return Ok(());
    }
    d.put(Outcome {
        high: key.key.high,
        low: key.key.low,
        body_high: key.body.high,
        body_low: key.body.low,
        reply: reply.kind.into_cell(),
        a: reply.a,
        b: reply.b,
        at: now.at,
    })
}
