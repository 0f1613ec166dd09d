//! People: which keyed hashes belong to one person, so that the first-binding award is paid once a person.
//!
//! Two that turn out to be one stay one: a name points to a person, a person may point on to another.

use crate::core::digest::Digest;
use crate::core::row::Row as _;
use crate::core::world::{Draft, Halt};
use crate::tables::{Person, PersonId, PersonName};

/// The one person whom all these names mean, from now on.
pub fn meet(d: &mut Draft, names: &[Digest]) -> Result<Person, Halt> {
    let mut found: Vec<Person> = vec![];
    for name in known(names) {
        if let Some(known) = d.get::<PersonName>(PersonName::key(name.high, name.low))? {
            let person = in_the_end(d, known.person)?;
            if !found.contains(&person) {
                found.push(person);
            }
        }
    }
    // Whoever has had the award stays, so that it stands in one row.
    found.sort_by_key(|person| (person.awarded.is_none(), person.id));
    let person = match found.first() {
        Some(person) => *person,
        None => new(d),
    };
    for other in found.iter().skip(1) {
        d.put(Person { same_as: Some(person.id), ..*other })?;
    }
    for name in known(names) {
        d.put(PersonName { high: name.high, low: name.low, person: person.id })?;
    }
    Ok(person)
}

fn known(names: &[Digest]) -> impl Iterator<Item = &Digest> {
    names.iter().filter(|name| !name.is_none())
}

fn new(d: &mut Draft) -> Person {
    let person = Person { id: d.new_id(PersonId), same_as: None, awarded: None };
    d.add(person);
    person
}

fn in_the_end(d: &Draft, id: PersonId) -> Result<Person, Halt> {
    let corrupt = Halt::Corrupt(Person::TABLE, Person::key(id));
    let person = d.get::<Person>(Person::key(id))?.ok_or(corrupt)?;
    person.same_as.map_or(Ok(person), |same| in_the_end(d, same))
}
