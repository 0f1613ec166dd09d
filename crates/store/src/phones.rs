//! 修改手机号: what waits for the desk.

use crate::Slice;
use crate::cards::card_words;
use crate::fault::Done;
use crate::messages::About;
use crate::read::{Reads, query};
use crate::verify::Invariant;
use domain::tables::{Millis, ReaderId};

/// A reader who wants a new number: both sealed, since when, and their cards as they are shown.
#[derive(Clone, Debug)]
pub struct WishView {
    pub new: Vec<u8>,
    pub old: Vec<u8>,
    pub at: Millis,
    pub cards: Vec<String>,
}

pub async fn wish_of(reads: &Reads, reader: ReaderId) -> Done<Option<WishView>> {
    const TEXT: &str = "select t.new, t.old, w.at from phone_wish w join phone_wish_text t on t.reader = w.reader \
        where w.reader = $1";
    const CARDS: &str = "select f.masked_name, f.tail from binding b join card_face f on f.card = b.card \
        where b.reader = $1 order by b.card";
    let [wishes, cards] = reads.read([query(TEXT, [reader.0.into()]), query(CARDS, [reader.0.into()])]).await?;
    let Some(mut row) = wishes.into_iter().next() else { return Ok(None) };
    let mut shown = vec![];
    for mut card in cards {
        shown.push(card_words(&card.text()?, &card.text()?));
    }
    Ok(Some(WishView { new: row.bytes()?, old: row.bytes()?, at: row.int()?, cards: shown }))
}

const ABOUT: About = About { joins: "", title: "", words: &[], member: "" };

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "what waits for the desk says which number is wanted",
        violations: "select w.reader from phone_wish w left join phone_wish_text t on t.reader = w.reader where t.reader is null",
    },
    Invariant {
        name: "a number and its reader know each other",
        violations: "select u.reader from phone_user u left join phone_of o on o.reader = u.reader and o.high = u.high \
            and o.low = u.low where o.reader is null \
            union all select o.reader from phone_of o left join phone_user u on u.high = o.high and u.low = o.low \
            and u.reader = o.reader where u.reader is null",
    },
];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: Some(ABOUT), posting: None };
