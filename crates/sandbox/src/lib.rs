//! The sandbox: stand-ins for the outside parties over their real wire protocols, on loopback.
//! For trying out and tests only. It shares no code with the connectors: a misreading must not agree with itself.

mod books;
mod config;
mod control;
mod control_pages;
mod fault;
mod home;
mod html;
mod koha;
mod listener;
mod patron;
mod running;
mod sip2;
mod sms;
mod token;
mod wechat;
mod world;

pub use config::{Charset, Clock, Config, KohaAccount, LibrarySystem, SmsAccount, TencentAccount, WechatAccount};
pub use control::{Control, Mode, Party};
pub use patron::{CsvError, Patron, PatronState};
pub use running::{Running, Sandbox};
pub use sms::Message;
pub use wechat::{Notice, openid, unionid};
