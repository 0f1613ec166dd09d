//! TC3-HMAC-SHA256: Tencent Cloud's request signature, over whatever headers the request says that it signed.

use axum::http::HeaderMap;
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use super::acs3::sha256;
use crate::token::hex;

const ALGORITHM: &str = "TC3-HMAC-SHA256";

pub(super) struct Authorization {
    pub secret_id: String,
    date: String,
    service: String,
    signed_headers: String,
    pub signature: String,
}

impl Authorization {
    pub(super) fn parse(header: &str) -> Option<Self> {
        let list = header.strip_prefix(ALGORITHM)?.trim();
        let part = |name: &str| {
            list.split(',').filter_map(|pair| pair.trim().split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v)
        };
        let mut scope = part("Credential")?.splitn(4, '/');
        let (secret_id, date, service) = (scope.next()?, scope.next()?, scope.next()?);
        (scope.next()? == "tc3_request").then_some(())?;
        Some(Self {
            secret_id: secret_id.to_owned(),
            date: date.to_owned(),
            service: service.to_owned(),
            signed_headers: part("SignedHeaders")?.to_owned(),
            signature: part("Signature")?.to_owned(),
        })
    }

    /// None: a header that was signed is not there, or host and content type were not signed, or the day is another.
    pub(super) fn expected(
        &self,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
        at_s: i64,
        key: &str,
    ) -> Option<String> {
        let names: Vec<&str> = self.signed_headers.split(';').collect();
        ["content-type", "host"].iter().all(|name| names.contains(name)).then_some(())?;
        (self.date == Timestamp::from_second(at_s).ok()?.strftime("%Y-%m-%d").to_string()).then_some(())?;
        let mut lines = String::new();
        for name in &names {
            let value = headers.get(*name)?.to_str().ok()?.trim();
            // The action is signed in small letters, everything else as it stands.
            let value = if *name == "x-tc-action" { value.to_lowercase() } else { value.to_owned() };
            lines.push_str(&format!("{name}:{value}\n"));
        }
        let canonical = format!("POST\n{path}\n\n{lines}\n{}\n{}", self.signed_headers, sha256(body));
        let scope = format!("{}/{}/tc3_request", self.date, self.service);
        let text = format!("{ALGORITHM}\n{at_s}\n{scope}\n{}", sha256(canonical.as_bytes()));
        let steps = [self.date.as_str(), self.service.as_str(), "tc3_request", text.as_str()];
        let signed = steps.into_iter().try_fold(format!("TC3{key}").into_bytes(), |key, step| sign(&key, step))?;
        Some(hex(&signed))
    }
}

fn sign(key: &[u8], text: &str) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(text.as_bytes());
    Some(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    // The worked example of the provider's documentation.
    #[test]
    fn the_documented_example_is_signed_alike() {
        let header =
            "TC3-HMAC-SHA256 Credential=AKID/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, Signature=x";
        let authorization = Authorization::parse(header).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "application/json; charset=utf-8".parse().unwrap());
        headers.insert("host", "cvm.tencentcloudapi.com".parse().unwrap());
        let body = r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
        let key = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
        assert_eq!(
            authorization.expected("/", &headers, body.as_bytes(), 1_551_113_065, key).unwrap(),
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
        );
        assert_eq!(authorization.expected("/", &headers, b"{}", 1_651_113_065, key), None);
        assert!(Authorization::parse("TC3-HMAC-SHA256 Credential=a/b").is_none());
    }
}
