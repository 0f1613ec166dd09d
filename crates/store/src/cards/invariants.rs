//! What holds of cards, their holders and their bindings.

use crate::verify::Invariant;

pub const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "one first-binding award a card, and each is a person's",
        violations: "select p.card from posting p where p.kind = cards::PostingKind::FirstBinding group by p.card having count(*) > 1 \
            union all select p.card from posting p where p.kind = cards::PostingKind::FirstBinding \
            and (select count(*) from person q where q.awarded = p.card) <> 1 \
            union all select q.id from person q where q.awarded <> 0 \
            and not exists (select 1 from posting p where p.card = q.awarded and p.kind = cards::PostingKind::FirstBinding)",
    },
    Invariant {
        name: "one first-binding award an identity",
        violations: "select min(h.card) from posting p join card_holder h on h.card = p.card \
            where p.kind = cards::PostingKind::FirstBinding and (h.identity_high <> 0 or h.identity_low <> 0) \
            group by h.identity_high, h.identity_low having count(*) > 1",
    },
    Invariant {
        name: "a card and its binding agree",
        violations: "select b.card from binding b left join card c on c.id = b.card \
            where c.id is null or c.reader <> b.reader union all select c.id from card c \
            where c.reader <> 0 and not exists (select 1 from binding b where b.card = c.id and b.reader = c.reader)",
    },
    Invariant {
        name: "no more cards a reader than the rules have ever allowed",
        violations: "select reader from binding group by reader having count(*) > \
            (select max(value) from rule_ever where rule = Rule::CardsMax)",
    },
    Invariant {
        name: "a reader's current card is bound to the reader",
        violations: "select r.id from reader r where r.card <> 0 \
            and not exists (select 1 from binding b where b.reader = r.id and b.card = r.card)",
    },
    Invariant {
        name: "an unsettled rebinding is between two readers",
        violations: "select card from rebinding where reader = from_reader or due <= at",
    },
];
