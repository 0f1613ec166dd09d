//! The only place with SQL: the writer, its engines, migrations, read models.

mod chain;
pub mod engine;
pub mod fault;
pub mod migrate;
mod record;
pub mod writer;
