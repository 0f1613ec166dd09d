//! One connection's conversation: who has logged in, and what was said last.

use super::answer;
use super::message::{Answer, Request};
use super::trailer::{self, Trailer};
use crate::world::World;

#[derive(Default)]
pub(super) struct Session {
    logged_in: bool,
    last: Vec<u8>,
}

/// "Request SC resend" carries a checksum but no sequence.
const SAY_AGAIN: &[u8] = b"96AZFEF6\r";

impl Session {
    /// The bytes to send, or None to hang up.
    pub(super) fn hear(&mut self, message: &[u8], world: &World) -> Option<Vec<u8>> {
        let (body, trailer) = trailer::split(message);
        let sequence = match trailer {
            Trailer::Bad => return Some(SAY_AGAIN.to_vec()),
            Trailer::Good { sequence } => Some(sequence),
            Trailer::Absent => None,
        };
        let charset = world.config.library.charset;
        let request = Request::read(body, charset);
        let answer = match request.kind.as_str() {
            "97" if !self.last.is_empty() => return Some(self.last.clone()),
            "93" => self.login(&request, world),
            "99" => answer::status(world),
            // Real systems hang up on strangers.
            "23" | "63" | "35" if !self.may_ask(world) => return None,
            "23" => answer::patron_status(&request, world),
            "63" => answer::patron_information(&request, world),
            "35" => answer::session_end(&request, world),
            _ => return Some(SAY_AGAIN.to_vec()),
        };
        self.last = answer.bytes(charset, sequence);
        Some(self.last.clone())
    }

    fn login(&mut self, request: &Request, world: &World) -> Answer {
        let library = &world.config.library;
        let plain = request.fixed(0, 2) == "00";
        let known = request.field(2, "CN") == library.user && request.field(2, "CO") == library.password;
        self.logged_in = plain && (known || library.user.is_empty());
        Answer::new(format!("94{}", u8::from(self.logged_in)))
    }

    fn may_ask(&self, world: &World) -> bool {
        self.logged_in || world.config.library.user.is_empty()
    }
}
