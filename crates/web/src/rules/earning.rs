//! 现在还能得的积分: what today, this month and this year still hold for the current card.

use crate::checkins::{Standing, Today, wanted};
use crate::frame::ask::Ask;
use crate::frame::failure::Failure;
use domain::checkins::CheckInRules;
use domain::core::day::plus;
use domain::rules::Rule;
use store::checkins::stamps;
use store::donations::earned_in;
use store::read::count;
use store::sessions::{CardView, Visitor};
use store::suggestions::proposed_in;

/// A way to earn, and where it begins.
pub struct Way {
    pub text: String,
    pub link: &'static str,
}

fn way(link: &'static str, text: String) -> Way {
    Way { text, link }
}

/// None is told to whoever has not signed in: the rules say it all.
pub async fn ways(ask: &Ask) -> Result<Vec<Way>, Failure> {
    let rule = |rule: Rule| ask.content.rule(rule, ask.today());
    match &ask.visitor {
        Visitor::Reader { reader, card: Some(card), .. } => of_card(ask, reader.id, card).await,
        Visitor::Reader { card: None, .. } => Ok(vec![way(
            "/cards/new",
            format!("首次绑定读者证，得 {} 积分（每人一次）", rule(Rule::FirstBindingPoints)),
        )]),
        _ => Ok(vec![]),
    }
}

async fn of_card(ask: &Ask, reader: domain::tables::ReaderId, view: &CardView) -> Result<Vec<Way>, Failure> {
    let (today, card) = (ask.today(), view.card.id);
    let queries =
        [wanted(reader, view, today / 100, today), proposed_in(card, today / 100), earned_in(card, today / 10_000)];
    let [stamped, proposed, earned] = ask.app.reads.read(queries).await?;
    let rules = CheckInRules::in_force(&ask.content.rules, today);
    let standing = Standing::of(view, &stamps(stamped)?, &rules, today);
    let rule = |rule: Rule| ask.content.rule(rule, today);
    let suggestions = (rule(Rule::SuggestionsAMonth) - count(proposed)?).max(0);
    let donations = (rule(Rule::DonationPointsAYear) - count(earned)?).max(0);
    let mut ways = vec![];
    // A card that earns nothing has nothing to be told.
    let (Today::Open { .. } | Today::Stamped { .. }) = standing.today else { return Ok(ways) };
    if let Today::Open { points } = standing.today
        && points > 0
    {
        ways.push(way("/checkins", format!("今天签到，得 {points} 积分")));
    }
    let left = to_come(&rules, &standing, today);
    if left > 0 {
        ways.push(way("/checkins", format!("坚持签到到月底，还可以得 {left} 积分")));
    }
    ways.push(way("/activities", format!("参加读者活动，一场一般得 {} 积分", rule(Rule::ActivityPoints))));
    ways.push(way("/volunteers", "做志愿者，按服务时长得积分".into()));
    if suggestions > 0 && rule(Rule::SuggestionPoints) > 0 {
        let each = rule(Rule::SuggestionPoints);
        ways.push(way("/suggestions", format!("本月还可以推荐 {suggestions} 本书，采纳一本得 {each} 积分")));
    }
    if donations > 0 && rule(Rule::DonationPoints) > 0 {
        ways.push(way("/donations", format!("今年捐书还可以得 {donations} 积分")));
    }
    Ok(ways)
}

/// What every day from tomorrow to the end of the month would bring.
fn to_come(rules: &CheckInRules, standing: &Standing, today: i64) -> i64 {
    let (mut earned, mut streak) = (standing.earned, standing.streak);
    if let Today::Open { points } = standing.today {
        (earned, streak) = (earned + points, streak + 1);
    }
    let (before, mut day) = (earned, plus(today, 1));
    while day / 100 == today / 100 {
        streak += 1;
        earned += rules.earned_after(earned, streak);
        day = plus(day, 1);
    }
    earned - before
}

sample! { Way { text, link } }
