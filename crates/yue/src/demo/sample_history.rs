//! Months of the sample library's past: what is over, in every way in which things can be over.

use super::sample::Life;
use super::sample_activities::{SERVICE, Sample, activity};
use domain::activities::announcements::Announce;
use domain::activities::attendance::{CorrectMinutes, Tick};
use domain::activities::no_shows::{AppealNoShow, ConfirmAttendance, DeclineAppeal, ExcuseNoShow, MarkNoShow};
use domain::checkins::{NoteReading, StampDay};
use domain::core::asked::Actor;
use domain::redemptions::code::RedemptionCode;
use domain::redemptions::{CancelRedemption, Collect, ExpireRedemption, Redeem};
use domain::rules::{Rule, SetRule};
use domain::slices::Command;
use domain::tables::{ActivityId, CardId, PrizeId, ReaderId, RedemptionId, StaffId};
use domain::volunteers::{ApplyAsVolunteer, ReviewVolunteer};
use serde_json::json;
use web::frame::sealing::seal_as;

/// So many days ago the library opened.
pub const OPENED: i64 = 120;
/// Days ago: what this tells begins and ends.
const FIRST: i64 = 112;
const LAST: i64 = 40;
/// Who stamps their day, and how many days in a row.
const STAMPERS: usize = 4;
const BOOKS: [&str; 8] = ["三体", "活着", "平凡的世界", "小王子", "围城", "城南旧事", "边城", "我与地坛"];

const TALK: Sample = Sample {
    text: "<p>从渡口到大桥，一条江怎样变成一座城。</p>",
    opens: -30,
    ..activity("长江边的城市", "act-photos.svg", -75, 14)
};
const STORY: Sample = Sample {
    text: "<p>一本绘本，一个故事，一张画。两场内容不同，报一场即可。</p>",
    category: "少儿",
    opens: -30,
    ..activity("绘本故事会（一）", "act-tent.svg", -62, 10)
};
const STORY_AGAIN: Sample = Sample { title: "绘本故事会（二）", day: -55, ..STORY };
const SERVED: Sample = Sample { day: -68, opens: -30, ..SERVICE };
const SERVED_AGAIN: Sample = Sample { day: -61, opens: -30, ..SERVICE };

/// What is gone on with later.
#[derive(Default)]
struct Under {
    expiring: Option<RedemptionId>,
    talk: Option<ActivityId>,
    services: Vec<ActivityId>,
    stories: Vec<ActivityId>,
}

type Holders = [(ReaderId, CardId)];

