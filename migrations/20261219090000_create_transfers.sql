-- 积分转移
create table transfer (
    id {id}, state bigint not null, reader bigint not null, original bigint not null, present bigint not null,
    points bigint not null, whole bigint not null, verified_by bigint not null, decided_at bigint not null,
    decided_by bigint not null, at bigint not null
);
-- The queue by state; a reader's own.
create index transfer_state on transfer (state, id);
create index transfer_of_reader on transfer (reader, id);
create table open_transfer (original {id}, transfer bigint not null);
create table transfer_count (reader {id}, open bigint not null, day bigint not null, mismatches bigint not null);
create table transfer_note (transfer {id}, reason {text} not null);
-- Which card stands for one whose everything has gone over.
alter table card add column successor bigint not null default 0;
create table replaced (successor bigint not null, card bigint not null, at bigint not null, primary key (successor, card)) {keyed};
create table carried_streak (card {id}, day bigint not null, streak bigint not null);
create table staff_reader (staff bigint not null, reader bigint not null, at bigint not null, primary key (staff, reader)) {keyed};
