use crate::stage::Stage;

#[tokio::test]
async fn the_landing_page_lists_what_there_is() {
    let stage = Stage::new().await;
    let html = stage.get("/").send().await.unwrap().text().await.unwrap();
    for part in ["/connect/oauth2/authorize", "/sms/13800001111", "20260001", "/control/sip2", "结果不明"] {
        assert!(html.contains(part), "{part}");
    }
    assert!(html.contains(&stage.running.sip2.to_string()));
}

#[tokio::test]
async fn an_empty_inbox_says_so() {
    let stage = Stage::new().await;
    let html = stage.get("/sms/%3Cb%3E").send().await.unwrap().text().await.unwrap();
    assert!(html.contains("还没有短信") && html.contains("&lt;b&gt;"));
}
