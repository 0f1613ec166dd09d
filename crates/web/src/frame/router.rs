//! Every route of the site, and what stands before them all.

use crate::cards::family;
use crate::frame::app::App;
use crate::frame::failure::Failure;
use crate::frame::guard::{UPLOAD_BYTES_MAX, guard};
use crate::frame::page::{headers, problems};
use crate::kit::{assets, pictures};
use crate::{
    activities, cards, checkins, home, me, members, messages, places, points, prizes, reading, redemptions, scan,
    sessions, staff, system, volunteers, wechat_push,
};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use std::time::Duration;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

const ANSWER_TIME_MAX: Duration = Duration::from_secs(20);

pub fn router(app: App) -> Router {
    readers()
        .merge(back_office())
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(system::readyz))
        .route("/metrics", get(system::metrics))
        .route("/assets/{*name}", get(assets::serve))
        .route("/pictures/{file}", get(pictures::serve))
        .fallback(|| async { Failure::NotFound })
        .layer(from_fn_with_state(app.clone(), guard))
        // The guard has read the body within its own limits: the extractors' smaller ones would cut pictures off.
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(UPLOAD_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIME_MAX))
        .layer(from_fn_with_state(app.clone(), problems))
        .layer(from_fn_with_state(app.clone(), headers))
        .with_state(app)
}

fn readers() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/modules/{module}", get(home::module))
        .route("/notices/{n}", get(home::notice))
        .route("/sign-in", get(sessions::sign_in))
        .route("/sign-in/phone", get(sessions::phone_entry::show).post(sessions::phone_entry::enter))
        .route("/sign-in/phone/codes", post(sessions::phone_entry::request_code))
        .route("/sign-out", post(sessions::sign_out))
        .route("/wechat/entry", get(sessions::silent))
        .route("/wechat/authorization", get(sessions::authorize))
        .route("/wechat/callback", get(sessions::callback))
        .route("/wechat/push", get(wechat_push::check).post(wechat_push::event))
        .route("/cards", get(cards::index).post(cards::bind))
        .route("/cards/new", get(cards::new))
        .route("/cards/codes", post(cards::request_code))
        .route("/cards/current", post(cards::choose))
        .route("/cards/{card}/unbinding", get(cards::confirm_unbinding).post(cards::unbind))
        .route("/prizes", get(prizes::reader::index))
        .route("/prizes/{prize}", get(prizes::reader::show))
        .route("/prizes/{prize}/redemption", get(redemptions::confirm))
        .route("/redemptions", get(redemptions::index).post(redemptions::create))
        .route("/redemptions/{redemption}", get(redemptions::show))
        .route("/redemptions/{redemption}/cancellation", get(redemptions::confirm_cancelling).post(redemptions::cancel))
        .route("/points", get(points::index))
        .route("/checkins", get(checkins::show).post(checkins::create))
        .route("/checkins/make-ups", post(checkins::make_up))
        .route("/reading", get(reading::index).post(reading::note))
        .route("/reading/{year}", get(reading::letter::show))
        .route("/reading/{year}/card.svg", get(reading::letter::card))
        .route("/messages", get(messages::index))
        .route("/messages/{message}", get(messages::show))
        .route("/messages/read", post(messages::mark_read))
        .route("/messages/notices", post(messages::choose_notices))
        .route("/messages/consents", post(messages::allow))
        .route("/family", get(family::show))
        .route("/cards/desk", get(cards::desk::show_code))
        .route("/cards/rebindings", post(cards::rebindings::request))
        .route("/cards/{card}/rebinding/end", post(cards::rebindings::end))
        .route("/activities", get(activities::reader::index))
        .route("/activities/{activity}", get(activities::reader::show))
        .route("/activities/{activity}/calendar.ics", get(activities::ics::show))
        .route("/activities/{activity}/poster.svg", get(activities::poster::show))
        .route("/activities/{activity}/enrolment", post(activities::enrolments::sign_up))
        .route("/activities/{activity}/scan", get(activities::attendance::scan))
        .route(
            "/activities/{activity}/attendance",
            get(activities::attendance::show).post(activities::attendance::attend),
        )
        .route("/activities/{activity}/leaving", post(activities::attendance::leave))
        .route("/enrolments", get(activities::enrolments::index))
        .route("/enrolments/{activity}", get(activities::enrolments::show))
        .route(
            "/enrolments/{activity}/withdrawal",
            get(activities::enrolments::confirm_withdrawing).post(activities::enrolments::withdraw),
        )
        .route("/enrolments/{activity}/appeal", post(activities::enrolments::appeal))
        .route("/volunteers", get(volunteers::reader::index))
        .route("/volunteers/new", get(volunteers::reader::new))
        .route("/volunteers/certificate", get(volunteers::certificate::show))
        .route("/volunteers/{member}", post(volunteers::reader::apply))
        .route("/certificates/{code}", get(volunteers::certificate::check))
        .route("/members", get(members::index).post(members::create))
        .route("/members/new", get(members::new))
        .route("/members/invitations", get(members::invitations::new))
        .route("/members/invitations/{code}", get(members::invitations::show).post(members::invitations::consent))
        .route("/members/{member}", get(members::edit).post(members::update))
        .route("/members/{member}/removal", get(members::confirm_removal).post(members::remove))
        .route("/scan", get(scan::show))
        .route("/me", get(me::show))
        .route("/me/type-size", post(me::type_size))
}

