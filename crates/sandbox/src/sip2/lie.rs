//! Which patron an answer is about; a liar speaks of another one.

use super::message::Request;
use crate::world::World;
use crate::{Mode, Party, Patron, PatronState};

pub(super) fn patron(request: &Request, fixed_length: usize, world: &World) -> (String, Option<Patron>) {
    let asked = request.field(fixed_length, "AA");
    let patrons = world.patrons();
    let at = patrons.iter().position(|patron| patron.barcode == asked);
    if world.mode(Party::Sip2) == Mode::Lying {
        let other = at.map_or(0, |at| at + 1);
        let patron = patrons.get(other % patrons.len().max(1)).filter(|patron| patron.barcode != asked);
        let patron = patron.cloned().unwrap_or_else(|| stranger(asked));
        return (patron.barcode.clone(), Some(patron));
    }
    (asked.to_owned(), at.and_then(|at| patrons.get(at)).cloned())
}

fn stranger(asked: &str) -> Patron {
    Patron {
        barcode: format!("{asked}9"),
        name: "陌生人".into(),
        phone: "13999999999".into(),
        id_number: String::new(),
        birth_date: String::new(),
        state: PatronState::Active,
    }
}
