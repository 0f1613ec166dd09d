-- 图书捐赠
create table donation (
    id {id}, state bigint not null, reader bigint not null, card bigint not null, place bigint not null,
    copies bigint not null, received bigint not null, accepted bigint not null, points bigint not null,
    last_day bigint not null, received_at bigint not null, received_by bigint not null, decided_at bigint not null,
    decided_by bigint not null, shelved_at bigint not null, at bigint not null
);
-- The queue by state; a reader's own by the cards that they have.
create index donation_state on donation (state, id);
create index donation_card on donation (card, id);
create table donation_secret (donation {id}, secret bigint not null);
create table donated_book (
    donation bigint not null, number bigint not null, isbn bigint not null, copies bigint not null,
    condition bigint not null, received bigint not null, accepted bigint not null, fate bigint not null,
    primary key (donation, number)
) {keyed};
create table donor (card {id}, open bigint not null);
create table donated_title (
    card bigint not null, isbn bigint not null, copies bigint not null, primary key (card, isbn)
) {keyed};
create table donation_year (
    card bigint not null, year bigint not null, points bigint not null, primary key (card, year)
) {keyed};
create table donated_book_text (
    donation bigint not null, number bigint not null, title {text} not null, author {text} not null,
    publisher {text} not null, year {text} not null, primary key (donation, number)
) {keyed};
create table donated_book_note (
    donation bigint not null, number bigint not null, reason {text} not null, primary key (donation, number)
) {keyed};
