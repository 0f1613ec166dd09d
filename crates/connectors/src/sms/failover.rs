//! Several gateways in turn. The next one is asked only where the one before surely did not send.

use std::sync::Arc;

use async_trait::async_trait;

use super::{LOCAL_PHONE, Message, REFUSALS_OF_ONE_MESSAGE, SendFault, Sent, Sms, Stamp};
use crate::health::State;

/// Which text is sent, by our own names.
pub const CODE_TEMPLATE: &str = "code";
/// 手机号已修改, with the new number's `tail`.
pub const CHANGED_TEMPLATE: &str = "changed";

/// A gateway, and the names of our templates there.
#[derive(Clone)]
pub struct Gateway {
    pub name: &'static str,
    /// What this gateway calls our `CODE_TEMPLATE`.
    pub template: String,
    /// What it calls our `CHANGED_TEMPLATE`; empty: such messages are not sent.
    pub changed_template: String,
    pub sms: Arc<dyn Sms>,
}

/// At least one gateway; in order of preference.
pub struct Failover {
    gateways: Vec<Gateway>,
}

impl Gateway {
    fn named(&self, template: &str) -> &str {
        if template == CHANGED_TEMPLATE { &self.changed_template } else { &self.template }
    }
}

/// Nothing was sent, and nothing would be.
fn no_template() -> SendFault {
    SendFault::Refused { code: "local.template".to_owned(), message: "no template is set".to_owned() }
}

impl Failover {
    pub fn new(gateways: Vec<Gateway>) -> Failover {
        Failover { gateways }
    }
}

/// Whether another gateway may do better: not where this phone or text is refused, never where it may have been sent.
fn may_pass_on(fault: &SendFault) -> bool {
    match fault {
        SendFault::Unavailable { .. } | SendFault::Limited { .. } => true,
        SendFault::Refused { code, .. } => code != LOCAL_PHONE && !REFUSALS_OF_ONE_MESSAGE.contains(&code.as_str()),
        SendFault::Unknown { .. } => false,
    }
}

#[async_trait]
impl Sms for Failover {
    async fn send(&self, message: &Message, stamp: &Stamp) -> Result<Sent, SendFault> {
        let mut last = Err(SendFault::Unavailable { reason: "no gateway is set".to_owned() });
        let mut was_asked = false;
        for (turn, gateway) in self.gateways.iter().enumerate() {
            let template = gateway.named(&message.template);
            if template.is_empty() {
                // What the gateway before has said may still change: it is asked again.
                if !was_asked {
                    last = Err(no_template());
                }
                continue;
            }
            was_asked = true;
            let message = Message { template: template.to_owned(), ..message.clone() };
            // Each gateway wants a nonce of its own.
            let stamp = Stamp { nonce: format!("{}{turn}", stamp.nonce), ..stamp.clone() };
            last = gateway.sms.send(&message, &stamp).await;
            match &last {
                Err(fault) if may_pass_on(fault) => tracing::warn!(%fault, gateway = gateway.name, "the next gateway"),
                _ => return last,
            }
        }
        last
    }

    async fn check(&self, _: &str, stamp: &Stamp) -> Result<(), SendFault> {
        for (turn, gateway) in self.gateways.iter().enumerate() {
            let stamp = Stamp { nonce: format!("{}{turn}", stamp.nonce), ..stamp.clone() };
            gateway.sms.check(&gateway.template, &stamp).await?;
            if !gateway.changed_template.is_empty() {
                let stamp = Stamp { nonce: format!("{}c", stamp.nonce), ..stamp.clone() };
                gateway.sms.check(&gateway.changed_template, &stamp).await?;
            }
        }
        Ok(())
    }

    /// The best of them: messages leave while one is up.
    fn state(&self) -> State {
        let states = self.gateways.iter().map(|gateway| gateway.sms.state());
        let rank = |state: &State| match state {
            State::Up { .. } => 2,
            State::Unknown => 1,
            State::Down { .. } => 0,
        };
        states.max_by_key(rank).unwrap_or(State::Unknown)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::Mutex;

    /// Answers as told and counts.
    struct Told(Mutex<Vec<Result<Sent, SendFault>>>, Mutex<usize>);

    #[async_trait]
    impl Sms for Told {
        async fn send(&self, _: &Message, _: &Stamp) -> Result<Sent, SendFault> {
            *self.1.lock().unwrap() += 1;
            self.0.lock().unwrap().pop().unwrap()
        }
        async fn check(&self, _: &str, _: &Stamp) -> Result<(), SendFault> {
            Ok(())
        }
        fn state(&self) -> State {
            State::Unknown
        }
    }

    async fn asked(first: Result<Sent, SendFault>) -> (bool, usize) {
        let told = |answer| Arc::new(Told(Mutex::new(vec![answer]), Mutex::new(0)));
        let (first, second) = (told(first), told(Ok(Sent { biz_id: "2".into() })));
        let gateway = |name, sms: &Arc<Told>| Gateway {
            name,
            template: name.to_owned(),
            changed_template: String::new(),
            sms: sms.clone(),
        };
        let failover = Failover::new(vec![gateway("a", &first), gateway("b", &second)]);
        let message = Message { phone: "1".into(), template: String::new(), params: vec![], out_id: "1".into() };
        let sent = failover.send(&message, &Stamp { at_ms: 0, nonce: "n".into() }).await;
        (sent.is_ok(), *second.1.lock().unwrap())
    }

    #[tokio::test]
    async fn a_missing_template_is_no_answer_of_the_gateway_before() {
        let unavailable = || Err(SendFault::Unavailable { reason: "busy".into() });
        let told = |answer| Arc::new(Told(Mutex::new(vec![answer]), Mutex::new(0)));
        let of = |name, changed: &str, sms: &Arc<Told>| Gateway {
            name,
            template: name.to_owned(),
            changed_template: changed.to_owned(),
            sms: sms.clone(),
        };
        let template = CHANGED_TEMPLATE.to_owned();
        let message = Message { phone: "1".into(), template, params: vec![], out_id: "1".into() };
        let stamp = Stamp { at_ms: 0, nonce: "n".into() };
        let (first, second) = (told(unavailable()), told(Ok(Sent { biz_id: "2".into() })));
        let busy = Failover::new(vec![of("a", "A", &first), of("b", "", &second)]).send(&message, &stamp).await;
        assert!(matches!(busy, Err(SendFault::Unavailable { .. })), "{busy:?}");
        let none = Failover::new(vec![of("a", "", &first)]).send(&message, &stamp).await;
        assert!(matches!(none, Err(SendFault::Refused { .. })), "{none:?}");
    }

    #[tokio::test]
    async fn the_second_is_asked_only_where_the_first_surely_did_not_send() {
        let refused = |code: &str| Err(SendFault::Refused { code: code.into(), message: String::new() });
        assert_eq!(asked(Ok(Sent { biz_id: "1".into() })).await, (true, 0));
        assert_eq!(asked(Err(SendFault::Unavailable { reason: String::new() })).await, (true, 1));
        assert_eq!(asked(Err(SendFault::Limited { code: String::new() })).await, (true, 1));
        assert_eq!(asked(refused("isv.AMOUNT_NOT_ENOUGH")).await, (true, 1));
        assert_eq!(asked(refused("isv.MOBILE_NUMBER_ILLEGAL")).await, (false, 0));
        assert_eq!(asked(Err(SendFault::Unknown { reason: String::new() })).await, (false, 0));
    }
}
