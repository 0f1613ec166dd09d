//! Embeds what `make assets` has built.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/dist");
    println!("cargo:rerun-if-changed={}", dist.join("manifest.json").display());
    let manifest = std::fs::read_to_string(dist.join("manifest.json"))
        .map_err(|_| "the assets are not built: run `make assets`".to_string())?;
    let mut table = String::from("pub static ASSETS: &[Asset] = &[\n");
    for (name, hashed) in manifest.lines().filter_map(entry) {
        let file = |suffix: &str| -> PathBuf { dist.join(format!("{hashed}{suffix}")) };
        writeln!(
            table,
            "Asset {{ name: {name:?}, url: \"/assets/{hashed}\", plain: include_bytes!({:?}), \
             brotli: include_bytes!({:?}), gzip: include_bytes!({:?}) }},",
            file(""),
            file(".br"),
            file(".gz")
        )?;
    }
    table.push_str("];\n");
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("assets.rs"), table)?;
    Ok(())
}

/// A line of the manifest: `"reader.css": "reader.9376a6d363.css",`.
fn entry(line: &str) -> Option<(&str, &str)> {
    let mut quoted = line.split('"').skip(1).step_by(2);
    Some((quoted.next()?, quoted.next()?))
}
