//! ACS3-HMAC-SHA256: Aliyun's request signature, version 3.

use hmac::{Hmac, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use url::form_urlencoded::parse;

use crate::token::hex;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Authorization {
    pub access_key_id: String,
    /// Lower case, in order.
    pub signed_headers: Vec<String>,
    pub signature: String,
}

impl Authorization {
    pub(super) fn parse(header: &str) -> Option<Self> {
        let list = header.strip_prefix(ALGORITHM)?.trim();
        let part = |name: &str| {
            list.split(',').filter_map(|pair| pair.trim().split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v)
        };
        let mut signed_headers: Vec<String> = part("SignedHeaders")?.split(';').map(str::to_lowercase).collect();
        signed_headers.sort();
        Some(Self {
            access_key_id: part("Credential")?.to_owned(),
            signed_headers,
            signature: part("Signature")?.to_owned(),
        })
    }
}

/// `headers` are the signed ones, in order, with their values.
pub(super) fn canonical_request(
    method: &str,
    path: &str,
    query: &str,
    headers: &[(String, String)],
    payload_hash: &str,
) -> String {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    format!("{method}\n{path}\n{}\n{lines}\n{}\n{payload_hash}", canonical_query(query), names.join(";"))
}

fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = parse(query.as_bytes()).into_owned().collect();
    pairs.sort();
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

pub(super) fn string_to_sign(canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{}", sha256(canonical_request.as_bytes()))
}

/// None cannot happen: this HMAC takes a key of any length.
pub(super) fn signature(secret: &str, string_to_sign: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(string_to_sign.as_bytes());
    Some(hex(&mac.finalize().into_bytes()))
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    // The worked example of the provider's documentation.
    #[test]
    fn the_documented_example_is_signed_alike() {
        let empty = sha256(b"");
        let headers = [
            ("host", "ecs.cn-shanghai.aliyuncs.com"),
            ("x-acs-action", "RunInstances"),
            ("x-acs-content-sha256", &empty),
            ("x-acs-date", "2023-10-26T10:22:32Z"),
            ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
            ("x-acs-version", "2014-05-26"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let query = "RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd";
        let canonical = canonical_request("POST", "/", query, &headers, &empty);
        let to_sign = string_to_sign(&canonical);
        let hash = "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259";
        assert_eq!(to_sign, format!("ACS3-HMAC-SHA256\n{hash}"));
        assert_eq!(
            signature("YourAccessKeySecret", &to_sign).unwrap(),
            "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
        );
    }

    #[test]
    fn an_authorization_is_taken_apart() {
        let header = "ACS3-HMAC-SHA256 Credential=K,SignedHeaders=x-acs-date;Host,Signature=ab12";
        let read = Authorization::parse(header).unwrap();
        assert_eq!(read.access_key_id, "K");
        assert_eq!(read.signed_headers, ["host", "x-acs-date"]);
        assert_eq!(read.signature, "ab12");
        assert_eq!(Authorization::parse("Bearer x"), None);
    }

    #[test]
    fn a_query_is_sorted_and_encoded_as_rfc_3986_says() {
        assert_eq!(canonical_query("b=%E9%98%85+x*~&a="), "a=&b=%E9%98%85%20x%2A~");
    }
}
