//! What is wrong with a code by SMS.

use axum::http::StatusCode;
use domain::codes::Refusal;
use domain::core::refusal::Refused;

pub const CROWDED_NETWORK: &str = "这个网络上的验证码请求太多了，请稍后再试。";

/// After a wrong code: how many tries are left.
pub fn wrong_code(left: i64) -> String {
    if left == 0 { refusal(Refusal::TooManyTries) } else { format!("验证码不对，还可以再试 {left} 次。") }
}

/// Seconds until another code may be asked for, where it is worth counting them down.
pub fn wait_s(refused: &Refused, now: i64) -> i64 {
    match refused.of() {
        Some(Refusal::TooSoon { again_at }) => (again_at - now) / 1_000 + 1,
        _ => 0,
    }
}

pub fn refusal(refusal: Refusal) -> String {
    match refusal {
        Refusal::TooSoon { .. } => "验证码刚刚发过，请等 60 秒再试。".into(),
        Refusal::TooManyCodes { .. } => "这一小时的验证码发送次数太多了，请一小时后再试，或持证件到服务台办理。".into(),
        Refusal::TooManyCodesToday { .. } => {
            "一天之内的验证码发送次数太多了，请过一天再试，或持证件到服务台办理。".into()
        }
        Refusal::NoCode => "请先发送验证码。".into(),
        Refusal::CodeUsed => "这个验证码已经用过了，请重新发送。".into(),
        Refusal::CodeExpired => "验证码已过期，请重新发送。".into(),
        Refusal::CodeOfOtherPhone => "手机号码与发送验证码时不同，请重新发送验证码。".into(),
        Refusal::TooManyTries => "验证码输错次数太多，请重新发送。".into(),
    }
}

pub fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::TooSoon { .. }
        | Refusal::TooManyCodes { .. }
        | Refusal::TooManyCodesToday { .. }
        | Refusal::TooManyTries => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::CONFLICT,
    }
}