impl Life<'_> {
    pub async fn live_through_the_past(
        &self,
        staff: StaffId,
        readers: &Holders,
        prizes: &[PrizeId],
    ) -> Result<(), String> {
        let mut under = Under::default();
        for ago in (LAST..=FIRST).rev() {
            self.days_ago(ago);
            self.every_day(ago, readers).await?;
            self.at_the_desk(ago, staff, readers, prizes, &mut under).await?;
            self.at_activities(ago, staff, readers, &mut under).await?;
        }
        Ok(())
    }

    async fn every_day(&self, ago: i64, readers: &Holders) -> Result<(), String> {
        // Here and there a day is missed.
        for (_, (reader, card)) in
            readers.iter().take(STAMPERS).enumerate().filter(|(n, _)| (ago + 3 * *n as i64) % 9 != 0)
        {
            self.send(Actor::Reader(*reader), Command::from(StampDay { card: *card })).await?;
        }
        let (reader, _) = readers[0];
        if ago % 3 != 0 {
            let title = BOOKS[(ago / 10) as usize % BOOKS.len()];
            let book =
                seal_as(self.keys(), "reading", &json!({ "title": title })).map_err(|fault| fault.0.to_string())?;
            self.send(Actor::Reader(reader), Command::from(NoteReading { book, minutes: 20 + ago % 5 * 10 })).await?;
        }
        Ok(())
    }

    async fn at_the_desk(
        &self,
        ago: i64,
        staff: StaffId,
        readers: &Holders,
        prizes: &[PrizeId],
        under: &mut Under,
    ) -> Result<(), String> {
        match ago {
            // One month to collect, at first: it was too short.
            112 => self.set_rule(staff, Rule::ValidMonths, 1).await,
            100 => {
                let (redemption, _) = self.redeem(readers[3], prizes[0]).await?;
                under.expiring = Some(redemption);
                Ok(())
            }
            95 => self.set_rule(staff, Rule::ValidMonths, 12).await,
            90 => {
                let (_, code) = self.redeem(readers[0], prizes[8]).await?;
                self.send(Actor::Staff(staff), Command::from(Collect { code, outside_hours: true })).await.map(|_| ())
            }
            85 => {
                let (redemption, _) = self.redeem(readers[1], prizes[1]).await?;
                let cancel = CancelRedemption { redemption, reason: String::new() };
                self.send(Actor::Reader(readers[1].0), Command::from(cancel)).await.map(|_| ())
            }
            80 => {
                let (redemption, _) = self.redeem(readers[2], prizes[2]).await?;
                let cancel = CancelRedemption { redemption, reason: "到货时发现破损，积分已退回".into() };
                self.send(Actor::Staff(staff), Command::from(cancel)).await.map(|_| ())
            }
            60 => match under.expiring.take() {
                Some(redemption) => {
                    self.send(Actor::Job, Command::from(ExpireRedemption { redemption })).await.map(|_| ())
                }
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    async fn at_activities(
        &self,
        ago: i64,
        staff: StaffId,
        readers: &Holders,
        under: &mut Under,
    ) -> Result<(), String> {
        let volunteer = readers[5];
        match ago {
            110 => self.volunteer(staff, volunteer.0).await,
            88 => {
                let talk = self.add_activity(staff, &TALK, self.today()).await?;
                for (reader, card) in readers.iter().take(4) {
                    self.sign_up(*reader, *card, talk, vec![None]).await?;
                }
                under.talk = Some(talk);
                for served in [&SERVED, &SERVED_AGAIN] {
                    let service = self.add_activity(staff, served, self.today()).await?;
                    self.sign_up(volunteer.0, volunteer.1, service, vec![None]).await?;
                    under.services.push(service);
                }
                Ok(())
            }
            76 => {
                let text = "三楼报告厅改到一楼大厅，时间不变。".to_string();
                let Some(activity) = under.talk else { return Ok(()) };
                self.send(Actor::Staff(staff), Command::from(Announce { activity, text })).await.map(|_| ())
            }
            74 => self.after_the_talk(staff, readers, under.talk).await,
            70 => {
                for story in [&STORY, &STORY_AGAIN] {
                    under.stories.push(self.add_activity_of(staff, story, under.stories.first().copied()).await?);
                }
                for ((reader, card), story) in readers[4..6].iter().zip(&under.stories) {
                    self.sign_up(*reader, *card, *story, vec![None]).await?;
                }
                Ok(())
            }
            67 => self.after_serving(staff, volunteer.0, under.services.first().copied(), 180).await,
            60 => self.after_serving(staff, volunteer.0, under.services.get(1).copied(), 150).await,
            54 => {
                for ((reader, _), story) in readers[4..6].iter().zip(under.stories.clone()) {
                    self.was_there(staff, story, &[(*reader, CardId(0))]).await?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Two were there; of those who were not, one had a reason and one had none.
    async fn after_the_talk(&self, staff: StaffId, readers: &Holders, talk: Option<ActivityId>) -> Result<(), String> {
        let (Some(activity), member) = (talk, None) else { return Ok(()) };
        self.was_there(staff, activity, &readers[..2]).await?;
        for (reader, why) in [(readers[2].0, "当天孩子发烧，来不及取消。"), (readers[3].0, "记错时间了。")]
        {
            self.missed(activity, reader, why).await?;
        }
        let (reader, reason) = (readers[2].0, "情况属实，不计未到场".to_string());
        self.send(Actor::Staff(staff), Command::from(ExcuseNoShow { activity, reader, member, reason })).await?;
        let (reader, reason) = (readers[3].0, "活动前一天已发提醒".to_string());
        self.send(Actor::Staff(staff), Command::from(DeclineAppeal { activity, reader, member, reason }))
            .await
            .map(|_| ())
    }

    /// Somebody enrolled was not there, and says why.
    pub async fn missed(&self, activity: ActivityId, reader: ReaderId, why: &str) -> Result<(), String> {
        let member = None;
        self.send(Actor::Job, Command::from(MarkNoShow { activity, reader, member })).await?;
        let text = seal_as(self.keys(), "appeal", &why).map_err(|fault| fault.0.to_string())?;
        self.send(Actor::Reader(reader), Command::from(AppealNoShow { activity, member, text })).await.map(|_| ())
    }

    async fn after_serving(
        &self,
        staff: StaffId,
        reader: ReaderId,
        service: Option<ActivityId>,
        minutes: i64,
    ) -> Result<(), String> {
        let (Some(activity), member) = (service, None) else { return Ok(()) };
        let tick = Tick { activity, reader, member, present: true, ticked_at: self.now() };
        self.send(Actor::Staff(staff), Command::from(tick)).await?;
        let reason = "按签到表登记".to_string();
        let corrected = CorrectMinutes { activity, reader, member, minutes, reason };
        self.send(Actor::Staff(staff), Command::from(corrected)).await?;
        self.send(Actor::Staff(staff), Command::from(ConfirmAttendance { activity })).await.map(|_| ())
    }

    async fn volunteer(&self, staff: StaffId, reader: ReaderId) -> Result<(), String> {
        let form = json!({
            "name": "宋清如", "gender": "女", "phone": "13900000106", "skills": "整理、少儿讲读", "times": "周末全天",
        });
        let face = seal_as(self.keys(), "volunteer", &form).map_err(|fault| fault.0.to_string())?;
        let apply = ApplyAsVolunteer { member: None, birth_day: 19770131, guardian: false, face };
        self.send(Actor::Reader(reader), Command::from(apply)).await?;
        let review = ReviewVolunteer { reader, member: None, approved: true, reason: String::new() };
        self.send(Actor::Staff(staff), Command::from(review)).await.map(|_| ())
    }

    async fn set_rule(&self, staff: StaffId, rule: Rule, value: i64) -> Result<(), String> {
        let set = SetRule { rule, value, since: self.day_now(), seen: None };
        self.send(Actor::Staff(staff), Command::from(set)).await.map(|_| ())
    }

    async fn redeem(
        &self,
        (reader, card): (ReaderId, CardId),
        prize: PrizeId,
    ) -> Result<(RedemptionId, RedemptionCode), String> {
        let points = self.price(prize).await?;
        let redeemed = self.send(Actor::Reader(reader), Command::from(Redeem { card, prize, points })).await?;
        let redemption = redeemed.names(RedemptionId);
        Ok((redemption, RedemptionCode { redemption, secret: redeemed.cells[1] }))
    }
}
