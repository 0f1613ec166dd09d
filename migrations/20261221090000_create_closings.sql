-- 注销账号
create table closing (reader {id}, due bigint not null, closed_at bigint not null, at bigint not null);
-- The job's queue.
create index closing_due on closing (closed_at, due);
-- What leads to a reader.
create index wechat_user_reader on wechat_user (reader);
create index session_who on session (who, kind);
