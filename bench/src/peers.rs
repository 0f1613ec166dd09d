//! What others reach at the like, on a machine with two cores as ours: measured by us, not in this run.
//! The dates of the runs and how they were made stand in docs/performance.md.

use crate::report::line;

pub fn of_ledgers() {
    line("  peer: pgledger on PostgreSQL 15, 20 clients", "1,966 to 1,992 transfers /s; one hot account 740 to 764 /s");
    line("  peer: TigerBeetle, one replica, batches of 1 and 64", "1,816 to 1,980 /s; 54,000 to 65,000 /s");
}

pub fn of_flash_sales() {
    line("  peer: PostgreSQL alone, stock lasts, one statement", "1,356 to 1,570 /s; sold out 26,000 to 33,000 /s");
    line("  peer: Redis with a script, no accounts, no ledger", "40,000 /s");
    line("  peer: pretix, carts with a quota of 100", "8.6 /s, exact, p99 11 s");
    line("  peer: FastAPI and SQLite, a points mall", "131 to 152 /s, 1,392 granted of a stock of 100");
}

pub fn of_pages() {
    line("  peer: pretix, an event's page", "25 to 37 /s");
}
