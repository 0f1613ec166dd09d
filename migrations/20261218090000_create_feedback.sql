-- 意见反馈
create table feedback (
    id {id}, reader bigint not null, state bigint not null, posts bigint not null, at bigint not null,
    changed_at bigint not null
);
-- The queue by state; a reader's own.
create index feedback_state on feedback (state, id);
create index feedback_of_reader on feedback (reader, id);
create table feedback_day (reader {id}, day bigint not null, count bigint not null);
create table feedback_post (
    feedback bigint not null, number bigint not null, by_staff bigint not null, at bigint not null,
    words {bytes} not null, pictures {text} not null, primary key (feedback, number)
) {keyed};
