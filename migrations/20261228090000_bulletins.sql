-- 公告
create table bulletin (
    id {id}, shown bigint not null, since bigint not null, until bigint not null, version bigint not null, at bigint not null
);
create table bulletin_text (
    bulletin bigint not null, version bigint not null, by bigint not null, at bigint not null,
    shown bigint not null, since bigint not null, until bigint not null, title {text} not null,
    body {text} not null, primary key (bulletin, version)
) {keyed};
