//! What can be wrong with the settings of a client; found when it is built, not at the first call.

use url::Url;

#[derive(Debug, thiserror::Error)]
pub enum SettingsFault {
    #[error("{setting} is not an http or https address without query: {value:?}")]
    BaseUrl { setting: &'static str, value: String },
    #[error("{setting} is not a host, or says a port that is usual: {value:?}")]
    Host { setting: &'static str, value: String },
    #[error("{setting} holds a character that the protocol cannot carry")]
    Text { setting: &'static str },
    #[error("{setting} must be two characters of A-Z and 0-9: {value:?}")]
    FieldCode { setting: &'static str, value: String },
    #[error("{setting} must be between {min} and {max}")]
    Number { setting: &'static str, min: i64, max: i64 },
    #[error("build the HTTP client: {reason}")]
    Http { reason: String },
}

/// A base address; its path always ends with a slash, so that `join` appends.
pub(crate) fn base_url(setting: &'static str, value: &str) -> Result<Url, SettingsFault> {
    let refusal = || SettingsFault::BaseUrl { setting, value: value.to_owned() };
    let mut url = Url::parse(value).map_err(|_| refusal())?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() || !plain {
        return Err(refusal());
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// The Host header as the HTTP client will write it, because it is signed.
pub(crate) fn host_header(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_base_address_keeps_its_path_and_ends_with_a_slash() {
        assert_eq!(base_url("x", "http://127.0.0.1:9/aliyun").unwrap().as_str(), "http://127.0.0.1:9/aliyun/");
        assert!(base_url("x", "ftp://example.org").is_err());
        assert!(base_url("x", "https://example.org/?a=1").is_err());
        assert!(base_url("x", "example.org").is_err());
    }

    #[test]
    fn the_host_names_a_port_only_where_it_is_unusual() {
        assert_eq!(host_header(&base_url("x", "https://example.org:443").unwrap()), "example.org");
        assert_eq!(host_header(&base_url("x", "http://127.0.0.1:8080").unwrap()), "127.0.0.1:8080");
    }
}
