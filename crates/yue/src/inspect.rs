//! Looking at a database from the command line: it may be serving meanwhile.

use crate::settings::Settings;
use std::process::ExitCode;
use store::Reads;
use store::ledger::{Walk, head, walk};

pub async fn reads(settings: &Settings) -> Result<Reads, String> {
    settings.location()?.reads().await.map_err(|fault| fault.to_string())
}

pub async fn migrate(settings: &Settings) -> Result<ExitCode, String> {
    let location = settings.location()?;
    location.migrate().await.map_err(|fault| fault.to_string())?;
    println!("ok: {location} is in this program's form");
    Ok(ExitCode::SUCCESS)
}

pub async fn verify(settings: &Settings) -> Result<ExitCode, String> {
    let findings = store::verify::verify(&reads(settings).await?).await.map_err(|fault| fault.to_string())?;
    let mut code = ExitCode::SUCCESS;
    for finding in findings {
        if finding.violations.is_empty() {
            println!("ok        {}", finding.name);
            continue;
        }
        code = ExitCode::FAILURE;
        let ids: Vec<String> = finding.violations.iter().map(i64::to_string).collect();
        println!("VIOLATED  {}: {}", finding.name, ids.join(", "));
    }
    Ok(code)
}

pub async fn ledger_verify(settings: &Settings) -> Result<ExitCode, String> {
    match walk(&reads(settings).await?).await.map_err(|fault| fault.to_string())? {
        Walk::Whole { batches, postings } => {
            println!("ok: {batches} batches, {postings} postings");
            Ok(ExitCode::SUCCESS)
        }
        Walk::Broken { sequence } => {
            println!("BROKEN at batch {sequence}: what is stored is not what was committed");
            Ok(ExitCode::FAILURE)
        }
    }
}

pub async fn ledger_head(settings: &Settings) -> Result<ExitCode, String> {
    let head = head(&reads(settings).await?).await.map_err(|fault| fault.to_string())?;
    let hash = web::frame::keys::hex(&head.hash);
    println!("{} {} {hash}", head.sequence, head.at);
    Ok(ExitCode::SUCCESS)
}
