-- Sessions begun before are over: a new password, a pause.
alter table staff add column since bigint not null default 0;
