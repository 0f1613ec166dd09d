-- Where a job goes on that was cut off, or whose time was over.
alter table job_run add column place bigint not null default 0;
