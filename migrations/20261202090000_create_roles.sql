-- Roles are rows; what they allow is computed when somebody asks. Built-in roles are -1 administrator, -2 director,
-- -3 activities, -4 acquisitions, -5 desk, -6 auditor; branch 0 is all branches.
create table staff_role (
    staff bigint not null, role bigint not null, branch bigint not null, given_by bigint not null, at bigint not null,
    primary key (staff, role, branch)
) {keyed};
create table own_role (role {id}, permissions bigint not null, at bigint not null);
create table role_name (role {id}, name {text} not null);
-- An account gets the role whose permissions it had. 1 edits prizes, 2 hands over, 4 manages staff, 8 was for all
-- branches, 1024 edits activities.
insert into staff_role (staff, role, branch, given_by, at)
    select id,
        case when (permissions & 4) <> 0 then -1
            when (permissions & 8) <> 0 and (permissions & 1) <> 0 then -2
            when (permissions & 8) <> 0 then -6
            when (permissions & 2) <> 0 then -5
            when (permissions & 1024) <> 0 then -3
            else -4 end,
        case when (permissions & 8) <> 0 then 0 else branch end, 0, at
    from staff;
alter table staff drop column permissions;
