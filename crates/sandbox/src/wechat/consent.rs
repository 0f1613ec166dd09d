//! The consent page, and the page that WeChat shows instead when the address is wrong.

use axum::http::StatusCode;
use axum::response::Html;

use super::ask::Ask;
use crate::html::{self, escape};

pub(super) fn page(ask: &Ask, user: &str, known: &[String]) -> Html<String> {
    html::page("微信授权", &body(ask, user, known))
}

fn body(ask: &Ask, user: &str, known: &[String]) -> String {
    let hidden: String = ask.sent.iter().map(|(name, value)| hidden_input(name, value)).collect();
    let known: String =
        known.iter().map(|name| format!("<button name=user value=\"{0}\">{0}</button>", escape(name))).collect();
    let known = match known.as_str() {
        "" => String::new(),
        known => format!(
            "<section class=card><h2>以样例读者进入</h2><p class=hint>他们已经绑定读者证，有几个月的记录。</p>\
             <form class=row action=\"/connect/oauth2/authorize\">{hidden}{known}</form></section>"
        ),
    };
    let initial = escape(&user.chars().take(1).collect::<String>());
    let user = escape(user);
    format!(
        "<section class=card><div class=avatar aria-hidden=true>{initial}</div>\
         <p class=centre><strong>{user}</strong></p><h1 class=centre>申请获取以下权限</h1>\
         <p class=centre>获得你的公开信息（昵称、头像、地区及性别）</p>\
         <form action=\"/connect/oauth2/authorize/answer\">{hidden}<input type=hidden name=user value=\"{user}\">\
         <button class=primary name=decision value=allow>允许</button>\
         <button name=decision value=deny>拒绝</button>\
         <button name=decision value=snapshot>仅浏览（快照页）</button></form></section>\
         <section class=card><h2>换一个微信用户</h2>\
         <form class=row action=\"/connect/oauth2/authorize\">{hidden}\
         <input name=user maxlength=32 required aria-label=\"微信用户名字\" placeholder=\"微信用户名字\">\
         <button>切换</button></form>\
         <p class=hint>这是沙箱里的模拟页面，不是微信。同一个名字总是同一个用户。</p></section>{known}"
    )
}

fn hidden_input(name: &str, value: &str) -> String {
    format!("<input type=hidden name=\"{}\" value=\"{}\">", escape(name), escape(value))
}

pub(super) fn error_page(reason: &str) -> (StatusCode, Html<String>) {
    let body = format!("<section class=card><h1>无法打开授权页面</h1><p>{}</p></section>", escape(reason));
    (StatusCode::BAD_REQUEST, html::page("出错了", &body))
}
