-- What the library sets: a value from a day on. `rule` is the number of a rule in the program's list.
create table rule_value (
    rule bigint not null,
    since bigint not null,
    value bigint not null,
    set_by bigint not null,
    at bigint not null,
    primary key (rule, since)
) {keyed};
