//! `/koha/api/v1/…`: Koha's REST API over the same patrons as SIP2's.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use serde_json::{Value, json};

use crate::world::World;
use crate::{Mode, Party, Patron, PatronState};

const TOKEN_LIFE_S: i64 = 3600;

type Parameters = BTreeMap<String, String>;

pub(crate) fn routes() -> Router<Arc<World>> {
    Router::new().route("/koha/api/v1/oauth/token", post(token)).route("/koha/api/v1/patrons", get(patrons))
}

async fn token(State(world): State<Arc<World>>, Form(sent): Form<Parameters>) -> Response {
    let account = &world.config.koha;
    let text = |name: &str| sent.get(name).map(String::as_str).unwrap_or_default();
    if text("grant_type") != "client_credentials" {
        return refused(StatusCode::BAD_REQUEST, "Unimplemented grant type");
    }
    if (text("client_id"), text("client_secret")) != (account.client_id.as_str(), account.client_secret.as_str()) {
        return refused(StatusCode::FORBIDDEN, "unauthorized_client");
    }
    let token = world.tokens.next(40);
    let until = world.now() + TOKEN_LIFE_S * 1000;
    world.koha_tokens().insert(token.clone(), until);
    Json(json!({ "access_token": token, "token_type": "Bearer", "expires_in": TOKEN_LIFE_S })).into_response()
}

async fn patrons(State(world): State<Arc<World>>, Query(sent): Query<Parameters>, headers: HeaderMap) -> Response {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = authorization.strip_prefix("Bearer ").unwrap_or_default();
    if world.koha_tokens().get(token).is_none_or(|until| world.now() >= *until) {
        return refused(StatusCode::UNAUTHORIZED, "Authentication failure.");
    }
    // Without `_match=exact` the real search answers every number that holds the text; here it always does.
    let asked = sent.get("cardnumber").map(String::as_str).unwrap_or_default();
    let embed = headers
        .get("x-koha-embed")
        .is_some_and(|embed| embed.to_str().is_ok_and(|e| e.contains("extended_attributes")));
    let lying = world.mode(Party::Koha) == Mode::Lying;
    let patrons = world.patrons();
    let matching = patrons.iter().enumerate().filter(|(_, patron)| lying || patron.barcode.contains(asked));
    let found: Vec<Value> =
        matching.filter(|(_, p)| !(lying && p.barcode == asked)).map(|(n, p)| wire(n, p, embed)).collect();
    Json(found).into_response()
}

fn wire(n: usize, patron: &Patron, embed: bool) -> Value {
    let mut wire = json!({
        "patron_id": n + 1,
        "cardnumber": patron.barcode,
        "surname": patron.name,
        "firstname": null,
        "mobile": patron.phone,
        "phone": "",
        "date_of_birth": if patron.birth_date.is_empty() { Value::Null } else { json!(patron.birth_date) },
        "expiry_date": if patron.state == PatronState::Expired { "2020-01-01" } else { "2035-12-31" },
        "patron_card_lost": patron.state == PatronState::Lost,
        "restricted": false,
        "expired": patron.state == PatronState::Ended,
    });
    if embed {
        wire["extended_attributes"] =
            json!([{ "extended_attribute_id": n + 1, "type": "IDNUMBER", "value": patron.id_number }]);
    }
    wire
}

fn refused(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
