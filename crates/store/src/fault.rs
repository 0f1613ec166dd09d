//! Faults: what can go wrong between us and a database.

use tokio_postgres::types::{WasNull, WrongType};

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The commit may or may not have happened.
    #[error("outcome unknown: {0}")]
    Unknown(String),
    /// Nothing was committed; the same again may well succeed.
    #[error("try again: {0}")]
    Retry(String),
    /// Nothing was committed.
    #[error("{0}")]
    Failed(String),
}

pub type Done<T> = Result<T, Fault>;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, SystemIoFailure};
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Fault::Retry(error.to_string()),
            Some(SystemIoFailure) => Fault::Unknown(error.to_string()),
            _ => Fault::Failed(error.to_string()),
        }
    }
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        let text = format!("{error:?}");
        let Some(db) = error.as_db_error() else {
            // A value of another type than expected is so again on a new connection.
            let source = std::error::Error::source(&error);
            let is_value = source.is_some_and(|source| source.is::<WrongType>() || source.is::<WasNull>());
            return if is_value { Fault::Failed(text) } else { Fault::Unknown(text) };
        };
        match db.code().code() {
            // Serialisation failure, deadlock: distributed kin of PostgreSQL answer so as a matter of course.
            "40001" | "40P01" => Fault::Retry(text),
            // Shut down, connection lost, idle in transaction too long.
            code if code.starts_with("57") || code.starts_with("08") || code == "25P03" => Fault::Unknown(text),
            _ => Fault::Failed(text),
        }
    }
}
