-- Pictures of feedback belong to their thread, so that they can go with it.
create table feedback_picture (
    feedback bigint not null, number bigint not null, place bigint not null, jpeg {bytes} not null,
    primary key (feedback, number, place)
);
-- Those that are there were named in their post by their hash, among the pictures of prizes and activities.
insert into feedback_picture (feedback, number, place, jpeg)
    select p.feedback, p.number, row_number() over (partition by p.feedback, p.number order by x.high, x.low), x.bytes
    from feedback_post p join picture x on p.pictures like '%p-' || {hex}x.high{/hex} || {hex}x.low{/hex} || '%';
delete from picture where exists (
        select 1 from feedback_post p where p.pictures like '%p-' || {hex}picture.high{/hex} || {hex}picture.low{/hex} || '%'
    ) and not exists (
        select 1 from prize_text t where t.picture like '%p-' || {hex}picture.high{/hex} || {hex}picture.low{/hex} || '%'
    ) and not exists (
        select 1 from activity_text t where t.picture like '%p-' || {hex}picture.high{/hex} || {hex}picture.low{/hex} || '%'
    ) and not exists (
        select 1 from book_cover t where t.name = 'p-' || {hex}picture.high{/hex} || {hex}picture.low{/hex}
    );
alter table feedback_post drop column pictures;
alter table feedback_post add column pictures bigint not null default 0;
update feedback_post set pictures = (
    select count(*) from feedback_picture x where x.feedback = feedback_post.feedback and x.number = feedback_post.number
);
alter table feedback add column pictures bigint not null default 0;
update feedback set pictures = (select count(*) from feedback_picture x where x.feedback = feedback.id);
-- What a job sweeps is found without a scan.
create index feedback_pictured on feedback (changed_at) where pictures > 0;
create index code_request_at on code_request (at);
create index sms_code_at on sms_code (at);
create index entry_code_at on entry_code (at);
create index phone_code_at on phone_code (at);
