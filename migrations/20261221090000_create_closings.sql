-- 注销账号
create table closing (reader {id}, due bigint not null, closed_at bigint not null, at bigint not null);
-- The job's queue.
create index closing_due on closing (closed_at, due);
