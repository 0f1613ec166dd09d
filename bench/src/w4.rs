//! W4: a place frees and goes to the first who waits: as cheap behind a hundred thousand as behind a hundred.

use crate::library::{Machine, Person, crowd, envelope, people};
use crate::report::{ROUNDS, at_most, heading, line, median};
use domain::activities::enrolments::{SignUp, Withdraw};
use domain::activities::{ActivityText, PublishActivity, Rules, SaveActivity, Times};
use domain::core::asked::Actor;
use domain::core::record::Sealed;
use domain::slices::{Command, Envelope};
use domain::tables::{ActivityId, ActivityKind, BranchId, StaffId};
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
const DAY_MS: i64 = 86_400_000;

pub async fn run(engine: &str, location: Location, keys: &Keys) -> Result<(), String> {
    heading(&format!("W4 on {engine}: {PLACES} places free at once, and go to those who wait"));
    let store = Store::open(&location, Box::new(Machine)).await.map_err(|fault| fault.to_string())?;
    let crowd = people(&store.door, keys, 0, (PLACES + MANY) as i64).await?;
    let long = full(&store.door, crowd.staff, 0).await?;
    sign_up(&store.door, long, &crowd.people).await?;
    let mut short = vec![];
    for round in 1..=ROUNDS {
        let activity = full(&store.door, crowd.staff, round as i64).await?;
        sign_up(&store.door, activity, &crowd.people[..PLACES + FEW]).await?;
        short.push(activity);
    }
    store.close();
    let (mut few, mut many) = (vec![], vec![]);
    // Who got a place in one round lets go of it in the next: the long queue hardly gets shorter.
    for (activity, holders) in short.into_iter().zip(crowd.people.chunks(PLACES)) {
        few.push(promotions_us(&location, activity, &crowd.people[..PLACES]).await?);
        many.push(promotions_us(&location, long, holders).await?);
    }
    let (few, many) = (median(few), median(many));
    line(&format!("a promotion behind {FEW}"), &format!("{few:>9.1} µs"));
    line(&format!("a promotion behind {MANY}"), &format!("{many:>9.1} µs"));
    at_most("  ÷ the one before", many / few, "×", 1.2);
    Ok(())
}

/// An activity of its own day: nobody's places overlap.
async fn full(door: &Door, staff: StaffId, round: i64) -> Result<ActivityId, String> {
    let starts = Machine.at() + (10 + round * 2) * DAY_MS;
    let start_day = domain::core::day::of_number(starts / DAY_MS);
    let times = Times { opens: 0, closes: starts, withdraw_until: starts, starts, ends: starts + 1, start_day };
    let rules = Rules::default();
    let text = ActivityText { title: "江豚来了".into(), ..ActivityText::default() };
    let (branch, kind, news, capacity) = (BranchId(1), ActivityKind::Reader, String::new(), PLACES as i64);
    let save = SaveActivity { activity: None, branch, kind, times, capacity, rules, text, pictures: vec![], news };
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
