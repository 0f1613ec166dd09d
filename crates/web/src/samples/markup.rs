//! Whether a page is well-formed: what a browser would mend silently is a fault here.

use std::collections::HashSet;

const VOID: &[&str] = &["br", "hr", "img", "input", "link", "meta", "source", "wbr"];

struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    closes_itself: bool,
}

impl<'a> Tag<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(found, _)| *found == name).map(|(_, value)| *value)
    }
}

/// The tag whose text (without `<` and `>`) this is.
fn tag(text: &str) -> Result<Tag<'_>, String> {
    let (text, closes_itself) = text.strip_suffix('/').map_or((text, false), |text| (text, true));
    let (name, mut rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let mut attributes = vec![];
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(Tag { name, attributes, closes_itself });
        }
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (attribute, after) = rest.split_at(end);
        if attribute.is_empty() || attribute.contains(['"', '\'', '<']) {
            return Err(format!("<{text}>: no name of an attribute at {rest:?}"));
        }
        let mut value = "";
        rest = after;
        if let Some(after) = after.strip_prefix('=') {
            let quoted = after.strip_prefix('"').and_then(|after| after.split_once('"'));
            (value, rest) = quoted.ok_or_else(|| format!("<{text}>: {attribute} is not quoted"))?;
        }
        if attributes.iter().any(|(name, _)| *name == attribute) {
            return Err(format!("<{text}>: {attribute} stands twice"));
        }
        attributes.push((attribute, value));
    }
}

#[derive(Default)]
struct Seen<'a> {
    open: Vec<&'a str>,
    ids: HashSet<&'a str>,
    /// Ids that something refers to, and what refers to them.
    wanted: Vec<(&'a str, &'a str)>,
}

impl<'a> Seen<'a> {
    fn opens(&mut self, tag: &Tag<'a>) -> Result<(), String> {
        if let Some(id) = tag.get("id").filter(|id| id.is_empty() || !self.ids.insert(id)) {
            return Err(format!("id {id:?} stands twice or is empty"));
        }
        for (name, value) in &tag.attributes {
            if matches!(*name, "for" | "aria-describedby" | "aria-labelledby" | "list" | "form") {
                self.wanted.extend(value.split_whitespace().map(|id| (id, *name)));
            }
            if name.starts_with("on") || *name == "style" {
                return Err(format!("<{}> has {name}, which the policy forbids", tag.name));
            }
        }
        if tag.name == "img" && tag.get("alt").is_none() {
            return Err("a picture says nothing".into());
        }
        if tag.name == "form" && self.open.contains(&"form") {
            return Err("a form within a form".into());
        }
        if tag.name == "a" && (self.open.contains(&"a") || self.open.contains(&"button")) {
            return Err("a link within a link".into());
        }
        if tag.name == "button" && self.open.contains(&"a") {
            return Err("a button within a link".into());
        }
        if !tag.closes_itself && !VOID.contains(&tag.name) {
            self.open.push(tag.name);
        }
        Ok(())
    }
}

/// What is wrong with a page, if anything is.
pub fn check(page: &str) -> Result<(), String> {
    let mut seen = Seen::default();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let after = &rest[start + 1..];
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").ok_or("a comment without an end")?.1;
            continue;
        }
        let end = end_of_tag(after).ok_or_else(|| format!("a tag without an end: {after:.60}"))?;
        let text = &after[..end];
        rest = &after[end + 1..];
        if text.starts_with(['!', '?']) {
            continue;
        }
        if let Some(name) = text.strip_prefix('/') {
            match seen.open.pop() {
                Some(open) if open == name => continue,
                open => return Err(format!("</{name}> closes {open:?}")),
            }
        }
        let tag = tag(text)?;
        seen.opens(&tag)?;
        // What a script says is not markup.
        if tag.name == "script" {
            rest = &rest[rest.find("</script>").ok_or("a script without an end")?..];
        }
    }
    if !seen.open.is_empty() {
        return Err(format!("never closed: {:?}", seen.open));
    }
    match seen.wanted.iter().find(|(id, _)| !seen.ids.contains(id)) {
        Some((id, by)) => Err(format!("{by} wants #{id}, which is nowhere")),
        None => Ok(()),
    }
}

/// Where the tag ends: at the first `>` that no value holds.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == '>' && !quoted).then_some(at)
    })
}

#[test]
fn bad_markup_is_found_out() {
    for (page, says) in [
        ("<p><b>x</p>", "closes"),
        ("<p>x", "never closed"),
        ("<p id=a></p>", "not quoted"),
        (r#"<i id="a"></i><i id="a"></i>"#, "twice"),
        (r#"<label for="q">x</label>"#, "nowhere"),
        (r#"<a href="/x" "x" ></a>"#, "name of an attribute"),
        ("<img>", "says nothing"),
        ("<form><form></form></form>", "within a form"),
        (r#"<p onclick="x"></p>"#, "policy"),
        ("<script>if (a < b) x", "without an end"),
    ] {
        let wrong = check(page).err().unwrap_or_default();
        assert!(wrong.contains(says), "{page}: {wrong:?}");
    }
    let good = r#"<!doctype html><p id="a">x<br><input aria-describedby="a"></p><svg><use href="x"/></svg><script>a<b</script>"#;
    assert_eq!(check(good), Ok(()));
}
