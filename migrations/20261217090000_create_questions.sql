-- 常见问题
create table question (
    id {id}, category bigint not null, place bigint not null, shown bigint not null, at bigint not null
);
create table question_text (question {id}, asked {text} not null, answer {text} not null);
