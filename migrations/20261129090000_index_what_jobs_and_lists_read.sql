-- What jobs look for every minute: places and turns that are not settled yet, announcements still on their way.
create index participant_live on participant (activity, reader, member) where state in (1, 2);
create index announcement_undelivered on announcement (id) where done = 0;
-- The list of volunteers, of one state or of all, the longest wait first.
drop index volunteer_applied;
create index volunteer_state on volunteer (state, at, reader, member);
-- What is still to come, however much is over.
create index activity_ends on activity (kind, ends);
