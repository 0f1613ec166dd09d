//! The sample's activities: over, full, open, still to open, called off; members, volunteers, stamps.

use super::sample::{BRANCH, Life};
use domain::activities::attendance::Tick;
use domain::activities::enrolments::SignUp;
use domain::activities::no_shows::ConfirmAttendance;
use domain::activities::{ActivityText, CancelActivity, PublishActivity, Rules, SaveActivity, Times};
use domain::checkins::StampDay;
use domain::core::asked::Actor;
use domain::core::day::{DAY_MS, HOUR_MS};
use domain::members::SaveMember;
use domain::slices::Command;
use domain::tables::{ActivityId, ActivityKind, CardId, MemberId, ReaderId, StaffId};
use domain::volunteers::{ApplyAsVolunteer, ReviewVolunteer};
use serde_json::json;
use web::frame::sealing::{MemberFace, seal_as};

pub struct Sample {
    pub title: &'static str,
    pub text: &'static str,
    pub category: &'static str,
    pub place: &'static str,
    pub picture: &'static str,
    pub kind: ActivityKind,
    /// Days from today, and the hour of that day; at hour 0: half an hour from now.
    pub day: i64,
    pub hour: i64,
    pub length_ms: i64,
    /// Days from today on which sign-up opens.
    pub opens: i64,
    pub capacity: i64,
    pub points: i64,
    pub ages: (i64, i64),
    pub companions: bool,
}

pub const fn activity(title: &'static str, picture: &'static str, day: i64, hour: i64) -> Sample {
    Sample {
        title,
        text: "",
        category: "讲座",
        place: "A座三楼报告厅",
        picture,
        kind: ActivityKind::Reader,
        day,
        hour,
        length_ms: 90 * 60_000,
        opens: -15,
        capacity: 30,
        points: 10,
        ages: (0, 0),
        companions: false,
    }
}

const PAST: Sample = Sample {
    text: "<p>带一本想推荐的书来，用三分钟说说为什么。</p>",
    category: "读书会",
    place: "B座二楼研讨室",
    ..activity("秋日读书会：一本书的旅行", "act-shelf.svg", -7, 14)
};
const NOW: Sample = Sample {
    text: "<p>午休半小时，听馆员读三首诗，再一起读一首。</p><ul><li>不用准备</li><li>可以带饭</li></ul>",
    category: "读书会",
    place: "A座一楼大厅",
    capacity: 40,
    points: 5,
    ..activity("午间读诗", "act-tent.svg", 0, 0)
};
const PORPOISE: Sample = Sample {
    text: "<p>江豚为什么总像在微笑？南京江段住着多少头江豚？请保护站的老师带来声呐录音和照片，和孩子一起认识这位长江邻居，再用旧书页折一头江豚带回家。</p>",
    category: "少儿",
    ages: (6, 12),
    companions: true,
    ..activity("江豚来了：长江自然课堂", "act-porpoise.svg", 4, 14)
};
const FULL: Sample = Sample {
    text: "<p>打孔、穿线、包角，一册线装书从头做起。材料由图书馆准备。</p>",
    category: "手工",
    place: "B座一楼手作间",
    capacity: 2,
    ..activity("旧书新装：线装书体验", "act-binding.svg", 5, 10)
};
const SOON: Sample =
    Sample { opens: 6, capacity: 80, category: "其他", ..activity("新年朗读夜", "act-tent.svg", 20, 19) };
const CALLED_OFF: Sample = Sample { category: "展览", ..activity("老照片里的大厂", "act-photos.svg", 3, 9) };
pub const SERVICE: Sample = Sample {
    text: "<p>把还回来的书送回书架，顺便找出走错门的书。新手有老志愿者带。</p>",
    category: "图书整理",
    place: "A座二楼外借室",
    kind: ActivityKind::Volunteer,
    length_ms: 3 * HOUR_MS,
    capacity: 8,
    points: 2,
    ..activity("周末图书整理", "act-shelf.svg", 2, 9)
};

/// What is gone on with later.
pub struct Announced {
    past: ActivityId,
    called_off: ActivityId,
}

