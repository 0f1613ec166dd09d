-- Points by time: for each full so many minutes served; 0: once.
alter table activity_rules add column block_minutes bigint not null default 0;
update activity_rules set block_minutes = 30 where by_time <> 0;
alter table activity_rules drop column by_time;
