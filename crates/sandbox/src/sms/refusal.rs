//! Refusals in Aliyun's JSON shape: faulty requests as 4xx, refused messages as HTTP 200.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    code: String,
    message: String,
}

impl Refusal {
    pub(super) fn request(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    /// The request was sound, but this message is not sent.
    pub(super) fn message(code: &str, message: &str) -> Self {
        Self::request(StatusCode::OK, code, message)
    }

    pub(super) fn missing(parameter: &str) -> Self {
        let message = format!("{parameter} is mandatory for this action.");
        Self::request(StatusCode::BAD_REQUEST, &format!("Missing{parameter}"), message)
    }

    pub(super) fn answer(self, request_id: String) -> Response {
        let mut body = json!({ "RequestId": request_id, "Code": self.code, "Message": self.message });
        if self.status != StatusCode::OK {
            body["HostId"] = json!("dysmsapi.aliyuncs.com");
            body["Recommend"] = json!(format!("https://api.aliyun.com/troubleshoot?q={}", self.code));
        }
        (self.status, Json(body)).into_response()
    }
}
