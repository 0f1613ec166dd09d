//! As much of HTML as the tests need: tags with their attributes, forms with what stands in them.

use std::collections::BTreeMap;

#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    /// Where the tag ends.
    pub end: usize,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// Every opening tag, in order.
pub fn tags(html: &str) -> Vec<Tag> {
    let (mut found, mut at) = (vec![], 0);
    while let Some(start) = html[at..].find('<').map(|start| at + start + 1) {
        at = start;
        if html[start..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            let tag = tag(html, start);
            at = tag.end;
            found.push(tag);
        }
    }
    found
}

fn tag(html: &str, start: usize) -> Tag {
    let name_end = html[start..].find(|c: char| !c.is_ascii_alphanumeric()).map_or(html.len(), |n| start + n);
    let (mut attributes, mut at) = (BTreeMap::new(), name_end);
    loop {
        at += html[at..].find(|c: char| !c.is_whitespace() && c != '/').unwrap_or(html.len() - at);
        if at >= html.len() || html[at..].starts_with('>') {
            break;
        }
        let end = html[at..].find(|c: char| c.is_whitespace() || c == '=' || c == '>').map_or(html.len(), |n| at + n);
        let name = html[at..end].to_ascii_lowercase();
        let (value, after) = match html[end..].strip_prefix("=\"") {
            Some(rest) => {
                let close = rest.find('"').expect("an attribute ends");
                (unescape(&rest[..close]), end + 2 + close + 1)
            }
            None if html[end..].starts_with('=') => {
                let close = html[end..].find([' ', '>']).expect("an attribute ends");
                (unescape(&html[end + 1..end + close]), end + close)
            }
            None => (String::new(), end),
        };
        attributes.insert(name, value);
        at = after;
    }
    Tag { name: html[start..name_end].to_ascii_lowercase(), attributes, end: (at + 1).min(html.len()) }
}

/// A form's method and fields as a browser would send them, without the button.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub method: String,
    pub fields: Vec<(String, String)>,
}

impl Form {
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The same form with other words in it.
    pub fn with(mut self, changes: &[(&str, &str)]) -> Self {
        for (name, value) in changes {
            self.fields.retain(|(known, _)| known != name);
            self.fields.push((name.to_string(), value.to_string()));
        }
        self
    }
}

pub fn forms(html: &str) -> Vec<Form> {
    let mut found: Vec<Form> = vec![];
    for (n, part) in html.split("<form").enumerate() {
        if n == 0 {
            continue;
        }
        let part = format!("<form{}", part.split("</form>").next().unwrap_or_default());
        let tags = tags(&part);
        let head = &tags[0];
        let mut form = Form {
            action: head.get("action").unwrap_or_default().into(),
            method: head.get("method").unwrap_or("get").into(),
            fields: vec![],
        };
        for tag in &tags {
            if let (Some(name), Some(value)) = (tag.get("name"), value(tag, &part)) {
                form.fields.push((name.into(), value));
            }
        }
        found.push(form);
    }
    found
}

fn value(tag: &Tag, part: &str) -> Option<String> {
    let text_until = |end: &str| unescape(part[tag.end..].split(end).next().unwrap_or_default());
    match (tag.name.as_str(), tag.get("type")) {
        ("input", Some("radio" | "checkbox")) if tag.get("checked").is_none() => None,
        ("input", _) => Some(tag.get("value").unwrap_or_default().to_string()),
        ("textarea", _) => Some(text_until("</textarea>")),
        ("select", _) => {
            let inner = part[tag.end..].split("</select>").next().unwrap_or_default();
            let options = tags(inner);
            let chosen = options.iter().find(|option| option.get("selected").is_some()).or(options.first());
            chosen.map(|option| option.get("value").unwrap_or_default().to_string())
        }
        _ => None,
    }
}

pub fn unescape(text: &str) -> String {
    let pairs = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&quot;", "\"")];
    let more = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&#38;", "&")];
    pairs.iter().chain(&more).fold(text.to_string(), |text, (from, to)| text.replace(from, to))
}

/// What a reader of the page sees, roughly.
pub fn text(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<').skip(1) {
        if let Some((_, words)) = part.split_once('>') {
            text.push_str(words.trim());
            text.push(' ');
        }
    }
    unescape(text.split_whitespace().collect::<Vec<_>>().join(" ").as_str())
}

#[test]
fn forms_are_read_as_browsers_read_them() {
    let html = "<form method=\"post\" action=\"/a\"><input name=\"n\" value=\"&#60;b&#62;\">\
        <input type=\"checkbox\" name=\"c\" value=\"1\"><textarea name=\"t\">x\ny</textarea>\
        <select name=\"s\"><option value=\"p\">P</option><option value=\"q\" selected>Q</option></select></form>";
    let form = forms(html).remove(0);
    assert_eq!((form.method.as_str(), form.action.as_str()), ("post", "/a"));
    assert_eq!((form.get("n"), form.get("t"), form.get("s"), form.get("c")), ("<b>", "x\ny", "q", ""));
    assert_eq!(tags("<p onclick=\"x\" hidden>1 < 2</p>")[0].get("onclick"), Some("x"));
    assert_eq!(text("<p>a</p> <b>b</b>"), "a b");
}
