//! Two catalogues: the library's own by SRU, with CNMARC and MARC 21 by turns, and Open Library's JSON.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::html::escape;
use crate::world::World;
use crate::{Mode, Party};

/// A real book, and what the library has of it.
struct Book {
    /// Twelve digits; the thirteenth follows.
    isbn: u64,
    title: &'static str,
    author: &'static str,
    publisher: &'static str,
    year: &'static str,
    price: &'static str,
    /// Class mark and book number; empty: not held.
    shelf_mark: (&'static str, &'static str),
    /// Copies, and how many of them are lent.
    copies: (usize, usize),
    /// Whether Open Library knows it.
    abroad: bool,
}

const fn book(
    isbn: u64,
    title: &'static str,
    author: &'static str,
    publisher: &'static str,
    year: &'static str,
    price: &'static str,
) -> Book {
    Book { isbn, title, author, publisher, year, price, shelf_mark: ("", ""), copies: (0, 0), abroad: false }
}

const BOOKS: [Book; 24] = [
    Book { abroad: true, ..book(978_753_669_293, "三体", "刘慈欣", "重庆出版社", "2008", "23.00") },
    Book {
        shelf_mark: ("I246.5", "Q218"),
        copies: (2, 1),
        ..book(978_702_002_475, "围城", "钱锺书", "人民文学出版社", "1991", "19.00")
    },
    Book {
        shelf_mark: ("I247.5", "Y712"),
        copies: (1, 1),
        ..book(978_750_636_543, "活着", "余华", "作家出版社", "2012", "20.00")
    },
    book(978_753_021_678, "平凡的世界", "路遥", "北京十月文艺出版社", "2017", "108.00"),
    Book {
        abroad: true, ..book(978_702_004_249, "小王子", "圣埃克苏佩里", "人民文学出版社", "2003", "22.00")
    },
    book(978_710_800_982, "万历十五年", "黄仁宇", "生活·读书·新知三联书店", "1997", "18.00"),
    Book {
        abroad: true, ..book(978_754_425_399, "百年孤独", "加西亚·马尔克斯", "南海出版公司", "2011", "39.50")
    },
    book(978_750_864_735, "人类简史：从动物到上帝", "尤瓦尔·赫拉利", "中信出版社", "2014", "68.00"),
    book(978_711_154_493, "深入理解计算机系统", "布赖恩特", "机械工业出版社", "2016", "139.00"),
    book(978_710_014_693, "乡土中国", "费孝通", "商务印书馆", "2018", "28.00"),
    book(978_753_279_310, "挪威的森林", "村上春树", "上海译文出版社", "2007", "23.00"),
    book(978_720_806_164, "追风筝的人", "卡勒德·胡赛尼", "上海人民出版社", "2006", "25.00"),
    book(978_702_008_866, "呐喊", "鲁迅", "人民文学出版社", "1973", "12.00"),
    Book {
        abroad: true,
        ..book(978_080_442_957, "Parables for the Theatre", "Bertolt Brecht", "Grove Press", "1965", "12.50")
    },
    Book {
        shelf_mark: ("I242.4", "C177"),
        copies: (3, 0),
        ..book(978_702_000_220, "红楼梦", "曹雪芹", "人民文学出版社", "1996", "59.70")
    },
    Book {
        shelf_mark: ("I242.4", "W793"),
        copies: (2, 2),
        ..book(978_702_000_873, "西游记", "吴承恩", "人民文学出版社", "1980", "47.20")
    },
    book(978_702_000_872, "三国演义", "罗贯中", "人民文学出版社", "1998", "39.50"),
    book(978_702_000_874, "水浒传", "施耐庵", "人民文学出版社", "1997", "50.60"),
    Book {
        abroad: true, ..book(978_754_427_087, "解忧杂货店", "东野圭吾", "南海出版公司", "2014", "39.50")
    },
    Book { abroad: true, ..book(978_754_425_860, "白夜行", "东野圭吾", "南海出版公司", "2013", "39.50") },
    Book {
        abroad: true, ..book(978_753_021_029, "1984", "乔治·奥威尔", "北京十月文艺出版社", "2010", "28.00")
    },
    Book {
        abroad: true,
        ..book(978_754_425_897, "霍乱时期的爱情", "加西亚·马尔克斯", "南海出版公司", "2012", "39.50")
    },
    book(978_710_800_672, "天龙八部", "金庸", "生活·读书·新知三联书店", "1994", "96.00"),
    book(978_750_062_709, "沉默的大多数", "王小波", "中国青年出版社", "1997", "27.00"),
];

