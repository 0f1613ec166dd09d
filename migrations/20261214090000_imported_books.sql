-- Books of the files that the library has imported.
create table imported_book (isbn {id}, at bigint not null, record {text} not null);
-- Which sources are asked.
create table book_source (source {id}, is_off bigint not null, at bigint not null);
-- Covers by ISBN: the name of a stored picture, or none was to be had then. The suggestion's own was never filled.
create table book_cover (isbn {id}, at bigint not null, name {text} not null, address {text} not null);
alter table suggestion_text drop column cover;
-- How many there are, and when the newest came, without reading the books.
create index imported_book_at on imported_book (at);
