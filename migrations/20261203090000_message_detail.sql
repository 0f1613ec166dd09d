-- Points of some kinds, a count, a member or a state of others: what it is, the kind says.
alter table message rename column points to detail;