fn back_office() -> Router<App> {
    Router::new()
        .route("/staff", get(staff::start))
        .route("/staff/sign-in", get(sessions::staff::show).post(sessions::staff::sign_in))
        .route("/staff/sign-out", post(sessions::staff::sign_out))
        .route("/staff/prizes", get(prizes::staff::index).post(prizes::staff::create))
        .route("/staff/prizes/new", get(prizes::staff::new))
        .route("/staff/prizes/{prize}", get(prizes::staff::edit).post(prizes::staff::update))
        .route("/staff/prizes/{prize}/stock", post(prizes::staff::move_stock))
        .route("/staff/desk", get(redemptions::desk::show))
        .route("/staff/desk/hand-overs", post(redemptions::desk::hand_over))
        .route("/staff/desk/sheet", get(redemptions::staff::day_sheet))
        .route("/staff/redemptions", get(redemptions::staff::index))
        .route("/staff/redemptions/export", get(redemptions::staff::export))
        .route("/staff/redemptions/{redemption}/undoing", post(redemptions::desk::undo))
        .route(
            "/staff/redemptions/{redemption}/cancellation",
            get(redemptions::staff::confirm_cancelling).post(redemptions::staff::cancel),
        )
        .route("/staff/activities", get(activities::staff::index).post(activities::form::create))
        .route("/staff/activities/new", get(activities::form::new))
        .route("/staff/activities/{activity}", get(activities::staff::show).post(activities::form::update))
        .route("/staff/activities/{activity}/edit", get(activities::form::edit))
        .route("/staff/activities/{activity}/publication", post(activities::staff::publish))
        .route(
            "/staff/activities/{activity}/cancellation",
            get(activities::staff::confirm_cancelling).post(activities::staff::cancel),
        )
        .route("/staff/activities/{activity}/announcements", post(activities::staff::announce))
        .route("/staff/activities/{activity}/participants", get(activities::participants::index))
        .route("/staff/activities/{activity}/participants/export", get(activities::participants::export))
        .route("/staff/activities/{activity}/sheet", get(activities::participants::sheet))
        .route("/staff/activities/{activity}/ticks", post(activities::participants::tick))
        .route("/staff/activities/{activity}/removals", post(activities::participants::remove))
        .route("/staff/activities/{activity}/excuses", post(activities::participants::excuse))
        .route("/staff/activities/{activity}/minutes", post(activities::participants::correct))
        .route("/staff/activities/{activity}/confirmation", post(activities::participants::confirm))
        .route("/staff/activities/{activity}/screen", get(activities::screen::show))
        .route("/staff/activities/{activity}/screen/code", get(activities::screen::code))
        .route("/staff/appeals", get(activities::appeals::index).post(activities::appeals::answer))
        .route("/staff/volunteers", get(volunteers::staff::index))
        .route("/staff/volunteers/export", get(volunteers::staff::export))
        .route("/staff/volunteers/{reader}/{member}", get(volunteers::staff::show).post(volunteers::staff::review))
        .route("/staff/places", get(places::staff::index).post(places::staff::create))
        .route("/staff/places/new", get(places::staff::new))
        .route("/staff/places/{place}", get(places::staff::edit).post(places::staff::update))
        .route("/staff/places/{place}/days", post(places::staff::set_day))
        .route("/staff/cards", get(cards::desk::show).post(cards::desk::bind))
        .route("/staff/system", get(system::show))
        .route("/staff/system/jobs/{job}/wake", post(system::wake))
}
