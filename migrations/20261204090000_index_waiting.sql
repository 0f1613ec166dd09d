-- For the job that goes on with long lists: few activities have one.
create index activity_waiting on activity (starts) where waiting > 0;
