//! What has arrived at which phone, and which requests were seen before.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::request::DATE_SKEW_MS_MAX;

const MESSAGES_PER_PHONE_MAX: usize = 100;
const MINUTE_MS: i64 = 60 * 1000;
/// Window, messages allowed in it, and what the provider says beyond.
const LIMITS: [(i64, usize, &str); 3] = [
    (MINUTE_MS, 1, "触发分钟级流控Permits:1"),
    (60 * MINUTE_MS, 5, "触发小时级流控Permits:5"),
    (24 * 60 * MINUTE_MS, 10, "触发天级流控Permits:10"),
];

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    pub text: String,
    /// The template's `code` parameter.
    pub code: Option<String>,
    /// Milliseconds since 1970, UTC.
    pub at: i64,
}

#[derive(Default)]
pub(crate) struct Inbox {
    messages: BTreeMap<String, Vec<Message>>,
    nonces: BTreeMap<String, i64>,
}

impl Inbox {
    pub(super) fn put(&mut self, phone: &str, message: Message) {
        let messages = self.messages.entry(phone.to_owned()).or_default();
        messages.push(message);
        let surplus = messages.len().saturating_sub(MESSAGES_PER_PHONE_MAX);
        messages.drain(..surplus);
    }

    /// Newest first.
    pub(crate) fn of(&self, phone: &str) -> Vec<Message> {
        self.messages.get(phone).into_iter().flatten().rev().cloned().collect()
    }

    pub(crate) fn phones(&self) -> BTreeSet<String> {
        self.messages.keys().cloned().collect()
    }

    pub(super) fn limit(&self, phone: &str, now: i64) -> Option<&'static str> {
        let messages = self.messages.get(phone)?;
        let within = |window| messages.iter().filter(|message| now - message.at < window).count();
        LIMITS.iter().find(|(window, permits, _)| within(*window) >= *permits).map(|(_, _, reason)| *reason)
    }

    /// False for a replay. An older nonce is refused by its date already.
    pub(super) fn first_sight(&mut self, nonce: &str, now: i64) -> bool {
        self.nonces.retain(|_, at| now - *at <= 2 * DATE_SKEW_MS_MAX);
        self.nonces.insert(nonce.to_owned(), now).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(at: i64) -> Message {
        Message { text: String::new(), code: None, at }
    }

    #[test]
    fn one_a_minute_five_an_hour() {
        let mut inbox = Inbox::default();
        for minute in 0..5 {
            assert_eq!(inbox.limit("1", minute * MINUTE_MS), None);
            inbox.put("1", at(minute * MINUTE_MS));
        }
        assert_eq!(inbox.limit("1", 4 * MINUTE_MS + 1), Some("触发分钟级流控Permits:1"));
        assert_eq!(inbox.limit("1", 5 * MINUTE_MS), Some("触发小时级流控Permits:5"));
        assert_eq!(inbox.limit("1", 60 * MINUTE_MS), None);
    }

    #[test]
    fn the_newest_message_stands_first() {
        let mut inbox = Inbox::default();
        (0..200).for_each(|time| inbox.put("1", at(time)));
        assert_eq!(inbox.of("1").len(), MESSAGES_PER_PHONE_MAX);
        assert_eq!(inbox.of("1")[0], at(199));
    }
}
