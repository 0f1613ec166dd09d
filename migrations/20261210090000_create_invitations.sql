-- 邀请监护人确认: by whom, good until when, and who accepted it.
create table invitation (
    reader bigint not null, id bigint not null, high bigint not null, low bigint not null, until bigint not null,
    accepted_by bigint not null, accepted_at bigint not null, at bigint not null, primary key (reader, id)
) {keyed};
