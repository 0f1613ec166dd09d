//! The venue's code: what the screen shows, and what a scan proves. It changes every 30 seconds, or is printed.

use crate::frame::app::App;
use domain::tables::{ActivityId, VenueCode};

pub const STEP_MS: i64 = 30_000;

/// `59863233-0A1B2C3D4E5F`: a step of time (0: printed) and 48 bits that only this library can make.
pub fn code(app: &App, activity: ActivityId, step: i64) -> String {
    let mark = app.keys.digest("venue", &format!("{activity}-{step}")).high.cast_unsigned() >> 16;
    format!("{step}-{mark:012X}")
}

pub fn code_now(app: &App, activity: ActivityId, kind: VenueCode, now: i64) -> String {
    code(app, activity, if kind == VenueCode::Static { 0 } else { now / STEP_MS })
}

/// The address that the screen's code leads to.
pub fn address(app: &App, activity: ActivityId, code: &str) -> String {
    format!("{}/activities/{activity}/scan?code={code}", app.site.public_url.trim_end_matches('/'))
}

/// Whether a scanned code is the one of now; the one before is good as long, for slow hands and clocks.
pub fn is_good(app: &App, activity: ActivityId, kind: VenueCode, scanned: &str, now: i64) -> bool {
    let step = now / STEP_MS;
    let expected = match kind {
        VenueCode::None => return false,
        VenueCode::Static => vec![0],
        VenueCode::Renewing => vec![step, step - 1],
    };
    expected.into_iter().any(|step| {
        let expected = code(app, activity, step);
        subtle::ConstantTimeEq::ct_eq(expected.as_bytes(), scanned.as_bytes()).into()
    })
}
