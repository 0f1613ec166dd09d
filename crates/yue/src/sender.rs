//! The sender: takes what is due from the outbox, sends it once, writes down how that ended.

use connectors::sms::{Message, SendFault, Sms, Stamp};
use domain::envelope::{Actor, Command, Envelope, Reply, ReplyKind};
use domain::outbox::{Attempt, SettleOutbox, TakeOutbox};
use domain::tables::{Outbox, OutboxId};
use std::sync::Arc;
use std::time::Duration;
use store::{Door, Reads};
use tokio::sync::Notify;
use web::TimeSource;
use web::keys::{Keys, token};
use web::sealing::SmsPayload;

/// How often it looks without being woken: for what waits after a failure, and for what other instances left.
const LOOK: Duration = Duration::from_secs(1);

pub struct Sender {
    pub door: Door,
    pub reads: Reads,
    pub keys: Keys,
    pub sms: Arc<dyn Sms>,
    pub template: String,
    pub bell: Arc<Notify>,
    pub time: TimeSource,
}

impl Sender {
    pub async fn run(self) {
        loop {
            // Woken right after the commit; the pause is for everything else.
            let _ = tokio::time::timeout(LOOK, self.bell.notified()).await;
            self.deliver_due().await;
        }
    }

    pub async fn deliver_due(&self) {
        let due = match store::outbox::due(&self.reads, (self.time)()).await {
            Ok(due) => due,
            Err(fault) => return tracing::warn!(%fault, "the outbox cannot be read"),
        };
        for (row, sealed) in due {
            self.deliver(&row, &sealed).await;
        }
    }

    /// Nobody else sends what was taken here.
    async fn deliver(&self, row: &Outbox, sealed: &[u8]) {
        let outbox = row.id;
        let Some(taken) = self.ask(Command::TakeOutbox(TakeOutbox { outbox })).await else { return };
        if taken.kind != ReplyKind::OutboxTaken {
            return;
        }
        let attempts = taken.b;
        let attempt = self.attempt(outbox, sealed).await;
        // While this is not written down, nobody sends it again: it ends as unknown.
        if self.ask(Command::SettleOutbox(SettleOutbox { outbox, attempts, attempt })).await.is_none() {
            tracing::error!(%outbox, ?attempt, "how a message ended could not be written down");
        }
    }

    async fn ask(&self, command: Command) -> Option<Reply> {
        let seed = 0;
        let answer = self.door.ask(Envelope { actor: Actor::Job, key: None, command, seed }).await;
        answer.ok()
    }

    async fn attempt(&self, outbox: OutboxId, sealed: &[u8]) -> Attempt {
        let (Ok(payload), Ok(nonce)) = (SmsPayload::open(&self.keys, sealed), token()) else {
            tracing::error!(%outbox, "a message cannot be opened with this secret");
            return Attempt::Refused;
        };
        let message = Message {
            phone: payload.phone,
            template: self.template.clone(),
            params: vec![("code".into(), payload.code)],
            out_id: outbox.to_string(),
        };
        match self.sms.send(&message, &Stamp { at_ms: (self.time)(), nonce }).await {
            Ok(_) => Attempt::Sent,
            Err(fault) => {
                tracing::warn!(%outbox, ?fault, "a message was not sent, or nobody knows");
                match fault {
                    SendFault::Refused { .. } => Attempt::Refused,
                    SendFault::Limited { .. } | SendFault::Unavailable { .. } => Attempt::NotSent,
                    SendFault::Unknown { .. } => Attempt::Unknown,
                }
            }
        }
    }
}
