//! Failures: what no handler can answer otherwise. They become pages in one place.

use crate::frame::keys::KeyFault;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::core::refusal::Refused;

#[derive(Debug)]
pub enum Failure {
    NotFound,
    /// Not allowed to this person, or not from this page.
    Forbidden,
    /// The form did not come from our page, or the page is too old.
    StaleForm,
    /// A form that our pages cannot have sent.
    BadRequest,
    TooLarge,
    /// The queue is full.
    Busy,
    /// The database is away, its disk is full, the clock is wrong: it heals, or is mended, outside.
    OutOfOrder(String),
    /// Nobody knows whether it was done.
    TookTooLong,
    /// An outside party does not answer: which, in Chinese.
    PartyDown(&'static str),
    Refused(Refused),
    Internal(String),
}

/// What a page says about a failure; the layout is put around it later.
#[derive(Clone, Debug)]
pub struct Problem {
    pub title: String,
    pub sentence: String,
    /// The page before is out of date, too.
    pub renews: bool,
}

impl Failure {
    /// A slice has answered one command with the reply to another.
    pub fn unexpected(reply: impl std::fmt::Debug) -> Self {
        Failure::Internal(format!("no reply to this command: {reply:?}"))
    }

    /// What the layers and extractors of others answer without a page. None: nothing failed.
    pub fn of(status: StatusCode, is_read: bool) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(Failure::NotFound),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Failure::TooLarge),
            // An address of ours with a number that is none.
            status if status.is_client_error() && is_read => Some(Failure::NotFound),
            status if status.is_client_error() => Some(Failure::BadRequest),
            StatusCode::SERVICE_UNAVAILABLE => Some(Failure::TookTooLong),
            _ => None,
        }
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Failure::NotFound => StatusCode::NOT_FOUND,
            Failure::Forbidden | Failure::StaleForm => StatusCode::FORBIDDEN,
            Failure::BadRequest => StatusCode::BAD_REQUEST,
            Failure::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Failure::Busy | Failure::OutOfOrder(_) | Failure::TookTooLong | Failure::PartyDown(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Failure::Refused(refusal) => crate::wording::status(refusal),
            Failure::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn problem(&self) -> Problem {
        let (title, sentence) = match self {
            Failure::NotFound => ("没有找到这个页面", "它可能已被删除，或不属于您当前的账号。".to_string()),
            Failure::Forbidden => ("不能这样操作", "您的账号没有这项权限。".to_string()),
            Failure::StaleForm => ("页面已过期", "请返回上一页，刷新后重新提交。没有任何改动。".to_string()),
            Failure::BadRequest => ("没有看懂您的提交", "请返回上一页重新填写。没有任何改动。".to_string()),
            Failure::TooLarge => ("提交的内容太大", "请把文字写短些；图片一共最多 8 MB。没有任何改动。".to_string()),
            Failure::Busy => ("现在人有点多", "请过几秒再试一次。没有任何改动。".to_string()),
            Failure::OutOfOrder(_) => {
                ("系统暂时不能办理", "正在恢复，请过一会儿再看看是否已经办好。重复提交不会重复办理。".to_string())
            }
            Failure::TookTooLong => {
                ("等得太久了", "请刷新看看是否已经办好，再决定要不要重试。重复提交不会重复办理。".to_string())
            }
            Failure::PartyDown(party) => ("暂时连不上", format!("{party}暂时没有回应，请稍后再试。没有任何改动。")),
            Failure::Refused(refusal) => ("没有办成", crate::wording::refusal(*refusal)),
            Failure::Internal(_) => ("系统出了点问题", "我们已经记录下来，请稍后再试。".to_string()),
        };
        let renews = matches!(self, Failure::StaleForm | Failure::Refused(_));
        Problem { title: title.to_string(), sentence, renews }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        if let Failure::Internal(why) | Failure::OutOfOrder(why) = &self {
            tracing::error!(why, "a request failed");
        }
        let mut response = (self.status(), self.problem().sentence).into_response();
        response.extensions_mut().insert(self.problem());
        let again_s = match self {
            Failure::Busy => Some("2"),
            Failure::OutOfOrder(_) => Some("10"),
            _ => None,
        };
        if let Some(again_s) = again_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(again_s));
        }
        response
    }
}

impl From<store::Fault> for Failure {
    fn from(fault: store::Fault) -> Self {
        match fault {
            store::Fault::Failed(why) => Failure::Internal(why),
            away => Failure::OutOfOrder(away.to_string()),
        }
    }
}

impl From<KeyFault> for Failure {
    fn from(fault: KeyFault) -> Self {
        Failure::Internal(fault.0.into())
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Failure::Internal(error.to_string())
    }
}

impl From<crate::frame::app::Stop> for Failure {
    fn from(stop: crate::frame::app::Stop) -> Self {
        match stop {
            crate::frame::app::Stop::Refused(refusal) => Failure::Refused(refusal),
            crate::frame::app::Stop::Failed(failure) => failure,
        }
    }
}

sample! { Problem { title, sentence, renews } }
