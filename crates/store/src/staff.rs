//! Staff: what their roles allow, and the library's own roles by name.

use crate::Slice;
use crate::fault::Done;
use crate::read::{Reads, columns, query};
use crate::verify::Invariant;
use domain::staff::Rights;
use domain::tables::{OwnRole, RoleNumber, StaffId, StaffRole};
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

/// One of the library's own roles, by what the library calls it.
pub async fn role_by_name(reads: &Reads, name: &str) -> Done<Option<RoleNumber>> {
    let row = reads.one(query("select role from role_name where name = $1 order by role", [name.into()])).await?;
    row.map(|mut row| row.cell()).transpose()
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
