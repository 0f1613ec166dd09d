//! The sender: takes what is due from the outbox, sends it once, writes down how that ended.

use crate::tokens::Tokens;
use connectors::sms::{CHANGED_TEMPLATE, CODE_TEMPLATE, Message, SendFault, Sms, Stamp};
use connectors::wechat::{Client, Notice, NoticeFault};
use domain::core::asked::Actor;
use domain::core::reply::Replied;
use domain::messages::NoteFollowing;
use domain::outbox::{Attempt, Reply, SettleOutbox, TakeOutbox};
use domain::slices::{Command, Envelope};
use domain::tables::{Channel, Millis, Outbox, OutboxId, ReaderId, Token};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use store::{Door, Reads};
use tokio::sync::Notify;
use web::TimeSource;
use web::frame::keys::{Keys, token};
use web::frame::sealing::SmsPayload;
use web::kit::calendar::Calendar;
use web::messages::words;

/// How often it looks without being woken: for what waits after a failure, and for what other instances left.
const LOOK: Duration = Duration::from_secs(1);
/// So many at once on a channel: a gateway that hangs must not hold up everybody.
const AT_ONCE: usize = 8;

pub struct Sender {
    pub door: Door,
    pub reads: Reads,
    pub keys: Keys,
    pub sms: Arc<dyn Sms>,
    pub wechat: Arc<Client>,
    pub tokens: Tokens,
    pub notices: Notices,
    pub bell: Arc<Notify>,
    pub time: TimeSource,
}

/// How a message becomes a notice.
pub struct Notices {
    pub settings: crate::settings::Notices,
    /// Without a slash at the end.
    pub public_url: String,
    pub calendar: Calendar,
}

impl Sender {
    /// Each channel has a lane of its own: neither ten thousand notices nor a party that hangs delays a code by SMS.
    pub async fn run(self) {
        let bells: Vec<Notify> = Channel::ALL.iter().map(|_| Notify::new()).collect();
        let ring_all = async {
            loop {
                self.bell.notified().await;
                bells.iter().for_each(Notify::notify_one);
            }
        };
        let lanes = join_all(Channel::ALL.iter().zip(&bells).map(|(channel, bell)| self.lane(*channel, bell)));
        tokio::join!(ring_all, lanes);
    }

    async fn lane(&self, channel: Channel, bell: &Notify) {
        loop {
            // Woken right after the commit; the pause is for everything else, and there is none while something is due.
            let _ = tokio::time::timeout(LOOK, bell.notified()).await;
            while self.deliver_due_of(channel).await > 0 {}
        }
    }

    /// What is due now, on every channel.
    pub async fn deliver_due(&self) {
        join_all(Channel::ALL.iter().map(|channel| self.deliver_due_of(*channel))).await;
    }

    /// How many were dealt with.
    async fn deliver_due_of(&self, channel: Channel) -> usize {
        let (mut seen, mut queue, mut sending) = (HashSet::new(), VecDeque::new(), FuturesUnordered::new());
        let mut dealt_with = 0;
        loop {
            if queue.is_empty() && sending.len() < AT_ONCE {
                let fresh = self.due(channel).await.into_iter().filter(|(row, _)| seen.insert((row.id, row.attempts)));
                queue.extend(fresh);
            }
            while sending.len() < AT_ONCE
                && let Some((row, payload)) = queue.pop_front()
            {
                sending.push(async move { self.deliver(&row, &payload).await });
            }
            if sending.is_empty() {
                return dealt_with;
            }
            // One that hangs holds up nobody behind it: the others' places are filled again, also with what has just come.
            if let Ok(Some(is_done)) = tokio::time::timeout(LOOK, sending.next()).await {
                dealt_with += usize::from(is_done);
            }
        }
    }

    async fn due(&self, channel: Channel) -> Vec<(Outbox, Vec<u8>)> {
        store::outbox::due(&self.reads, channel, (self.time)()).await.unwrap_or_else(|fault| {
            tracing::warn!(%fault, "the outbox cannot be read");
            vec![]
        })
    }

    /// Nobody else sends what was taken here. Whether it is dealt with: sent, or given up because it is too old.
    async fn deliver(&self, row: &Outbox, payload: &[u8]) -> bool {
        let outbox = row.id;
        let Some(taken) = self.ask(Command::from(TakeOutbox { outbox })).await else { return false };
        let Some(Reply::OutboxTaken { attempt: attempts, .. }) = taken.of() else { return true };
        let attempt = match row.channel {
            Channel::Sms | Channel::SmsNotice => self.send_sms(outbox, payload).await,
            Channel::WeChat | Channel::WeChatOnce => self.notify(row, payload).await,
        };
        // While this is not written down, nobody sends it again: it ends as unknown.
        if self.ask(Command::from(SettleOutbox { outbox, attempts, attempt })).await.is_none() {
            tracing::error!(%outbox, ?attempt, "how a message ended could not be written down");
        }
        true
    }