impl Book {
    fn isbn(&self) -> String {
        let digits = self.isbn.to_string();
        let sum: u64 =
            digits.bytes().enumerate().map(|(n, byte)| u64::from(byte - b'0') * if n % 2 == 0 { 1 } else { 3 }).sum();
        format!("{digits}{}", (10 - sum % 10) % 10)
    }
}

type Parameters = BTreeMap<String, String>;

pub(crate) fn sru_routes() -> Router<Arc<World>> {
    Router::new().route("/sru", get(search))
}

pub(crate) fn open_library_routes() -> Router<Arc<World>> {
    Router::new()
        .route("/openlibrary/isbn/{file}", get(isbn))
        .route("/openlibrary/books/{file}", get(edition))
        .route("/openlibrary/authors/{file}", get(author))
        .route("/openlibrary-covers/b/id/{file}", get(cover))
}

async fn search(State(world): State<Arc<World>>, Query(sent): Query<Parameters>) -> Response {
    let text = |name: &str| sent.get(name).map(String::as_str).unwrap_or_default();
    let inner = match (text("operation"), text("query").split_once('=')) {
        ("searchRetrieve", Some((index, asked))) if index.to_lowercase().contains("isbn") => {
            let asked = asked.trim_matches(['"', ' ']);
            let lying = world.mode(Party::Sru) == Mode::Lying;
            let found = BOOKS.iter().enumerate().find(|(_, book)| (book.isbn() == asked) != lying);
            match found {
                Some((n, book)) => records(n, book, world.shelved(&book.isbn())),
                None => "<z:numberOfRecords>0</z:numberOfRecords>".to_owned(),
            }
        }
        ("searchRetrieve", Some(_)) => diagnostic(16, "Unsupported index"),
        ("searchRetrieve", None) => diagnostic(10, "Query syntax error"),
        _ => diagnostic(4, "Unsupported operation"),
    };
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><z:searchRetrieveResponse xmlns:z=\"http://www.loc.gov/zing/srw/\">\
         <z:version>1.1</z:version>{inner}</z:searchRetrieveResponse>"
    );
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
}

fn diagnostic(number: u32, message: &str) -> String {
    format!(
        "<z:numberOfRecords>0</z:numberOfRecords><z:diagnostics><d:diagnostic xmlns:d=\"http://www.loc.gov/zing/srw/diagnostic/\">\
         <d:uri>info:srw/diagnostic/1/{number}</d:uri><d:message>{message}</d:message></d:diagnostic></z:diagnostics>"
    )
}

fn field(tag: &str, subfields: &[(&str, &str)]) -> String {
    let inner: String = subfields
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(code, text)| format!("<m:subfield code=\"{code}\">{}</m:subfield>", escape(text)))
        .collect();
    format!("<m:datafield tag=\"{tag}\" ind1=\" \" ind2=\" \">{inner}</m:datafield>")
}

