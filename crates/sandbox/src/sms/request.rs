//! A call of the gateway: its parameters, and whether its signature is right.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use jiff::Timestamp;
use url::form_urlencoded::parse;

use super::acs3::{Authorization, canonical_request, sha256, signature, string_to_sign};
use super::refusal::Refusal;
use crate::SmsAccount;

pub(super) const DATE_SKEW_MS_MAX: i64 = 15 * 60 * 1000;
/// Clients may sign more than these, not less.
const SIGNED_AT_LEAST: [&str; 6] =
    ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];

pub(super) struct Call<'a> {
    parts: &'a Parts,
    body: &'a Bytes,
}

impl<'a> Call<'a> {
    pub(super) fn new(parts: &'a Parts, body: &'a Bytes) -> Self {
        Self { parts, body }
    }

    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn query(&self) -> &'a str {
        self.parts.uri.query().unwrap_or_default()
    }

    /// From the query, and from the body when it is a form.
    pub(super) fn parameters(&self) -> BTreeMap<String, String> {
        let is_form = self.header(CONTENT_TYPE.as_str()).is_some_and(|kind| kind.contains("x-www-form-urlencoded"));
        let form: &[u8] = if is_form { self.body } else { b"" };
        parse(self.query().as_bytes()).into_owned().chain(parse(form).into_owned()).collect()
    }

    pub(super) fn verify(&self, account: &SmsAccount, now: i64) -> Result<(), Refusal> {
        let authorization =
            self.header(AUTHORIZATION.as_str()).and_then(Authorization::parse).ok_or_else(incomplete)?;
        if SIGNED_AT_LEAST.iter().any(|name| !authorization.signed_headers.iter().any(|signed| signed == name)) {
            return Err(incomplete());
        }
        if authorization.access_key_id != account.access_key_id {
            let message = "Specified access key is not found.";
            return Err(Refusal::request(StatusCode::NOT_FOUND, "InvalidAccessKeyId.NotFound", message));
        }
        self.verify_date(now)?;
        let to_sign = self.string_to_sign(&authorization)?;
        if signature(&account.access_key_secret, &to_sign).as_deref() != Some(authorization.signature.as_str()) {
            return Err(mismatch(&to_sign));
        }
        Ok(())
    }

    fn verify_date(&self, now: i64) -> Result<(), Refusal> {
        let date = self.header("x-acs-date").and_then(|date| date.parse::<Timestamp>().ok()).ok_or_else(|| {
            let message = "Specified time stamp or date value is not well formatted.";
            Refusal::request(StatusCode::BAD_REQUEST, "InvalidTimeStamp.Format", message)
        })?;
        if (date.as_millisecond() - now).abs() > DATE_SKEW_MS_MAX {
            let message = "Specified time stamp or date value is expired.";
            return Err(Refusal::request(StatusCode::BAD_REQUEST, "InvalidTimeStamp.Expired", message));
        }
        Ok(())
    }

    fn string_to_sign(&self, authorization: &Authorization) -> Result<String, Refusal> {
        let headers: Option<Vec<(String, String)>> = authorization
            .signed_headers
            .iter()
            .map(|name| Some((name.clone(), self.header(name)?.to_owned())))
            .collect();
        let hash = sha256(self.body);
        let path = self.parts.uri.path();
        let canonical =
            canonical_request(self.parts.method.as_str(), path, self.query(), &headers.ok_or_else(incomplete)?, &hash);
        let to_sign = string_to_sign(&canonical);
        // The header must tell the truth about the body, not only be signed.
        if self.header("x-acs-content-sha256") != Some(hash.as_str()) {
            return Err(mismatch(&to_sign));
        }
        Ok(to_sign)
    }
}

fn incomplete() -> Refusal {
    let message = "The request signature does not conform to Aliyun standards.";
    Refusal::request(StatusCode::BAD_REQUEST, "IncompleteSignature", message)
}

fn mismatch(to_sign: &str) -> Refusal {
    let message = format!(
        "Specified signature is not matched with our calculation. server string to sign is:{}",
        to_sign.replace('\n', "\\n")
    );
    Refusal::request(StatusCode::BAD_REQUEST, "SignatureDoesNotMatch", message)
}
