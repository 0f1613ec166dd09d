//! The address of WeChat's authorise page.

use super::Settings;
use crate::percent::percent_encode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Silent: only the openid is learnt.
    Base,
    /// Asks the reader; only after a tap, for on entry it opens a snapshot page.
    UserInfo,
}

impl Scope {
    pub fn as_str(self) -> &'static str {
        match self {
            Scope::Base => "snsapi_base",
            Scope::UserInfo => "snsapi_userinfo",
        }
    }
}

/// WeChat compares the order of the parameters, so it is fixed here.
pub fn authorize_url(settings: &Settings, redirect_uri: &str, scope: Scope, state: &str) -> String {
    format!(
        "{}/connect/oauth2/authorize?appid={}&redirect_uri={}&response_type=code&scope={}&state={}#wechat_redirect",
        settings.authorize_base.trim_end_matches('/'),
        percent_encode(&settings.appid),
        percent_encode(redirect_uri),
        scope.as_str(),
        percent_encode(state),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameters_stand_in_wechats_order() {
        let settings = Settings { appid: "wx520c15f417810387".to_owned(), ..Settings::default() };
        let url = authorize_url(&settings, "https://chong.qq.com/php/index.php?d=&c=wxAdapter", Scope::Base, "123");
        assert_eq!(
            url,
            "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx520c15f417810387\
             &redirect_uri=https%3A%2F%2Fchong.qq.com%2Fphp%2Findex.php%3Fd%3D%26c%3DwxAdapter\
             &response_type=code&scope=snsapi_base&state=123#wechat_redirect"
        );
    }
}
