//! The invariants as queries: each finds the rows that break it, on a live database of either engine.

use crate::fault::Done;
use crate::ledger::{Walk, walk};
use crate::read::{Reads, query};

/// One invariant; `violations` selects a number that names each offending row.
struct Invariant {
    name: &'static str,
    violations: &'static str,
}

const INVARIANTS: &[Invariant] = &[
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
    Invariant {
        name: "a remembered redemption is there",
        violations: "select o.a from outcome o left join redemption r on r.id = o.a where o.reply = 6 and r.id is null",
    },
    Invariant {
        name: "one first-binding award a card, and each is a person's",
        violations: "select p.card from posting p where p.kind = 1 group by p.card having count(*) > 1 \
            union all select p.card from posting p where p.kind = 1 \
            and (select count(*) from person q where q.awarded = p.card) <> 1 \
            union all select q.id from person q where q.awarded <> 0 \
            and not exists (select 1 from posting p where p.card = q.awarded and p.kind = 1)",
    },
    Invariant {
        name: "one first-binding award an identity",
        violations: "select min(h.card) from posting p join card_holder h on h.card = p.card \
            where p.kind = 1 and (h.identity_high <> 0 or h.identity_low <> 0) \
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
        // 8: Rule::CardsMax, whose default is five.
        violations: "select reader from binding group by reader having count(*) > \
            (select max(most) from (select value as most from rule_value where rule = 8 union all select 5) t)",
    },
    Invariant {
        name: "a reader's current card is bound to the reader",
        violations: "select r.id from reader r where r.card <> 0 \
            and not exists (select 1 from binding b where b.reader = r.id and b.card = r.card)",
    },
    Invariant {
        name: "stock: received = on hand + reserved + handed over + written off",
        violations: "select id from prize where received <> on_hand + reserved + handed_over + written_off \
            or received < 0 or on_hand < 0 or reserved < 0 or handed_over < 0 or written_off < 0",
    },
    Invariant {
        name: "stock movements add up",
        violations: "select p.id from prize p left join (select prize, \
            sum(case when kind = 1 then count else 0 end) as received, \
            sum(case when kind = 2 then count else 0 end) as written_off from stock_movement group by prize) m \
            on m.prize = p.id where p.received <> coalesce(m.received, 0) or p.written_off <> coalesce(m.written_off, 0)",
    },
    Invariant {
        name: "reserved and handed-over prizes are those of redemptions",
        violations: "select p.id from prize p left join (select prize, \
            sum(case when state = 1 then 1 else 0 end) as pending, \
            sum(case when state = 2 then 1 else 0 end) as collected from redemption group by prize) r \
            on r.prize = p.id where p.reserved <> coalesce(r.pending, 0) or p.handed_over <> coalesce(r.collected, 0)",
    },
    Invariant {
        name: "every redemption has its code",
        violations: "select r.id from redemption r left join redemption_secret s on s.redemption = r.id \
            where s.redemption is null union all select s.redemption from redemption_secret s \
            left join redemption r on r.id = s.redemption where r.id is null",
    },
    Invariant {
        name: "every redemption is paid once, and refunded if and only if cancelled",
        violations: "select r.id from redemption r left join (select cause, \
            sum(case when kind = 2 then points else 0 end) as paid, sum(case when kind = 2 then 1 else 0 end) as payments, \
            sum(case when kind = 3 then points else 0 end) as refunded from posting where kind in (2, 3) group by cause) p \
            on p.cause = r.id where coalesce(p.paid, 0) <> -r.points or coalesce(p.payments, 0) <> 1 \
            or coalesce(p.refunded, 0) <> case when r.state = 4 then r.points else 0 end",
    },
    Invariant {
        name: "every payment has its redemption",
        violations: "select p.id from posting p left join redemption r on r.id = p.cause and r.card = p.card \
            where p.kind in (2, 3) and r.id is null",
    },
    Invariant {
        name: "a settled redemption says when, a handed-over one by whom",
        violations: "select id from redemption where (state = 1) <> (settled_at = 0) or (state = 2 and settled_by = 0)",
    },
    Invariant {
        name: "a card names its newest redemption",
        violations: "select c.id from card c left join (select card, max(id) as id from redemption group by card) r \
            on r.card = c.id where c.last_redemption <> coalesce(r.id, 0)",
    },
    Invariant {
        name: "prizes with a limit per card count what was taken",
        violations: "select t.card from prize_taken t where t.count < 0 or t.count > (select count(*) from redemption r \
            where r.card = t.card and r.prize = t.prize and r.state <> 4)",
    },
    Invariant {
        name: "an SMS code has at most five tries and success only if it was sent",
        violations: "select reader from sms_code where tries > 5 or tries < 0 or (used = 1 and card = 0) \
            union all select id from entry_code where tries > 5 or tries < 0",
    },
    Invariant {
        name: "at most ten code requests a day for one limit",
        violations: "select a.id from code_request a join code_request b \
            on b.high = a.high and b.low = a.low and b.at <= a.at and b.at > a.at - 86400000 \
            group by a.high, a.low, a.at, a.id having count(*) > 10",
    },
    Invariant {
        name: "at most five code requests an hour for one limit",
        violations: "select a.id from code_request a join code_request b \
            on b.high = a.high and b.low = a.low and b.at <= a.at and b.at > a.at - 3600000 \
            group by a.high, a.low, a.at, a.id having count(*) > 5",
    },
    Invariant {
        name: "at most one code request a minute for one limit",
        violations: "select a.id from code_request a join code_request b \
            on b.high = a.high and b.low = a.low and b.at < a.at and b.at > a.at - 60000",
    },
    Invariant {
        name: "every staff change has one audit row",
        violations: "select s.id from staff s where (select count(*) from audit a \
            where a.action = 'staff.add' and a.about = s.id) <> 1 \
            union all select r.id from redemption r where \
            (select count(*) from audit a where a.action = 'redemption.collect' and a.about = r.id) \
            - (select count(*) from audit a where a.action = 'redemption.undo' and a.about = r.id) \
            <> case when r.state = 2 then 1 else 0 end \
            union all select r.id from redemption r where r.state = 2 and not exists (select 1 from audit a \
            where a.action = 'redemption.collect' and a.about = r.id and a.staff = r.settled_by) \
            union all select r.id from redemption r where r.state = 4 and r.settled_by <> 0 and (select count(*) \
            from audit a where a.action = 'redemption.cancel' and a.about = r.id and a.staff = r.settled_by) <> 1 \
            union all select m.id from stock_movement m where not exists (select 1 from audit a \
            where a.id = m.id + 1 and a.about = m.prize and a.staff = m.staff)",
    },
    Invariant {
        name: "every outgoing message has a payload, wiped when it is over",
        violations: "select o.id from outbox o left join payload p on p.outbox = o.id \
            where p.outbox is null or o.cause = 0 or (p.sealed is null) <> (o.state not in (1, 5)) \
            union all select o.id from outbox o where o.channel in (2, 3) \
            and not exists (select 1 from message m where m.id = o.cause)",
    },
    Invariant {
        name: "the badge counts the unread messages",
        violations: "select r.id from reader r left join message m on m.reader = r.id \
            group by r.id, r.unread, r.read_upto \
            having r.unread <> coalesce(sum(case when m.read = 0 and m.id > r.read_upto then 1 else 0 end), 0)",
    },
    Invariant {
        name: "an unsettled rebinding is between two readers",
        violations: "select card from rebinding where reader = from_reader or due <= at",
    },
    Invariant {
        name: "a prize is picked up at a place that exists",
        violations: "select p.id from prize p left join place q on q.id = p.place where p.place <> 0 and q.id is null",
    },
    Invariant {
        name: "the openings of a day are apart",
        violations: "select a.place from place_hours a join place_hours b on b.place = a.place and b.weekday = a.weekday \
            and b.opens > a.opens and b.opens < a.closes union all select place from place_hours where closes <= opens \
            union all select a.place from place_day a join place_day b on b.place = a.place and b.day = a.day \
            and b.opens > a.opens and b.opens < a.closes",
    },
    Invariant {
        name: "a stamp's points are those of its posting",
        violations: "select k.card from checkin k left join (select card, cause, count(*) as postings, \
            sum(points) as points from posting where kind = 5 group by card, cause) p \
            on p.card = k.card and p.cause = k.month * 100 + k.date \
            where coalesce(p.points, 0) <> k.points or coalesce(p.postings, 0) <> case when k.points = 0 then 0 else 1 end \
            union all select p.id from posting p left join checkin k \
            on k.card = p.card and k.month = p.cause / 100 and k.date = p.cause % 100 where p.kind = 5 and k.card is null",
    },
    Invariant {
        name: "a stamp is at least the first day in a row, and one made up earns nothing",
        violations: "select card from checkin where streak < 1 or points < 0 or (made_up = 1 and points <> 0)",
    },
    // Excused are those who waited to the end, too: they had no place.
    Invariant {
        name: "an activity counts its participants, and has no more than places",
        violations: "select a.id from activity a left join (select activity, \
            sum(case when state in (1, 6, 7) and companion = 0 then 1 else 0 end) as taken, \
            sum(case when state = 8 and companion = 0 then 1 else 0 end) as excused, \
            sum(case when state = 2 and companion = 0 then 1 else 0 end) as waiting, \
            sum(case when state = 6 then 1 else 0 end) as present from participant group by activity) p \
            on p.activity = a.id where a.taken < coalesce(p.taken, 0) \
            or a.taken > coalesce(p.taken, 0) + coalesce(p.excused, 0) or a.waiting <> coalesce(p.waiting, 0) \
            or a.present <> coalesce(p.present, 0) or (a.capacity > 0 and a.taken > a.capacity)",
    },
    Invariant {
        name: "a party that waits stands in line as large as it is",
        violations: "select q.id from party q where q.waiting <> (select count(*) from participant p \
            where p.party = q.id and p.state = 2 and p.companion = 0) or (q.waiting > 0 and not exists \
            (select 1 from waiting_party w where w.party = q.id and w.activity = q.activity)) \
            union all select w.party from waiting_party w left join party q on q.id = w.party \
            and q.activity = w.activity and q.waiting = w.size \
            and w.need = case when q.accepts_part = 1 then 1 else q.waiting end where q.id is null",
    },
    // Once the start is near the list stands still.
    Invariant {
        name: "nobody waits for places that are free",
        violations: "select w.party from waiting_party w join activity a on a.id = w.activity \
            join head h on a.starts - 7200000 > h.at where a.state = 2 and a.confirmed_at = 0 \
            and (a.capacity = 0 or w.need <= a.capacity - a.taken)",
    },
    Invariant {
        name: "what an activity has earned a card is what the presences are worth, and was posted",
        violations: "select w.activity from activity_award w join activity a on a.id = w.activity \
            join activity_rules u on u.activity = w.activity left join (select activity, card, count(*) as present, \
            sum(due) as due from participant where state = 6 group by activity, card) p \
            on p.activity = w.activity and p.card = w.card left join (select cause, card, sum(points) as points \
            from posting where kind in (6, 7) group by cause, card) o on o.cause = w.activity and o.card = w.card \
            where w.present <> coalesce(p.present, 0) or w.due <> coalesce(p.due, 0) \
            or w.posted <> coalesce(o.points, 0) or w.posted <> case when a.kind = 1 and u.per_participant = 0 \
            and w.due > u.points then u.points else w.due end \
            union all select o.id from posting o where o.kind in (6, 7) and not exists (select 1 \
            from activity_award w where w.activity = o.cause and w.card = o.card) \
            union all select p.activity from participant p where p.state = 6 and not exists (select 1 \
            from activity_award w where w.activity = p.activity and w.card = p.card)",
    },
    Invariant {
        name: "a no-show is a participant who was not there",
        violations: "select n.activity from no_show n left join participant p on p.activity = n.activity \
            and p.reader = n.reader and p.member = n.member and p.state = 7 where p.activity is null \
            union all select p.activity from participant p where p.state = 7 and not exists (select 1 \
            from no_show n where n.reader = p.reader and n.member = p.member and n.activity = p.activity)",
    },
    // What is over or cancelled is forgotten on the way.
    Invariant {
        name: "who has a place or waits is engaged",
        violations: "select p.activity from participant p join activity a on a.id = p.activity \
            join head h on a.starts > h.at where a.state = 2 and p.state in (1, 2, 6) and not exists (select 1 \
            from engagement e where e.reader = p.reader and e.member = p.member and e.activity = p.activity) \
            union all select e.activity from engagement e where not exists (select 1 from participant p \
            where p.activity = e.activity and p.reader = e.reader and p.member = e.member and p.state in (1, 2, 6))",
    },
    Invariant {
        name: "a removed member has no personal data",
        violations: "select m.id from member m left join member_face f on f.member = m.id where m.state = 2 \
            and (m.birth_day <> 0 or m.card <> 0 or m.guardian <> 0 or m.consented_at <> 0 or f.face is not null) \
            union all select m.id from member m left join member_face f on f.member = m.id \
            where m.state = 1 and (m.birth_day = 0 or f.face is null)",
    },
    Invariant {
        name: "a volunteer's minutes are those served",
        violations: "select v.reader from volunteer v left join (select p.reader, p.member, sum(p.minutes) as minutes \
            from participant p join activity a on a.id = p.activity where a.kind = 2 group by p.reader, p.member) s \
            on s.reader = v.reader and s.member = v.member where v.minutes <> coalesce(s.minutes, 0) \
            union all select p.reader from participant p join activity a on a.id = p.activity where a.kind = 2 \
            and p.minutes <> 0 and not exists (select 1 from volunteer v where v.reader = p.reader and v.member = p.member)",
    },
    Invariant {
        name: "a volunteer who was reviewed says when and by whom",
        violations: "select reader from volunteer where (state = 1) <> (reviewed_by = 0) or (state = 1) <> (reviewed_at = 0)",
    },
    Invariant {
        name: "every id is below the next one",
        violations: "select i.id from (select id from posting union all select id from redemption union all \
            select id from message union all select id from outbox union all select id from card union all \
            select id from reader union all select id from prize union all select id from place union all \
            select id from staff union all select id from person union all select id from audit union all select role from own_role) i \
            where i.id >= (select next_id from head)",
    },
];

