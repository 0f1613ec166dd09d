//! The landing page: what the sandbox pretends to be, and the switches.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;

use crate::html::{escape, wide_page};
use crate::world::World;
use crate::{Charset, Mode, Party, Patron};

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new().route("/", get(show))
}

async fn show(State(world): State<Arc<World>>) -> Html<String> {
    let switches: String = Party::ALL.into_iter().map(|party| switch(party, world.mode(party))).collect();
    let body = format!(
        "<h1>阅 · 外部系统沙箱</h1>{}{}{}{}{switches}",
        wechat(&world),
        sms_inboxes(&world),
        library(&world),
        others(&world)
    );
    wide_page("外部系统沙箱", &body)
}

fn wechat(world: &World) -> String {
    format!(
        "<section class=card><h2>微信公众号</h2><p>AppID <code>{}</code></p>\
         <p><code>GET /connect/oauth2/authorize</code> 网页授权（加 <code>&amp;user=名字</code> 可指定微信用户）</p>\
         <p><code>GET /sns/oauth2/access_token</code>　<code>GET /sns/userinfo</code></p></section>",
        escape(&world.config.wechat.appid)
    )
}

fn sms_inboxes(world: &World) -> String {
    let mut phones = world.inbox().phones();
    phones.extend(world.patrons().iter().map(|patron| patron.phone.clone()).filter(|phone| !phone.is_empty()));
    let links: String = phones.iter().map(|phone| format!("<a href=\"/sms/{0}\">{0}</a>　", escape(phone))).collect();
    format!(
        "<section class=card><h2>短信（阿里云 SendSms）</h2><p>AccessKeyId <code>{}</code></p>\
         <p><code>POST /sms-gateway/</code>　签名 ACS3-HMAC-SHA256</p><p>收件箱：{links}</p></section>",
        escape(&world.config.sms.access_key_id)
    )
}

fn library(world: &World) -> String {
    let charset = match world.config.library.charset {
        Charset::Utf8 => "UTF-8",
        Charset::Gb18030 => "GB18030",
    };
    let rows: String = world.patrons().iter().map(patron_row).collect();
    format!(
        "<section class=card><h2>图书馆系统（SIP2）</h2><p><code>{}</code>　{charset}　登录名 <code>{}</code></p>\
         <table><tr><th>证号<th>姓名<th>手机<th>身份证号<th>生日<th>状态</tr>{rows}</table></section>",
        world.sip2,
        escape(&world.config.library.user)
    )
}

fn others(world: &World) -> String {
    let (tencent, koha) = (&world.config.tencent, &world.config.koha);
    format!(
        "<section class=card><h2>腾讯云短信　Koha</h2><p><code>POST /tencent-sms/</code>　SecretId <code>{}</code>　\
         SdkAppId <code>{}</code></p><p><code>/koha/api/v1/…</code>　client_id <code>{}</code></p>\
         <p>书目：<code>/sru</code>（SRU 1.1）　<code>/openlibrary/</code></p><p>公众号通知：<code>GET /wechat/微信用户</code></p></section>",
        escape(&tencent.secret_id),
        escape(&tencent.sdk_app_id),
        escape(&koha.client_id)
    )
}

fn patron_row(patron: &Patron) -> String {
    let cells = [
        &patron.barcode,
        &patron.name,
        &patron.phone,
        &patron.id_number,
        &patron.birth_date,
        &patron.state.label().to_owned(),
    ];
    let cells: String = cells.iter().map(|cell| format!("<td>{}", escape(cell))).collect();
    format!("<tr>{cells}</tr>")
}

fn switch(party: Party, mode: Mode) -> String {
    let name = party.name();
    let now = match mode {
        Mode::Normal => "正常".to_owned(),
        Mode::Slow { ms } => format!("缓慢（{ms} 毫秒）"),
        Mode::Down => "不可用".to_owned(),
        Mode::Limited => "限流".to_owned(),
        Mode::Lying => "答非所问".to_owned(),
        Mode::Unknown => "结果不明".to_owned(),
    };
    let buttons = [
        ("down", "不可用"),
        ("limited", "限流"),
        ("lying", "答非所问"),
        ("unknown", "结果不明"),
        ("clear", "恢复正常"),
    ];
    let buttons: String =
        buttons.iter().map(|(value, label)| format!("<button name={value} value=1>{label}</button>")).collect();
    format!(
        "<section class=card><h2>故障开关：{name}</h2><p class=hint>现在：{now}</p>\
         <form class=row method=post action=\"/control/{name}\">{buttons}</form>\
         <form class=row style=\"margin-top:8px\" method=post action=\"/control/{name}\">\
         <input name=slow type=number min=0 value=3000 aria-label=\"毫秒\"><button>放慢（毫秒）</button></form></section>"
    )
}
