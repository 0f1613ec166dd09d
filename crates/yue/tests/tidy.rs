//! Tidy: reads the source and holds the house to its rules.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 400;
const LINE_CHARS_MAX: usize = 140;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = vec![];
    collect(&root().join(folder), endings, &mut found);
    assert!(!found.is_empty(), "{folder} is empty");
    found
}

fn collect(folder: &Path, endings: &[&str], found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", "dist", "out"].contains(&name.as_str()) {
                collect(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push((path.to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Every line that a rule forbids.
fn offences(files: &[(String, String)], forbidden: impl Fn(&str) -> bool) -> Vec<String> {
    let lines = files.iter().flat_map(|(path, text)| text.lines().enumerate().map(move |(n, line)| (path, n, line)));
    lines.filter(|(.., line)| forbidden(line)).map(|(path, n, line)| format!("{path}:{}: {line}", n + 1)).collect()
}

fn none(offences: Vec<String>, rule: &str) {
    assert!(offences.is_empty(), "{rule}:\n{}", offences.join("\n"));
}

#[test]
fn sql_stands_in_the_store_alone() {
    for crates in ["domain", "connectors", "web", "sandbox", "yue"] {
        let sources = files(&format!("crates/{crates}/src"), &[".rs"]);
        let sql = |line: &str| {
            ["select ", "insert into ", "delete from "].iter().any(|word| line.contains(&format!("\"{word}")))
        };
        none(offences(&sources, sql), "SQL outside the store");
    }
}

#[test]
fn sql_says_states_and_kinds_by_name() {
    let sources = files("crates/store/src", &[".rs"]);
    let bare = |line: &str| {
        let comparisons =
            ["state = ", "state <> ", "state in (", "kind = ", "kind <> ", "kind in (", "channel = ", "rule = "];
        let numbers = |with: &str| line.split(with).skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        // What names become is said in the test of names alone.
        comparisons.into_iter().any(numbers) && !line.contains("assert_eq!")
    };
    none(offences(&sources, bare), "a state or kind by its number");
}

#[test]
fn crates_point_one_way() {
    let imports = |krate: &str, others: &[&str]| {
        let sources = files(&format!("crates/{krate}/src"), &[".rs"]);
        let foreign =
            |line: &str| others.iter().any(|other| line.contains(&format!("{other}::")) && line.contains("use "));
        none(offences(&sources, foreign), &format!("{krate} imports what it must not"));
    };
    imports("domain", &["store", "web", "connectors", "sandbox", "tokio", "std::time", "std::fs", "std::net"]);
    imports("connectors", &["store", "web", "domain", "sandbox"]);
    imports("sandbox", &["store", "web", "domain", "connectors"]);
    imports("store", &["web", "connectors", "sandbox"]);
    imports("web", &["sandbox"]);
}

#[test]
fn files_are_small_and_finished() {
    for folder in ["crates", "migrations", "e2e", "assets/src/js"] {
        let sources = files(folder, &[".rs", ".mjs", ".js", ".sql"]);
        for (path, text) in &sources {
            assert!(text.lines().count() <= FILE_LINES_MAX, "{path} has more than {FILE_LINES_MAX} lines");
        }
        let unfinished = |line: &str| {
            let marks =
                [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!("), concat!("unimplemen", "ted!(")];
            marks.iter().any(|mark| line.contains(mark))
        };
        none(offences(&sources, unfinished), "unfinished");
        // What stands on the wire is shown whole.
        let long = |line: &str| {
            line.chars().count() > LINE_CHARS_MAX
                && !line.contains("r#")
                && !line.contains("`<")
                && !line.split('"').any(|part| part.len() > 80)
        };
        none(offences(&sources, long), "too long a line");
    }
}

#[test]
fn templates_keep_to_the_content_security_policy() {
    let templates = files("crates/web/templates", &[".html"]);
    // The one style within a page is allowed by its hash.
    let is_hashed = |line: &str| line.contains("<style>{{ style|safe }}</style>");
    let inline = |line: &str| {
        line.contains(" style=")
            || line.contains("<style") && !is_hashed(line)
            || line.contains("<script>")
            || line.contains(" onclick")
    };
    none(offences(&templates, inline), "inline style or script");
    // Every form that changes something carries its token.
    let bare = templates.iter().flat_map(|(path, text)| {
        let forms = text.split("<form").skip(1).filter(|form| form.contains("method=\"post\""));
        forms
            .filter(|form| !form.split("</form>").next().unwrap_or_default().contains("name=\"csrf\""))
            .map(move |_| path.clone())
    });
    none(bare.collect(), "a form without its token");
}

#[test]
fn migrations_are_in_order_and_listed() {
    let listed = std::fs::read_to_string(root().join("crates/store/src/migrate.rs")).unwrap();
    for (path, text) in files("migrations", &[".sql"]) {
        let name = Path::new(&path).file_stem().unwrap().to_string_lossy().into_owned();
        assert!(listed.contains(&name), "{name} is not in the list");
        assert!(name.as_bytes()[..14].iter().all(u8::is_ascii_digit), "{name}: starts with its time");
        assert!(!text.contains("CREATE"), "{path}: lower-case SQL");
    }
}

/// The rooms of the domain, and for each the rooms that it uses.
fn rooms() -> Vec<(String, Vec<String>)> {
    let listed = std::fs::read_to_string(root().join("crates/domain/src/lib.rs")).unwrap();
    let modules = listed.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    // Made from the rooms, not one of them.
    let names: Vec<String> = modules.filter(|name| *name != "slices").map(String::from).collect();
    let uses = |name: &String| {
        let sources = files("crates/domain/src", &[".rs"]).into_iter();
        let room = |path: &str| path.contains(&format!("src/{name}/")) || path.ends_with(&format!("src/{name}.rs"));
        let text: String = sources.filter(|(path, _)| room(path)).map(|(_, text)| text).collect();
        let others = names.iter().filter(|other| *other != name && text.contains(&format!("crate::{other}::")));
        others.cloned().collect()
    };
    names.iter().map(|name| (name.clone(), uses(name))).collect()
}

#[test]
fn every_slice_has_its_parts() {
    let there = |path: String| root().join(path).exists();
    let mut missing = vec![];
    for (slice, _) in rooms() {
        let read = |file: &str| std::fs::read_to_string(root().join(format!("crates/domain/src/{slice}/{file}")));
        if !read("mod.rs").is_ok_and(|text| text.contains("commands! {")) {
            continue;
        }
        let words = read("words.rs").unwrap_or_default();
        // What a command may be refused for, people read.
        let has_sentences = !words.contains("refusals!")
            || there(format!("crates/web/src/{slice}/words.rs"))
            || there(format!("crates/web/src/wording/{slice}.rs"));
        // The register's one command is tested with the jobs.
        let has_tests = slice == "register" || there(format!("crates/domain/tests/{slice}.rs"));
        let has_queries =
            there(format!("crates/store/src/{slice}.rs")) || there(format!("crates/store/src/{slice}/mod.rs"));
        let parts = [
            (!words.is_empty(), "words"),
            (has_sentences, "sentences"),
            (has_tests, "tests"),
            (has_queries, "queries"),
        ];
        missing.extend(parts.iter().filter(|(there, _)| !there).map(|(_, part)| format!("{slice}: {part}")));
    }
    none(missing, "a slice without a part");
}

#[test]
fn no_circle_of_slices() {
    // The schema is made by core's macros, and core's rows are of its tables: together they are the ground floor.
    let is_ground = |name: &str| ["core", "tables"].contains(&name);
    let mut left = rooms();
    let ground = left.extract_if(.., |(name, _)| is_ground(name));
    for (name, uses) in ground {
        assert!(uses.iter().all(|other| is_ground(other)), "{name} must know no slice, but uses {uses:?}");
    }
    left.iter_mut().for_each(|(_, uses)| uses.retain(|other| !is_ground(other)));
    while !left.is_empty() {
        let free: Vec<String> = left.iter().filter(|(_, uses)| uses.is_empty()).map(|(name, _)| name.clone()).collect();
        assert!(!free.is_empty(), "these slices use each other in a circle: {left:?}");
        left.retain(|(name, _)| !free.contains(name));
        left.iter_mut().for_each(|(_, uses)| uses.retain(|other| !free.contains(other)));
    }
}

#[test]
fn who_asks_is_reached_in_one_step() {
    let sources = files("crates/web/src", &[".rs"]);
    none(offences(&sources, |line| line.contains("ask.ask")), "ask.app, not a chain");
}

#[test]
fn the_checklist_names_what_is_there() {
    let list = std::fs::read_to_string(root().join("docs/adding-a-slice.md")).unwrap();
    let paths: Vec<&str> = list.split('`').skip(1).step_by(2).filter(|word| word.contains("src/")).collect();
    assert!(paths.len() >= 10, "the checklist names its files: {paths:?}");
    for path in paths.iter().filter(|path| !path.contains('<')) {
        assert!(root().join(path).exists(), "{path} is in the checklist and not in the house");
    }
}
