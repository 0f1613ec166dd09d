-- How many copies of a donated title the catalogue showed before it was on the shelf, and when that was asked last.
create table donated_copies (
    donation bigint not null, number bigint not null, copies bigint not null, at bigint not null,
    primary key (donation, number)
) {keyed};
