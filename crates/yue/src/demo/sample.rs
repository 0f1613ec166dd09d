//! The living sample: four months of a library's life, made by the same commands that people send.

use super::sample_activities::Today;
use super::sample_history::OPENED;
use crate::clock::LibraryClock;
use crate::serve::Library;
use crate::staff::{create, given};
use domain::cards::{BindCard, CardFace, CardFacts, RequestCode};
use domain::core::asked::Actor;
use domain::core::day::DAY_MS;
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::core::reply::Replied;
use domain::prizes::{MoveStock, PrizeText, SavePrize};
use domain::redemptions::code::RedemptionCode;
use domain::redemptions::{Collect, Redeem};
use domain::sessions::Enter;
use domain::slices::{Command, Envelope};
use domain::staff::Role;
use domain::tables::{
    BranchId, CardId, CardState, PrizeId, PrizeState, Purpose, ReaderId, RedemptionId, StaffId, StockMovementKind,
};
use sandbox::Patron;
use store::Clock as _;
use web::frame::keys::{Keys, seed};
use web::frame::sealing::{SmsPayload, masked_name, tail};

pub const PASSWORD: &str = "shuzhou-2026";
pub const ACCOUNTS: [(&str, Role, BranchId); 7] = [
    ("linjing", Role::Administrator, BRANCH),
    ("guanzhang", Role::Director, BRANCH),
    ("fuwutai", Role::Desk, BRANCH),
    ("shenji", Role::Auditor, BRANCH),
    ("huodong", Role::Activities, BRANCH),
    ("caibian", Role::Acquisitions, BRANCH),
    ("dachang", Role::Desk, SECOND_BRANCH),
];
pub const BRANCH: BranchId = BranchId(1);
pub const SECOND_BRANCH: BranchId = BranchId(2);
/// The last weeks, which are told day by day.
const WEEKS: i64 = 21;
/// So long the sample library has been open.
pub const LIFE_MS: i64 = OPENED * DAY_MS;
/// The prize that the second branch gives, by its place in the list.
const OF_SECOND_BRANCH: usize = 9;

struct Sample {
    title: &'static str,
    description: &'static str,
    picture: &'static str,
    points: i64,
    stock: i64,
    per_card: i64,
    shown: bool,
}

const fn prize(title: &'static str, picture: &'static str, points: i64, stock: i64, per_card: i64) -> Sample {
    Sample { title, description: "", picture, points, stock, per_card, shown: true }
}

const PRIZES: [Sample; 12] = [
    Sample {
        description: "用旧书页卷成的铅笔，五支一捆，每支的字都不一样。\n2B，可削。",
        ..prize("旧书页卷铅笔（五支）", "prize-pencils.svg", 20, 60, 0)
    },
    Sample {
        description: "黄铜冲压，书口也是水波。夹在书里不易滑落。\n长 12 厘米，重 9 克。",
        ..prize("黄铜波纹书签", "prize-bookmark.svg", 30, 40, 2)
    },
    Sample {
        description: "一册绘本，拆开前不知道是哪一本。由少儿馆馆员挑选，适合 3–6 岁。",
        ..prize("绘本盲袋（3–6岁）", "prize-parcel.svg", 50, 12, 1)
    },
    Sample {
        description: "手工线装，布面精装，内页 96 页，无横线。",
        ..prize("线装布面札记本", "prize-notebook.svg", 100, 18, 0)
    },
    Sample {
        description: "12 安原色帆布，印有“书舟”图样：一册书作船，一页纸作帆。装得下八本平装书，内有小袋可放读者证。\n\
                      宽 36 厘米，高 40 厘米。可手洗，请勿漂白。",
        ..prize("江北阅读帆布书袋", "prize-tote.svg", 150, 12, 1)
    },
    Sample {
        description: "“阅”字藏书印，青田石，附印泥。", ..prize("“阅”字藏书印", "prize-seal.svg", 180, 2, 1)
    },
    Sample {
        description: "夹在书页上的小灯，三档暖光，睡前读几页不打扰家人。USB-C 充电，充满可用约 20 小时。",
        ..prize("夹页护眼阅读灯", "prize-lamp.svg", 200, 6, 1)
    },
    Sample {
        description: "白瓷，杯身一圈书页作水波。300 毫升。", ..prize("书舟陶瓷杯", "prize-mug.svg", 40, 0, 0)
    },
    Sample {
        description: "一册绘本，适合 7–9 岁，文字多一些。",
        ..prize("绘本盲袋（7–9岁）", "prize-parcel.svg", 50, 8, 1)
    },
    Sample {
        description: "小一号的帆布袋，放两本书和一只水杯刚好。",
        ..prize("午间小书袋", "prize-tote.svg", 45, 3, 1)
    },
    Sample {
        description: "巴掌大的札记本，随身记下书名。", ..prize("口袋札记本", "prize-notebook.svg", 25, 1, 0)
    },
    Sample { shown: false, ..prize("新年限定书签", "prize-bookmark.svg", 60, 30, 1) },
];

