//! 我的消息: what the platform has told a reader, and the same words for WeChat's notices.

use crate::frame::app::App;
use crate::frame::ask::ReaderAsk;
use crate::frame::failure::Failure;
use crate::frame::keys::Keys;
use crate::frame::page::{Shell, form_key, page};
use crate::frame::posted::{Nothing, Posted};
use crate::frame::routes::{For, Routes};
use crate::frame::sealing::MemberFace;
use crate::kit::calendar::Calendar;
use crate::kit::wx_config::{WxConfig, wx_config};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::row::Cell as _;
use domain::messages::{AllowNotice, ChooseNotices, MarkRead};
use domain::slices::Command;
use domain::tables::{CardState, MessageId, MessageKind};
use serde::Deserialize;
use store::messages::{MessageView, PAGE_ROWS, list, one, unread, views};

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/messages", For::Readers, index)
        .get("/messages/{message}", For::Readers, show)
        .post("/messages/read", For::Readers, mark_read)
        .post("/messages/notices", For::Readers, choose_notices)
        .post("/messages/consents", For::Readers, allow)
}

/// A message in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub title: &'static str,
    pub text: String,
    /// Where more about it stands.
    pub link: String,
}

pub fn words(view: &MessageView, keys: &Keys) -> Words {
    let (message, about) = (&view.message, &view.about);
    let member = MemberFace::open(keys, &view.face).map(|face| face.name);
    let points = message.points;
    let (redemption, activity) = (format!("/redemptions/{}", message.about), format!("/activities/{}", message.about));
    let more = view.more.trim_end_matches(['。', '！', '？']);
    let (title, text, link) = match message.kind {
        MessageKind::Bound if points > 0 => {
            ("读者证绑定成功", format!("{about}绑定成功，首次绑定获得 {points} 积分。"), "/cards".into())
        }
        MessageKind::Bound => ("读者证绑定成功", format!("{about}绑定成功。"), "/cards".into()),
        MessageKind::Redeemed => {
            ("兑换成功", format!("您用 {points} 积分兑换了「{about}」，请凭兑换码到服务台领取。"), redemption)
        }
        MessageKind::Collected => ("奖品已领取", format!("「{about}」已在服务台领取。"), redemption),
        MessageKind::RedemptionCancelled => {
            ("兑换已取消", format!("您取消了「{about}」的兑换，{points} 积分已退回。"), redemption)
        }
        MessageKind::RedemptionWithdrawn => {
            ("兑换被取消", format!("图书馆取消了「{about}」的兑换，{points} 积分已退回。"), redemption)
        }
        MessageKind::CollectionUndone => {
            ("领取已撤销", format!("「{about}」的领取登记已撤销，请凭兑换码重新领取。"), redemption)
        }
        MessageKind::RedemptionExpired => {
            ("兑换已过期", format!("「{about}」过了最后一天没有领取，兑换已失效，积分不退还。"), redemption)
        }
        MessageKind::RedemptionEnds => {
            let when =
                if points == 0 { "今天是最后一天".to_string() } else { format!("还有 {points} 天到期") };
            ("奖品快到期了", format!("「{about}」{when}，请尽快到服务台领取。"), redemption)
        }
        MessageKind::RebindingAsked => {
            let text = format!("有人申请把{about}改绑到另一个微信，24 小时后生效。如果不是您本人或家人，请马上反对。");
            ("读者证改绑申请", text, "/cards".into())
        }
        MessageKind::CardTaken => ("读者证已改绑", format!("{about}已绑定到另一个微信。"), "/cards".into()),
        MessageKind::RebindingRefused => {
            ("改绑没有成功", format!("{about}的改绑没有成功。如有疑问，请持证件到服务台。"), "/cards".into())
        }
        MessageKind::Enrolled | MessageKind::WaitListed | MessageKind::Promoted => {
            let (title, text) = place_words(message.kind, about, points);
            (title, text, format!("/enrolments/{}", message.about))
        }
        MessageKind::ParticipantsWithdrawn => {
            ("已取消报名", format!("您取消了「{about}」的 {points} 个名额。"), activity)
        }
        MessageKind::ParticipantRemoved => {
            ("报名被取消", format!("图书馆取消了您在「{about}」的报名。如有疑问，请联系图书馆。"), activity)
        }
        MessageKind::ActivityCancelled => ("活动已取消", format!("「{about}」已取消：{more}"), activity),
        MessageKind::SignedIn if points > 0 => {
            ("签到成功", format!("「{about}」签到成功，获得 {points} 积分。"), "/points".into())
        }
        MessageKind::SignedIn => ("签到成功", format!("「{about}」签到成功。"), activity),
        MessageKind::AttendanceUndone => {
            ("签到已撤销", format!("图书馆撤销了「{about}」的签到。{}", taken_back(points)), activity)
        }
        MessageKind::NoShow => {
            let who = member.unwrap_or_default();
            let text = format!("{who}「{about}」报名后没有签到，已记为未到场。如果不对，7 天内可以申诉。");
            ("未到场记录", text, format!("/enrolments/{}", message.about))
        }
        MessageKind::NoShowExcused => {
            let text = format!("{}「{about}」的未到场记录已免除。", member.unwrap_or_default());
            ("未到场已免除", text, format!("/enrolments/{}", message.about))
        }
        MessageKind::AppealDeclined => {
            let text = format!("{}对「{about}」未到场的申诉没有通过：{more}。", member.unwrap_or_else(|| "您".into()));
            ("申诉未通过", text, format!("/enrolments/{}", message.about))
        }
        MessageKind::Announced => ("活动通知", format!("「{about}」：{more}"), "/enrolments".into()),
        MessageKind::VolunteerApproved => {
            let said = if more.is_empty() { String::new() } else { format!("馆方留言：{more}。") };
            let text = match member {
                Some(name) => format!("{name}的志愿者注册已通过，现在可以报名志愿活动了。{said}"),
                None => format!("欢迎加入志愿者，现在可以报名志愿活动了。{said}"),
            };
            ("志愿者注册通过", text, "/volunteers".into())
        }
        MessageKind::VolunteerDeclined => {
            let whose = member.map_or_else(String::new, |name| format!("{name}的注册没有通过。"));
            ("志愿者注册未通过", format!("{whose}原因：{more}。修改后可以再次提交。"), "/volunteers".into())
        }
        MessageKind::HoursRecorded if points < 0 => {
            let text = format!("「{about}」的服务时长已更正，{} 积分已扣回。", -points);
            ("服务时长已更正", text, "/volunteers".into())
        }
        MessageKind::HoursRecorded => {
            let earned = if points > 0 { format!("，获得 {points} 积分") } else { String::new() };
            ("服务时长已登记", format!("「{about}」的服务时长已登记{earned}。"), "/volunteers".into())
        }
        MessageKind::CardChanged => ("读者证状态变化", format!("{about}{}", state_words(points)), "/cards".into()),
    };
    Words { title, text, link }
}

