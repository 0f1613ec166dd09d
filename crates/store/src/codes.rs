//! What holds of codes by SMS.

use crate::Slice;
use crate::verify::Invariant;

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "an SMS code has at most five tries and success only if it was sent",
        violations: "select reader from sms_code where tries > 5 or tries < 0 or (used = 1 and card = 0) \
            union all select id from entry_code where tries > 5 or tries < 0",
    },
    Invariant {
        name: "no more code requests a day for one limit than the rules have ever allowed",
        violations: "select a.id from code_request a join code_request b \
            on b.high = a.high and b.low = a.low and b.at <= a.at and b.at > a.at - 86400000 \
            group by a.high, a.low, a.at, a.id having count(*) > (select max(value) from rule_ever where rule = Rule::CodesADay)",
    },
    Invariant {
        name: "no more code requests an hour for one limit than the rules have ever allowed",
        violations: "select a.id from code_request a join code_request b \
            on b.high = a.high and b.low = a.low and b.at <= a.at and b.at > a.at - 3600000 \
            group by a.high, a.low, a.at, a.id having count(*) > (select max(value) from rule_ever where rule = Rule::CodesAnHour)",
    },
    Invariant {
        name: "at most one code request a minute for one limit",
        violations: "select a.id from code_request a join code_request b \
            on b.high = a.high and b.low = a.low and b.at < a.at and b.at > a.at - 60000",
    },
];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: None, posting: None };
