//! The signature a page needs for the JS-SDK, and the one WeChat's pushes carry.

use subtle::ConstantTimeEq;

use crate::digest::sha1_hex;

/// The address is signed raw and without its fragment, as the browser reports it.
pub fn jsapi_signature(ticket: &str, nonce: &str, timestamp_s: i64, url: &str) -> String {
    let url = url.split_once('#').map_or(url, |(before, _)| before);
    sha1_hex(&format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp_s}&url={url}"))
}

pub fn push_signature(token: &str, timestamp: &str, nonce: &str) -> String {
    let mut parts = [token, timestamp, nonce];
    parts.sort_unstable();
    sha1_hex(&parts.concat())
}

/// Compared in constant time: whoever guesses must not learn how far the guess was right.
pub fn push_is_genuine(token: &str, timestamp: &str, nonce: &str, signature: &str) -> bool {
    push_signature(token, timestamp, nonce).as_bytes().ct_eq(signature.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICKET: &str = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";

    #[test]
    fn the_jsapi_signature_is_the_documented_one() {
        for url in ["http://mp.weixin.qq.com?params=value", "http://mp.weixin.qq.com?params=value#top"] {
            assert_eq!(
                jsapi_signature(TICKET, "Wm3WZYTPz0wzccnW", 1_414_587_457, url),
                "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
            );
        }
    }

    #[test]
    fn the_push_signature_is_the_documented_one() {
        let signature = "3768b6a4e5f00dc4130f243eb97eebb039d0fd33";
        assert_eq!(push_signature("token", "1409735669", "xxxxxx"), signature);
        assert!(push_is_genuine("token", "1409735669", "xxxxxx", signature));
        assert!(!push_is_genuine("token", "1409735669", "xxxxxy", signature));
        assert!(!push_is_genuine("token", "1409735669", "xxxxxx", ""));
    }
}
