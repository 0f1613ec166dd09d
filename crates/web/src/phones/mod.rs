//! 修改手机号: the reader's number on the platform; the library system keeps its own.

pub mod reader;
pub mod staff;
pub mod words;

use crate::frame::app::App;
use crate::frame::keys::KeyFault;
use crate::frame::routes::{For, Routes};
use crate::frame::sealing::SmsPayload;
use domain::core::record::Sealed;
use domain::staff::Permission;

const DESK: For = For::Staff(&[Permission::BindCards]);

/// Every address of this slice, and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/phone", For::Readers, reader::show)
        .post("/phone", For::Readers, reader::change)
        .post("/phone/codes/old", For::Readers, reader::code_for_old)
        .post("/phone/codes/new", For::Readers, reader::code_for_new)
        .get("/phone/desk", For::Readers, reader::show_desk)
        .post("/phone/desk", For::Readers, reader::go_to_desk)
        .get("/staff/phones", DESK, staff::show)
        .in_menu(32, "device-mobile", "修改手机号")
        .post("/staff/phones", DESK, staff::confirm)
}

/// 139****0002
fn masked(phone: &str) -> String {
    match phone.get(..3).zip(phone.get(7..)) {
        Some((first, last)) => format!("{first}****{last}"),
        None => String::new(),
    }
}

fn tail(phone: &str) -> &str {
    phone.get(7..).unwrap_or_default()
}

/// What both numbers are sent, where the library has a text for that.
fn told(app: &App, new: &str, old: &str) -> Result<Option<[Sealed; 2]>, KeyFault> {
    if !app.site.tells_phones {
        return Ok(None);
    }
    let sealed = |number: &str| SmsPayload::changed(number, tail(new)).seal(&app.keys);
    Ok(Some([sealed(new)?, sealed(old)?]))
}