fn place_words(kind: MessageKind, activity: &str, count: i64) -> (&'static str, String) {
    match kind {
        MessageKind::WaitListed => {
            ("已进入候补", format!("「{activity}」名额已满，{count} 人进入候补，有空位会马上通知您。"))
        }
        MessageKind::Promoted => ("候补成功", format!("「{activity}」有空位了，{count} 人候补成功，请按时参加。")),
        _ => ("报名成功", format!("「{activity}」报名成功，{count} 人，请按时参加并在现场签到。")),
    }
}

fn taken_back(points: i64) -> String {
    if points > 0 { format!("{points} 积分已扣回。") } else { String::new() }
}

fn state_words(state: i64) -> &'static str {
    match CardState::from_cell(state) {
        Some(CardState::Active) => "已恢复正常，可以使用积分。",
        Some(CardState::Expired) => "已过期，暂停使用积分，积分保留。",
        Some(CardState::Lost) => "已挂失，暂停使用积分，积分保留。",
        Some(CardState::Ended) | None => "已退证，积分保留。",
    }
}

/// As a line of the list.
pub struct Line {
    pub id: MessageId,
    pub words: Words,
    pub when: String,
    pub unread: bool,
}

#[derive(Template)]
#[template(path = "messages/index.html")]
pub struct MessagesPage {
    shell: Shell,
    key: String,
    lines: Vec<Line>,
    only_unread: bool,
    older: Option<MessageId>,
    /// WeChat can be asked to show messages, too: whether it does.
    notices: Option<bool>,
    /// WeChat can be allowed one more subscribe message.
    wx: Option<WxConfig>,
    subscribe_template: String,
    consents: i64,
}

