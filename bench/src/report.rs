//! What is printed: a figure, what it is measured against, the ratio, the goal.

use std::sync::{Mutex, PoisonError};

/// Rounds of ours and theirs in turns; the middle one counts.
pub const ROUNDS: usize = 3;

pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Everything that was printed.
static SAID: Mutex<String> = Mutex::new(String::new());

fn say(text: &str) {
    println!("{text}");
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    said.push_str(text);
    said.push('\n');
}

pub fn heading(text: &str) {
    say(&format!("\n## {text}"));
}

pub fn line(name: &str, text: &str) {
    say(&format!("{name:<58} {text}"));
}

/// The whole run as a page, with the machine and how long it took.
pub fn page(machine: &str, took_s: u64) -> String {
    let said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    let minutes = took_s.div_ceil(60);
    format!("# Results of `make bench`\n\n{machine}; {minutes} minutes.\n\n```text{said}```\n")
}

pub fn rate(name: &str, per_second: f64) {
    line(name, &format!("{per_second:>12.0} /s"));
}

pub fn ratio(name: &str, ratio: f64, goal: f64) {
    let verdict = if ratio >= goal { "reached" } else { "NOT reached" };
    line(name, &format!("{ratio:>12.3}     goal ≥ {goal}: {verdict}"));
}

pub fn at_most(name: &str, figure: f64, unit: &str, goal: f64) {
    let verdict = if figure <= goal { "reached" } else { "NOT reached" };
    line(name, &format!("{figure:>12.2} {unit:<4} goal ≤ {goal} {unit}: {verdict}"));
}

/// What must not differ: a ratio as good as 1.
pub fn equal(name: &str, ratio: f64, within: f64) {
    let verdict = if (ratio - 1.0).abs() <= within { "reached" } else { "NOT reached" };
    line(name, &format!("{ratio:>12.3}     goal 1 ± {within}: {verdict}"));
}
