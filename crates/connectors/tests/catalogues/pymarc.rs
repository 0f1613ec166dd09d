//! 200 records of both formats, field by field as pymarc reads them.

use super::{Folder, written};
use connectors::books::{MarcField, records};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;

/// As `records.py` tells it: tag, value, indicators, subfields.
fn told(field: &MarcField) -> Value {
    serde_json::json!([field.tag, field.value, field.indicators, field.subfields])
}

#[test]
fn every_field_is_read_as_pymarc_reads_it() {
    let folder = Folder::new("pymarc");
    written(&folder);
    let text = fs::read_to_string(folder.0.join("told.json")).unwrap();
    let expected: BTreeMap<String, Vec<Value>> = serde_json::from_str(&text).unwrap();
    assert_eq!(expected.values().map(Vec::len).collect::<Vec<_>>(), [200, 100, 100, 100]);
    for (name, expected) in expected {
        let mut read = vec![];
        records(BufReader::new(File::open(folder.0.join(&name)).unwrap()), |(number, record)| {
            let record = record.unwrap_or_else(|why| panic!("{name} {number}: {why}"));
            assert!(record.book().is_some(), "{name} {number} has a title");
            read.push(Value::Array(record.fields.iter().map(told).collect()));
            Ok(())
        })
        .unwrap();
        assert_eq!(read.len(), expected.len(), "{name}");
        for (number, (read, expected)) in read.iter().zip(&expected).enumerate() {
            assert_eq!(read, expected, "{name} {number}");
        }
    }
}
