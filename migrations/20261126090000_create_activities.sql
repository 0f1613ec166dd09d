-- Members, activities with their participants, check-ins, volunteers.
create table member (
    reader bigint not null, id bigint not null, state bigint not null, birth_day bigint not null,
    card bigint not null, guardian bigint not null, consented_at bigint not null, at bigint not null,
    primary key (reader, id)
) {keyed};
create table member_face (member {id}, face {bytes});
create table activity (
    id {id}, branch bigint not null, kind bigint not null, state bigint not null, opens bigint not null,
    closes bigint not null, withdraw_until bigint not null, starts bigint not null, ends bigint not null,
    start_day bigint not null, capacity bigint not null, taken bigint not null check (taken >= 0),
    waiting bigint not null check (waiting >= 0), present bigint not null check (present >= 0),
    confirmed_at bigint not null, at bigint not null
);
-- The lists of readers and staff, by kind and time.
create index activity_starts on activity (kind, starts);
create table activity_rules (
    activity {id}, points bigint not null, per_participant bigint not null, by_time bigint not null,
    minutes_min bigint not null, code bigint not null, walk_ins bigint not null, age_min bigint not null,
    age_max bigint not null, companions bigint not null, party_max bigint not null, series bigint not null
);
create table activity_text (
    activity {id}, title {text} not null, description {text} not null, category {text} not null, place {text} not null,
    audience {text} not null, picture {text} not null, questions {text} not null
);
create table cancel_reason (activity {id}, reason {text} not null);
create table party (
    id {id}, activity bigint not null, reader bigint not null, card bigint not null, accepts_part bigint not null,
    waiting bigint not null check (waiting >= 0), at bigint not null
);
create table party_answers (party {id}, answers {bytes} not null);
create table waiting_party (
    activity bigint not null, need bigint not null, party bigint not null, size bigint not null,
    primary key (activity, need, party)
) {keyed};
create table participant (
    activity bigint not null, reader bigint not null, member bigint not null, party bigint not null,
    state bigint not null, companion bigint not null, promoted_at bigint not null, in_at bigint not null,
    out_at bigint not null, minutes bigint not null, card bigint not null, due bigint not null,
    settled_at bigint not null, appealed_at bigint not null, at bigint not null,
    primary key (activity, reader, member)
) {keyed};
-- 我的活动
create index participant_reader on participant (reader, activity);
-- What staff have yet to answer.
create index participant_appealed on participant (appealed_at) where appealed_at > 0;
create table appeal (
    activity bigint not null, reader bigint not null, member bigint not null, text {bytes} not null,
    primary key (activity, reader, member)
);
create table engagement (
    reader bigint not null, member bigint not null, activity bigint not null, at bigint not null,
    primary key (reader, member, activity)
) {keyed};
create table no_show (
    reader bigint not null, member bigint not null, activity bigint not null, at bigint not null,
    primary key (reader, member, activity)
) {keyed};
create table activity_award (
    activity bigint not null, card bigint not null, present bigint not null check (present >= 0), due bigint not null,
    posted bigint not null, primary key (activity, card)
) {keyed};
create table announcement (id {id}, activity bigint not null, done bigint not null, at bigint not null);
create index announcement_activity on announcement (activity);
create table announcement_text (announcement {id}, text {text} not null);
create table announced (
    announcement bigint not null, reader bigint not null, at bigint not null, primary key (announcement, reader)
) {keyed};
create table checkin (
    card bigint not null, month bigint not null, date bigint not null, streak bigint not null, made_up bigint not null,
    points bigint not null, at bigint not null, primary key (card, month, date)
) {keyed};
create table reading (
    reader bigint not null, day bigint not null, minutes bigint not null, book {bytes} not null,
    primary key (reader, day)
);
create table volunteer (
    reader bigint not null, member bigint not null, state bigint not null, guardian bigint not null,
    minutes bigint not null check (minutes >= 0), reviewed_at bigint not null, reviewed_by bigint not null,
    at bigint not null, primary key (reader, member)
) {keyed};
-- The review queue, the longest wait first.
create index volunteer_applied on volunteer (at) where state = 1;
create table volunteer_face (
    reader bigint not null, member bigint not null, face {bytes} not null, primary key (reader, member)
);
create table volunteer_review (
    reader bigint not null, member bigint not null, reason {text} not null, primary key (reader, member)
);
