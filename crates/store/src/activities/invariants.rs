//! What holds of activities, their participants and what they earn.

use crate::verify::Invariant;

pub const INVARIANTS: &[Invariant] = &[
    // Excused are those who waited to the end, too: they had no place.
    Invariant {
        name: "an activity counts its participants, and has no more than places",
        violations: "select a.id from activity a left join (select activity, \
            sum(case when state in (ParticipantState::Enrolled, ParticipantState::Attended, ParticipantState::NoShow) and companion = 0 then 1 else 0 end) as taken, \
            sum(case when state = ParticipantState::Excused and companion = 0 then 1 else 0 end) as excused, \
            sum(case when state = ParticipantState::Waiting and companion = 0 then 1 else 0 end) as waiting, \
            sum(case when state = ParticipantState::Attended then 1 else 0 end) as present from participant group by activity) p \
            on p.activity = a.id where a.taken < coalesce(p.taken, 0) \
            or a.taken > coalesce(p.taken, 0) + coalesce(p.excused, 0) or a.waiting <> coalesce(p.waiting, 0) \
            or a.present <> coalesce(p.present, 0) or (a.capacity > 0 and a.taken > a.capacity)",
    },
    Invariant {
        name: "a party that waits stands in line as large as it is",
        violations: "select q.id from party q where q.waiting <> (select count(*) from participant p \
            where p.party = q.id and p.state = ParticipantState::Waiting and p.companion = 0) or (q.waiting > 0 and not exists \
            (select 1 from waiting_party w where w.party = q.id and w.activity = q.activity)) \
            union all select w.party from waiting_party w left join party q on q.id = w.party \
            and q.activity = w.activity and q.waiting = w.size \
            and w.need = case when q.accepts_part = 1 then 1 else q.waiting end where q.id is null",
    },
    // Once the start is near the list stands still; behind a crowd the job goes on as soon as it has been woken.
    Invariant {
        name: "nobody waits for places that are free",
        violations: "select w.party from waiting_party w join activity a on a.id = w.activity \
            join head h on a.starts > h.at + 3600000 * (select max(value) from rule_ever where rule = Rule::ListStopsHours) where a.state = ActivityState::Published and a.confirmed_at = 0 \
            and (a.capacity = 0 or w.need <= a.capacity - a.taken) \
            and not exists (select 1 from job_run j where j.job = Job::Participants and j.next_at = 0)",
    },
    Invariant {
        name: "what an activity has earned a card is what the presences are worth, and was posted",
        violations: "select w.activity from activity_award w join activity a on a.id = w.activity \
            join activity_rules u on u.activity = w.activity left join (select activity, card, count(*) as present, \
            sum(due) as due from participant where state = ParticipantState::Attended group by activity, card) p \
            on p.activity = w.activity and p.card = w.card left join (select cause, card, sum(points) as points \
            from posting where kind in (activities::PostingKind::*) group by cause, card) o on o.cause = w.activity and o.card = w.card \
            where w.present <> coalesce(p.present, 0) or w.due <> coalesce(p.due, 0) \
            or w.posted <> coalesce(o.points, 0) or w.posted <> case when a.kind = ActivityKind::Reader and u.per_participant = 0 \
            and w.due > u.points then u.points else w.due end \
            union all select o.id from posting o where o.kind in (activities::PostingKind::*) and not exists (select 1 \
            from activity_award w where w.activity = o.cause and w.card = o.card) \
            union all select p.activity from participant p where p.state = ParticipantState::Attended and not exists (select 1 \
            from activity_award w where w.activity = p.activity and w.card = p.card)",
    },
    Invariant {
        name: "a no-show is a participant who was not there",
        violations: "select n.activity from no_show n left join participant p on p.activity = n.activity \
            and p.reader = n.reader and p.member = n.member and p.state = ParticipantState::NoShow where p.activity is null \
            union all select p.activity from participant p where p.state = ParticipantState::NoShow and not exists (select 1 \
            from no_show n where n.reader = p.reader and n.member = p.member and n.activity = p.activity)",
    },
    // What is over or cancelled is forgotten on the way.
    Invariant {
        name: "who has a place or waits is engaged",
        violations: "select p.activity from participant p join activity a on a.id = p.activity \
            join head h on a.starts > h.at where a.state = ActivityState::Published and p.state in (ParticipantState::Enrolled, ParticipantState::Waiting, ParticipantState::Attended) and not exists (select 1 \
            from engagement e where e.reader = p.reader and e.member = p.member and e.activity = p.activity) \
            union all select e.activity from engagement e where not exists (select 1 from participant p \
            where p.activity = e.activity and p.reader = e.reader and p.member = e.member and p.state in (ParticipantState::Enrolled, ParticipantState::Waiting, ParticipantState::Attended))",
    },
];
