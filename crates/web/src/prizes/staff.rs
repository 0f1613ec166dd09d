//! Prizes in the back office: words, points, dates, limits, stock.

use super::{PICTURES, picture_url, picture_urls, stock_words};
use crate::frame::app::Stop;
use crate::frame::ask::StaffAsk;
use crate::frame::failure::Failure;
use crate::frame::page::{StaffShell, form_key, page_with};
use crate::frame::posted::Posted;
use crate::kit::list::{Action, List, ListPage};
use crate::kit::table::{Cell, Table};
use crate::kit::upload::Uploaded;
use crate::places::PlaceLook;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::core::refusal::{Common, Refused};
use domain::core::texts::{DESCRIPTION_CHARS_MAX, TITLE_CHARS_MAX};
use domain::places;
use domain::prizes::{self, MoveStock, PrizeText, SavePrize};
use domain::slices::Refusal;
use domain::staff::Permission;
use domain::tables::{BranchId, PlaceId, PlaceState, Prize, PrizeId, PrizeState, StockMovementKind};
use serde::Deserialize;
use store::prizes::{MovementView, PrizeView, all, movements, one, views};

const PATH: &str = "/staff/prizes";
const PICTURES_MAX: usize = 5;

pub struct Line {
    pub view: PrizeView,
    pub picture: String,
    pub state: &'static str,
    pub state_class: &'static str,
}

pub async fn index(ask: StaffAsk) -> Result<Response, Failure> {
    let prizes = views(ask.app.reads.all(all()).await?)?;
    let mine = prizes.into_iter().filter(|view| ask.lists(view.prize.branch));
    let lines: Vec<Line> = mine.map(|view| line(view, ask.now)).collect();
    let add = Action { icon: "plus", ..Action::primary("/staff/prizes/new", "新增奖品") };
    ListPage {
        shell: ask.shell(PATH),
        title: "奖品",
        actions: ask.may(Permission::EditPrizes).then_some(add).into_iter().collect(),
        list: List::whole(PATH, table().on_screen(&lines), "还没有奖品。"),
    }
    .answer()
}

fn table() -> Table<'static, Line> {
    Table::new()
        .text("奖品", |line: &Line| Cell::Pictured {
            href: format!("{PATH}/{}", line.view.prize.id),
            picture: line.picture.clone(),
            text: line.view.text.title.clone(),
            width: 32,
        })
        .text("状态", |line| Cell::State { class: line.state_class, word: line.state, note: String::new() })
        .number("积分", |line| line.view.prize.points)
        .number("现有", |line| line.view.prize.on_hand)
        .number("待领取", |line| line.view.prize.reserved)
        .number("已领取", |line| line.view.prize.handed_over)
        .number("每证限兑", |line| match line.view.prize.per_card {
            0 => Cell::from("不限"),
            most => most.into(),
        })
}

fn line(view: PrizeView, now: i64) -> Line {
    let prize = &view.prize;
    let (state, state_class) = match domain::prizes::on_sale(prize, now) {
        Err(prizes::Refusal::PrizeHidden) => ("未上架", "st"),
        Err(prizes::Refusal::NotYetOnSale { .. }) => ("未开始", "st st-wait"),
        Err(_) => ("已结束", "st"),
        Ok(()) if prize.on_hand < 1 => ("已兑完", "st st-no"),
        Ok(()) => ("兑换中", "st st-ok"),
    };
    Line { picture: picture_url(&view.text.picture), view, state, state_class }
}

/// As typed, so that nothing is lost when something is wrong.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PrizeForm {
    pub title: String,
    pub description: String,
    pub picture: String,
    pub points: String,
    pub per_card: String,
    pub position: String,
    pub visible_from: String,
    pub visible_until: String,
    pub shown: String,
    pub branch: String,
    pub place: String,
}

