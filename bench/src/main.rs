//! The benchmark suite: ratios in one run, beside the goals. `make bench`, or some of it:
//! `make bench ONLY="w1 sqlite"`. Workloads: w1, w2, w4, w5, pages (W3 and W8), codes; engines: sqlite, postgresql.

mod bare;
mod codes;
mod disk;
mod http;
mod library;
mod pages;
mod peers;
mod report;
mod site;
mod w1;
mod w25;
mod w4;

use std::process::ExitCode;
use std::time::Instant;
use web::frame::keys::Keys;

#[tokio::main]
async fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let started = Instant::now();
    let done = match run(&wanted).await {
        // A part of it is no result to keep.
        Ok(()) if wanted.is_empty() => keep(started.elapsed().as_secs()),
        other => other,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn keep(took_s: u64) -> Result<(), String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/results.md");
    std::fs::write(path, report::page(&machine(), took_s)).map_err(|error| format!("{path}: {error}"))
}

/// The day, the processors, the memory, the kernel.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let (cpus, memory, kernel) = (read("/proc/cpuinfo"), read("/proc/meminfo"), read("/proc/sys/kernel/osrelease"));
    let after = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).and_then(|line| line.split_once(':'));
        line.map_or_else(|| "unknown".to_string(), |(_, value)| value.trim().to_string())
    };
    let count = cpus.lines().filter(|line| line.starts_with("processor")).count();
    let day = jiff::Zoned::now().date();
    let (model, total) = (after(&cpus, "model name"), after(&memory, "MemTotal"));
    format!("{day}, {count} × {model}, {total}, Linux {}", kernel.trim())
}

async fn run(wanted: &[String]) -> Result<(), String> {
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    let keys = Keys::of(library::SECRET.as_bytes()).ok_or("the secret is too short")?;
    if wants("w1") && wants("sqlite") {
        w1::sqlite(&keys).await?;
    }
    if wants("w1") && wants("postgresql") {
        w1::postgres(&keys).await?;
    }
    if wants("w2") {
        w25::hot(&keys).await?;
    }
    if wants("w4") && wants("sqlite") {
        w4::run("SQLite", store::testing::lite(), &keys).await?;
    }
    if wants("w4") && wants("postgresql") {
        w4::run("PostgreSQL", store::testing::durable_pg(), &keys).await?;
    }
    if wants("w5") {
        w25::alone(&keys).await?;
    }
    if wants("pages") && wants("sqlite") {
        pages::run("SQLite", store::testing::lite(), &keys).await?;
    }
    if wants("pages") && wants("postgresql") {
        pages::run("PostgreSQL", store::testing::durable_pg(), &keys).await?;
    }
    if wants("codes") && wants("sqlite") {
        codes::run("SQLite", store::testing::lite, &keys).await?;
    }
    if wants("codes") && wants("postgresql") {
        codes::run("PostgreSQL", store::testing::durable_pg, &keys).await?;
    }
    Ok(())
}