impl Life<'_> {
    pub async fn announce_activities(
        &self,
        staff: StaffId,
        readers: &[(ReaderId, CardId)],
    ) -> Result<Announced, String> {
        let now = self.today();
        self.on_day(7);
        let mut ids = vec![];
        for sample in [&PAST, &NOW, &PORPOISE, &FULL, &SOON, &CALLED_OFF, &SERVICE] {
            ids.push(self.add_activity(staff, sample, now).await?);
        }
        let [past, here, porpoise, full, _, called_off, _] = ids[..] else {
            return Err("activities are missing".into());
        };
        for (reader, card) in readers.iter().take(3) {
            self.sign_up(*reader, *card, past, vec![None]).await?;
            self.sign_up(*reader, *card, full, vec![None]).await?;
        }
        let child = self.add_member(readers[3].0, "赵小禾", "女儿", now.day - 80_000, true).await?;
        self.sign_up(readers[3].0, readers[3].1, porpoise, vec![None, Some(child)]).await?;
        self.sign_up(readers[4].0, readers[4].1, here, vec![None]).await?;
        Ok(Announced { past, called_off })
    }

    pub async fn follow_activities(
        &self,
        staff: StaffId,
        readers: &[(ReaderId, CardId)],
        announced: &Announced,
    ) -> Result<(), String> {
        self.on_day(18);
        self.was_there(staff, announced.past, &readers[..2]).await?;
        // This one waits for an answer.
        self.missed(announced.past, readers[2].0, "那天地铁停运，赶到时已经结束了。").await?;
        let (activity, reason) = (announced.called_off, "布展延期，改期后再通知".to_string());
        self.send(Actor::Staff(staff), Command::from(CancelActivity { activity, reason })).await?;
        self.stamp(readers).await?;
        self.volunteers(staff, readers).await
    }

    pub async fn add_activity(&self, staff: StaffId, sample: &Sample, now: Today) -> Result<ActivityId, String> {
        self.add(staff, sample, now, None).await
    }

    /// One of a series, whose first is named.
    pub async fn add_activity_of(
        &self,
        staff: StaffId,
        sample: &Sample,
        series: Option<ActivityId>,
    ) -> Result<ActivityId, String> {
        self.add(staff, sample, self.today(), series).await
    }

    async fn add(
        &self,
        staff: StaffId,
        sample: &Sample,
        now: Today,
        series: Option<ActivityId>,
    ) -> Result<ActivityId, String> {
        let starts = match sample.hour {
            0 => now.at + HOUR_MS / 2,
            hour => now.midnight + sample.day * DAY_MS + hour * HOUR_MS + HOUR_MS / 2,
        };
        let is_service = sample.kind == ActivityKind::Volunteer;
        let times = Times {
            opens: now.midnight + (sample.opens + sample.day.min(0)) * DAY_MS,
            closes: starts,
            withdraw_until: starts,
            starts,
            ends: starts + sample.length_ms,
            start_day: domain::core::day::plus(now.day, sample.day),
        };
        let rules = Rules {
            points: sample.points,
            per_participant: is_service,
            block_minutes: if is_service { 30 } else { 0 },
            age_min: sample.ages.0,
            age_max: sample.ages.1,
            companions: sample.companions,
            series,
            ..Rules::default()
        };
        let text = ActivityText {
            title: sample.title.into(),
            description: sample.text.into(),
            category: sample.category.into(),
            place: sample.place.into(),
            picture: sample.picture.into(),
            ..ActivityText::default()
        };
        let (branch, kind, capacity, news) = (BRANCH, sample.kind, sample.capacity, String::new());
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
        let activity = self.send(Actor::Staff(staff), Command::from(save)).await?.names(ActivityId);
        self.send(Actor::Staff(staff), Command::from(PublishActivity { activity })).await?;
        Ok(activity)
    }

    pub async fn sign_up(
        &self,
        reader: ReaderId,
        card: CardId,
        activity: ActivityId,
        members: Vec<Option<MemberId>>,
    ) -> Result<(), String> {
        let answers = seal_as(self.keys(), "answers", &json!([])).map_err(|fault| fault.0.to_string())?;
        let sign_up = SignUp { activity, card, members, waits: true, accepts_part: false, answers };
        self.send(Actor::Reader(reader), Command::from(sign_up)).await.map(|_| ())
    }

    async fn add_member(
        &self,
        reader: ReaderId,
        name: &str,
        relation: &str,
        birth_day: i64,
        consents: bool,
    ) -> Result<MemberId, String> {
        let face = MemberFace { name: name.into(), relation: relation.into() };
        let face = face.seal(self.keys()).map_err(|fault| fault.0.to_string())?;
        let save = SaveMember { member: None, birth_day, card: None, consents, face };
        Ok(self.send(Actor::Reader(reader), Command::from(save)).await?.names(MemberId))
    }

    pub async fn was_there(
        &self,
        staff: StaffId,
        activity: ActivityId,
        readers: &[(ReaderId, CardId)],
    ) -> Result<(), String> {
        for (reader, _) in readers {
            let (reader, member, present) = (*reader, None, true);
            let tick = Tick { activity, reader, member, present, ticked_at: self.now() };
            self.send(Actor::Staff(staff), Command::from(tick)).await?;
        }
        self.send(Actor::Staff(staff), Command::from(ConfirmAttendance { activity })).await.map(|_| ())
    }

    async fn stamp(&self, readers: &[(ReaderId, CardId)]) -> Result<(), String> {
        for day in 18..21 {
            self.on_day(day);
            for (reader, card) in readers.iter().take(2) {
                let stamp = StampDay { card: *card };
                self.send(Actor::Reader(*reader), Command::from(stamp)).await?;
            }
        }
        Ok(())
    }

    /// One approved, one who waits for the review.
    async fn volunteers(&self, staff: StaffId, readers: &[(ReaderId, CardId)]) -> Result<(), String> {
        for (n, (reader, _)) in readers.iter().take(2).enumerate() {
            let form = json!({
                "name": (["陈一苇", "李书遥"][n]), "gender": "女", "phone": "13900000001", "skills": "整理、朗读",
                "times": "周末上午",
            });
            let face = seal_as(self.keys(), "volunteer", &form).map_err(|fault| fault.0.to_string())?;
            let apply = ApplyAsVolunteer { member: None, birth_day: 19960512, guardian: false, face };
            self.send(Actor::Reader(*reader), Command::from(apply)).await?;
        }
        let (member, approved, reason) = (None, true, String::new());
        let review = ReviewVolunteer { reader: readers[0].0, member, approved, reason };
        self.send(Actor::Staff(staff), Command::from(review)).await.map(|_| ())
    }
}

/// The library's today.
#[derive(Clone, Copy)]
pub struct Today {
    pub at: i64,
    pub midnight: i64,
    pub day: i64,
}
