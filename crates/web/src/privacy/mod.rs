//! 隐私说明 with its two lists: what is kept of whom, for what, how long, and who else hears of it.

use crate::frame::ask::{Ask, ReaderAsk, local_path};
use crate::frame::failure::Failure;
use crate::frame::page::{Shell, form_key, page, page_with};
use crate::frame::posted::Posted;
use crate::frame::routes::{For, Routes};
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::rules::Rule;
use domain::sessions::{AgreeToPrivacy, PRIVACY_VERSION};
use serde::Deserialize;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/privacy", For::Everybody, show)
        .get("/privacy/collected", For::Everybody, collected)
        .get("/privacy/shared", For::Everybody, shared)
        .get("/privacy/agreement", For::Readers, agreement)
        .post("/privacy/agreement", For::Readers, agree)
}

/// Since when the text is as it is.
pub const VERSION_DAY: &str = "2026年11月29日";

#[derive(Template)]
#[template(path = "privacy/show.html")]
pub struct PrivacyPage {
    shell: Shell,
    version: i64,
    since: &'static str,
    closing_days: i64,
    code_days: i64,
    picture_days: i64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AgreementForm {
    pub agrees: String,
    pub to: String,
}

/// Asked before anything personal is told, and again where the text has changed in substance.
#[derive(Template)]
#[template(path = "privacy/agreement.html")]
pub struct AgreementPage {
    shell: Shell,
    key: String,
    to: String,
    /// An older version was agreed to.
    changed: bool,
    error: Option<String>,
}

fn agreement_page(ask: &ReaderAsk, to: &str, error: Option<String>) -> Result<Response, Failure> {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (shell, key, to) = (ask.shell(), form_key()?, local_path(to).to_string());
    page_with(status, &AgreementPage { shell, key, to, changed: ask.reader.privacy > 0, error })
}

pub async fn agreement(ask: ReaderAsk, Query(form): Query<AgreementForm>) -> Result<Response, Failure> {
    agreement_page(&ask, &form.to, None)
}

pub async fn agree(ask: ReaderAsk, posted: Posted<AgreementForm>) -> Result<Response, Failure> {
    let form = &posted.form;
    if form.agrees.is_empty() {
        return agreement_page(&ask, &form.to, Some("请先阅读并勾选同意；不同意也可以继续浏览公开页面。".into()));
    }
    ask.app.command(ask.actor(), posted.idempotency(&ask.app, ask.actor()), AgreeToPrivacy {}).await?;
    Ok(Redirect::to(local_path(&form.to)).into_response())
}

/// One row of a list.
pub struct Item {
    pub what: &'static str,
    pub why: &'static str,
    pub how: &'static str,
}

#[derive(Template)]
#[template(path = "privacy/list.html")]
pub struct ListPage {
    shell: Shell,
    title: &'static str,
    lead: &'static str,
    items: Vec<Item>,
}

pub async fn show(ask: Ask) -> Result<Response, Failure> {
    let today = ask.app.calendar.day(ask.now);
    let days = |rule| ask.content.rule(rule, today);
    page(&PrivacyPage {
        shell: ask.shell(),
        version: PRIVACY_VERSION,
        since: VERSION_DAY,
        closing_days: days(Rule::ClosingDays),
        code_days: days(Rule::CodeDays),
        picture_days: days(Rule::FeedbackPictureDays),
    })
}

const fn item(what: &'static str, why: &'static str, how: &'static str) -> Item {
    Item { what, why, how }
}

const COLLECTED: [Item; 13] = [
    item("微信 openid", "登录，发送您同意接收的微信通知", "加密保存，注销时删除"),
    item("读者证条码号、姓名", "绑定读者证，在页面和服务台显示", "条码号加密，姓名只显示打码；随读者证保留"),
    item(
        "手机号",
        "核对读者证，发送验证码，手机号登录",
        "只保存不可还原的摘要，注销时删除；到服务台改号时，新旧号码加密保存到办结，最多 7 天",
    ),
    item(
        "身份证号",
        "转移积分时核对是否本人；避免重复领取首次绑定积分",
        "只保存不可还原的摘要；志愿者登记要求填写时加密保存，注销时删除",
    ),
    item("成员的姓名、关系、出生日期", "为家人报名活动，核对年龄", "姓名、关系加密保存；移除成员或注销时删除"),
    item(
        "志愿者和监护人的姓名、电话，志愿者的性别、出生日期、特长",
        "审核志愿者，服务当天联系",
        "加密保存，注销时删除",
    ),
    item(
        "活动报名、签到记录，报名时的问答和申诉",
        "管理名额，发放积分",
        "问答和申诉加密保存，注销时删除；其余只有编号",
    ),
    item("积分和兑换记录", "积分账目", "作为账目长期保留，只有打码姓名和尾号"),
    item("等着到货的奖品", "到货时告诉您", "提醒或取消后删除，注销时删除"),
    item("看过的页面", "按返回键时马上看到", "只留在您手机的微信里；电脑上不保留"),
    item(
        "兑换码和活动凭证的一页副本",
        "没有网络时也能出示",
        "只保存在您的手机里；退出登录或解绑读者证时清除，注销后下次联网打开时清除",
    ),
    item("阅读足迹", "您自己查看", "加密保存，注销时删除"),
    item(
        "荐书、捐书的内容，意见反馈的内容和图片",
        "处理您的建议和捐赠",
        "意见反馈加密保存，图片到期删除，注销时全部删除；荐书、捐书作为业务记录保留",
    ),
];

const SHARED: [Item; 5] = [
    item("本馆借阅系统", "核对读者证是否有效、是否本人", "读者证条码号"),
    item("短信服务商（阿里云或腾讯云）", "发送验证码和手机号变更提醒", "手机号、验证码"),
    item("微信（腾讯）", "登录，发送您同意接收的通知", "openid、通知内容"),
    item("图书目录服务", "按 ISBN 查询书名和封面", "ISBN，不含您的信息"),
    item("其他第三方", "不提供，法律要求的除外", "无"),
];

pub async fn collected(ask: Ask) -> Result<Response, Failure> {
    let (title, lead) = ("个人信息收集清单", "平台收集哪些信息、为什么收集、怎样保存。");
    page(&ListPage { shell: ask.shell(), title, lead, items: COLLECTED.into() })
}

pub async fn shared(ask: Ask) -> Result<Response, Failure> {
    let (title, lead) = ("第三方共享清单", "哪些第三方会收到信息、为什么、收到什么。");
    page(&ListPage { shell: ask.shell(), title, lead, items: SHARED.into() })
}

sample! { Item { what, why, how } }
sample! { PrivacyPage { shell, version, since, closing_days, code_days, picture_days } }
sample! { ListPage { shell, title, lead, items } }
sample! { AgreementForm { agrees, to } }
sample! { AgreementPage { shell, key, to, changed, error } }
