-- Which version of 隐私说明 a reader has agreed to.
alter table reader add column privacy bigint not null default 0;
