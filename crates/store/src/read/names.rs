//! SQL says states, kinds and replies by their paths, as `RedemptionState::Pending`, or `cards::MessageKind::*` for all
//! of them; here they become the numbers that are stored. A name that nothing has stays, and the engine refuses it.

use domain::slices::NAMED;
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

/// Queries are few and long: each is spelt once, and kept for as long as the program runs, as the text itself is.
pub struct Spellings {
    known: RwLock<HashMap<(usize, usize), &'static str>>,
    spell: fn(&str) -> String,
}

impl Spellings {
    pub fn new(spell: fn(&str) -> String) -> Self {
        Spellings { known: RwLock::default(), spell }
    }

    pub fn of(&self, text: &'static str) -> &'static str {
        let place = (text.as_ptr() as usize, text.len());
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&place) {
            return known;
        }
        let spelt: &'static str = Box::leak((self.spell)(text).into_boxed_str());
        self.known.write().unwrap_or_else(PoisonError::into_inner).entry(place).or_insert(spelt)
    }
}

/// As both engines take it, but for the arguments.
pub fn with_numbers(text: &str) -> String {
    let mut spelt = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("::") {
        let before = rest[..at].char_indices().rev().find(|(_, c)| !is_of_path(*c));
        let from = before.map_or(0, |(place, c)| place + c.len_utf8());
        let until = rest[at..].find(|c| !is_of_path(c) && c != '*').map_or(rest.len(), |more| at + more);
        let path = &rest[from..until];
        spelt.push_str(&rest[..from]);
        spelt.push_str(numbers(path).as_deref().unwrap_or(path));
        rest = &rest[until..];
    }
    spelt + rest
}

fn is_of_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}

fn numbers(path: &str) -> Option<String> {
    static KNOWN: LazyLock<HashMap<&str, &[(i64, &str)]>> = LazyLock::new(|| NAMED.iter().copied().collect());
    let name = path.rsplit(':').next()?;
    let numbers = KNOWN.get(path.strip_suffix(name)?)?;
    let named = numbers.iter().filter(|(_, known)| name == "*" || name == *known);
    let found: Vec<String> = named.map(|(number, _)| number.to_string()).collect();
    (!found.is_empty()).then(|| found.join(", "))
}

#[cfg(test)]
mod tests {
    use super::with_numbers;

    #[test]
    fn names_become_their_numbers() {
        let text =
            "select x from redemption where state=RedemptionState::Pending and kind in (checkins::PostingKind::*)";
        assert_eq!(with_numbers(text), "select x from redemption where state=1 and kind in (5)");
        assert_eq!(with_numbers("volunteers::MessageKind::*"), "24, 25, 28, 29");
        // What is no name is left to the engine.
        for text in ["", "a::bigint", "RedemptionState::Lost", "Nothing::*", "count(*) :: x", "（Nothing::At"] {
            assert_eq!(with_numbers(text), text);
        }
    }
}
