//! Rules within prose: staff write a rule's word in braces, readers see its value, and nothing need be written anew when it changes.

use domain::rules::Rule;

/// With the values of the rules that are in force: `{cancel-hours}` → 24. What is no rule's word stays as it is.
pub fn filled(text: &str, value: impl Fn(Rule) -> i64) -> String {
    let named = |word: &str| Rule::ALL.iter().find(|rule| rule.about().word == word);
    let mut parts = text.split('{');
    let mut whole = parts.next().unwrap_or_default().to_string();
    for part in parts {
        match part.split_once('}').and_then(|(word, rest)| Some((named(word)?, rest))) {
            Some((rule, rest)) => whole += &format!("{}{rest}", value(*rule)),
            None => whole += &format!("{{{part}"),
        }
    }
    whole
}

/// What can be written so: `{cancel-hours}`, and "自己取消兑换，现在是 24".
pub fn meanings(value: impl Fn(Rule) -> i64) -> Vec<(String, String)> {
    let meaning = |rule: &Rule| {
        let about = rule.about();
        (format!("{{{}}}", about.word), format!("{}，现在是 {}", about.name, value(*rule)))
    };
    Rule::ALL.iter().map(meaning).collect()
}

#[cfg(test)]
mod tests {
    use super::filled;
    use domain::rules::Rule;

    #[test]
    fn rules_stand_for_their_values_and_other_braces_for_themselves() {
        let value = |rule| if rule == Rule::CancelHours { 24 } else { 0 };
        assert_eq!(filled("{cancel-hours} 小时内，{nothing} {", value), "24 小时内，{nothing} {");
        assert_eq!(filled("没有", value), "没有");
    }
}