/// Readers of the sample: card, the prizes that they redeem (by place in the list), and which of them they collect.
const READERS: [(&str, &[usize], usize); 6] = [
    ("JB002500000018", &[0, 1], 2),
    ("JB002500000026", &[1], 1),
    ("JB002500000034", &[2], 0),
    ("JB002500000042", &[0, 10], 1),
    ("JB002500000059", &[], 0),
    ("JB002500000067", &[9], 0),
];

pub fn is_taken(barcode: &str) -> bool {
    READERS.iter().any(|(taken, ..)| *taken == barcode)
}

/// Fills an empty library; a library with any history is left alone.
pub async fn fill(library: &Library, appid: &str, clock: &LibraryClock, patrons: &[Patron]) -> Result<(), String> {
    let first = library.keys.digest("staff", ACCOUNTS[0].0);
    let staff = store::sessions::staff_by_name(&library.store.reads, first).await;
    if staff.map_err(|fault| fault.to_string())?.is_some() {
        return Ok(());
    }
    let kept = clock.offset_ms();
    let life = Life { library, appid, clock, start: kept - WEEKS * DAY_MS };
    let lived = life.live(patrons).await;
    clock.set_offset_ms(kept);
    lived
}

fn failed(fault: store::Fault) -> String {
    fault.to_string()
}

pub struct Life<'a> {
    pub library: &'a Library,
    appid: &'a str,
    clock: &'a LibraryClock,
    start: i64,
}

