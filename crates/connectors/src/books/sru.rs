//! SRU searchRetrieve 1.1 and 1.2 (Library of Congress, "SRU Version 1.2 Specifications").

use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use super::{BookRecord, Catalogue, Fault, Settings, marc};
use crate::clock::Clock;
use crate::health::{Health, State};
use crate::http::{self, Reuse};
use crate::percent::query;
use crate::settings::{SettingsFault, base_url};
use crate::xml::{Element, read};

/// One book may have several records; more than these are another question's.
const RECORDS_MAX: &str = "5";

pub struct Sru {
    settings: Settings,
    url: Url,
    http: reqwest::Client,
    health: Health,
}

impl Sru {
    pub fn new(settings: &Settings, clock: Clock) -> Result<Sru, SettingsFault> {
        let mut url = base_url("books.sru_url", &settings.sru_url)?;
        // The path is the service's own: no slash is added to it.
        let path = url.path().trim_end_matches('/').to_owned();
        if !settings.sru_url.ends_with('/') && !path.is_empty() {
            url.set_path(&path);
        }
        let http = http::client(settings.connect_ms_max, Reuse::Connections)?;
        Ok(Sru { settings: settings.clone(), url, http, health: Health::new(clock) })
    }

    async fn ask(&self, isbn: &str) -> Result<Vec<BookRecord>, Fault> {
        let Settings { sru_version, sru_index, sru_schema, whole_ms_max, .. } = &self.settings;
        let asked = format!("{sru_index}={isbn}");
        let mut url = self.url.clone();
        url.set_query(Some(&query(&[
            ("version", sru_version),
            ("operation", "searchRetrieve"),
            ("query", &asked),
            ("recordSchema", sru_schema),
            ("maximumRecords", RECORDS_MAX),
        ])));
        let request = self.http.get(url).timeout(Duration::from_millis(*whole_ms_max));
        let answer = http::call(request).await?;
        match answer.status {
            200 => read_answer(&answer.body),
            429 => Err(Fault::TooMany),
            status => Err(Fault::Status { status }),
        }
    }
}

/// A diagnostic may stand in this namespace or that, or in none; beside records it is a warning.
pub fn read_answer(body: &[u8]) -> Result<Vec<BookRecord>, Fault> {
    let root = read(body).ok_or(Fault::Unreadable { what: "no XML" })?;
    let mut found = vec![];
    root.all("recordData", &mut found);
    let records: Vec<BookRecord> = found.into_iter().filter_map(book).collect();
    match root.first("diagnostic") {
        Some(diagnostic) if records.is_empty() => {
            let said = |name: &str| diagnostic.first(name).map(|element| element.text.trim().to_owned());
            let message = said("message").filter(|message| !message.is_empty()).or(said("uri")).unwrap_or_default();
            Err(Fault::Diagnostic { message })
        }
        _ if root.name != "searchRetrieveResponse" => Err(Fault::Unreadable { what: "no searchRetrieveResponse" }),
        _ => Ok(records),
    }
}

/// The record stands there as XML, or as a text of XML.
fn book(data: &Element) -> Option<BookRecord> {
    match data.children.first() {
        Some(record) => marc::book(record),
        None => marc::book(&read(data.text.trim().as_bytes())?),
    }
}

#[async_trait]
impl Catalogue for Sru {
    async fn find(&self, isbn: &str) -> Result<Vec<BookRecord>, Fault> {
        self.health.noted("sru", self.ask(isbn).await, |_| false)
    }

    fn state(&self) -> State {
        self.health.state()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const RECORD: &str = "<record><datafield tag='010'><subfield code='a'>9787536692930</subfield></datafield>\
        <datafield tag='200'><subfield code='a'>三体</subfield></datafield></record>";

    fn answer(inner: &str) -> Result<Vec<BookRecord>, Fault> {
        read_answer(
            format!(
                "<z:searchRetrieveResponse xmlns:z='http://www.loc.gov/zing/srw/'>{inner}</z:searchRetrieveResponse>"
            )
            .as_bytes(),
        )
    }

    #[test]
    fn records_are_found_packed_as_xml_or_as_text() {
        let xml = format!("<z:records><z:record><z:recordData>{RECORD}</z:recordData></z:record></z:records>");
        assert_eq!(answer(&xml).unwrap()[0].title, "三体");
        let text = RECORD.replace('<', "&lt;").replace('>', "&gt;");
        let text = format!("<records><record><recordData>{text}</recordData></record></records>");
        assert_eq!(answer(&text).unwrap()[0].title, "三体");
        assert_eq!(answer("<numberOfRecords>0</numberOfRecords>"), Ok(vec![]));
    }

    #[test]
    fn a_diagnostic_is_a_fault_in_whatever_namespace() {
        for inner in [
            "<z:diagnostics><d:diagnostic xmlns:d='x'><d:message>Unsupported index</d:message></d:diagnostic></z:diagnostics>",
            "<diagnostics><diagnostic><uri>1</uri><message>Unsupported index</message></diagnostic></diagnostics>",
        ] {
            let fault = answer(inner).unwrap_err();
            assert_eq!(fault, Fault::Diagnostic { message: "Unsupported index".into() });
        }
        for body in ["", "<html><body>it works</body></html>", "not xml"] {
            assert!(matches!(read_answer(body.as_bytes()), Err(Fault::Unreadable { .. })), "{body}");
        }
    }
}
