-- Books of the files that the library has imported.
create table imported_book (isbn {id}, at bigint not null, record {text} not null);
-- Which sources are asked.
create table book_source (source {id}, is_off bigint not null, at bigint not null);
