//! Activities as readers and staff list them, and who takes part.

pub mod appeals;
mod invariants;
pub mod jobs;
mod participants;

pub use invariants::INVARIANTS;
pub use participants::{PARTICIPANT_ROWS_MAX, ParticipantView, earned, of_activity, own, participants};

use crate::Slice;
use crate::fault::Done;
use crate::messages::About;
use crate::points::Cause;
use crate::read::{Query, Row, columns, query};
use domain::activities::ActivityText;
use domain::tables::{Activity, ActivityId, ActivityKind, ActivityRules, BranchId, Millis, Participant, ReaderId};
use std::sync::LazyLock;

pub const PAGE_ROWS: i64 = 20;
/// What is still to come is shown whole: a library announces no more at once.
pub const COMING_ROWS_MAX: i64 = 300;

/// An activity as lists show it: without its prose.
#[derive(Clone, Debug)]
pub struct ActivityLine {
    pub activity: Activity,
    pub rules: ActivityRules,
    pub title: String,
    pub category: String,
    pub place: String,
    pub audience: String,
    pub picture: String,
}

/// An activity with all of its text.
#[derive(Clone, Debug)]
pub struct ActivityView {
    pub activity: Activity,
    pub rules: ActivityRules,
    pub text: ActivityText,
}

impl ActivityView {
    pub fn line(&self) -> ActivityLine {
        let ActivityView { activity, rules, text } = self.clone();
        let ActivityText { title, category, place, audience, picture, .. } = text;
        ActivityLine { activity, rules, title, category, place, audience, picture }
    }
}

static LINE_COLUMNS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{}, {}, t.title, t.category, t.place, t.audience, t.picture",
        columns::<Activity>("a"),
        columns::<ActivityRules>("u"),
    )
});

const JOINS: &str = "activity a join activity_rules u on u.activity = a.id join activity_text t on t.activity = a.id";

fn line(row: &mut Row) -> Done<Option<ActivityLine>> {
    let (activity, rules) = (row.row::<Activity>()?, row.row::<ActivityRules>()?);
    let (title, category, place) = (row.text()?, row.text()?, row.text()?);
    let (audience, picture) = (row.text()?, row.text()?);
    let both = activity.zip(rules);
    Ok(both.map(|(activity, rules)| ActivityLine { activity, rules, title, category, place, audience, picture }))
}

pub fn lines(rows: Vec<Row>) -> Done<Vec<ActivityLine>> {
    let mut lines = Vec::with_capacity(rows.len());
    for mut row in rows {
        lines.extend(line(&mut row)?);
    }
    Ok(lines)
}

static COMING: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {} from {JOINS} where a.kind = $1 and a.state in (ActivityState::Published, ActivityState::Cancelled) and a.ends > $2 \
         order by a.starts, a.id limit {COMING_ROWS_MAX}",
        *LINE_COLUMNS
    )
});
static OVER: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {} from {JOINS} where a.kind = $1 and a.state in (ActivityState::Published, ActivityState::Cancelled) and a.ends <= $2 \
         and (a.starts, a.id) < ($3, $4) and (cast($5 as text) = '' or t.category = $5) \
         and (cast($6 as text) = '' or lower(t.title) like lower($7) escape '!') \
         order by a.starts desc, a.id desc limit {}",
        *LINE_COLUMNS,
        PAGE_ROWS + 1
    )
});

/// Published or cancelled, not over yet, the next first.
pub fn coming(kind: ActivityKind, now: Millis) -> Query {
    query(&COMING, [crate::record::Value::cell(kind), now.into()])
}

/// Start and number of the activity listed last: the next page begins behind it.
pub type Listed = (Millis, ActivityId);

/// Before the first page.
pub const LISTED_NONE: Listed = (Millis::MAX, ActivityId(0));

/// What of the past is looked for; empty: anything.
#[derive(Clone, Debug)]
pub struct Past {
    pub before: Listed,
    pub category: String,
    /// Part of a title.
    pub title: String,
}

/// What is over, the last first: one page and one more.
pub fn over(kind: ActivityKind, now: Millis, past: &Past) -> Query {
    let (starts, id) = past.before;
    let arguments = [
        crate::record::Value::cell(kind),
        now.into(),
        starts.into(),
        id.0.into(),
        (&past.category).into(),
        (&past.title).into(),
        (&containing(&past.title)).into(),
    ];
    query(&OVER, arguments)
}

