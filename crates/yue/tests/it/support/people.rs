//! People and their steps: readers who come in from WeChat and bind cards, staff, prizes.
//! `sign_in` and `bind` go through the pages; `reader`, `holder` and `staff` take the short way through the door.

use super::browser::{Browser, Page};
use super::html::Form;
use super::stage::{Stage, patron};
use domain::cards::{BindCard, CardFace, CardFacts, RequestCode};
use domain::core::asked::Actor;
use domain::core::digest::Digest;
use domain::core::reply::Replied;
use domain::prizes::{MoveStock, PrizeText, SavePrize};
use domain::redemptions::Redeem;
use domain::redemptions::code::RedemptionCode;
use domain::sessions::{AgreeToPrivacy, Enter, SignInStaff, TouchSession};
use domain::slices::{Command, Envelope};
use domain::staff::{AddStaff, Role, SaveRole};
use domain::tables::{
    BranchId, CardId, CardState, PlaceId, PrizeId, PrizeState, Purpose, ReaderId, RedemptionId, RoleNumber, StaffId,
    StockMovementKind,
};
use futures_util::future::join_all;
use sandbox::Patron;
use web::frame::keys::{seed, token};
use web::frame::sealing::{SmsPayload, masked_name, tail};

/// A reader with a card, and the browser in which both are used.
pub struct Holder {
    pub browser: Browser,
    pub reader: ReaderId,
    pub card: CardId,
}

pub struct Prize {
    pub title: &'static str,
    pub points: i64,
    pub stock: i64,
    pub branch: i64,
}

/// Six digits that `Stage::code` never hands out.
pub const WRONG_CODE: &str = "000000";

pub const PENCILS: Prize = Prize { title: "旧书页卷铅笔", points: 20, stock: 10, branch: 1 };

impl Stage {
    /// In from WeChat by 微信授权登录 and 允许.
    pub async fn sign_in(&self, browser: &Browser, user: &str) -> Page {
        let address = self.consent_page(browser, "/").await;
        let granted = browser.get(&self.answer(&address, user, "allow")).await;
        let page = browser.follow(granted).await;
        if ["yue", "__Host-yue"].iter().any(|name| browser.cookie(name).is_some()) {
            self.agreed(browser, "/messages").await;
        }
        page
    }

    /// Where WeChat asks, on the way to a page.
    pub async fn consent_page(&self, browser: &Browser, to: &str) -> String {
        let begun = browser.get(&format!("/wechat/authorization?to={to}")).await;
        begun.leads_to(&format!("{}/connect/oauth2/authorize?", self.sandbox.base_url()))
    }

    /// What pressing 允许 or 拒绝 asks for.
    pub fn answer(&self, consent_page: &str, user: &str, decision: &str) -> String {
        let address = consent_page.replace("/authorize?", "/authorize/answer?");
        let user: String = url::form_urlencoded::byte_serialize(user.as_bytes()).collect();
        format!("{}&user={user}&decision={decision}", address.trim_end_matches("#wechat_redirect"))
    }

    pub async fn send(&self, actor: Actor, command: Command) -> Replied {
        self.door.ask(Envelope { actor, key: None, command, seed: seed().unwrap() }).await.unwrap()
    }

    /// A reader without a card, signed in.
    pub async fn reader(&self) -> (Browser, ReaderId) {
        let (browser, session) = (self.browser(), token().unwrap());
        let enter = Enter {
            union: None,
            wechat: self.keys.digest("openid", &session),
            openid: self.keys.seal("openid", &session).unwrap(),
            consented: true,
            session: self.keys.digest("session", &session),
            replaces: None,
        };
        let reader = self.send(Actor::Visitor, Command::from(enter)).await.cells[0];
        browser.set_cookie("yue", &session);
        self.send(Actor::Reader(ReaderId(reader)), Command::from(AgreeToPrivacy {})).await;
        (browser, ReaderId(reader))
    }

    /// A reader with the nth patron's card, and its 50 points.
    pub async fn holder(&self, n: usize) -> Holder {
        let (browser, reader) = self.reader().await;
        let card = self.bind_shortly(reader, &patron(n)).await;
        Holder { browser, reader, card }
    }

