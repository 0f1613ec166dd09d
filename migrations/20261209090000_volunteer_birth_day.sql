-- Of the reader, as said when registering; a member's stands with the member. 0: registered before this was kept.
alter table volunteer add column birth_day bigint not null default 0;
