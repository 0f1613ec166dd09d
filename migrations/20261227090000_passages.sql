-- The library's own words at fixed places of the site.
create table passage_version (passage {id}, version bigint not null);
create table passage_text (
    passage bigint not null, version bigint not null, "by" bigint not null, at bigint not null, text {text} not null,
    primary key (passage, version)
) {keyed};