impl Life<'_> {
    async fn live(&self, patrons: &[Patron]) -> Result<(), String> {
        self.days_ago(OPENED);
        let keys = &self.library.keys;
        for (name, role, branch) in ACCOUNTS {
            create(&self.library.store.door, keys, name, PASSWORD, given(role), branch).await?;
        }
        let staff = self.staff(ACCOUNTS[0].0).await?;
        let mut prizes = vec![];
        for (position, sample) in PRIZES.iter().enumerate() {
            let branch = if position == OF_SECOND_BRANCH { SECOND_BRANCH } else { BRANCH };
            prizes.push(self.add_prize(staff, sample, position as i64, branch).await?);
        }
        let mut bound = vec![];
        for (day, (barcode, ..)) in READERS.iter().enumerate() {
            self.days_ago(OPENED - 1 - day as i64);
            let patron = patrons.iter().find(|patron| patron.barcode == *barcode);
            bound.push(self.bind(keys, patron.ok_or("a patron of the sample is missing")?).await?);
        }
        self.live_through_the_past(staff, &bound, &prizes).await?;
        let announced = self.announce_activities(staff, &bound).await?;
        for (n, ((reader, card), (_, wanted, collected))) in bound.iter().copied().zip(READERS).enumerate() {
            self.on_day(8 + 2 * n as i64);
            for (n, wanted) in wanted.iter().enumerate() {
                let prize = prizes[*wanted];
                let redeemed = self
                    .send(Actor::Reader(reader), Command::from(Redeem { card, prize, points: PRIZES[*wanted].points }))
                    .await?;
                if n < collected {
                    let code = RedemptionCode { redemption: redeemed.names(RedemptionId), secret: redeemed.cells[1] };
                    self.send(Actor::Staff(staff), Command::from(Collect { code, outside_hours: true })).await?;
                }
            }
        }
        self.suggest(staff, &bound).await?;
        self.donate(staff, &bound).await?;
        self.follow_activities(staff, &bound, &announced).await
    }

    pub fn on_day(&self, day: i64) {
        self.clock.set_offset_ms(self.start + day * DAY_MS);
    }

    pub fn days_ago(&self, days: i64) {
        self.on_day(WEEKS - days);
    }

    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// The library's calendar day.
    pub fn day_now(&self) -> i64 {
        self.clock.day(self.clock.now())
    }

    pub async fn price(&self, prize: PrizeId) -> Result<i64, String> {
        let all = store::prizes::views(self.library.store.reads.all(store::prizes::all()).await.map_err(failed)?);
        let found = all.map_err(failed)?.into_iter().find(|view| view.prize.id == prize);
        found.map(|view| view.prize.points).ok_or_else(|| "a prize of the sample is missing".into())
    }

    /// Today as the library has it when the sample's life is over.
    pub fn today(&self) -> Today {
        let at = self.clock.now() - self.clock.offset_ms() + self.start + WEEKS * DAY_MS;
        let minute = self.clock.minute(at);
        Today { at, midnight: at - at % 60_000 - minute * 60_000, day: self.clock.day(at) }
    }

    pub fn keys(&self) -> &Keys {
        &self.library.keys
    }

    pub async fn send(&self, actor: Actor, command: Command) -> Result<Replied, String> {
        let seed = seed().map_err(|fault| fault.0.to_string())?;
        let answer = self.library.store.door.ask(Envelope { actor, key: None, command, seed }).await;
        answer.map_err(|no| format!("the sample library: {no:?}"))
    }

    async fn staff(&self, name: &str) -> Result<StaffId, String> {
        let name = self.library.keys.digest("staff", name);
        let found = store::sessions::staff_by_name(&self.library.store.reads, name).await;
        let found = found.map_err(|fault| fault.to_string())?;
        found.map(|(staff, _)| staff).ok_or_else(|| "the sample library has no staff".to_string())
    }

    async fn add_prize(
        &self,
        staff: StaffId,
        sample: &Sample,
        position: i64,
        branch: BranchId,
    ) -> Result<PrizeId, String> {
        let text = PrizeText {
            title: sample.title.into(),
            description: sample.description.into(),
            picture: sample.picture.into(),
        };
        let places =
            store::places::all(&self.library.store.reads, 20200101).await.map_err(|fault| fault.to_string())?;
        let place = places.iter().find(|view| view.place.branch == branch).map(|view| view.place.id);
        let saved = self.send(
            Actor::Staff(staff),
            Command::from(SavePrize {
                prize: None,
                branch,
                state: if sample.shown { PrizeState::Shown } else { PrizeState::Hidden },
                points: sample.points,
                per_card: sample.per_card,
                visible_from: 0,
                visible_until: 0,
                position,
                place,
                text,
                pictures: vec![],
            }),
        );
        let prize = saved.await?.names(PrizeId);
        if sample.stock > 0 {
            let (kind, count, reason) = (StockMovementKind::Received, sample.stock, "首批到货".to_string());
            let received = Command::from(MoveStock { prize, kind, count, reason });
            self.send(Actor::Staff(staff), received).await?;
        }
        Ok(prize)
    }

    async fn bind(&self, keys: &Keys, patron: &Patron) -> Result<(ReaderId, CardId), String> {
        let text = |fault: web::frame::keys::KeyFault| fault.0.to_string();
        // As the sandbox's WeChat knows them: whoever enters there by this name is this reader.
        let openid = sandbox::openid(self.appid, &patron.name);
        let union = keys.digest("unionid", &sandbox::unionid(&patron.name));
        let session = keys.digest("session", &openid);
        let entered = self.send(
            Actor::Visitor,
            Command::from(Enter {
                union: Some(union),
                wechat: keys.digest("openid", &openid),
                openid: keys.seal("openid", &openid).map_err(text)?,
                consented: true,
                session,
                replaces: None,
            }),
        );
        let reader = entered.await?.names(ReaderId);
        let (phone, barcode) = (keys.digest("phone", &patron.phone), keys.barcode(&patron.barcode));
        let code = keys.digest("code", &openid);
        let face = CardFace {
            masked_name: masked_name(&patron.name),
            tail: tail(&patron.barcode),
            barcode: keys.seal("barcode", &patron.barcode).map_err(text)?,
            phone: keys.seal("phone", &patron.phone).map_err(text)?,
        };
        let identity = keys.digest("identity", &patron.id_number);
        let facts = CardFacts { state: CardState::Active, identity, patron: Digest::NONE, face };
        let payload: Sealed = SmsPayload::code(&patron.phone, "000000").seal(keys).map_err(text)?;
        let limited = vec![keys.digest("limit.reader", &openid)];
        let purpose = Purpose::Bind;
        let matched = Some(facts);
        let request = RequestCode { session, purpose, phone, barcode, limited, matched, code, payload };
        self.send(Actor::Reader(reader), Command::from(request)).await?;
        let bound = self.send(Actor::Reader(reader), Command::from(BindCard { session, phone, barcode, code })).await?;
        Ok((reader, bound.names(CardId)))
    }
}
