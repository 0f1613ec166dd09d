//! Activities for tests: one that begins soon, changed as a test likes.

use super::browser::{Browser, Page};
use super::html::Form;
use super::people::Holder;
use super::stage::{HOUR, MINUTE, Stage};
use domain::activities::{ActivityText, PublishActivity, Rules, SaveActivity, Times};
use domain::core::asked::Actor;
use domain::members::SaveMember;
use domain::slices::Command;
use domain::tables::{ActivityId, ActivityKind, BranchId, CardId, MemberId, StaffId};
use domain::volunteers::{ApplyAsVolunteer, ReviewVolunteer};
use store::Clock as _;
use web::frame::sealing::MemberFace;

/// Born in 2016: ten years old when the tests play.
pub const CHILD: i64 = 20160512;
pub const GROWN: i64 = 19600301;

impl Stage {
    /// Published, in branch 1, in half an hour, for two hours: 30 places, 10 points once a card.
    pub async fn activity(&self, staff: StaffId, change: impl FnOnce(&mut SaveActivity)) -> ActivityId {
        let activity = self.draft(staff, change).await;
        self.send(Actor::Staff(staff), Command::from(PublishActivity { activity })).await;
        activity
    }

    pub async fn draft(&self, staff: StaffId, change: impl FnOnce(&mut SaveActivity)) -> ActivityId {
        let mut save = soon(self.clock.at());
        change(&mut save);
        self.send(Actor::Staff(staff), Command::from(save)).await.names(ActivityId)
    }

    /// Somebody outside WeChat, whom nobody is sent to recognise first.
    pub fn visitor(&self) -> Browser {
        let mut browser = self.browser();
        browser.agent = "Mozilla/5.0 (X11; Linux x86_64)";
        browser
    }

    /// What is refused changes nothing.
    pub async fn refused(&self, browser: &Browser, form: &Form, status: u16) -> Page {
        self.unchanged(&form.action, browser.send(form)).await.is(status)
    }

    pub async fn member(&self, of: &Holder, name: &str, birth_day: i64, card: Option<CardId>) -> MemberId {
        let face = MemberFace { name: name.into(), relation: "家人".into() }.seal(&self.keys).unwrap();
        let save = SaveMember { member: None, birth_day, card, consents: true, face };
        self.send(Actor::Reader(of.reader), Command::from(save)).await.names(MemberId)
    }

    pub async fn volunteer(&self, holder: &Holder, staff: StaffId) {
        let face = self.keys.seal("volunteer", "{}").unwrap();
        let apply = ApplyAsVolunteer { member: None, birth_day: GROWN, guardian: false, face };
        self.send(Actor::Reader(holder.reader), Command::from(apply)).await;
        let (reader, reason) = (holder.reader, String::new());
        let review = ReviewVolunteer { reader, member: None, approved: true, reason };
        self.send(Actor::Staff(staff), Command::from(review)).await;
    }

    /// Where the code on the venue's screen leads to now.
    pub async fn venue_code(&self, staff: StaffId, activity: ActivityId) -> String {
        let browser = self.signed_in(staff).await;
        let page = browser.get(&format!("/staff/activities/{activity}/screen/code")).await.is(200);
        let url = page.body.split("\"url\":\"").nth(1).unwrap().split('"').next().unwrap();
        browser.local(url)
    }
}

/// Ticks people on the activity's page, and presses its button.
pub async fn sign_up(browser: &Browser, activity: ActivityId, who: &[i64], more: &[(&str, &str)]) -> Page {
    let page = browser.get(&format!("/activities/{activity}")).await.is(200);
    let form = page.form(&format!("/activities/{activity}/enrolment"));
    let who: Vec<String> = who.iter().map(|who| format!("who-{who}")).collect();
    let who: Vec<(&str, &str)> = who.iter().map(|who| (who.as_str(), "1")).collect();
    browser.send(&form.with(&who).with(more)).await
}

/// Scans what the venue shows; what is seen then.
pub async fn scan(browser: &Browser, code: &str) -> Page {
    let scanned = browser.get(code).await.is(303);
    browser.get(&scanned.location().unwrap()).await
}

fn soon(now: i64) -> SaveActivity {
    let starts = now + 30 * MINUTE;
    SaveActivity {
        activity: None,
        branch: BranchId(1),
        kind: ActivityKind::Reader,
        times: Times {
            opens: now - HOUR,
            closes: starts,
            withdraw_until: starts,
            starts,
            ends: starts + 2 * HOUR,
            start_day: domain::core::day::of_number((starts + 8 * HOUR).div_euclid(super::stage::DAY)),
        },
        capacity: 30,
        rules: Rules::default(),
        text: ActivityText {
            title: "江豚来了".into(),
            description: "<p>认识长江邻居。</p>".into(),
            category: "少儿".into(),
            place: "A座三楼报告厅".into(),
            picture: "act-porpoise.svg".into(),
            ..ActivityText::default()
        },
        pictures: vec![],
        place_moved: false,
        news: "改期".into(),
    }
}

/// Moves all times of an activity.
pub fn later(save: &mut SaveActivity, by: i64) {
    let times = &mut save.times;
    for time in [&mut times.closes, &mut times.withdraw_until, &mut times.starts, &mut times.ends] {
        *time += by;
    }
    times.start_day = domain::core::day::plus(times.start_day, by / super::stage::DAY);
}