    async fn ask(&self, command: Command) -> Option<Replied> {
        let seed = 0;
        let answer = self.door.ask(Envelope { actor: Actor::Job, key: None, command, seed }).await;
        answer.ok()
    }

    async fn send_sms(&self, outbox: OutboxId, sealed: &[u8]) -> Attempt {
        let (Ok(payload), Ok(nonce)) = (SmsPayload::open(&self.keys, sealed), token()) else {
            tracing::error!(%outbox, "a message cannot be opened with this secret");
            return Attempt::Refused;
        };
        // Each gateway has its own names for the templates.
        let (template, param) = match payload.code.is_empty() {
            false => (CODE_TEMPLATE, ("code".into(), payload.code)),
            true => (CHANGED_TEMPLATE, ("tail".into(), payload.changed_to)),
        };
        let out_id = outbox.to_string();
        let message = Message { phone: payload.phone, template: template.into(), params: vec![param], out_id };
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

    async fn notify(&self, row: &Outbox, payload: &[u8]) -> Attempt {
        let notice = match self.notice(row, payload).await {
            Ok(Some(notice)) => notice,
            // No template is set, or the message is gone: it stays in 我的消息.
            Ok(None) => return Attempt::Refused,
            Err(fault) => {
                tracing::warn!(outbox = %row.id, %fault, "a notice could not be put together");
                return Attempt::NotSent;
            }
        };
        let Some(access) = self.tokens.get(Token::Access, (self.time)()).await else { return Attempt::NotSent };
        let began_at = (self.time)();
        let sent = match row.channel {
            Channel::WeChatOnce => self.wechat.send_subscribe(&access, &notice).await,
            _ => self.wechat.send_template(&access, &notice).await,
        };
        match sent {
            Ok(_) => Attempt::Sent,
            Err(fault) => {
                tracing::info!(outbox = %row.id, %fault, "a notice was not sent, or nobody knows");
                match fault {
                    NoticeFault::NotFollowing => {
                        self.note_unfollowed(row, began_at).await;
                        Attempt::Refused
                    }
                    NoticeFault::Refused { .. } => Attempt::Refused,
                    NoticeFault::TokenRefused => {
                        self.tokens.was_refused();
                        Attempt::NotSent
                    }
                    NoticeFault::Unavailable { .. } => Attempt::NotSent,
                    NoticeFault::Unknown { .. } => Attempt::Unknown,
                }
            }
        }
    }

    /// Nobody is tried for ever: the next messages stay in 我的消息 until the reader follows again.
    async fn note_unfollowed(&self, row: &Outbox, known_at: Millis) {
        if let Some(reader) = row.reader.filter(|_| row.channel == Channel::WeChat) {
            self.ask(Command::from(NoteFollowing { reader, follows: false, known_at })).await;
        }
    }

    /// The payload is the reader's id; the words are made from the message, as the page makes them.
    async fn notice(&self, row: &Outbox, payload: &[u8]) -> store::Done<Option<Notice>> {
        let settings = &self.notices.settings;
        let template = match row.channel {
            Channel::WeChatOnce => &settings.subscribe_template,
            _ => &settings.template,
        };
        let Ok(reader) = payload.try_into().map(|bytes| ReaderId(i64::from_le_bytes(bytes))) else { return Ok(None) };
        if template.is_empty() {
            return Ok(None);
        }
        let queries = [store::messages::one(reader, row.cause), store::messages::openid(reader)];
        let [found, openid] = self.reads.read(queries).await?;
        let view = store::messages::views(found)?.pop();
        let sealed = openid.into_iter().next().map(|mut row| row.bytes()).transpose()?;
        let (Some(view), Some(sealed)) = (view, sealed) else { return Ok(None) };
        let Ok(openid) = self.keys.open("openid", &sealed) else { return Ok(None) };
        let words = words(&view, &self.keys);
        Ok(Some(Notice {
            openid,
            template: template.clone(),
            url: format!("{}/messages/{}", self.notices.public_url, view.message.id),
            client_msg_id: format!("yue-{}", row.id),
            fields: vec![
                (settings.title_field.clone(), words.title.into()),
                (settings.text_field.clone(), words.text),
                (settings.time_field.clone(), self.notices.calendar.long_moment(view.message.at)),
            ],
        }))
    }
}