static ONE: LazyLock<String> =
    LazyLock::new(|| format!("select {}, t.description, t.questions from {JOINS} where a.id = $1", *LINE_COLUMNS));

pub fn one(activity: ActivityId) -> Query {
    query(&ONE, [activity.0.into()])
}

/// The one that was asked for.
pub fn view(rows: Vec<Row>) -> Done<Option<ActivityView>> {
    let Some(mut row) = rows.into_iter().next() else { return Ok(None) };
    let (line, description, questions) = (line(&mut row)?, row.text()?, row.text()?);
    Ok(line.map(|ActivityLine { activity, rules, title, category, place, audience, picture }| {
        let text = ActivityText { title, description, category, place, audience, picture, questions };
        ActivityView { activity, rules, text }
    }))
}

/// What staff look for. `branch` None: every branch.
#[derive(Clone, Debug)]
pub struct Filter {
    pub branch: Option<BranchId>,
    pub kind: ActivityKind,
    /// 0: any.
    pub state: i64,
    pub since: Millis,
    pub until: Millis,
    /// Part of a title; empty: any.
    pub title: String,
    pub before: Listed,
}

static STAFF: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {} from {JOINS} where a.kind = $1 and (cast($2 as bigint) = 0 or a.branch = $2) and (cast($3 as bigint) = 0 or a.state = $3) \
         and a.starts >= $4 and (a.starts, a.id) < ($5, $6) \
         and (cast($7 as text) = '' or lower(t.title) like lower($8) escape '!') \
         order by a.starts desc, a.id desc limit $9",
        *LINE_COLUMNS
    )
});

/// The last first.
pub fn of_filter(filter: &Filter, rows: i64) -> Query {
    let branch = filter.branch.map_or(0, |branch| branch.0);
    let (starts, id) = filter.before.min((filter.until, ActivityId(0)));
    let arguments = [
        crate::record::Value::cell(filter.kind),
        branch.into(),
        filter.state.into(),
        filter.since.into(),
        starts.into(),
        id.0.into(),
        (&filter.title).into(),
        (&containing(&filter.title)).into(),
        rows.into(),
    ];
    query(&STAFF, arguments)
}

fn containing(text: &str) -> String {
    let escaped: String =
        text.chars().flat_map(|c| ['!'].into_iter().filter(move |_| "!%_".contains(c)).chain([c])).collect();
    format!("%{escaped}%")
}

/// A participant, its activity, and the member's sealed face: 我的活动.
#[derive(Clone, Debug)]
pub struct Enrolment {
    pub participant: Participant,
    pub line: ActivityLine,
    pub face: Vec<u8>,
}

fn enrolments_text(rest: &str) -> String {
    format!(
        "select {}, {}, f.face from participant p join activity a on a.id = p.activity \
         join activity_rules u on u.activity = a.id join activity_text t on t.activity = a.id \
         left join member_face f on f.member = p.member where p.reader = $1 and {rest}",
        columns::<Participant>("p"),
        *LINE_COLUMNS
    )
}

static UPCOMING: LazyLock<String> = LazyLock::new(|| {
    enrolments_text(
        "a.ends > $2 and p.state in (ParticipantState::Enrolled, ParticipantState::Waiting, ParticipantState::Attended) order by a.starts, a.id, p.party, p.member limit 200",
    )
});
static PAST: LazyLock<String> = LazyLock::new(|| {
    enrolments_text(
        "(a.ends <= $2 or p.state in (ParticipantState::Withdrawn, ParticipantState::Removed, ParticipantState::Freed)) order by a.starts desc, a.id desc, p.party, p.member limit 200",
    )
});

/// What a reader and members have places in, or wait for.
pub fn upcoming(reader: ReaderId, now: Millis) -> Query {
    query(&UPCOMING, [reader.0.into(), now.into()])
}

/// What is over or was called off, the last first.
pub fn past(reader: ReaderId, now: Millis) -> Query {
    query(&PAST, [reader.0.into(), now.into()])
}

pub fn enrolments(rows: Vec<Row>) -> Done<Vec<Enrolment>> {
    let mut found = Vec::with_capacity(rows.len());
    for mut row in rows {
        let (participant, line, face) = (row.row::<Participant>()?, line(&mut row)?, row.bytes()?);
        found.extend(participant.zip(line).map(|(participant, line)| Enrolment { participant, line, face }));
    }
    Ok(found)
}

