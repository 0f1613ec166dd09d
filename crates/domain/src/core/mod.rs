//! What every slice is made of: rows, the world of a batch, days, hashes, records, refusals. It knows no slice.

pub mod asked;
pub mod code;
pub mod day;
pub mod digest;
pub mod identity;
pub mod isbn;
pub mod record;
pub mod refusal;
pub mod reply;
pub mod row;
pub mod texts;
pub mod world;