    /// As many readers with cards, from the nth patron on, all at once.
    pub async fn holders(&self, n: usize, count: usize) -> Vec<Holder> {
        join_all((n..n + count).map(|n| self.holder(n))).await
    }

    pub async fn bind_shortly(&self, reader: ReaderId, patron: &Patron) -> CardId {
        let digest = |label, text: &str| self.keys.digest(label, text);
        let (session, code) = (digest("session", &patron.barcode), digest("code", &patron.barcode));
        let (phone, barcode) = (digest("phone", &patron.phone), self.keys.barcode(&patron.barcode));
        let face = CardFace {
            masked_name: masked_name(&patron.name),
            tail: tail(&patron.barcode),
            barcode: self.keys.seal("barcode", &patron.barcode).unwrap(),
            phone: self.keys.seal("phone", &patron.phone).unwrap(),
        };
        let identity = digest("identity", &patron.id_number);
        let matched = Some(CardFacts { state: CardState::Active, identity, patron: Digest::NONE, face });
        let payload = SmsPayload::code(&patron.phone, "000000");
        let request = RequestCode {
            session,
            purpose: Purpose::Bind,
            phone,
            barcode,
            limited: vec![digest("limit.test", &patron.barcode)],
            matched,
            code,
            payload: payload.seal(&self.keys).unwrap(),
        };
        self.send(Actor::Reader(reader), Command::from(request)).await;
        let bind = BindCard { session, phone, barcode, code };
        self.send(Actor::Reader(reader), Command::from(bind)).await.names(CardId)
    }

    /// The page, after 隐私说明 where it is asked for.
    pub async fn agreed(&self, browser: &Browser, path: &str) -> Page {
        let page = browser.get(path).await;
        if !page.location().is_some_and(|to| to.starts_with("/privacy/agreement")) {
            return page;
        }
        let asked = browser.get(&page.leads_to("/privacy/agreement")).await.is(200);
        let form = asked.form("/privacy/agreement").with(&[("agrees", "1")]);
        let on = browser.send(&form).await.is(303).leads_to("/");
        browser.get(&on).await
    }

    /// 发送验证码 on the page, as typed.
    pub async fn ask_for_code(&self, browser: &Browser, barcode: &str, phone: &str) -> Page {
        let page = self.agreed(browser, "/cards/new").await.is(200);
        let mut form = page.form("/cards").with(&[("barcode", barcode), ("phone", phone)]);
        form.action = "/cards/codes".into();
        browser.send(&form).await
    }

    /// 立即绑定 on the page that the code was asked for on.
    pub async fn try_code(&self, browser: &Browser, page: &Page, code: &str) -> Page {
        browser.send(&page.form("/cards").with(&[("code", code)])).await
    }

    /// The newest code at a phone, but for those of `bind_shortly`, which may come as late. One that is WRONG_CODE by chance
    /// ends the test.
    pub async fn code(&self, phone: &str) -> String {
        let code = self.codes(phone).await.into_iter().find(|code| code != WRONG_CODE);
        code.expect("one in a million: run it again")
    }

    /// The token that this browser's forms for a path carry, without opening the page.
    pub fn token(&self, browser: &Browser, path: &str) -> String {
        let session = if path.starts_with("/staff") { "yue_staff" } else { "yue" };
        let bound = browser.cookie(session).or(browser.cookie("yue_visitor")).unwrap_or_default();
        // Under a mask of zeros.
        let token = self.keys.signature("csrf", &bound);
        format!("{}{}", "00".repeat(16), web::frame::keys::hex(token.as_bytes()))
    }

    /// Notes that a browser's session was used: no page does so again for five minutes, so what a page changes
    /// can be told.
    pub async fn seen(&self, browser: &Browser) {
        for token in ["yue", "yue_staff"].iter().filter_map(|name| browser.cookie(name)) {
            let session = self.keys.digest("session", &token);
            self.send(Actor::Visitor, Command::from(TouchSession { session })).await;
        }
    }

    /// A form as if it stood on a page: with its token and a key of its own.
    pub fn form(&self, browser: &Browser, action: &str, fields: &[(&str, &str)]) -> Form {
        let form = Form { action: action.into(), method: "post".into(), fields: vec![] };
        form.with(&[("csrf", &self.token(browser, action)), ("key", &token().unwrap())]).with(fields)
    }

