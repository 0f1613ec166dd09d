//! W4: a place frees and goes to the first who waits: as cheap behind a hundred thousand as behind a hundred.

use crate::library::{Machine, Person, crowd, envelope, people};
use crate::report::{ROUNDS, at_most, heading, line, median};
use domain::activities::enrolments::{SignUp, Withdraw};
use domain::activities::{ActivityText, PublishActivity, Rules, SaveActivity, Times};
use domain::core::asked::Actor;
use domain::core::record::Sealed;
use domain::slices::{Command, Envelope};
use domain::tables::{ActivityId, ActivityKind, BranchId, CardId, ReaderId, StaffId};
use std::time::Instant;
use store::engine::Engine;
use store::engine::lite::Lite;
use store::engine::pg::Pg;
use store::writer::Writer;
use store::{Clock as _, Door, Location, Store};
use web::frame::keys::Keys;

/// Places, all of which free and are given again in one batch.
const PLACES: usize = 90;
const FEW: usize = 100;
const MANY: usize = 100_000;
/// Of those who are put into the tables: behind everybody who signs up.
const FIRST_ID: i64 = 1_000_000;
const DAY_MS: i64 = 86_400_000;

pub async fn run(engine: &str, location: Location, keys: &Keys) -> Result<(), String> {
    heading(&format!("W4 on {engine}: {PLACES} places free at once, and go to those who wait"));
    let store = Store::open(&location, Box::new(Machine)).await.map_err(|fault| fault.to_string())?;
    let crowd = people(&store.door, keys, 0, (PLACES + FEW) as i64).await?;
    let long = full(&store.door, crowd.staff, 0).await?;
    sign_up(&store.door, long, &crowd.people[..PLACES]).await?;
    let mut short = vec![];
    for round in 1..=ROUNDS {
        let activity = full(&store.door, crowd.staff, round as i64).await?;
        sign_up(&store.door, activity, &crowd.people).await?;
        short.push(activity);
    }
    store.close();
    line_up(&location, long).await;
    let (mut few, mut many) = (vec![], vec![]);
    // Who got a place in one round lets go of it in the next: the long queue hardly gets shorter.
    let of_line = |n: usize| Person { reader: ReaderId(FIRST_ID + 2 * n as i64), card: CardId(0) };
    let mut holders = crowd.people[..PLACES].to_vec();
    for (round, activity) in short.into_iter().enumerate() {
        few.push(promotions_us(&location, activity, &crowd.people[..PLACES]).await?);
        many.push(promotions_us(&location, long, &holders).await?);
        holders = (round * PLACES..(round + 1) * PLACES).map(of_line).collect();
    }
    let (few, many) = (median(few), median(many));
    line(&format!("a promotion behind {FEW}"), &format!("{few:>9.1} µs"));
    line(&format!("a promotion behind {MANY}"), &format!("{many:>9.1} µs"));
    at_most("  ÷ the one before", many / few, "×", 1.2);
    Ok(())
}

/// A hundred thousand readers who wait, put into the tables at once: what signing up writes, without the signing up.
async fn line_up(location: &Location, activity: ActivityId) {
    let activity = activity.0;
    let line = format!(
        "with recursive n (i) as (select cast(0 as bigint) union all select i + 1 from n where i < {}), \
         w (reader, party) as (select {FIRST_ID} + 2 * i, {FIRST_ID} + 2 * i + 1 from n)",
        MANY - 1
    );
    let texts = [
        format!(
            "insert into reader (id, state, card, unread, read_upto, notices, consents, at) {line} \
             select reader, 1, 0, 0, 0, 0, 0, 0 from w"
        ),
        format!(
            "insert into party (id, activity, reader, card, accepts_part, waiting, at) {line} \
             select party, {activity}, reader, 1, 0, 1, 0 from w"
        ),
        format!("insert into waiting_party (activity, need, party, size) {line} select {activity}, 1, party, 1 from w"),
        format!(
            "insert into participant (activity, reader, member, party, state, companion, promoted_at, in_at, out_at, minutes, \
             card, due, settled_at, appealed_at, declined_at, at) {line} \
             select {activity}, reader, 0, party, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 from w"
        ),
        format!("insert into engagement (reader, member, activity, at) {line} select reader, 0, {activity}, 0 from w"),
        format!("update activity set waiting = {MANY} where id = {activity}"),
        format!("update head set next_id = {FIRST_ID} + 2 * {MANY}"),
    ];
    store::testing::plant(location, &texts.join("; ")).await;
    if let Location::Pg(_) = location {
        store::testing::plant(location, "analyze").await;
    }
}

/// An activity of its own day: nobody's places overlap.
async fn full(door: &Door, staff: StaffId, round: i64) -> Result<ActivityId, String> {
    let starts = Machine.at() + (10 + round * 2) * DAY_MS;
    let start_day = domain::core::day::of_number(starts / DAY_MS);
    let times = Times { opens: 0, closes: starts, withdraw_until: starts, starts, ends: starts + 1, start_day };
    let rules = Rules::default();
    let text = ActivityText { title: "江豚来了".into(), ..ActivityText::default() };
    let (branch, kind, news, capacity) = (BranchId(1), ActivityKind::Reader, String::new(), PLACES as i64);
    let save = SaveActivity {
        activity: None,
        branch,
        kind,
        times,
        capacity,
        rules,
        text,
        pictures: vec![],
        place_moved: false,
        news,
    };
    let staff = Actor::Staff(staff);
    let saved = crowd(door, vec![envelope(staff, Command::from(save))]).await?;
    let activity = saved[0].names(ActivityId);
    crowd(door, vec![envelope(staff, Command::from(PublishActivity { activity }))]).await?;
    Ok(activity)
}

async fn sign_up(door: &Door, activity: ActivityId, people: &[Person]) -> Result<(), String> {
    let one = |person: &Person| {
        let (card, members, answers) = (person.card, vec![None], Sealed(vec![0; 30]));
        let command = SignUp { activity, card, members, waits: true, accepts_part: false, answers };
        envelope(Actor::Reader(person.reader), Command::from(command))
    };
    crowd(door, people.iter().map(one).collect()).await.map(|_| ())
}

/// Everybody with a place lets go in one batch; what each of them costs.
async fn promotions_us(location: &Location, activity: ActivityId, people: &[Person]) -> Result<f64, String> {
    let mut writer = writer(location).await?;
    let withdraw = |person: &Person| {
        let command = Command::from(Withdraw { activity, members: vec![None] });
        envelope(Actor::Reader(person.reader), command)
    };
    let batch: Vec<Envelope> = people.iter().map(withdraw).collect();
    let started = Instant::now();
    let answers = writer.batch(&batch).await;
    let took = started.elapsed();
    match answers.iter().find(|answer| answer.is_err()) {
        Some(why) => Err(format!("a withdrawal failed: {why:?}")),
        None => Ok(took.as_secs_f64() * 1e6 / people.len() as f64),
    }
}

async fn writer(location: &Location) -> Result<Writer, String> {
    let engine = match location {
        Location::Lite(path) => Engine::Lite(Lite::open(path).map_err(|fault| fault.to_string())?),
        Location::Pg(url) => Engine::Pg(Box::new(Pg::open(url).await.map_err(|fault| fault.to_string())?)),
    };
    Ok(Writer::new(engine, Box::new(Machine)))
}
