//! The outside parties of yue: WeChat, the SMS senders, the library system, catalogues of books.
//! Every client has time limits, says plainly what surely did not happen, and knows whether its party is up.

pub mod books;
pub mod clock;
pub mod health;
pub mod library_system;
pub mod secret;
pub mod settings;
pub mod sms;
pub mod wechat;
mod xml;

mod digest;
mod http;
mod percent;

pub use clock::Clock;
pub use health::State;
pub use secret::Secret;
pub use settings::SettingsFault;
