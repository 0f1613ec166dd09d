use crate::stage::Stage;
use sandbox::{Mode, Party};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

#[tokio::test]
async fn modes_are_switched_over_http() {
    let stage = Stage::new().await;
    let cases = [
        ("slow=250", Mode::Slow { ms: 250 }, json!({"ms":250,"mode":"slow","party":"sms"})),
        ("down", Mode::Down, json!({"mode":"down","party":"sms"})),
        ("lying", Mode::Lying, json!({"mode":"lying","party":"sms"})),
        ("unknown", Mode::Unknown, json!({"mode":"unknown","party":"sms"})),
        ("clear", Mode::Normal, json!({"mode":"normal","party":"sms"})),
    ];
    for (body, mode, json) in cases {
        let answer = stage.post("/control/sms").body(body).send().await.unwrap();
        assert_eq!(answer.json::<Value>().await.unwrap(), json);
        assert_eq!(stage.control().mode(Party::Sms), mode);
        let shown = stage.get("/control/sms").send().await.unwrap();
        assert_eq!(shown.json::<Value>().await.unwrap(), json);
        assert_eq!(stage.control().mode(Party::Wechat), Mode::Normal);
    }
    assert_eq!(stage.post("/control/sms").body("loud").send().await.unwrap().status(), 400);
    assert_eq!(stage.post("/control/post").body("down").send().await.unwrap().status(), 404);
    let pressed = stage.post("/control/sip2?down").header("accept", "text/html").send().await.unwrap();
    assert_eq!(pressed.status(), 303);
    assert_eq!(stage.control().mode(Party::Sip2), Mode::Down);
}

#[tokio::test]
async fn down_is_a_closed_connection_without_a_byte() {
    let stage = Stage::new().await;
    stage.control().set(Party::Wechat, Mode::Down);
    let mut raw = TcpStream::connect(stage.running.http).await.unwrap();
    raw.write_all(b"GET /sns/userinfo HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut heard = Vec::new();
    // Closed or reset: either way nothing was said.
    let _ = raw.read_to_end(&mut heard).await;
    assert_eq!(heard, b"");
    assert_eq!(stage.get("/").send().await.unwrap().status(), 200, "the other parties go on");
}

// Paused time moves by itself when everybody waits.
#[tokio::test(start_paused = true)]
async fn slow_answers_come_late() {
    let stage = Stage::new().await;
    stage.control().set(Party::Wechat, Mode::Slow { ms: 20_000 });
    let begin = Instant::now();
    assert_eq!(stage.get("/sns/userinfo").send().await.unwrap().status(), 200);
    assert!(begin.elapsed() >= Duration::from_secs(20));

    stage.control().set(Party::Sip2, Mode::Slow { ms: 20_000 });
    let begin = Instant::now();
    stage.sip2().await.log_in().await;
    assert!(begin.elapsed() >= Duration::from_secs(20));
}

#[tokio::test]
async fn dropping_the_handle_ends_every_connection() {
    let stage = Stage::new().await;
    let mut http = TcpStream::connect(stage.running.http).await.unwrap();
    http.write_all(b"GET /control/sms HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    http.read_u8().await.unwrap();
    let mut sip2 = stage.sip2().await.log_in().await;
    drop(stage);
    http.read_to_end(&mut Vec::new()).await.unwrap();
    assert_eq!(sip2.hear().await, b"");
}
