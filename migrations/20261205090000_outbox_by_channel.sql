-- Each channel is looked at by itself.
create index outbox_due_of_channel on outbox (channel, next_at, id) where state in (1, 5);
drop index outbox_due;
