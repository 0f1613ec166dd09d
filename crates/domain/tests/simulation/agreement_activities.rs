//! Whether a row of members, activities, check-in or volunteers says what the model says.

use crate::agreement_rows::read;
use crate::model::{self, Model};
use domain::activities::{Rules, Times};
use domain::core::row::Cells;
use domain::tables::*;

pub fn agrees(model: &Model, table: Table, cells: &Cells) -> bool {
    match table {
        Table::Member => member(model, &read(cells)),
        Table::Activity => activity(model, &read(cells)),
        Table::ActivityRules => rules(model, &read(cells)),
        Table::Party => party(model, &read(cells)),
        Table::WaitingParty => {
            let WaitingParty { activity, need, party, size } = read(cells);
            let known = model.activities.get(&activity.0);
            known
                .and_then(|known| Some((known, party_of(known, party)?)))
                .is_some_and(|(known, of)| size > 0 && (need, size) == (known.need_of(of), known.waiting_of(of)))
        }
        Table::Participant => participant(model, &read(cells)),
        Table::Engagement => {
            let Engagement { reader, member, activity, at } = read(cells);
            known(model, activity, reader, member).is_some_and(|one| one.engaged == Some(at))
        }
        Table::NoShow => {
            let NoShow { reader, member, activity, held, at } = read(cells);
            let of = model.activities.get(&activity.0);
            of.is_some_and(|of| of.times.starts == held)
                && known(model, activity, reader, member)
                    .is_some_and(|one| (one.state, one.settled_at) == (ParticipantState::NoShow, at))
        }
        Table::ActivityAward => award(model, &read(cells)),
        Table::Announcement => {
            let Announcement { id, activity, done, at } = read(cells);
            let known = model.announcements.iter().find(|known| known.id == id.0);
            known.is_some_and(|known| (known.activity, known.done, known.at) == (activity.0, done, at))
        }
        Table::Announced => {
            let Announced { announcement, reader, at } = read(cells);
            let known = model.announcements.iter().find(|known| known.id == announcement.0);
            known.is_some_and(|known| known.heard.get(&reader.0) == Some(&at))
        }
        Table::CheckIn => {
            let CheckIn { card, month, date, streak, made_up, points, at } = read(cells);
            let day = month * 100 + date;
            let known = model.stamps.get(&card.0).and_then(|stamps| stamps.get(&day));
            known == Some(&model::Stamp { made_up, points, at }) && model.days_in_a_row(card.0, day) == streak
        }
        Table::Volunteer => {
            let Volunteer { reader, member, state, birth_day, guardian, minutes, reviewed_at, reviewed_by, at } =
                read(cells);
            let who = (reader.0, number(member));
            let reviewed = (reviewed_at, reviewed_by.map_or(0, |staff| staff.0));
            model.volunteers.get(&who) == Some(&model::Volunteer { state, birth_day, guardian, reviewed, at })
                && model.served(who) == minutes
        }
        _ => true,
    }
}

fn number(member: Option<MemberId>) -> i64 {
    member.map_or(0, |member| member.0)
}

fn known(
    model: &Model,
    activity: ActivityId,
    reader: ReaderId,
    member: Option<MemberId>,
) -> Option<&model::Participant> {
    model.activities.get(&activity.0)?.people.get(&(reader.0, number(member)))
}

fn party_of(activity: &model::Activity, party: PartyId) -> Option<usize> {
    activity.parties.iter().position(|known| known.id == party.0)
}

fn member(model: &Model, row: &Member) -> bool {
    let known = model::Member {
        reader: row.reader.0,
        removed: row.state == MemberState::Removed,
        birth_day: row.birth_day,
        card: row.card.map(|card| card.0),
        guardian: row.guardian.map(|guardian| (guardian.0, row.consented_at)),
    };
    let undated = row.guardian.is_some() || row.consented_at == 0;
    undated && model.members.get(&row.id.0) == Some(&known)
}

