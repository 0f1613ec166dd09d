-- What a reader does not want in WeChat, a bit for each topic; and whether WeChat says that it reaches them no more.
alter table reader add column muted bigint not null default 0;
alter table reader add column unfollowed bigint not null default 0;
alter table reader add column followed_at bigint not null default 0;
-- Who gets an outgoing message, where that is known.
alter table outbox add column reader bigint not null default 0;
-- Staff look for what was not sent.
create index outbox_state on outbox (state, id);