    /// The whole binding through the pages.
    pub async fn bind(&self, browser: &Browser, patron: &Patron) -> Page {
        let asked = self.ask_for_code(browser, &patron.barcode, &patron.phone).await.is(200);
        let code = self.codes(&patron.phone).await.remove(0);
        self.try_code(browser, &asked, &code).await
    }

    pub async fn staff(&self, name: &str, role: Role, branch: i64) -> (Browser, StaffId) {
        self.employ(name, branch, role.number(), role.is_everywhere()).await
    }

    /// By a role of the library's own, in this branch.
    pub async fn staff_who_may(&self, name: &str, permissions: i64, branch: i64) -> (Browser, StaffId) {
        let save = SaveRole { role: None, name: name.into(), permissions };
        let role = self.send(Actor::Job, Command::from(save)).await.names(RoleNumber);
        self.employ(name, branch, role, false).await
    }

    async fn employ(&self, name: &str, branch: i64, role: RoleNumber, everywhere: bool) -> (Browser, StaffId) {
        let add = AddStaff {
            name_hash: self.keys.digest("staff", name),
            name: name.into(),
            password_hash: "nobody signs in with this".into(),
            branch: BranchId(branch),
            role,
            everywhere,
        };
        let staff = self.send(Actor::Job, Command::from(add)).await.names(StaffId);
        (self.signed_in(staff).await, staff)
    }

    /// A browser in which a member of staff has just signed in.
    pub async fn signed_in(&self, staff: StaffId) -> Browser {
        let (browser, session) = (self.browser(), token().unwrap());
        let digest = self.keys.digest("session", &session);
        let sign_in = SignInStaff { staff, right: true, known_browser: false, session: digest, replaces: None };
        self.send(Actor::Visitor, Command::from(sign_in)).await;
        browser.set_cookie("yue_staff", &session);
        browser
    }

    /// The place of the settings.
    pub async fn place(&self) -> PlaceId {
        store::places::all(&self.reads, 20200101).await.unwrap()[0].place.id
    }

    pub async fn prize(&self, staff: StaffId, prize: Prize) -> PrizeId {
        let text =
            PrizeText { title: prize.title.into(), description: String::new(), picture: "prize-pencils.svg".into() };
        let save = SavePrize {
            prize: None,
            branch: BranchId(prize.branch),
            state: PrizeState::Shown,
            points: prize.points,
            per_card: 0,
            visible_from: 0,
            visible_until: 0,
            position: 0,
            place: Some(self.place().await),
            text,
            pictures: vec![],
        };
        let id = self.send(Actor::Staff(staff), Command::from(save)).await.names(PrizeId);
        if prize.stock > 0 {
            let (kind, reason) = (StockMovementKind::Received, "首批到货".into());
            let receive = MoveStock { prize: id, kind, count: prize.stock, reason };
            self.send(Actor::Staff(staff), Command::from(receive)).await;
        }
        id
    }

    /// A prize with something changed.
    pub async fn edit(&self, staff: StaffId, prize: PrizeId, change: impl FnOnce(&mut SavePrize)) {
        let row = self.stored_prize(prize).await;
        let (title, picture) = ("改过的奖品".into(), "prize-pencils.svg".into());
        let mut save = SavePrize {
            prize: Some(prize),
            branch: row.branch,
            state: row.state,
            points: row.points,
            per_card: row.per_card,
            visible_from: row.visible_from,
            visible_until: row.visible_until,
            position: row.position,
            place: row.place,
            pictures: vec![],
            text: PrizeText { title, description: String::new(), picture },
        };
        change(&mut save);
        self.send(Actor::Staff(staff), Command::from(save)).await;
    }

    /// A redemption, with its code as people read it.
    pub async fn redeemed(&self, holder: &Holder, prize: PrizeId) -> (RedemptionId, String) {
        let points = self.number("select points from prize where id = $1", &[prize.0]).await;
        let redeem = Redeem { card: holder.card, prize, points };
        let reply = self.send(Actor::Reader(holder.reader), Command::from(redeem)).await;
        let code = RedemptionCode { redemption: reply.names(RedemptionId), secret: reply.cells[1] };
        (code.redemption, code.grouped())
    }
}
