-- 导出我的数据
create table export (reader {id}, until bigint not null, at bigint not null);
create table export_file (reader {id}, body {bytes} not null);
