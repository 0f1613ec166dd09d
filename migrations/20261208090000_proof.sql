-- One row: the check value of the master secret, and when the program last wrote it.
create table proof (one {id}, high bigint not null, low bigint not null, at bigint not null);
