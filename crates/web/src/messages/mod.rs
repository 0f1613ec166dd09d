//! 我的消息: what the platform has told a reader, and the same words for WeChat's notices.

mod choices;
mod deliveries;
mod list;
mod subscribe;
pub mod words;

pub use list::{MessagePage, MessagesPage};
pub use subscribe::{Subscribe, subscribe};

use crate::frame::keys::Keys;
use crate::frame::routes::{For, Routes};
use crate::frame::sealing::MemberFace;
use crate::wording::{Said, Words};
use domain::staff::Permission;
use store::messages::MessageView;

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/messages", For::Readers, list::index)
        .get("/messages/{message}", For::Readers, list::show)
        .post("/messages/read", For::Readers, list::mark_read)
        .post("/messages/notices", For::Readers, choices::choose_notices)
        .post("/messages/topics/{topic}", For::Readers, choices::choose_topic)
        .post("/messages/consents", For::Readers, subscribe::allow)
        .get("/staff/messages", For::Staff(&[Permission::ManageSystem]), deliveries::index)
        .in_menu(98, "send", "发出的消息")
}

pub fn words(view: &MessageView, keys: &Keys) -> Words {
    let message = &view.message;
    let said = Said {
        about: &view.about,
        number: message.about,
        detail: message.detail,
        more: view.more.trim_end_matches(['。', '！', '？']),
        member: MemberFace::open(keys, &view.face).map(|face| face.name),
    };
    crate::wording::message(message.kind, &said)
}
