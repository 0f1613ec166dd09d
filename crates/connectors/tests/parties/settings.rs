//! The settings tables: what is left out has a default, what is misspelt is refused, secrets have no place.

use connectors::library_system::sip2::{self, Charset, Checksum, Secrets, Sip2};
use connectors::sms::{self, Provider};
use connectors::{Secret, SettingsFault, wechat};
use serde_json::json;

use crate::clock;

#[test]
fn what_is_left_out_has_a_default() {
    let sms: sms::Settings =
        serde_json::from_value(json!({"provider": "tencent", "tencent": {"sign_name": "图书馆"}})).unwrap();
    assert_eq!(sms.provider, Provider::Tencent);
    assert_eq!(sms.aliyun.base_url, "https://dysmsapi.aliyuncs.com");
    let library: sip2::Settings = serde_json::from_value(
        json!({"host": "lib", "charset": "gb18030", "checksum": "log", "fields": {"identity": "XI"}}),
    )
    .unwrap();
    assert_eq!((library.charset, library.checksum), (Charset::Gb18030, Checksum::Log));
    assert_eq!((library.fields.identity.as_str(), library.fields.phone.as_str()), ("XI", "BF"));
    let wechat: wechat::Settings = serde_json::from_value(json!({"appid": "wx1"})).unwrap();
    assert_eq!(wechat.api_base, "https://api.weixin.qq.com");
}

#[test]
fn a_secret_has_no_place_in_the_settings() {
    assert!(serde_json::from_value::<wechat::Settings>(json!({"secret": "s"})).is_err());
    assert!(serde_json::from_value::<sms::Settings>(json!({"aliyun": {"access_key_secret": "s"}})).is_err());
    assert!(serde_json::from_value::<sip2::Settings>(json!({"login_password": "s"})).is_err());
    assert_eq!(format!("{:?}", Secret::from("s")), "Secret");
}

#[test]
fn wrong_settings_are_found_when_the_client_is_built() {
    let built = |settings: &sip2::Settings, password: &str| {
        let secrets = Secrets { login_password: password.into(), ..Secrets::default() };
        Sip2::new(settings, secrets, clock()).map(|_| ())
    };
    let right = sip2::Settings::default();
    assert!(built(&right, "word").is_ok());
    assert!(matches!(built(&right, "word|AOx"), Err(SettingsFault::Text { setting: "login_password" })));
    let wrong = sip2::Settings { institution: "a\rb".to_owned(), ..right.clone() };
    assert!(matches!(built(&wrong, ""), Err(SettingsFault::Text { setting: "institution" })));
    let mut wrong = right.clone();
    wrong.fields.phone = "phone".to_owned();
    assert!(matches!(built(&wrong, ""), Err(SettingsFault::FieldCode { setting: "fields.phone", .. })));
    let wrong = sip2::Settings { connections_max: 0, ..right };
    assert!(matches!(built(&wrong, ""), Err(SettingsFault::Number { setting: "connections_max", .. })));
}
