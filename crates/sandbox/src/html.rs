//! The few pages a person sees: one plain mobile layout.

use axum::http::{HeaderMap, header};
use axum::response::Html;

const STYLE: &str = "
*{box-sizing:border-box}
body{margin:0;background:#ededed;color:#191919;font:17px/1.5 system-ui,'PingFang SC','Noto Sans CJK SC',sans-serif}
main{max-width:480px;margin:0 auto;padding:24px 16px 48px}
main.wide{max-width:860px}
h1{font-size:22px;margin:0 0 16px}h2{font-size:17px;margin:0 0 8px}
.card{background:#fff;border-radius:12px;padding:20px;margin:0 0 16px;overflow-x:auto}
.hint{color:#595959;font-size:14px}
button,.button{display:block;width:100%;min-height:48px;border:0;border-radius:8px;font:inherit;font-weight:600;
 background:#f2f2f2;color:#191919;margin:12px 0 0;cursor:pointer}
button.primary{background:#018942;color:#fff}
.row{display:flex;gap:8px;flex-wrap:wrap;align-items:center}
.row button{width:auto;margin:0;padding:0 14px;min-height:40px;font-weight:400}
input{font:inherit;min-height:44px;padding:0 12px;border:1px solid #8c8c8c;border-radius:8px;width:100%}
.row input{width:auto;flex:1;min-width:0}
a{color:#016b34}table{border-collapse:collapse;width:100%;font-size:15px}
td,th{text-align:left;padding:8px;border-bottom:1px solid #e5e5e5;white-space:nowrap}
code{background:#f2f2f2;padding:1px 5px;border-radius:4px;font-size:14px;overflow-wrap:anywhere}
.avatar{width:64px;height:64px;border-radius:8px;background:#018942;color:#fff;font-size:28px;line-height:64px;
 text-align:center;margin:0 auto 8px}
.centre{text-align:center}
";

pub(crate) fn page(title: &str, body: &str) -> Html<String> {
    document(title, "", "", body)
}

pub(crate) fn wide_page(title: &str, body: &str) -> Html<String> {
    document(title, "", "wide", body)
}

/// A page that looks again by itself.
pub(crate) fn live_page(title: &str, refresh_s: u32, body: &str) -> Html<String> {
    document(title, &format!("<meta http-equiv=\"refresh\" content=\"{refresh_s}\">"), "", body)
}

fn document(title: &str, head: &str, class: &str, body: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">{head}<style>{STYLE}</style></head>\
         <body><main class=\"{class}\">{body}</main></body></html>",
        title = escape(title),
    ))
}

pub(crate) fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
        out
    })
}

/// Whether the Accept header names this type itself; `*/*` does not.
pub(crate) fn wants(headers: &HeaderMap, kind: &str) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains(kind))
}
