-- Which names belong to one person, instead of single names that have had the first-binding award.
create table person_name (
    high bigint not null, low bigint not null, person bigint not null, primary key (high, low)
) {keyed};
create table person (id {id}, same_as bigint not null, awarded bigint not null);
insert into person (id, same_as, awarded)
    select distinct c.card, 0, case when exists (select 1 from posting p where p.card = c.card and p.kind = 1)
        then c.card else 0 end from claim c;
insert into person_name (high, low, person) select high, low, card from claim;
