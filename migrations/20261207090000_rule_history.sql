-- A value that was replaced on its own day was in force for a while, too.
create table rule_value_kept (
    rule bigint not null, since bigint not null, at bigint not null, value bigint not null, set_by bigint not null,
    primary key (rule, since, at)
) {keyed};
insert into rule_value_kept (rule, since, at, value, set_by) select rule, since, at, value, set_by from rule_value;
drop table rule_value;
alter table rule_value_kept rename to rule_value;
