//! ACS3-HMAC-SHA256 for calls whose parameters all stand in the query and whose body is empty.

use crate::digest::{hex, hmac_sha256, sha256_hex};
use crate::percent::query;
use crate::secret::Secret;
use crate::sms::Stamp;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    pub host: &'a str,
    pub path: &'a str,
    pub action: &'a str,
    pub version: &'a str,
    pub params: &'a [(&'a str, &'a str)],
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Sorted and encoded as signed: to be sent byte for byte.
    pub query: String,
    /// All headers but Host, which the HTTP client writes itself.
    pub headers: Vec<(&'static str, String)>,
    pub canonical_sha256: String,
    pub signature: String,
}

pub fn sign(call: &Call<'_>, stamp: &Stamp, key_id: &str, key_secret: &Secret) -> Signed {
    let mut params = call.params.to_vec();
    params.sort_unstable();
    let query = query(&params);
    let body_sha256 = sha256_hex(b"");
    // Sorted by name, as the canonical form wants them.
    let mut headers = vec![
        ("host", call.host.to_owned()),
        ("x-acs-action", call.action.to_owned()),
        ("x-acs-content-sha256", body_sha256.clone()),
        ("x-acs-date", date(stamp.at_ms)),
        ("x-acs-signature-nonce", stamp.nonce.clone()),
        ("x-acs-version", call.version.to_owned()),
    ];
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let canonical = format!("POST\n{}\n{query}\n{lines}\n{names}\n{body_sha256}", call.path);
    let canonical_sha256 = sha256_hex(canonical.as_bytes());
    let signature = hex(&hmac_sha256(key_secret.reveal().as_bytes(), &format!("{ALGORITHM}\n{canonical_sha256}")));
    headers.remove(0);
    headers.push((
        "authorization",
        format!("{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"),
    ));
    Signed { query, headers, canonical_sha256, signature }
}

fn date(at_ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_documented_one() {
        let call = Call {
            host: "ecs.cn-shanghai.aliyuncs.com",
            path: "/",
            action: "RunInstances",
            version: "2014-05-26",
            params: &[("RegionId", "cn-shanghai"), ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd")],
        };
        // 2023-10-26T10:22:32Z
        let stamp = Stamp { at_ms: 1_698_315_752_000, nonce: "3156853299f313e23d1673dc12e1703d".to_owned() };
        let signed = sign(&call, &stamp, "YourAccessKeyId", &Secret::from("YourAccessKeySecret"));
        assert_eq!(signed.canonical_sha256, "7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259");
        assert_eq!(signed.signature, "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
        assert_eq!(
            signed.headers.last().map(|(_, value)| value.as_str()),
            Some(
                "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,\
                 SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,\
                 Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
            )
        );
    }
}
