//! What is stored, as tests ask for it.

use super::stage::Stage;
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::sessions::{TOUCH_MS, TouchSession};
use domain::slices::{Command, Envelope};
use domain::tables::{CardId, Prize, PrizeId};
use std::future::Future;
use store::read::query;
use web::frame::keys::seed;

impl Stage {
    /// The one whole number that a query finds.
    pub async fn number(&self, text: &'static str, arguments: &[i64]) -> i64 {
        let found = self.reads.one(query(text, arguments.iter().map(|argument| (*argument).into()))).await;
        found.unwrap().unwrap_or_else(|| panic!("{text}: nothing")).int().unwrap()
    }

    pub async fn balance(&self, card: CardId) -> i64 {
        self.number("select balance from card where id = $1", &[card.0]).await
    }

    /// Everything that members and volunteers have written, as it stands in the tables.
    pub async fn sealed_texts(&self) -> Vec<String> {
        let mut texts = vec![];
        for table in ["select face from member_face", "select face from volunteer_face"] {
            for mut row in self.reads.all(query(table, [])).await.unwrap() {
                texts.push(String::from_utf8_lossy(&row.bytes().unwrap()).into_owned());
            }
        }
        for table in ["select reason from volunteer_review", "select note from audit", "select action from audit"] {
            for mut row in self.reads.all(query(table, [])).await.unwrap() {
                texts.push(row.text().unwrap());
            }
        }
        assert!(!texts.is_empty());
        texts
    }

    pub async fn bindings(&self) -> i64 {
        self.number("select count(*) from binding", &[]).await
    }

    pub async fn redemptions(&self) -> i64 {
        self.number("select count(*) from redemption", &[]).await
    }

    pub async fn stored_prize(&self, prize: PrizeId) -> Prize {
        let rows = self.reads.all(store::prizes::one(prize)).await.unwrap();
        store::prizes::views(rows).unwrap().remove(0).prize
    }

    /// Notes that every session was used: no page does so again for five minutes, so what a page changes can
    /// be told.
    pub async fn all_seen(&self) {
        let stale = store::Clock::at(&self.clock) - TOUCH_MS;
        let sessions = query("select high, low from session where seen <= $1", [stale.into()]);
        for mut row in self.reads.all(sessions).await.unwrap() {
            let session = Digest { high: row.int().unwrap(), low: row.int().unwrap() };
            // One that has ended stays as it is.
            let command = Command::from(TouchSession { session });
            let _ = self.door.ask(Envelope { actor: Actor::Visitor, key: None, command, seed: seed().unwrap() }).await;
        }
    }

    /// Whatever happens, nothing is committed.
    pub async fn unchanged<T>(&self, what: &str, act: impl Future<Output = T>) -> T {
        self.all_seen().await;
        let before = self.commits().await;
        let done = act.await;
        assert_eq!(self.commits().await, before, "{what} changed something");
        done
    }
}