/// CNMARC and MARC 21 by turns; copies that are lent only MARC 21 can tell.
fn records(n: usize, book: &Book, shelved: usize) -> String {
    let (isbn, price) = (book.isbn(), format!("CNY{}", book.price));
    let (held, lent) = (book.copies.0 + shelved, book.copies.1);
    let fields = if n.is_multiple_of(2) && lent == 0 {
        let copies =
            (0..held).map(|_| field("905", &[("a", "总馆"), ("d", book.shelf_mark.0), ("e", book.shelf_mark.1)]));
        [
            field("010", &[("a", &isbn), ("d", &price)]),
            field("200", &[("a", book.title), ("f", book.author)]),
            field("210", &[("c", book.publisher), ("d", book.year)]),
            copies.collect(),
        ]
    } else {
        let mark = format!("{}/{}", book.shelf_mark.0, book.shelf_mark.1);
        let copies = (0..held).map(|copy| {
            field("952", &[("a", "总馆"), ("o", &mark), ("q", if copy < lent { "2099-01-01" } else { "" })])
        });
        [
            field("020", &[("a", &isbn), ("c", &price)]) + &field("100", &[("a", book.author)]),
            field("245", &[("a", &format!("{} /", book.title)), ("c", book.author)]),
            field("264", &[("b", book.publisher), ("c", book.year)]),
            copies.collect(),
        ]
    };
    format!(
        "<z:numberOfRecords>1</z:numberOfRecords><z:records><z:record><z:recordSchema>marcxml</z:recordSchema>\
         <z:recordPacking>xml</z:recordPacking><z:recordData><m:record xmlns:m=\"http://www.loc.gov/MARC21/slim\">{}\
         </m:record></z:recordData></z:record></z:records>",
        fields.concat()
    )
}

/// As Open Library does: what is known leads to its edition.
async fn isbn(State(world): State<Arc<World>>, Path(file): Path<String>) -> Response {
    let lying = world.mode(Party::OpenLibrary) == Mode::Lying;
    let asked = file.trim_end_matches(".json");
    let mut known = BOOKS.iter().enumerate().filter(|(_, book)| book.abroad);
    match known.find(|(_, book)| (book.isbn() == asked) != lying) {
        Some((n, _)) => (StatusCode::FOUND, [(header::LOCATION, format!("/books/OL{n}M.json"))]).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn edition(Path(file): Path<String>) -> Response {
    let number = file.trim_start_matches("OL").trim_end_matches("M.json").parse::<usize>().ok();
    let Some((n, book)) = number.and_then(|n| BOOKS.get(n).map(|book| (n, book))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let edition = json!({
        "title": book.title, "authors": [{ "key": format!("/authors/OL{n}A") }], "publishers": [book.publisher],
        "publish_date": book.year, "isbn_13": [book.isbn()], "covers": [n + 1],
    });
    Json(edition).into_response()
}

async fn author(Path(file): Path<String>) -> Response {
    let number = file.trim_end_matches(".json").trim_start_matches("OL").trim_end_matches('A');
    match number.parse::<usize>().ok().and_then(|n| BOOKS.get(n)) {
        Some(book) => Json(json!({ "name": book.author })).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A plain cover in a colour of its own; a liar sends the one pixel that others send for none.
async fn cover(State(world): State<Arc<World>>, Path(file): Path<String>) -> Response {
    let number = file.split('-').next().and_then(|number| number.parse::<u8>().ok());
    let Some(number) = number.filter(|number| usize::from(*number) <= BOOKS.len()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (width, height) = if world.mode(Party::OpenLibrary) == Mode::Lying { (1, 1) } else { (180, 260) };
    let shade = |of: u8| 90 + number.wrapping_mul(of) % 110;
    let (paper, band) = ([shade(53), shade(97), shade(29)], [246, 240, 226]);
    let picture =
        image::RgbImage::from_fn(width, height, |_, y| image::Rgb(if (60..100).contains(&y) { band } else { paper }));
    let mut bytes = Cursor::new(vec![]);
    match picture.write_to(&mut bytes, image::ImageFormat::Jpeg) {
        Ok(()) => ([(header::CONTENT_TYPE, "image/jpeg")], bytes.into_inner()).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
