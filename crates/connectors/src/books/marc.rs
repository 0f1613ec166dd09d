//! Books from records of MARC's family, as CNMARC (UNIMARC's Chinese sister) or MARC 21, and from Dublin Core.

use super::{BookRecord, Holding, cents, tidy, year};
use crate::xml::Element;

/// A record of MARC's family: its fields as they stand, whatever they mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarcRecord {
    pub fields: Vec<MarcField>,
}

/// A control field has a value, a data field indicators and subfields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarcField {
    pub tag: String,
    pub value: String,
    pub indicators: String,
    /// By their codes, in their order.
    pub subfields: Vec<(String, String)>,
}

impl MarcField {
    fn sub(&self, code: &str) -> &str {
        self.subfields.iter().find(|(known, _)| known == code).map_or("", |(_, text)| text.trim())
    }
}

impl MarcRecord {
    pub(super) fn of_xml(record: &Element) -> MarcRecord {
        let fields = record.children.iter().filter_map(|child| match child.name.as_str() {
            "controlfield" => Some(MarcField {
                tag: child.attribute("tag").to_owned(),
                value: child.text.clone(),
                ..MarcField::default()
            }),
            "datafield" => Some(MarcField {
                tag: child.attribute("tag").to_owned(),
                value: String::new(),
                indicators: format!("{}{}", child.attribute("ind1"), child.attribute("ind2")),
                subfields: subfields(child),
            }),
            _ => None,
        });
        MarcRecord { fields: fields.collect() }
    }

    fn has(&self, tag: &str) -> bool {
        self.fields.iter().any(|field| field.tag == tag && !field.subfields.is_empty())
    }

    fn fields<'f>(&'f self, tag: &'f str) -> impl Iterator<Item = &'f MarcField> {
        self.fields.iter().filter(move |field| field.tag == tag)
    }

    fn filled<'f>(&'f self, tag: &'f str, code: &'f str) -> impl Iterator<Item = &'f str> {
        let all = self.fields(tag).flat_map(|field| &field.subfields);
        all.filter(move |(known, text)| known == code && !text.trim().is_empty()).map(|(_, text)| text.trim())
    }

    /// The first filled subfield of these codes, in the order of the tags.
    fn first(&self, tags: &[&str], code: &str) -> String {
        tags.iter().find_map(|tag| self.filled(tag, code).next()).map(tidy).unwrap_or_default()
    }

    fn all(&self, tag: &str, code: &str) -> Vec<String> {
        self.filled(tag, code).map(str::to_owned).collect()
    }

    pub fn is_marc21(&self) -> bool {
        self.has("245")
    }

    /// The book that it describes. None: it has no title.
    pub fn book(&self) -> Option<BookRecord> {
        let book = if self.is_marc21() { of_marc21(self) } else { of_cnmarc(self) };
        (!book.title.is_empty()).then_some(book)
    }
}

fn subfields(field: &Element) -> Vec<(String, String)> {
    let codes = field.children.iter().filter(|child| child.name == "subfield");
    codes.map(|code| (code.attribute("code").to_owned(), code.text.clone())).collect()
}

fn joined(first: String, rest: &str, between: &str) -> String {
    if rest.is_empty() { first } else { format!("{first}{between}{rest}") }
}

/// None: it has no title, or is of another form.
pub(super) fn book(record: &Element) -> Option<BookRecord> {
    MarcRecord::of_xml(record).book().or_else(|| of_dublin_core(record))
}

fn of_cnmarc(fields: &MarcRecord) -> BookRecord {
    let author = fields.first(&["200"], "f");
    let named = fields.first(&["701", "711", "702"], "a");
    BookRecord {
        isbns: fields.all("010", "a"),
        title: joined(fields.first(&["200"], "a"), &fields.first(&["200"], "e"), "："),
        author: if author.is_empty() { named } else { author },
        publisher: fields.first(&["210"], "c"),
        year: year(&fields.first(&["210"], "d")),
        price: cents(&fields.first(&["010"], "d")),
        summary: fields.first(&["330"], "a"),
        cover: String::new(),
        // What Chinese libraries write their copies into: 905 with class mark and book number.
        holdings: fields
            .fields("905")
            .map(|field| {
                let (class, book) = (field.sub("d"), field.sub("e"));
                Holding { branch: field.sub("a").into(), shelf_mark: joined(class.into(), book, "/"), lent: None }
            })
            .collect(),
    }
}

