-- Places with their hours, rebindings, jobs, the embedded register of patrons, WeChat's tokens.
create table place (id {id}, branch bigint not null, state bigint not null, at bigint not null);
create table place_hours (
    place bigint not null, weekday bigint not null, opens bigint not null, closes bigint not null,
    primary key (place, weekday, opens)
) {keyed};
create table place_day (
    place bigint not null, day bigint not null, opens bigint not null, closes bigint not null,
    primary key (place, day, opens)
) {keyed};
create table place_text (place {id}, name {text} not null, address {text} not null);
-- What staff did to one thing.
create index audit_about on audit (about, action);
create table rebinding (
    card {id}, reader bigint not null, from_reader bigint not null, due bigint not null, at bigint not null
);
create table job_run (
    job {id}, holder bigint not null, until bigint not null, started bigint not null, ended bigint not null,
    done bigint not null, failed bigint not null, next_at bigint not null
);
create table patron (high bigint not null, low bigint not null, sealed {bytes} not null, primary key (high, low));
create table token (token {id}, sealed {bytes} not null, until bigint not null);
