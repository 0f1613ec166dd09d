//! What holds of postings and balances.

use crate::verify::Invariant;

pub const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "all accounts together are zero",
        violations: "select total from (select cast(coalesce((select sum(balance) from card), 0) \
            + coalesce((select sum(balance) from system_account), 0) as bigint) as total) t where total <> 0",
    },
    Invariant {
        name: "a card's balance is the sum of its postings",
        violations: "select c.id from card c left join (select card, sum(points) as points from posting group by card) p \
            on p.card = c.id where c.balance <> coalesce(p.points, 0)",
    },
    Invariant {
        name: "a system account's balance is the sum of its postings",
        violations: "select s.account from system_account s \
            left join (select account, sum(points) as points from posting group by account) p on p.account = s.account \
            where s.balance <> -coalesce(p.points, 0)",
    },
    Invariant {
        name: "every posting stands on a card and a system account",
        violations: "select p.id from posting p left join card c on c.id = p.card \
            left join system_account s on s.account = p.account where c.id is null or s.account is null",
    },
    Invariant {
        name: "each posting follows the one before it and never goes below zero",
        violations: "select p.id from posting p left join posting q on q.id = p.previous and q.card = p.card \
            where p.after < 0 or p.points = 0 or (p.previous = 0 and p.after <> p.points) \
            or (p.previous <> 0 and (q.id is null or q.id >= p.id or q.after + p.points <> p.after))",
    },
    Invariant {
        name: "no two postings follow the same one",
        violations: "select min(id) from posting group by card, previous having count(*) > 1",
    },
    Invariant {
        name: "a card names its newest posting",
        violations: "select c.id from card c left join (select card, max(id) as id from posting group by card) p \
            on p.card = c.id where c.last <> coalesce(p.id, 0)",
    },
];
