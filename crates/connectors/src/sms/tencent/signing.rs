//! TC3-HMAC-SHA256 over content type, host and body.

use crate::digest::{hex, hmac_sha256, sha256_hex};
use crate::secret::Secret;

const ALGORITHM: &str = "TC3-HMAC-SHA256";
const SIGNED_HEADERS: &str = "content-type;host";
pub(crate) const CONTENT_TYPE: &str = "application/json; charset=utf-8";

#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    pub service: &'a str,
    pub host: &'a str,
    pub path: &'a str,
    pub body: &'a str,
    pub at_s: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub canonical_sha256: String,
    pub signature: String,
    /// The Authorization header.
    pub authorization: String,
}

pub fn sign(call: &Call<'_>, secret_id: &str, secret_key: &Secret) -> Signed {
    let Call { service, host, path, body, at_s } = *call;
    let body_sha256 = sha256_hex(body.as_bytes());
    let canonical =
        format!("POST\n{path}\n\ncontent-type:{CONTENT_TYPE}\nhost:{host}\n\n{SIGNED_HEADERS}\n{body_sha256}");
    let canonical_sha256 = sha256_hex(canonical.as_bytes());
    let date = jiff::Timestamp::from_second(at_s).unwrap_or_default().strftime("%Y-%m-%d").to_string();
    let scope = format!("{date}/{service}/tc3_request");
    let text = format!("{ALGORITHM}\n{at_s}\n{scope}\n{canonical_sha256}");
    let first = format!("TC3{}", secret_key.reveal());
    let key = [date.as_str(), service, "tc3_request"]
        .into_iter()
        .fold(first.into_bytes(), |key, step| hmac_sha256(&key, step));
    let signature = hex(&hmac_sha256(&key, &text));
    let authorization =
        format!("{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}");
    Signed { canonical_sha256, signature, authorization }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_documented_one() {
        let call = Call {
            service: "cvm",
            host: "cvm.tencentcloudapi.com",
            path: "/",
            body: r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#,
            at_s: 1_551_113_065,
        };
        let signed =
            sign(&call, "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", &Secret::from("Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"));
        assert_eq!(signed.canonical_sha256, "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031");
        assert_eq!(signed.signature, "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168");
        assert_eq!(
            signed.authorization,
            "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, \
             SignedHeaders=content-type;host, \
             Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
        );
    }
}
