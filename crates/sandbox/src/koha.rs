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
    if let Some(unknown) = sent.keys().find(|name| !PARAMETERS.contains(&name.as_str())) {
        let error = json!({ "errors": [{ "message": "Malformed query string", "path": format!("/query/{unknown}") }] });
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    let embeds: Vec<&str> = match headers.get("x-koha-embed").map(|embed| embed.to_str()) {
        Some(Ok(embeds)) => embeds.split(',').map(str::trim).collect(),
        _ => vec![],
    };
    if let Some(unknown) = embeds.iter().find(|embed| !EMBEDS.contains(embed)) {
        let error = format!("Embeding {unknown} is not authorised. Check your x-koha-embed headers or remove it.");
        return refused(StatusCode::BAD_REQUEST, &error);
    }
    // The search ignores case, and without `_match` answers every number that holds the text.
    let asked = sent.get("cardnumber").map(|text| text.to_lowercase()).unwrap_or_default();
    let matches: fn(&str, &str) -> bool = match sent.get("_match").map(String::as_str) {
        Some("exact") => |number, asked| number == asked,
        Some("starts_with") => |number, asked| number.starts_with(asked),
        Some("ends_with") => |number, asked| number.ends_with(asked),
        Some("contains") | None => |number, asked| number.contains(asked),
        Some(_) => {
            let error = json!({ "errors": [{ "message": "Not in enum list: contains, exact, starts_with, ends_with.",
                "path": "/_match" }] });
            return (StatusCode::BAD_REQUEST, Json(error)).into_response();
        }
    };
    let lying = world.mode(Party::Koha) == Mode::Lying;
    let patrons = world.patrons();
    let holds = |patron: &Patron| matches(&patron.barcode.to_lowercase(), &asked) != lying;
    let matching = patrons.iter().enumerate().filter(|(_, patron)| holds(patron));
    let found: Vec<Value> =
        matching.map(|(n, patron)| wire(n, patron, embeds.contains(&"extended_attributes"))).collect();
    let per_page = sent.get("_per_page").and_then(|text| text.parse::<usize>().ok()).unwrap_or(PER_PAGE);
    let counts = [("x-total-count", found.len()), ("x-base-total-count", patrons.len())];
    let counts = counts.map(|(name, count)| (name, count.to_string()));
    let page: Vec<Value> = found.into_iter().take(per_page).collect();
    (counts, Json(page)).into_response()
}

/// Of the parameters that Koha's OpenAPI has for GET /patrons, those that anybody here asks by.
const PARAMETERS: [&str; 9] =
    ["cardnumber", "patron_id", "surname", "firstname", "_match", "_order_by", "_page", "_per_page", "q"];
const EMBEDS: [&str; 1] = ["extended_attributes"];
const PER_PAGE: usize = 20;

fn wire(n: usize, patron: &Patron, embed: bool) -> Value {
    let mut wire = json!({
        "patron_id": n + 1,
        "cardnumber": patron.barcode,
        "surname": patron.name,
        "firstname": null,
        "mobile": patron.phone,
        "phone": "",
        "sms_number": null,
        "secondary_phone": null,
        "altaddress_phone": null,
        "library_id": "CPL",
        "category_id": "PT",
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
