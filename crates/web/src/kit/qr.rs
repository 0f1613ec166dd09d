//! QR codes as SVG paths: no picture to load, sharp on every screen.

use crate::frame::failure::Failure;
use fast_qr::ECL;
use fast_qr::qr::QRBuilder;

/// The quiet zone that scanners need.
const MARGIN: usize = 4;

#[derive(Clone)]
pub struct Qr {
    /// Side length in modules, quiet zone included.
    pub side: usize,
    pub path: String,
}

impl Qr {
    pub fn of(text: &str) -> Result<Self, Failure> {
        let code = QRBuilder::new(text).ecl(ECL::M).build();
        let code = code.map_err(|error| Failure::Internal(format!("a QR code could not be made: {error:?}")))?;
        let mut path = String::new();
        for y in 0..code.size {
            let dark = |x: usize| x < code.size && code[y][x].value();
            let mut x = 0;
            while x < code.size {
                let run = (x..code.size).take_while(|x| dark(*x)).count();
                if run > 0 {
                    path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + MARGIN, y + MARGIN));
                }
                x += run.max(1);
            }
        }
        Ok(Qr { side: code.size + 2 * MARGIN, path })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Qr;

    #[test]
    fn a_code_has_its_finder_patterns() {
        let qr = Qr::of("7K3M9QXDPW2T").unwrap();
        assert_eq!(qr.side, 21 + 8);
        assert!(qr.path.starts_with("M4 4h7v1h-7z"));
    }
}

sample! { Qr { side, path } }
