//! Debian's Zebra (idzebra-2.0) serves the 200 records over SRU: each is found by its ISBN, and nothing else is.

use super::{Folder, here, written};
use connectors::Clock;
use connectors::books::{BookRecord, Catalogue, Fault, Settings, Sru, records};
use std::fs::{self, File};
use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const START_TIME_MAX: Duration = Duration::from_secs(20);

struct Zebra {
    server: Child,
    url: String,
}

impl Drop for Zebra {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Debian keeps them by the machine's architecture.
fn modules() -> String {
    let here = |entry: fs::DirEntry| Some(entry.path().join("idzebra-2.0/modules")).filter(|path| path.is_dir());
    let found = fs::read_dir("/usr/lib").unwrap().find_map(|entry| here(entry.unwrap()));
    found.expect("the modules of idzebra-2.0").display().to_string()
}

fn start(folder: &Folder) -> Zebra {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for name in ["zebra.cfg", "filter.xml", "index.xsl", "cql.properties", "gfs.xml"] {
        let text = fs::read_to_string(here().join(name)).unwrap();
        let text = text.replace("PORT", &port.to_string()).replace("MODULES", &modules());
        fs::write(folder.0.join(name), text).unwrap();
    }
    let run = |program: &str, arguments: &[&str]| {
        let log = || Stdio::from(File::create(folder.0.join(format!("{program}.log"))).unwrap());
        Command::new(program).args(arguments).current_dir(&folder.0).stdout(log()).stderr(log()).spawn().unwrap()
    };
    for step in [&["init"][..], &["update", "all.xml"]] {
        assert!(run("zebraidx", &[&["-c", "zebra.cfg"], step].concat()).wait().unwrap().success());
    }
    let server = run("zebrasrv", &["-f", "gfs.xml"]);
    let zebra = Zebra { server, url: format!("http://127.0.0.1:{port}/") };
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < START_TIME_MAX, "zebrasrv does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    zebra
}

fn client(url: &str, index: &str) -> Sru {
    let settings = Settings {
        sru_url: url.into(),
        sru_index: index.into(),
        whole_ms_max: 20_000,
        connect_ms_max: 20_000,
        ..Settings::default()
    };
    Sru::new(&settings, Clock::new(|| 0)).unwrap()
}

#[tokio::test]
async fn each_book_is_found_by_its_isbn() {
    let folder = Folder::new("zebra");
    written(&folder);
    let zebra = start(&folder);
    let catalogue = client(&zebra.url, "bath.isbn");
    let mut books: Vec<BookRecord> = vec![];
    records(BufReader::new(File::open(folder.0.join("all.xml")).unwrap()), |(_, record)| {
        books.extend(record.unwrap().book());
        Ok(())
    })
    .unwrap();
    assert_eq!(books.len(), 200);
    for book in books {
        let isbn = book.isbns[0].split(' ').next().unwrap().to_owned();
        assert_eq!(catalogue.find(&isbn).await, Ok(vec![book]), "{isbn}");
    }
    assert_eq!(catalogue.find("9787536692930").await, Ok(vec![]));
    let unknown = client(&zebra.url, "alma.isbn").find("9787536692930").await;
    assert!(matches!(unknown, Err(Fault::Diagnostic { .. })), "{unknown:?}");
}
