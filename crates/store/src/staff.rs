//! Staff: what their roles allow, and the library's own roles by name.

use crate::Slice;
use crate::cards::card_words;
use crate::fault::Done;
use crate::read::{Reads, Row, columns, query};
use crate::verify::Invariant;
use domain::staff::Rights;
use domain::tables::{BranchId, OwnRole, RoleNumber, StaffId, StaffRole, StaffState};
use std::sync::LazyLock;

static RIGHTS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {}, {} from staff_role r left join own_role o on o.role = r.role where r.staff = $1 \
         order by r.role, r.branch",
        columns::<StaffRole>("r"),
        columns::<OwnRole>("o"),
    )
});

pub async fn rights(reads: &Reads, staff: StaffId) -> Done<Rights> {
    let (mut roles, mut own) = (vec![], vec![]);
    for mut row in reads.all(query(&RIGHTS, [staff.0.into()])).await? {
        roles.extend(row.row::<StaffRole>()?);
        own.extend(row.row::<OwnRole>()?);
    }
    Ok(Rights::of(&roles, &own))
}

/// The reader accounts that are a member of staff's own, by their current cards.
pub async fn own_readers(reads: &Reads, staff: StaffId) -> Done<Vec<String>> {
    const TEXT: &str = "select coalesce(f.masked_name, ''), coalesce(f.tail, '') from staff_reader s \
        join reader r on r.id = s.reader left join card_face f on f.card = r.card where s.staff = $1 order by s.reader";
    let words = |mut row: Row| {
        let (name, tail) = (row.text()?, row.text()?);
        Ok(if tail.is_empty() { "没有绑证的读者".into() } else { card_words(&name, &tail) })
    };
    reads.all(query(TEXT, [staff.0.into()])).await?.into_iter().map(words).collect()
}

/// One of the library's own roles, by what the library calls it.
pub async fn role_by_name(reads: &Reads, name: &str) -> Done<Option<RoleNumber>> {
    let row = reads.one(query("select role from role_name where name = $1 order by role", [name.into()])).await?;
    row.map(|mut row| row.cell()).transpose()
}

/// An account of the back office, as staff list them.
pub struct Account {
    pub name: String,
    pub state: StaffState,
    pub locked_until: i64,
    /// Each with the name of one of the library's own, and the branch; None: for all.
    pub roles: Vec<(RoleNumber, String, Option<BranchId>)>,
}

pub async fn accounts(reads: &Reads) -> Done<Vec<Account>> {
    const TEXT: &str = "select s.id, f.name, s.state, s.locked_until, r.role, coalesce(n.name, ''), r.branch \
        from staff s join staff_face f on f.staff = s.id join staff_role r on r.staff = s.id \
        left join role_name n on n.role = r.role order by s.id, r.role, r.branch";
    let mut accounts: Vec<(StaffId, Account)> = vec![];
    for mut row in reads.all(query(TEXT, [])).await? {
        let (id, name, state, locked_until) = (row.cell()?, row.text()?, row.cell()?, row.cell()?);
        if accounts.last().is_none_or(|(last, _)| *last != id) {
            accounts.push((id, Account { name, state, locked_until, roles: vec![] }));
        }
        let role = (row.cell()?, row.text()?, row.cell()?);
        accounts.last_mut().into_iter().for_each(|(_, account)| account.roles.push(role.clone()));
    }
    Ok(accounts.into_iter().map(|(_, account)| account).collect())
}

const INVARIANTS: &[Invariant] = &[
    Invariant {
        name: "every account has its audit row",
        violations: "select s.id from staff s where (select count(*) from audit a \
            where a.action = 'staff.add' and a.about = s.id) <> 1",
    },
    Invariant {
        name: "every account has a role, and every role of the library's own is there",
        violations: "select s.id from staff s where not exists (select 1 from staff_role r where r.staff = s.id) \
            union all select r.staff from staff_role r left join own_role o on o.role = r.role where r.role > 0 \
            and o.role is null union all select o.role from own_role o where not exists (select 1 from role_name n \
            where n.role = o.role)",
    },
];

pub(crate) const SLICE: Slice = Slice { invariants: INVARIANTS, message: None, posting: None };
