//! What holds of redemptions, their payments and their codes.

use crate::verify::Invariant;

pub const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "reserved and handed-over prizes are those of redemptions",
        violations: "select p.id from prize p left join (select prize, \
            sum(case when state = RedemptionState::Pending then 1 else 0 end) as pending, \
            sum(case when state = RedemptionState::Collected then 1 else 0 end) as collected from redemption group by prize) r \
            on r.prize = p.id where p.reserved <> coalesce(r.pending, 0) or p.handed_over <> coalesce(r.collected, 0)",
    },
    Invariant {
        name: "a remembered redemption is there",
        violations: "select o.a from outcome o left join redemption r on r.id = o.a where o.reply = redemptions::Reply::Redeemed and r.id is null",
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
            sum(case when kind = redemptions::PostingKind::Redemption then points else 0 end) as paid, sum(case when kind = redemptions::PostingKind::Redemption then 1 else 0 end) as payments, \
            sum(case when kind = redemptions::PostingKind::RedemptionCancelled then points else 0 end) as refunded from posting where kind in (redemptions::PostingKind::*) group by cause) p \
            on p.cause = r.id where coalesce(p.paid, 0) <> -r.points or coalesce(p.payments, 0) <> 1 \
            or coalesce(p.refunded, 0) <> case when r.state = RedemptionState::Cancelled then r.points else 0 end",
    },
    Invariant {
        name: "every payment has its redemption",
        violations: "select p.id from posting p left join redemption r on r.id = p.cause and r.card = p.card \
            where p.kind in (redemptions::PostingKind::*) and r.id is null",
    },
    Invariant {
        name: "a settled redemption says when, a handed-over one by whom",
        violations: "select id from redemption where (state = RedemptionState::Pending) <> (settled_at = 0) or (state = RedemptionState::Collected and settled_by = 0)",
    },
    Invariant {
        name: "a card names its newest redemption",
        violations: "select c.id from card c left join (select card, max(id) as id from redemption group by card) r \
            on r.card = c.id where c.last_redemption <> coalesce(r.id, 0)",
    },
    Invariant {
        name: "prizes with a limit per card count what was taken",
        violations: "select t.card from prize_taken t where t.count < 0 or t.count > (select count(*) from redemption r \
            join card k on k.id = r.card \
            where case k.successor when 0 then k.id else k.successor end = t.card and r.prize = t.prize and r.state <> RedemptionState::Cancelled)",
    },
    Invariant {
        name: "every hand-over, its undoing and every cancelling by staff has its audit row",
        violations: "select r.id from redemption r where \
            (select count(*) from audit a where a.action = 'redemption.collect' and a.about = r.id) \
            - (select count(*) from audit a where a.action = 'redemption.undo' and a.about = r.id) \
            <> case when r.state = RedemptionState::Collected then 1 else 0 end \
            union all select r.id from redemption r where r.state = RedemptionState::Collected and not exists (select 1 from audit a \
            where a.action = 'redemption.collect' and a.about = r.id and a.staff = r.settled_by) \
            union all select r.id from redemption r where r.state = RedemptionState::Cancelled and r.settled_by <> 0 and (select count(*) \
            from audit a where a.action = 'redemption.cancel' and a.about = r.id and a.staff = r.settled_by) <> 1",
    },
];
