-- 图书推荐
create table suggestion (
    id {id}, kind bigint not null, state bigint not null, isbn bigint not null, reader bigint not null,
    card bigint not null, price bigint not null, readers bigint not null, points bigint not null,
    decided_at bigint not null, decided_by bigint not null, at bigint not null
);
-- The queue by state; a reader's own by the rows of who wants what.
create index suggestion_state on suggestion (state, id);
create table suggestion_reader (
    suggestion bigint not null, reader bigint not null, card bigint not null, at bigint not null,
    primary key (suggestion, reader)
) {keyed};
create index suggestion_of_reader on suggestion_reader (reader, suggestion);
create table suggestion_of_isbn (
    isbn bigint not null, kind bigint not null, suggestion bigint not null, primary key (isbn, kind)
) {keyed};
create table suggestion_month (
    card bigint not null, month bigint not null, count bigint not null, primary key (card, month)
) {keyed};
create table suggestion_award (
    reader bigint not null, isbn bigint not null, suggestion bigint not null, primary key (reader, isbn)
) {keyed};
create table suggestion_text (
    suggestion {id}, title {text} not null, author {text} not null, publisher {text} not null, year {text} not null,
    cover {text} not null, reason {text} not null, work {text} not null
);
create index suggestion_work on suggestion_text (work);
create table suggestion_note (suggestion {id}, reason {text} not null, shelf_mark {text} not null);
-- What look-ups have told: by whom, when, and as what; nothing told: nobody knew it.
create table book (
    isbn {id}, source bigint not null, at bigint not null, record {text} not null
);