static OPEN: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {} from {JOINS} where a.kind = ActivityKind::Reader and a.state = ActivityState::Published and a.starts > $1 and a.opens <= $1 \
         and a.closes > $1 order by a.starts, a.id limit $2",
        *LINE_COLUMNS
    )
});
static NEXT: LazyLock<String> = LazyLock::new(|| {
    enrolments_text(
        "a.starts > $2 and a.state = ActivityState::Published and p.state in (ParticipantState::Enrolled, ParticipantState::Waiting) order by a.starts, a.id, p.party, p.member limit 9",
    )
});

/// What readers can sign up for now, the next first: for home.
pub fn open(now: Millis, limit: i64) -> Query {
    query(&OPEN, [now.into(), limit.into()])
}

/// A reader's next ones.
pub fn next(reader: ReaderId, now: Millis) -> Query {
    query(&NEXT, [reader.0.into(), now.into()])
}

/// How an activity went, for its page in the back office.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub signed_up: i64,
    pub attended: i64,
    pub no_shows: i64,
    pub points: i64,
}

pub fn figures_of(activity: ActivityId) -> Query {
    const TEXT: &str = "select count(*), cast(coalesce(sum(case when state = ParticipantState::Attended then 1 else 0 end), 0) as bigint), \
        cast(coalesce(sum(case when state = ParticipantState::NoShow then 1 else 0 end), 0) as bigint), \
        cast(coalesce((select sum(posted) from activity_award where activity = $1), 0) as bigint) \
        from participant where activity = $1";
    query(TEXT, [activity.0.into()])
}

pub fn figures(rows: Vec<Row>) -> Done<Figures> {
    let Some(mut row) = rows.into_iter().next() else { return Ok(Figures::default()) };
    Ok(Figures { signed_up: row.int()?, attended: row.int()?, no_shows: row.int()?, points: row.int()? })
}

/// What staff have told everybody who takes part.
pub fn announcements(activity: ActivityId) -> Query {
    const TEXT: &str = "select n.at, x.text, n.done from announcement n join announcement_text x on x.announcement = n.id \
        where n.activity = $1 order by n.id desc limit 50";
    query(TEXT, [activity.0.into()])
}

/// How often staff have changed what was announced, and when last (0: never).
pub fn changes(activity: ActivityId) -> Query {
    const TEXT: &str = "select count(*), coalesce(max(at), 0) from audit where about = $1 \
        and action in ('activity.edit', 'activity.publish', 'activity.cancel')";
    query(TEXT, [activity.0.into()])
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub count: i64,
    pub last: Millis,
}

pub fn counted(rows: Vec<Row>) -> Done<Changes> {
    let read = |mut row: Row| Ok(Changes { count: row.int()?, last: row.int()? });
    rows.into_iter().next().map_or(Ok(Changes::default()), read)
}

/// Why the library cancelled.
pub fn cancel_reason(activity: ActivityId) -> Query {
    query("select reason from cancel_reason where activity = $1", [activity.0.into()])
}

/// An activity, or an announcement about one.
const ABOUT: About = About {
    joins: "left join announcement n on m.kind = activities::MessageKind::Announced and n.id = m.about \
        left join announcement_text x on x.announcement = n.id \
        left join activity_text a on m.kind in (activities::MessageKind::*) and a.activity = coalesce(n.activity, m.about) \
        left join cancel_reason z on m.kind = activities::MessageKind::ActivityCancelled and z.activity = m.about \
        left join appeal e on m.kind = activities::MessageKind::AppealDeclined and e.activity = m.about \
        and e.reader = m.reader and e.member = m.detail",
    title: "a.title",
    words: &["x.text", "z.reason", "e.answer"],
    member: "when m.kind in (activities::MessageKind::NoShow, activities::MessageKind::NoShowExcused, \
        activities::MessageKind::AppealDeclined) then m.detail",
};

/// Of a posting `p`.
const CAUSE: Cause = Cause {
    joins: "left join activity_text a on p.kind in (activities::PostingKind::*) and a.activity = p.cause",
    title: "a.title",
};

pub(crate) const SLICE: Slice =
    Slice { invariants: invariants::INVARIANTS, message: Some(ABOUT), posting: Some(CAUSE) };
