-- What jobs look for every minute: places and turns that are not settled yet, announcements still on their way.
create index participant_live on participant (activity, reader, member) where state in (1, 2);
create index announcement_undelivered on announcement (id) where done = 0;