#[derive(Default)]
struct Errors {
    title: Option<String>,
    points: Option<String>,
    per_card: Option<String>,
    position: Option<String>,
    dates: Option<String>,
    form: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct StockForm {
    pub kind: String,
    pub count: String,
    pub reason: String,
}

#[derive(Template)]
#[template(path = "prizes/staff/edit.html")]
pub struct EditPage {
    shell: StaffShell,
    key: String,
    stock_key: String,
    prize: Option<Prize>,
    form: PrizeForm,
    errors: Errors,
    stock_form: StockForm,
    stock_error: Option<String>,
    stock: String,
    movements: Vec<(MovementView, String)>,
    /// The drawings, and what the prize shows now.
    pictures: Vec<(&'static str, &'static str, String)>,
    own_pictures: Vec<String>,
    places: Vec<PlaceLook>,
    branches: Vec<(String, String)>,
}

struct Shown {
    form: PrizeForm,
    errors: Errors,
    stock_form: StockForm,
    stock_error: Option<String>,
}

impl Shown {
    fn form(form: PrizeForm) -> Self {
        Shown { form, errors: Errors::default(), stock_form: StockForm::default(), stock_error: None }
    }
}

async fn edit_page(
    ask: &StaffAsk,
    prize: Option<Prize>,
    shown: Shown,
    status: StatusCode,
) -> Result<Response, Failure> {
    let movements = match &prize {
        Some(prize) => movements(&ask.app.reads, prize.id).await?,
        None => vec![],
    };
    let movements = movements.into_iter().map(|m| (m.clone(), ask.app.calendar.moment(m.at))).collect();
    let stock = prize.map(|prize| stock_words(prize.on_hand)).unwrap_or_default();
    let pictures = PICTURES.iter().map(|(name, label)| (*name, *label, picture_url(name))).collect();
    let places = store::places::all(&ask.app.reads, ask.today()).await?.into_iter();
    // A closed place is not offered; one that is chosen already is named.
    let places =
        places.filter(|view| view.place.state == PlaceState::Open || view.place.id.0.to_string() == shown.form.place);
    let places = places.map(PlaceLook::of).collect();
    let branches = if prize.is_none() { ask.branches(Permission::EditPrizes) } else { vec![] };
    let Shown { form, errors, stock_form, stock_error } = shown;
    let shell = ask.shell(PATH);
    let (key, stock_key) = (form_key()?, form_key()?);
    let is_drawing = PICTURES.iter().any(|(name, _)| *name == form.picture);
    let own_pictures = if is_drawing { vec![] } else { picture_urls(&form.picture) };
    let template = EditPage {
        shell,
        key,
        stock_key,
        prize,
        form,
        errors,
        stock_form,
        stock_error,
        stock,
        movements,
        pictures,
        own_pictures,
        places,
        branches,
    };
    page_with(status, &template)
}

pub async fn new(ask: StaffAsk) -> Result<Response, Failure> {
    let places = store::places::all(&ask.app.reads, ask.today()).await?;
    let first = places.iter().find(|view| view.place.branch == ask.home()).or(places.first());
    let form = PrizeForm {
        picture: "prize-parcel.svg".into(),
        shown: "1".into(),
        branch: ask.home().to_string(),
        place: first.map_or(String::new(), |view| view.place.id.0.to_string()),
        ..PrizeForm::default()
    };
    edit_page(&ask, None, Shown::form(form), StatusCode::OK).await
}

async fn found(ask: &StaffAsk, prize: i64) -> Result<PrizeView, Failure> {
    let view = views(ask.app.reads.all(one(PrizeId(prize))).await?)?.pop();
    view.filter(|view| ask.covers(view.prize.branch)).ok_or(Failure::NotFound)
}

pub async fn edit(ask: StaffAsk, Path(prize): Path<i64>) -> Result<Response, Failure> {
    let view = found(&ask, prize).await?;
    edit_page(&ask, Some(view.prize), Shown::form(typed(&ask, &view)), StatusCode::OK).await
}

fn typed(ask: &StaffAsk, view: &PrizeView) -> PrizeForm {
    let PrizeView { prize, text } = view;
    PrizeForm {
        title: text.title.clone(),
        description: text.description.clone(),
        picture: text.picture.clone(),
        points: prize.points.to_string(),
        per_card: if prize.per_card == 0 { String::new() } else { prize.per_card.to_string() },
        position: prize.position.to_string(),
        visible_from: ask.app.calendar.input(prize.visible_from),
        visible_until: ask.app.calendar.input(prize.visible_until),
        shown: if prize.state == PrizeState::Shown { "1".into() } else { String::new() },
        branch: prize.branch.0.to_string(),
        place: prize.place.map_or(String::new(), |place| place.0.to_string()),
    }
}

/// A whole number as typed; empty is 0.
fn whole(text: &str) -> Option<i64> {
    if text.trim().is_empty() { Some(0) } else { text.trim().parse().ok().filter(|number| *number >= 0) }
}

fn read(ask: &StaffAsk, prize: Option<PrizeId>, form: &PrizeForm) -> Result<SavePrize, Box<Errors>> {
    let title = form.title.trim();
    let length = title.chars().count();
    let (points, per_card) = (whole(&form.points).filter(|points| *points > 0), whole(&form.per_card));
    let position = whole(&form.position);
    let (from, until) = (ask.app.calendar.of_input(&form.visible_from), ask.app.calendar.of_input(&form.visible_until));
    let errors = Errors {
        title: match length {
            0 => Some("请填写奖品名称。".into()),
            TITLE_CHARS_MAX.. if length > TITLE_CHARS_MAX => {
                Some(format!("名称最多 {TITLE_CHARS_MAX} 个字，这里有 {length} 个。"))
            }
            _ => None,
        },
        points: points.is_none().then(|| "所需积分应为大于 0 的整数。".into()),
        per_card: per_card.is_none().then(|| "限兑件数应为整数，不限请留空。".into()),
        position: position.is_none().then(|| "排序应为整数，越小越靠前。".into()),
        dates: (from.is_none() || until.is_none()).then(|| "日期没有看懂，请重新选择。".into()),
        form: (form.description.chars().count() > DESCRIPTION_CHARS_MAX)
            .then(|| format!("说明最多 {DESCRIPTION_CHARS_MAX} 个字。")),
    };
    let (Some(points), Some(per_card), Some(position), Some(visible_from), Some(visible_until)) =
        (points, per_card, position, from, until)
    else {
        return Err(Box::new(errors));
    };
    if errors.title.is_some() || errors.form.is_some() {
        return Err(Box::new(errors));
    }
    let is_known =
        |name: &str| PICTURES.iter().any(|(drawing, _)| *drawing == name) || crate::kit::pictures::url(name).is_some();
    let names: Vec<&str> = form.picture.split_whitespace().filter(|name| is_known(name)).take(PICTURES_MAX).collect();
    let picture = if names.is_empty() { "empty.svg".to_string() } else { names.join(" ") };
    Ok(SavePrize {
        prize,
        branch: form.branch.parse().map_or(ask.staff.branch, BranchId),
        state: if form.shown.is_empty() { PrizeState::Hidden } else { PrizeState::Shown },
        points,
        per_card,
        visible_from,
        visible_until,
        position,
        place: form.place.parse().ok().filter(|place| *place > 0).map(PlaceId),
        pictures: vec![],
        text: PrizeText { title: title.into(), description: form.description.trim().into(), picture },
    })
}

pub async fn create(ask: StaffAsk, uploaded: Uploaded<PrizeForm>) -> Result<Response, Failure> {
    save(ask, None, uploaded).await
}

pub async fn update(ask: StaffAsk, Path(prize): Path<i64>, uploaded: Uploaded<PrizeForm>) -> Result<Response, Failure> {
    let prize = found(&ask, prize).await?.prize;
    save(ask, Some(prize), uploaded).await
}

/// The form with its new pictures, which come before whatever was chosen.
async fn complete(ask: &StaffAsk, prize: Option<PrizeId>, uploaded: &mut Uploaded<PrizeForm>) -> Read {
    let files = std::mem::take(&mut uploaded.files);
    let pictures = match crate::kit::pictures::read_all(&ask.app, files).await? {
        Ok(pictures) => pictures,
        Err(bad) => {
            let form = Some(format!("有 {bad} 个文件不是图片（JPG、PNG、WebP），请重新选择。"));
            return Ok(Err(Box::new(Errors { form, ..Errors::default() })));
        }
    };
    if !pictures.is_empty() {
        let names: Vec<String> = pictures.iter().map(|picture| crate::kit::pictures::name(picture.hash)).collect();
        uploaded.posted.form.picture = names.join(" ");
    }
    Ok(read(ask, prize, &uploaded.posted.form).map(|command| SavePrize { pictures, ..command }))
}

type Read = Result<Result<SavePrize, Box<Errors>>, Failure>;

async fn save(ask: StaffAsk, prize: Option<Prize>, mut uploaded: Uploaded<PrizeForm>) -> Result<Response, Failure> {
    let key = uploaded.posted.idempotency(&ask.app, ask.actor());
    let chosen = uploaded.posted.form.picture.clone();
    let command = complete(&ask, prize.map(|prize| prize.id), &mut uploaded).await?;
    let posted = uploaded.posted;
    let errors = match command {
        Ok(command) => match ask.app.command(ask.actor(), key, command).await {
            Ok(prizes::Reply::PrizeSaved { prize }) => {
                return Ok(Redirect::to(&format!("/staff/prizes/{prize}")).into_response());
            }
            Ok(reply) => return Err(Failure::unexpected(reply)),
            Err(Stop::Refused(why)) if why == Common::DatesReversed => {
                Errors { dates: Some(wording::refusal(why)), ..Errors::default() }
            }
            Err(Stop::Refused(why)) if why == Common::NotPositive || why == places::Refusal::NoSuchPlace => {
                Errors { form: Some(wording::refusal(why)), ..Errors::default() }
            }
            Err(stop) => return Err(stop.into()),
        },
        Err(errors) => *errors,
    };
    // Pictures that came with a refused form are not stored: the page must not show them as if they were.
    let shown = Shown { errors, ..Shown::form(PrizeForm { picture: chosen, ..posted.form }) };
    edit_page(&ask, prize, shown, StatusCode::UNPROCESSABLE_ENTITY).await
}

fn is_about_the_form(why: &Refused) -> bool {
    matches!(
        Refusal::of(why),
        Some(
            Refusal::Prizes(prizes::Refusal::StockTooLow { .. })
                | Refusal::Common(Common::NotPositive | Common::ReasonMissing | Common::TextTooLong { .. })
        )
    )
}

pub async fn move_stock(ask: StaffAsk, Path(prize): Path<i64>, posted: Posted<StockForm>) -> Result<Response, Failure> {
    let view = found(&ask, prize).await?;
    let key = posted.idempotency(&ask.app, ask.actor());
    let form = &posted.form;
    let kind = if form.kind == "written_off" { StockMovementKind::WrittenOff } else { StockMovementKind::Received };
    let reason = form.reason.trim();
    let error = match form.count.trim().parse::<i64>() {
        Err(_) => Some("数量应为大于 0 的整数。".to_string()),
        Ok(count) => {
            let command = MoveStock { prize: view.prize.id, kind, count, reason: reason.into() };
            match ask.app.command(ask.actor(), key, command).await {
                Ok(_) => return Ok(Redirect::to(&format!("/staff/prizes/{prize}")).into_response()),
                Err(Stop::Refused(why)) if is_about_the_form(&why) => Some(wording::refusal(why)),
                Err(stop) => return Err(stop.into()),
            }
        }
    };
    let form = typed(&ask, &view);
    let shown = Shown { stock_form: posted.form, stock_error: error, ..Shown::form(form) };
    edit_page(&ask, Some(view.prize), shown, StatusCode::UNPROCESSABLE_ENTITY).await
}

sample! { PrizeForm {
    title, description, picture, points, per_card, position, visible_from, visible_until, shown, branch, place,
} }
sample! { Errors { title, points, per_card, position, dates, form } }
sample! { StockForm { kind, count, reason } }
sample! { EditPage {
    shell, key, stock_key, prize, form, errors, stock_form, stock_error, stock, movements, pictures, own_pictures,
    places, branches,
} }