#[derive(Deserialize)]
pub struct Before {
    #[serde(default)]
    before: i64,
    #[serde(default)]
    only: String,
}

pub async fn index(ask: ReaderAsk, Query(query): Query<Before>) -> Result<Response, Failure> {
    let app = &ask.app;
    let before = if query.before > 0 { query.before } else { i64::MAX };
    let only_unread = query.only == "unread";
    let wanted = match only_unread {
        true => unread(ask.id(), before, ask.reader.read_upto),
        false => list(ask.id(), before),
    };
    let mut found = views(app.reads.all(wanted).await?)?;
    let more = found.len() > PAGE_ROWS as usize;
    found.truncate(PAGE_ROWS as usize);
    let older = found.last().filter(|_| more).map(|view| view.message.id);
    let lines = found.iter().map(|view| line(&ask, view, &app.calendar)).collect();
    let notices = app.site.sends_notices.then_some(ask.reader.notices);
    let subscribe_template = app.site.subscribe_template.clone();
    let wx = if subscribe_template.is_empty() { None } else { wx_config(&ask).await? };
    let (shell, key, consents) = (ask.shell(), form_key()?, ask.reader.consents);
    page(&MessagesPage { shell, key, lines, only_unread, older, notices, wx, subscribe_template, consents })
}

fn line(ask: &ReaderAsk, view: &MessageView, calendar: &Calendar) -> Line {
    let message = &view.message;
    let unread = !message.read && message.id.0 > ask.reader.read_upto;
    Line { id: message.id, words: words(view, &ask.app.keys), when: calendar.moment(message.at), unread }
}

#[derive(Template)]
#[template(path = "messages/show.html")]
pub struct MessagePage {
    shell: Shell,
    line: Line,
}

/// Whoever opens a message has read it.
pub async fn show(ask: ReaderAsk, Path(message): Path<i64>) -> Result<Response, Failure> {
    let app = &ask.app;
    let view = views(app.reads.all(one(ask.id(), message)).await?)?.pop().ok_or(Failure::NotFound)?;
    let line = line(&ask, &view, &app.calendar);
    let mut shell = ask.shell();
    if line.unread {
        mark(app, &ask, line.id).await?;
        shell.unread = (shell.unread - 1).max(0);
    }
    page(&MessagePage { shell, line })
}

async fn mark(app: &App, ask: &ReaderAsk, message: MessageId) -> Result<(), Failure> {
    let command = Command::from(MarkRead { message: Some(message) });
    app.command(ask.actor(), None, command).await?;
    Ok(())
}

pub async fn mark_read(ask: ReaderAsk, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (app, Nothing {}) = (&ask.app, &posted.form);
    let command = Command::from(MarkRead { message: None });
    app.command(ask.actor(), posted.idempotency(app, ask.actor()), command).await?;
    Ok(Redirect::to("/messages").into_response())
}

#[derive(Deserialize)]
pub struct NoticesForm {
    #[serde(default)]
    wanted: String,
}

/// 微信通知
pub async fn choose_notices(ask: ReaderAsk, posted: Posted<NoticesForm>) -> Result<Response, Failure> {
    let command = Command::from(ChooseNotices { wanted: !posted.form.wanted.is_empty() });
    // Safe to repeat by what it does.
    ask.app.command(ask.actor(), None, command).await?;
    Ok(Redirect::to("/messages").into_response())
}

/// The reader has just pressed 允许 in WeChat's own panel.
pub async fn allow(ask: ReaderAsk, posted: Posted<Nothing>) -> Result<Response, Failure> {
    let (app, Nothing {}) = (&ask.app, &posted.form);
    let key = posted.idempotency(app, ask.actor());
    app.command(ask.actor(), key, Command::from(AllowNotice {})).await?;
    Ok(Redirect::to("/messages").into_response())
}
