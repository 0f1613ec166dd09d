//! The account's menu: read, given one entry more, written back. Three columns, five entries in each
//! (WeChat Official Accounts documentation, "Custom Menu").

use serde_json::{Value, json};

const COLUMNS_MAX: usize = 3;
const ENTRIES_MAX: usize = 5;

/// An entry of the account's menu that opens a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuButton {
    /// The column in which it stands, as 便捷服务.
    pub under: String,
    pub name: String,
    pub url: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRoom {
    #[error("the menu has three columns, and none of them is called so")]
    Columns,
    #[error("the column has five entries")]
    Entries,
    #[error("the column opens a page itself and can hold no entries")]
    NoColumn,
}

/// The menu with this entry in it and everything else as it was. An entry with the same address is called anew.
pub fn with_entry(menu: Option<&Value>, button: &MenuButton) -> Result<Value, NoRoom> {
    let entry = json!({ "type": "view", "name": button.name, "url": button.url });
    let mut columns = menu.map(columns).unwrap_or_default();
    for known in columns.iter_mut().flat_map(entries) {
        // A mini program's button has an address too, for phones that cannot open it.
        let url = known["url"].as_str().unwrap_or_default();
        if known["type"] == "view" && url.trim_end_matches('/') == button.url.trim_end_matches('/') {
            *known = entry;
            return Ok(json!({ "button": columns }));
        }
    }
    let count = columns.len();
    match columns.iter_mut().find(|column| column["name"] == button.under.as_str()) {
        Some(column) => match column["sub_button"].as_array_mut() {
            None => return Err(NoRoom::NoColumn),
            Some(entries) if entries.len() >= ENTRIES_MAX => return Err(NoRoom::Entries),
            Some(entries) => entries.push(entry),
        },
        None if count >= COLUMNS_MAX => return Err(NoRoom::Columns),
        None => columns.push(json!({ "name": button.under, "sub_button": [entry] })),
    }
    Ok(json!({ "button": columns }))
}

/// The menu as it would be sent back unchanged.
pub fn cleaned(menu: &Value) -> Value {
    json!({ "button": columns(menu) })
}

fn columns(menu: &Value) -> Vec<Value> {
    let mut columns = menu["button"].as_array().cloned().unwrap_or_default();
    columns.iter_mut().for_each(without_empty);
    columns
}

/// The column itself, if it opens something, and what stands in it.
fn entries(column: &mut Value) -> Vec<&mut Value> {
    if column["sub_button"].is_array() {
        return column["sub_button"].as_array_mut().map(|entries| entries.iter_mut().collect()).unwrap_or_default();
    }
    vec![column]
}

/// WeChat tells of every button that nothing is under it, and takes no button back that says so.
fn without_empty(button: &mut Value) {
    let Some(fields) = button.as_object_mut() else { return };
    if fields.get("sub_button").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        fields.remove("sub_button");
    }
    for under in fields.get_mut("sub_button").and_then(Value::as_array_mut).into_iter().flatten() {
        without_empty(under);
    }
}

/// A line for each column: what stands in it.
pub fn described(menu: &Value) -> Vec<String> {
    let columns = menu["button"].as_array().map(Vec::as_slice).unwrap_or_default();
    let name = |button: &Value| button["name"].as_str().unwrap_or("?").to_string();
    let under = |column: &Value| -> Vec<String> {
        column["sub_button"].as_array().map(Vec::as_slice).unwrap_or_default().iter().map(name).collect()
    };
    columns.iter().map(|column| format!("{}: {}", name(column), under(column).join(", "))).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn button(under: &str, name: &str) -> MenuButton {
        MenuButton { under: under.into(), name: name.into(), url: "https://a/".into() }
    }

    /// As menu/get answers.
    fn known() -> Value {
        let view = |n: i64| json!({ "type": "view", "name": n.to_string(), "url": format!("https://b/{n}"), "sub_button": [] });
        json!({ "button": [
            { "name": "便捷服务", "sub_button": [view(1), view(2)] },
            { "type": "click", "name": "开馆时间", "key": "hours", "sub_button": [] },
        ] })
    }

    #[test]
    fn what_was_there_stays() {
        let menu = with_entry(Some(&known()), &button("便捷服务", "YUE积分社")).unwrap();
        assert_eq!(described(&menu), ["便捷服务: 1, 2, YUE积分社", "开馆时间: "]);
        assert_eq!(menu["button"][1], json!({ "type": "click", "name": "开馆时间", "key": "hours" }));
        assert_eq!(menu["button"][0]["sub_button"][0], json!({ "type": "view", "name": "1", "url": "https://b/1" }));
        // Said again, it stands there once, under its new name.
        let again = with_entry(Some(&menu), &button("便捷服务", "积分")).unwrap();
        assert_eq!(described(&again), ["便捷服务: 1, 2, 积分", "开馆时间: "]);
        assert_eq!(
            with_entry(Some(&known()), &button("便捷服务", "a")).unwrap()["button"][1],
            cleaned(&known())["button"][1]
        );
        // A mini program that falls back to the same address is another entry.
        let program =
            json!({ "type": "miniprogram", "name": "小程序", "url": "https://a", "appid": "wx1", "pagepath": "p" });
        let beside = json!({ "button": [{ "name": "便捷服务", "sub_button": [program] }] });
        let menu = with_entry(Some(&beside), &button("便捷服务", "YUE积分社")).unwrap();
        assert_eq!(described(&menu), ["便捷服务: 小程序, YUE积分社"]);
        let new = with_entry(None, &button("便捷服务", "YUE积分社")).unwrap();
        assert_eq!(described(&new), ["便捷服务: YUE积分社"]);
    }

    #[test]
    fn where_there_is_no_room_nothing_is_pushed_out() {
        let other = with_entry(Some(&known()), &button("读者", "YUE积分社")).unwrap();
        assert_eq!(described(&other).len(), 3);
        let refused = |menu: &Value, under: &str| {
            with_entry(Some(menu), &MenuButton { url: "https://c/".into(), ..button(under, "x") }).unwrap_err()
        };
        assert_eq!(refused(&other, "活动"), NoRoom::Columns);
        assert_eq!(refused(&known(), "开馆时间"), NoRoom::NoColumn);
        let mut full = known();
        full["button"][0]["sub_button"] = (0..5).map(|n| json!({ "name": n.to_string(), "url": "x" })).collect();
        assert_eq!(refused(&full, "便捷服务"), NoRoom::Entries);
    }
}