/// How one invariant stands.
#[derive(Debug)]
pub struct Finding {
    pub name: &'static str,
    /// The first few offending rows.
    pub violations: Vec<i64>,
}

pub async fn verify(reads: &Reads) -> Done<Vec<Finding>> {
    let mut findings = vec![];
    for Invariant { name, violations } in INVARIANTS {
        let mut found = vec![];
        for mut row in reads.all(query(violations, [])).await? {
            found.push(row.int()?);
        }
        found.truncate(10);
        findings.push(Finding { name, violations: found });
    }
    let name = "no phone or identity number stands in an audit note";
    findings.push(Finding { name, violations: personal_notes(reads).await? });
    let broken = match walk(reads).await? {
        Walk::Whole { .. } => vec![],
        Walk::Broken { sequence } => vec![sequence],
    };
    findings.push(Finding { name: "the hash chain follows", violations: broken });
    Ok(findings)
}

async fn personal_notes(reads: &Reads) -> Done<Vec<i64>> {
    let mut found = vec![];
    for mut row in reads.all(query("select id, note from audit order by id", [])).await? {
        let (id, note) = (row.int()?, row.text()?);
        if holds_personal_number(&note) {
            found.push(id);
        }
    }
    found.truncate(10);
    Ok(found)
}

/// Titles hold ISBNs and notes hold dates: only mainland mobile and identity numbers are personal.
fn holds_personal_number(note: &str) -> bool {
    let numbers = note.split(|c: char| !c.is_ascii_digit() && !c.eq_ignore_ascii_case(&'x'));
    numbers.into_iter().any(|number| is_mobile(number) || is_identity(number))
}

fn is_mobile(number: &str) -> bool {
    let number = number.trim_matches(['x', 'X']);
    let number = number.strip_prefix("00").unwrap_or(number);
    let number = number.strip_prefix("86").unwrap_or(number);
    number.len() == 11
        && matches!(number.as_bytes(), [b'1', b'3'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit))
}

/// 17 digits and a check character, which may be X.
fn is_identity(number: &str) -> bool {
    matches!(number.as_bytes(), [digits @ .., _] if digits.len() == 17 && digits.iter().all(u8::is_ascii_digit))
}
