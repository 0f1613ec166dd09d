//! The settings table of SMS: which provider sends, and each provider's own part.

use std::sync::Arc;

use serde::Deserialize;

use super::{Sms, aliyun, tencent};
use crate::clock::Clock;
use crate::secret::Secret;
use crate::settings::SettingsFault;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    #[default]
    Aliyun,
    Tencent,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub provider: Provider,
    /// Asked where the first surely did not send.
    pub fallback: Option<Provider>,
    pub aliyun: aliyun::Settings,
    pub tencent: tencent::Settings,
}

/// The client of a provider; `secret` is that provider's key.
pub fn connect(
    settings: &Settings,
    provider: Provider,
    secret: Secret,
    clock: Clock,
) -> Result<Arc<dyn Sms>, SettingsFault> {
    Ok(match provider {
        Provider::Aliyun => Arc::new(aliyun::Aliyun::new(&settings.aliyun, secret, clock)?),
        Provider::Tencent => Arc::new(tencent::Tencent::new(&settings.tencent, secret, clock)?),
    })
}

impl Provider {
    pub fn name(self) -> &'static str {
        match self {
            Provider::Aliyun => "aliyun",
            Provider::Tencent => "tencent",
        }
    }
}
