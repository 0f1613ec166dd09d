//! What is wrong with a form of staff's, each said at its field: all at once, not one after the other.

/// In the order in which they were found; the name "" is the form itself.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    said: Vec<(&'static str, String)>,
}

impl Faults {
    pub fn one(field: &'static str, sentence: impl Into<String>) -> Self {
        Faults { said: vec![(field, sentence.into())] }
    }

    pub fn add(&mut self, field: &'static str, sentence: impl Into<String>) {
        self.said.push((field, sentence.into()));
    }

    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    pub fn of(&self, field: &str) -> Option<&str> {
        self.said.iter().find(|(name, _)| *name == field).map(|(_, sentence)| sentence.as_str())
    }

    /// What stands in a field's own tag.
    pub fn mark(&self, field: &str) -> String {
        match self.of(field) {
            Some(_) => format!(" aria-invalid=\"true\" aria-describedby=\"{field}-e\""),
            None => String::new(),
        }
    }

    /// A whole number as typed; empty is 0.
    pub fn whole(&mut self, field: &'static str, text: &str, what: &str) -> i64 {
        match text.trim() {
            "" => 0,
            text => text.parse().ok().filter(|number| *number >= 0).unwrap_or_else(|| {
                self.add(field, format!("{what}应为整数。"));
                0
            }),
        }
    }
}

sample! { Faults { said = |draw| vec![("title", crate::samples::Sample::sample(draw))] } }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_says_its_own() {
        let mut faults = Faults::default();
        assert_eq!(
            (faults.whole("points", " 12 ", "积分"), faults.whole("age", "", "年龄"), faults.is_empty()),
            (12, 0, true)
        );
        assert_eq!(faults.whole("points", "many", "积分"), 0);
        assert_eq!(faults.whole("age", "-1", "年龄"), 0);
        assert_eq!(
            (faults.of("points"), faults.of("age"), faults.of("")),
            (Some("积分应为整数。"), Some("年龄应为整数。"), None)
        );
        assert_eq!(faults.mark("points"), " aria-invalid=\"true\" aria-describedby=\"points-e\"");
        assert_eq!(faults.mark("title"), "");
    }
}
