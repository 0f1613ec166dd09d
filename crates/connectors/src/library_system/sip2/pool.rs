//! A few connections kept open, because login costs more than a question.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::connection::Connection;
use crate::library_system::Outage;

#[derive(Debug)]
pub(super) struct Pool {
    places: Semaphore,
    idle: Mutex<Vec<Connection>>,
    idle_limit: Duration,
}

impl Pool {
    pub(super) fn new(connections_max: usize, idle_limit: Duration) -> Pool {
        Pool { places: Semaphore::new(connections_max), idle: Mutex::new(Vec::new()), idle_limit }
    }

    /// A place to hold a connection; library systems allow only a few.
    pub(super) async fn place(&self) -> Result<SemaphorePermit<'_>, Outage> {
        self.places.acquire().await.map_err(|_| Outage::Closed { reason: "the pool is closed".to_owned() })
    }

    /// The connection used last, if it is still trusted.
    pub(super) fn take(&self) -> Option<Connection> {
        let mut idle = self.lock();
        idle.retain_mut(|connection| connection.used_at.elapsed() < self.idle_limit && connection.is_quiet());
        idle.pop()
    }

    pub(super) fn give_back(&self, connection: Connection) {
        self.lock().push(connection);
    }

    /// When one was closed by the other side, the others were most likely too.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
