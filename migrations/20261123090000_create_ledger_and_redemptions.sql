-- The rows that decisions are made from: whole numbers only, keyed; see crates/domain/src/tables.rs.
-- {id}: an integer primary key; {bytes}, {text}: as the engine calls them; {keyed}: the key is the table's order.
create table card (
    id {id}, reader bigint not null, state bigint not null, balance bigint not null check (balance >= 0),
    last bigint not null, last_redemption bigint not null, frozen bigint not null, at bigint not null
);
create table system_account (account {id}, balance bigint not null);
create table barcode (high bigint not null, low bigint not null, card bigint not null, primary key (high, low)) {keyed};
create table card_holder (
    card {id}, identity_high bigint not null, identity_low bigint not null,
    patron_high bigint not null, patron_low bigint not null
);
create table claim (high bigint not null, low bigint not null, card bigint not null, primary key (high, low)) {keyed};
create table reader (
    id {id}, state bigint not null, card bigint not null, unread bigint not null,
    read_upto bigint not null, notices bigint not null, consents bigint not null, at bigint not null
);
create table wechat_user (high bigint not null, low bigint not null, reader bigint not null, primary key (high, low)) {keyed};
create table binding (reader bigint not null, card bigint not null, at bigint not null, primary key (reader, card)) {keyed};
create table session (
    high bigint not null, low bigint not null, kind bigint not null, who bigint not null, at bigint not null,
    seen bigint not null, until bigint not null, primary key (high, low)
) {keyed};
create table code_request (
    high bigint not null, low bigint not null, at bigint not null, id bigint not null, primary key (high, low, at)
) {keyed};
create table sms_code (
    reader bigint not null, purpose bigint not null, id bigint not null, session_high bigint not null,
    session_low bigint not null, phone_high bigint not null, phone_low bigint not null, code_high bigint not null,
    code_low bigint not null, card bigint not null, tries bigint not null, used bigint not null, at bigint not null,
    primary key (reader, purpose)
) {keyed};
create table prize (
    id {id}, branch bigint not null, state bigint not null, points bigint not null check (points > 0),
    received bigint not null, on_hand bigint not null check (on_hand >= 0), reserved bigint not null check (reserved >= 0),
    handed_over bigint not null, written_off bigint not null, per_card bigint not null, visible_from bigint not null,
    visible_until bigint not null, position bigint not null, place bigint not null, at bigint not null
);
-- A card's redemptions are a linked list from card.last_redemption.
create table redemption (
    id {id}, card bigint not null, reader bigint not null, prize bigint not null, points bigint not null,
    state bigint not null, last_day bigint not null, previous bigint not null, reminded bigint not null,
    at bigint not null, settled_at bigint not null, settled_by bigint not null
);
-- Those that wait, by their end: what expires, and what is reminded of.
create index redemption_ends on redemption (last_day) where state = 1;
-- The desk's last hand-overs.
create index redemption_settled on redemption (settled_at) where settled_at > 0;
create table redemption_secret (redemption {id}, secret bigint not null);
create table prize_taken (card bigint not null, prize bigint not null, count bigint not null, primary key (card, prize)) {keyed};
create table staff (
    id {id}, state bigint not null, branch bigint not null, permissions bigint not null, failures bigint not null,
    locked_until bigint not null, at bigint not null
);
create table staff_name (high bigint not null, low bigint not null, staff bigint not null, primary key (high, low)) {keyed};
create table outcome (
    high bigint not null, low bigint not null, body_high bigint not null, body_low bigint not null,
    reply bigint not null, a bigint not null, b bigint not null, at bigint not null, primary key (high, low)
) {keyed};
create table outbox (
    id {id}, channel bigint not null, cause bigint not null, state bigint not null, attempts bigint not null,
    next_at bigint not null, at bigint not null
);
-- Only the few that wait are in the index.
create index outbox_due on outbox (next_at) where state in (1, 5);
create table message (
    reader bigint not null, id bigint not null, kind bigint not null, about bigint not null, points bigint not null,
    read bigint not null, at bigint not null, primary key (reader, id)
) {keyed};
create table stock_movement (
    id {id}, prize bigint not null, kind bigint not null, count bigint not null, staff bigint not null,
    at bigint not null
);
-- A card's postings are a linked list from card.last: no index is written for them.
create table posting (
    id {id}, card bigint not null, account bigint not null, points bigint not null check (points <> 0),
    kind bigint not null, cause bigint not null, after bigint not null check (after >= 0), previous bigint not null,
    at bigint not null
);

-- Records: prose, payloads and audit rows. Committed with their cause, never read by a decision.
create table card_face (card {id}, masked_name {text} not null, tail {text} not null, barcode {bytes} not null, phone {bytes} not null);
create table reader_face (reader {id}, openid {bytes} not null);
create table prize_text (prize {id}, title {text} not null, description {text} not null, picture {text} not null);
create table picture (high bigint not null, low bigint not null, bytes {bytes} not null, primary key (high, low));
create table staff_face (staff {id}, name {text} not null, password_hash {text} not null);
create table payload (outbox {id}, sealed {bytes});
create table audit (
    id {id}, staff bigint not null, action {text} not null, about bigint not null, note {text} not null, at bigint not null
);

-- One row a batch, and the head row: the baton that every writer takes first.
create table batch (
    sequence {id}, at bigint not null, commands bigint not null, next_id bigint not null, hash {bytes} not null
);
create table head (
    one {id}, sequence bigint not null, at bigint not null, next_id bigint not null, content bigint not null,
    hash {bytes} not null
);