fn activity(model: &Model, row: &Activity) -> bool {
    let Activity { opens, closes, withdraw_until, starts, ends, start_day, .. } = *row;
    let times = Times { opens, closes, withdraw_until, starts, ends, start_day };
    model.activities.get(&row.id.0).is_some_and(|known| {
        (known.branch, known.kind, known.state, known.times) == (row.branch.0, row.kind, row.state, times)
            && (known.capacity, known.confirmed_at) == (row.capacity, row.confirmed_at)
            && (known.taken(), known.waiting(), known.present()) == (row.taken, row.waiting, row.present)
    })
}

fn rules(model: &Model, row: &ActivityRules) -> bool {
    let ActivityRules { points, per_participant, block_minutes, minutes_min, code, walk_ins, .. } = *row;
    let ActivityRules { age_min, age_max, companions, escorted, party_max, series, .. } = *row;
    let promised = Rules {
        points,
        per_participant,
        block_minutes,
        minutes_min,
        code,
        walk_ins,
        age_min,
        age_max,
        companions,
        escorted,
        party_max,
        series,
    };
    model.activities.get(&row.activity.0).is_some_and(|known| known.rules == promised)
}

fn party(model: &Model, row: &Party) -> bool {
    let Party { id, activity, reader, card, accepts_part, waiting, at } = *row;
    let same = model::Party { id: id.0, reader: reader.0, card: card.0, accepts_part, at };
    let known = model.activities.get(&activity.0);
    known
        .and_then(|known| Some((known, party_of(known, id)?)))
        .is_some_and(|(known, of)| known.parties[of] == same && known.waiting_of(of) == waiting)
}

fn participant(model: &Model, row: &Participant) -> bool {
    let Some(activity) = model.activities.get(&row.activity.0) else { return false };
    let Some(known) = activity.people.get(&(row.reader.0, number(row.member))) else { return false };
    let same = model::Participant {
        party: party_of(activity, row.party).unwrap_or(usize::MAX),
        state: row.state,
        companion: row.companion,
        placed: known.placed,
        engaged: known.engaged,
        promoted_at: row.promoted_at,
        in_at: row.in_at,
        out_at: row.out_at,
        minutes: row.minutes,
        card: row.card.map(|card| card.0),
        settled_at: row.settled_at,
        appealed_at: row.appealed_at,
        declined_at: row.declined_at,
        at: row.at,
    };
    *known == same && activity.due(known) == row.due
}

fn award(model: &Model, row: &ActivityAward) -> bool {
    let ActivityAward { activity, card, present, due, posted } = *row;
    let of_card = |known: &&model::Participant| known.card == Some(card.0) && known.is_present();
    model.activities.get(&activity.0).is_some_and(|known| {
        let here = known.people.values().filter(of_card).count() as i64;
        (here, known.due_of(card.0), known.earned(card.0)) == (present, due, posted)
    })
}

/// How many rows there should be.
pub fn counts(model: &Model) -> Vec<(Table, usize)> {
    let activities = || model.activities.values();
    let people = || activities().flat_map(|activity| activity.people.values());
    let lines = |of: &model::Activity| (0..of.parties.len()).filter(|party| of.waiting_of(*party) > 0).count();
    vec![
        (Table::Member, model.members.len()),
        (Table::Activity, model.activities.len()),
        (Table::ActivityRules, model.activities.len()),
        (Table::Party, activities().map(|activity| activity.parties.len()).sum()),
        (Table::WaitingParty, activities().map(lines).sum()),
        (Table::Participant, people().count()),
        (Table::Engagement, people().filter(|one| one.engaged.is_some()).count()),
        (Table::NoShow, people().filter(|one| one.state == ParticipantState::NoShow).count()),
        (Table::ActivityAward, model.awards.len()),
        (Table::Announcement, model.announcements.len()),
        (Table::Announced, model.announcements.iter().map(|announcement| announcement.heard.len()).sum()),
        (Table::CheckIn, model.stamps.values().map(|stamps| stamps.len()).sum()),
        (Table::Volunteer, model.volunteers.len()),
    ]
}
