//! XML as a small tree whose elements are known by their local names: catalogues put them into this namespace or that, or none.
//! No entity but XML's own is known, so nothing can be blown up; depth and size are limited.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesRef, BytesStart, Event};

const DEPTH_MAX: usize = 64;
const ELEMENTS_MAX: usize = 20_000;

/// Of one element; a record has three.
const ATTRIBUTES_MAX: usize = 16;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Every element of this name below, however deep; not below one that was found.
    pub(crate) fn all<'e>(&'e self, name: &str, found: &mut Vec<&'e Element>) {
        for child in &self.children {
            if child.name == name {
                found.push(child);
            } else {
                child.all(name, found);
            }
        }
    }

    pub(crate) fn first(&self, name: &str) -> Option<&Element> {
        let mut found = vec![];
        self.all(name, &mut found);
        found.into_iter().next()
    }
}

fn local(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    name.rsplit(':').next().unwrap_or_default().to_owned()
}

fn opened(start: &BytesStart<'_>) -> Element {
    let mut attributes = start.attributes();
    // The check of names against each other would take the square of their number.
    let attributes = attributes.with_checks(false).flatten().take(ATTRIBUTES_MAX).map(|attribute| {
        let raw = String::from_utf8_lossy(&attribute.value);
        let value = unescape(&raw).map(|value| value.into_owned()).unwrap_or_default();
        (local(attribute.key.as_ref()), value)
    });
    Element { name: local(start.name().as_ref()), attributes: attributes.collect(), ..Element::default() }
}

/// What is built while events come in.
pub(crate) struct Tree {
    stack: Vec<Element>,
    count: usize,
}

impl Tree {
    pub(crate) fn new() -> Tree {
        Tree { stack: vec![Element::default()], count: 0 }
    }

    /// Some(true): that was the end. None: it is too deep, too much, or wrong.
    pub(crate) fn add(&mut self, event: Event<'_>) -> Option<bool> {
        match event {
            Event::Start(start) => {
                self.count += 1;
                self.stack.push(opened(&start));
            }
            Event::Empty(start) => {
                self.count += 1;
                let element = opened(&start);
                self.stack.last_mut()?.children.push(element);
            }
            Event::End(_) => {
                let element = self.stack.pop()?;
                self.stack.last_mut()?.children.push(element);
            }
            Event::Text(text) => self.stack.last_mut()?.text.push_str(&text.decode().ok()?),
            Event::CData(text) => self.stack.last_mut()?.text.push_str(std::str::from_utf8(&text).ok()?),
            // An entity of somebody's own stands for nothing here.
            Event::GeneralRef(name) => self.stack.last_mut()?.text.extend(character(&name)),
            Event::Eof => return Some(true),
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
        (self.stack.len() <= DEPTH_MAX && self.count <= ELEMENTS_MAX).then_some(false)
    }

    /// The element that has ended just now, taken out: what comes next has all the room again.
    pub(crate) fn taken(&mut self) -> Option<Element> {
        self.count = 0;
        let around = self.stack.last_mut()?;
        around.text.clear();
        let taken = around.children.pop();
        around.children.clear();
        taken
    }

    /// What was never closed was cut off.
    pub(crate) fn is_whole(&self) -> bool {
        self.stack.len() == 1
    }
}

pub(crate) fn is_end_of(event: &Event<'_>, name: &str) -> bool {
    matches!(event, Event::End(end) if local(end.name().as_ref()) == name)
}

fn character(name: &BytesRef<'_>) -> Option<char> {
    match name.as_ref() {
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        _ => name.resolve_char_ref().ok().flatten(),
    }
}

/// The root with all that is in it. None: it is no XML, or too much of it.
pub(crate) fn read(bytes: &[u8]) -> Option<Element> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::from_str(&text);
    let mut tree = Tree::new();
    while !tree.add(reader.read_event().ok()?)? {}
    if tree.is_whole() { tree.stack.pop()?.children.into_iter().next() } else { None }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_are_local_and_texts_unescaped() {
        let root =
            read(b"<?xml version='1.0'?><a:r xmlns:a='x'><b k='1 &amp; 2'>A &lt;&#65; B</b><a:c/></a:r>").unwrap();
        assert_eq!((root.name.as_str(), root.children.len()), ("r", 2));
        assert_eq!((root.children[0].attribute("k"), root.children[0].text.as_str()), ("1 & 2", "A <A B"));
    }

    #[test]
    fn what_is_cut_off_hostile_or_no_xml_is_nothing() {
        let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
        let wide = format!("<a>{}</a>", "<b/>".repeat(30_000));
        for bad in ["", "plain", "<a><b></a>", "<a>", deep.as_str(), wide.as_str()] {
            assert_eq!(read(bad.as_bytes()), None, "{}", &bad[..bad.len().min(20)]);
        }
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;x</a>";
        assert_eq!(read(bomb.as_bytes()).unwrap().text, "x");
    }
}
