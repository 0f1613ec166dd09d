-- A no-show counts when the activity was held, not when staff confirmed it.
alter table no_show add column held bigint not null default 0;
update no_show set held = at;
-- An appeal is granted or declined, with a reason.
alter table participant add column declined_at bigint not null default 0;
alter table appeal add column answer {text} not null default '';
drop index participant_appealed;
create index participant_appeals on participant (appealed_at)
    where state = 7 and appealed_at > 0 and declined_at = 0;
-- 须家长全程陪同
alter table activity_rules add column escorted bigint not null default 0;
-- What staff wrote to one reader; later words change no earlier message.
create table message_text (message {id}, text {text} not null);