fn of_marc21(fields: &MarcRecord) -> BookRecord {
    let responsible = fields.first(&["245"], "c");
    let named = fields.first(&["100", "110", "700"], "a");
    let of_852 = fields.fields("852").map(|field| {
        let mark = joined(field.sub("h").into(), field.sub("i"), " ");
        Holding { branch: field.sub("b").into(), shelf_mark: mark, lent: None }
    });
    // Koha's own: branch, call number, and since when a copy is lent.
    let of_952 = fields.fields("952").map(|field| Holding {
        branch: field.sub("a").into(),
        shelf_mark: field.sub("o").into(),
        lent: Some(!matches!(field.sub("q"), "" | "0")),
    });
    BookRecord {
        isbns: fields.all("020", "a"),
        title: joined(fields.first(&["245"], "a"), &fields.first(&["245"], "b"), "："),
        author: if named.is_empty() { responsible } else { named },
        publisher: fields.first(&["264", "260"], "b"),
        year: year(&fields.first(&["264", "260"], "c")),
        price: cents(&fields.first(&["020"], "c")),
        summary: fields.first(&["520"], "a"),
        cover: String::new(),
        // The same copies, said once more.
        holdings: if fields.has("952") { of_952.collect() } else { of_852.collect() },
    }
}

fn of_dublin_core(record: &Element) -> Option<BookRecord> {
    let all = |name: &str| {
        let mut found = vec![];
        record.all(name, &mut found);
        found.into_iter().map(|element| tidy(&element.text)).filter(|text| !text.is_empty()).collect::<Vec<_>>()
    };
    let first = |name: &str| all(name).into_iter().next().unwrap_or_default();
    let book = BookRecord {
        // URN:ISBN:978… as well as the bare number.
        isbns: all("identifier").iter().map(|text| text.rsplit(':').next().unwrap_or_default().to_owned()).collect(),
        title: first("title"),
        author: first("creator"),
        publisher: first("publisher"),
        year: year(&first("date")),
        price: 0,
        summary: first("description"),
        cover: String::new(),
        holdings: vec![],
    };
    (!book.title.is_empty()).then_some(book)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::xml::read;

    fn field(tag: &str, subfields: &[(&str, &str)]) -> String {
        let inner: String =
            subfields.iter().map(|(code, text)| format!("<m:subfield code='{code}'>{text}</m:subfield>")).collect();
        format!("<m:datafield tag='{tag}' ind1=' ' ind2=' '>{inner}</m:datafield>")
    }

    fn record(fields: &[(&str, &[(&str, &str)])]) -> BookRecord {
        let inner: String = fields.iter().map(|(tag, subfields)| field(tag, subfields)).collect();
        book(&read(format!("<m:record xmlns:m='x'>{inner}</m:record>").as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn cnmarc_is_read() {
        let book = record(&[
            ("010", &[("a", "978-7-5366-9293-0"), ("d", "CNY23.00")]),
            ("200", &[("a", "三体"), ("e", "地球往事"), ("f", "刘慈欣著")]),
            ("210", &[("a", "重庆"), ("c", "重庆出版社"), ("d", "2008.1")]),
            ("330", &[("a", "文化大革命如火如荼地进行。")]),
            ("905", &[("a", "JB"), ("d", "I247.5"), ("e", "1234")]),
        ]);
        assert_eq!((book.title.as_str(), book.author.as_str(), book.price), ("三体：地球往事", "刘慈欣著", 2_300));
        assert_eq!((book.publisher.as_str(), book.year.as_str()), ("重庆出版社", "2008"));
        let held = Holding { branch: "JB".into(), shelf_mark: "I247.5/1234".into(), lent: None };
        assert_eq!((book.isbns, book.holdings), (vec!["978-7-5366-9293-0".to_owned()], vec![held]));
    }

    #[test]
    fn marc21_is_read_with_koha_s_copies() {
        let book = record(&[
            ("020", &[("a", "9780804429573 (pbk.)"), ("c", "$12.50")]),
            ("100", &[("a", "Brecht, Bertolt,")]),
            ("245", &[("a", "Parables for the theatre :"), ("b", "two plays /"), ("c", "by Bertolt Brecht.")]),
            ("260", &[("b", "Grove Press,"), ("c", "c1965.")]),
            ("952", &[("a", "CPL"), ("o", "832 B74"), ("q", "2026-12-01")]),
        ]);
        assert_eq!(
            (book.title.as_str(), book.author.as_str()),
            ("Parables for the theatre：two plays", "Brecht, Bertolt")
        );
        assert_eq!((book.publisher.as_str(), book.year.as_str(), book.price), ("Grove Press", "1965", 0));
        assert!(book.holdings[0].lent == Some(true) && book.holdings[0].shelf_mark == "832 B74");
    }

    #[test]
    fn dublin_core_is_read() {
        let text = "<dc xmlns:x='y'><x:title>围城</x:title><x:creator>钱锺书</x:creator><x:date>1991</x:date>\
            <x:identifier>URN:ISBN:9787020002207</x:identifier></dc>";
        let book = book(&read(text.as_bytes()).unwrap()).unwrap();
        assert_eq!((book.title.as_str(), book.author.as_str(), book.year.as_str()), ("围城", "钱锺书", "1991"));
        assert_eq!(book.isbns, ["9787020002207"]);
        assert_eq!(super::book(&Element::default()), None);
    }
}
