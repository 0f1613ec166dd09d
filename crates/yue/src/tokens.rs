//! WeChat's token and ticket: kept in the database for all instances, refreshed ahead of their end by one of them.

use connectors::Secret;
use connectors::wechat::Client;
use domain::jobs::KeepToken;
use domain::tables::{Millis, Token};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Reads;
use web::frame::keys::Keys;
use web::kit::wx_config::TOKEN_LABEL as LABEL;

/// So long before its end a token is replaced; WeChat lets old and new overlap.
const AHEAD_MS: Millis = 10 * 60_000;

#[derive(Clone)]
pub struct Tokens {
    reads: Reads,
    keys: Keys,
    wechat: Arc<Client>,
    /// WeChat has refused the token before its end.
    refused: Arc<AtomicBool>,
    /// Without an appid there is nothing to ask for.
    is_set: bool,
}

impl Tokens {
    pub fn new(reads: Reads, keys: Keys, wechat: Arc<Client>, is_set: bool) -> Self {
        Tokens { reads, keys, wechat, refused: Arc::default(), is_set }
    }

    /// What is kept, if it is still good.
    pub async fn get(&self, token: Token, now: Millis) -> Option<Secret> {
        let (sealed, until) = store::jobs::token(&self.reads, token).await.ok()??;
        if until <= now {
            return None;
        }
        self.keys.open(LABEL, &sealed).ok().map(Secret::new)
    }

    pub fn was_refused(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }

    async fn ends_at(&self, token: Token) -> Millis {
        store::jobs::token(&self.reads, token).await.ok().flatten().map_or(0, |(_, until)| until)
    }

    /// What is to be kept anew; an error for each that could not be had.
    pub async fn refreshed(&self, now: Millis) -> Vec<Result<KeepToken, ()>> {
        if !self.is_set {
            return vec![];
        }
        let mut kept = vec![];
        let force = self.refused.swap(false, Ordering::Relaxed);
        let mut access = self.get(Token::Access, now).await;
        if force || self.ends_at(Token::Access).await - now < AHEAD_MS {
            let asked = self.wechat.stable_token(force).await;
            access = asked.as_ref().ok().map(|token| token.value.clone());
            kept.push(self.keep(Token::Access, asked, now));
        }
        if let Some(access) = access.filter(|_| force || kept.is_empty() || kept.iter().all(Result::is_ok))
            && (force || self.ends_at(Token::JsapiTicket).await - now < AHEAD_MS)
        {
            kept.push(self.keep(Token::JsapiTicket, self.wechat.jsapi_ticket(&access).await, now));
        }
        kept
    }

    fn keep(
        &self,
        token: Token,
        asked: Result<connectors::wechat::Kept, connectors::wechat::Fault>,
        now: Millis,
    ) -> Result<KeepToken, ()> {
        let given = asked.map_err(|fault| tracing::warn!(?token, %fault, "WeChat gave no token"))?;
        let sealed = self.keys.seal(LABEL, given.value.reveal()).map_err(|_| ())?;
        Ok(KeepToken { token, sealed, until: now + given.life_s * 1_000 })
    }
}
