//! What is typed where a text belongs.

use crate::script::Script;

impl Script<'_> {
    /// Mostly something usual; else nothing, or as much as may be, or one character more.
    pub fn text(&mut self, usual: &str, most: usize) -> String {
        match self.dice.below(60) {
            0 => String::new(),
            1 => " \n　".into(),
            2 => "书".repeat(most),
            3 | 4 => "书".repeat(most + 1),
            _ => usual.into(),
        }
    }
}
