//! Keys: hashing, sealing, signing. All from one secret, which must survive a restore.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use connectors::library_system::BarcodeCase;
use domain::core::digest::Digest;
use domain::core::record::Sealed;
use domain::jobs::Prove;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

pub const SECRET_BYTES_MIN: usize = 32;
const NONCE_BYTES: usize = 12;
pub const TOKEN_BYTES: usize = 24;

/// Why no number could be had or opened: the system's source of chance failed, or the secret is another one.
#[derive(Debug)]
pub struct KeyFault(pub &'static str);

#[derive(Clone)]
pub struct Keys {
    hash: [u8; 32],
    sign: [u8; 32],
    seal: ChaCha20Poly1305,
    barcode_case: BarcodeCase,
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length.
    let Ok(mut mac) = <Hmac<Sha256> as Mac>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        // With its length before it, no two lists of parts look alike.
        mac.update(&(part.len() as u64).to_le_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Two lower-case digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const UNOPENED: KeyFault = KeyFault("a sealed text does not open with this secret");

impl Keys {
    /// What proves to a library that this secret is its own.
    pub fn proof(&self) -> Prove {
        Prove { check: self.digest("check", "the library's secret") }
    }

    /// None: the secret is too short to be one.
    pub fn of(secret: &[u8]) -> Option<Self> {
        if secret.len() < SECRET_BYTES_MIN {
            return None;
        }
        let seal = ChaCha20Poly1305::new(&mac(secret, &[b"seal"]).into());
        let barcode_case = BarcodeCase::default();
        Some(Keys { hash: mac(secret, &[b"hash"]), sign: mac(secret, &[b"sign"]), seal, barcode_case })
    }

    /// Whether two barcodes that differ in case are two cards. Said once for all: a card is known by this hash.
    pub fn with_barcodes(self, barcode_case: BarcodeCase) -> Self {
        Keys { barcode_case, ..self }
    }

    /// What a card is known by.
    pub fn barcode(&self, barcode: &str) -> Digest {
        self.digest("barcode", &self.barcode_case.folded(barcode))
    }

    /// A keyed hash; the label keeps a phone number from being taken for a barcode.
    pub fn digest(&self, label: &str, text: &str) -> Digest {
        self.digest_bytes(label, text.as_bytes())
    }

    pub fn digest_bytes(&self, label: &str, bytes: &[u8]) -> Digest {
        first_half(&mac(&self.hash, &[label.as_bytes(), bytes]))
    }

    pub fn signature(&self, label: &str, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(&mac(&self.sign, &[label.as_bytes(), text.as_bytes()])[..TOKEN_BYTES])
    }

    pub fn is_signed(&self, label: &str, text: &str, signature: &str) -> bool {
        self.signature(label, text).as_bytes().ct_eq(signature.as_bytes()).into()
    }

    pub fn seal(&self, label: &str, text: &str) -> Result<Sealed, KeyFault> {
        self.seal_bytes(label, text.as_bytes())
    }

    pub fn seal_bytes(&self, label: &str, bytes: &[u8]) -> Result<Sealed, KeyFault> {
        let nonce: [u8; NONCE_BYTES] = random()?;
        let sealed = self.seal.encrypt(Nonce::from_slice(&nonce), Payload { msg: bytes, aad: label.as_bytes() });
        let sealed = sealed.map_err(|_| KeyFault("a text could not be sealed"))?;
        Ok(Sealed([&nonce[..], &sealed].concat()))
    }

    pub fn open(&self, label: &str, sealed: &[u8]) -> Result<String, KeyFault> {
        String::from_utf8(self.open_bytes(label, sealed)?).map_err(|_| UNOPENED)
    }

    pub fn open_bytes(&self, label: &str, sealed: &[u8]) -> Result<Vec<u8>, KeyFault> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES).ok_or(UNOPENED)?;
        let payload = Payload { msg: sealed, aad: label.as_bytes() };
        self.seal.decrypt(Nonce::from_slice(nonce), payload).map_err(|_| UNOPENED)
    }
}

fn first_half(hash: &[u8; 32]) -> Digest {
    let mut first = [0; 16];
    first.copy_from_slice(&hash[..16]);
    Digest::of_bytes(&first)
}

/// A hash of what anybody may see.
pub fn content_hash(bytes: &[u8]) -> Digest {
    use sha2::Digest as _;
    first_half(&Sha256::digest(bytes).into())
}

pub fn random<const N: usize>() -> Result<[u8; N], KeyFault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| KeyFault("the system gives no random numbers"))?;
    Ok(bytes)
}

/// A token that nobody guesses.
pub fn token() -> Result<String, KeyFault> {
    Ok(URL_SAFE_NO_PAD.encode(random::<TOKEN_BYTES>()?))
}

pub fn seed() -> Result<i64, KeyFault> {
    Ok(i64::from_le_bytes(random()?))
}

/// Six digits, each as likely as any other.
pub fn sms_code() -> Result<String, KeyFault> {
    const CODES: u64 = 1_000_000;
    loop {
        let drawn = u64::from_le_bytes(random()?);
        if drawn < u64::MAX - u64::MAX % CODES {
            return Ok(format!("{:06}", drawn % CODES));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_under_its_label_and_key() {
        let keys = Keys::of(&[7; 32]).unwrap();
        let sealed = keys.seal("phone", "13800000000").unwrap();
        assert_eq!(keys.open("phone", &sealed.0).unwrap(), "13800000000");
        assert!(keys.open("barcode", &sealed.0).is_err());
        assert!(Keys::of(&[8; 32]).unwrap().open("phone", &sealed.0).is_err());
        assert!(keys.open("phone", &sealed.0[..5]).is_err());
    }

    #[test]
    fn hashes_differ_by_label_and_signatures_by_text() {
        let keys = Keys::of(&[7; 32]).unwrap();
        assert_ne!(keys.digest("phone", "1"), keys.digest("barcode", "1"));
        assert!(keys.is_signed("csrf", "a", &keys.signature("csrf", "a")));
        assert!(!keys.is_signed("csrf", "b", &keys.signature("csrf", "a")));
        assert!(Keys::of(&[7; 31]).is_none());
    }
}
