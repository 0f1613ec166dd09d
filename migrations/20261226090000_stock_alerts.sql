-- 到货提醒
create table stock_alert (
    reader bigint not null, prize bigint not null, at bigint not null, primary key (reader, prize)
) {keyed};
-- Who waits for a prize that is back.
create index stock_alert_of_prize on stock_alert (prize, reader);
