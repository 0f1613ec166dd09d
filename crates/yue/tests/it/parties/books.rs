//! A catalogue that tells of the same books whatever it is asked for: Debian's yaz-ztest.

use crate::support::on_both_with;
use domain::staff::Role;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Liar(Child);

impl Drop for Liar {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(port: u16) -> Liar {
    let mut command = Command::new("yaz-ztest");
    // Alone in one process: a test that ends leaves no child of it behind.
    command.args(["-S", &format!("tcp:127.0.0.1:{port}")]).stdout(Stdio::null()).stderr(Stdio::null());
    let liar = Liar(command.spawn().expect("yaz-ztest, from Debian's package yaz"));
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < Duration::from_secs(20), "yaz-ztest does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    liar
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_from_a_catalogue_that_tells_of_other_books() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let _liar = start(port);
    let url = format!("http://127.0.0.1:{port}/Default");
    on_both_with(
        |settings| {
            settings.books.sru_url.clone_from(&url);
            settings.books.open_library_url.clear();
        },
        async |stage| {
            let reader = stage.holder(1).await.browser;
            let page = reader.get("/suggestions/new?isbn=9787536692930").await.is(200);
            let page = page.says(&["书目系统暂时没有回应"]);
            assert_eq!(page.form("/suggestions").get("title"), "");
            let (staff, _) = stage.staff("caibian", Role::Acquisitions, 1).await;
            staff.get("/staff/books").await.is(200).says(&["答的是别的书，没有采用"]);
            assert_eq!(stage.number("select count(*) from book", &[]).await, 0);
        },
    )
    .await;
}
