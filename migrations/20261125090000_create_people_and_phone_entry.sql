-- Which names belong to one person, instead of single names that have had the first-binding award;
-- entry by phone.
create table person_name (
    high bigint not null, low bigint not null, person bigint not null, primary key (high, low)
) {keyed};
create table person (id {id}, same_as bigint not null, awarded bigint not null);
insert into person (id, same_as, awarded)
    select distinct c.card, 0, case when exists (select 1 from posting p where p.card = c.card and p.kind = 1)
        then c.card else 0 end from claim c;
insert into person_name (high, low, person) select high, low, card from claim;
drop table claim;
create table phone_user (high bigint not null, low bigint not null, reader bigint not null, primary key (high, low)) {keyed};
create table entry_code (
    phone_high bigint not null, phone_low bigint not null, id bigint not null,
    browser_high bigint not null, browser_low bigint not null, code_high bigint not null, code_low bigint not null,
    tries bigint not null, used bigint not null, at bigint not null, primary key (phone_high, phone_low)
) {keyed};
