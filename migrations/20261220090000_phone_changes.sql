-- 修改手机号
alter table phone_user add column good_from bigint not null default 0;
create table phone_of (
    reader bigint not null, high bigint not null, low bigint not null, good_from bigint not null,
    primary key (reader, high, low)
) {keyed};
insert into phone_of (reader, high, low, good_from) select reader, high, low, 0 from phone_user;
create table reader_phone (reader {id}, high bigint not null, low bigint not null, at bigint not null);
create table phone_code (
    reader bigint not null, side bigint not null, session_high bigint not null, session_low bigint not null,
    phone_high bigint not null, phone_low bigint not null, code_high bigint not null, code_low bigint not null,
    tries bigint not null, used bigint not null, at bigint not null, primary key (reader, side)
) {keyed};
create table phone_wish (
    reader {id}, old_high bigint not null, old_low bigint not null, new_high bigint not null, new_low bigint not null,
    at bigint not null
);
create table phone_wish_text (reader {id}, new {bytes} not null, old {bytes} not null);
