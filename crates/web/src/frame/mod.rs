//! What stands around every page: who asks, what a form carries, what every answer is wrapped in.

pub mod agent;
pub mod app;
pub mod ask;
pub mod content;
pub mod cookies;
pub mod failure;
pub mod guard;
pub mod hosts;
pub mod keys;
pub mod limits;
pub mod page;
pub mod posted;
pub mod router;
pub mod routes;
pub mod sealing;
pub mod settings;
