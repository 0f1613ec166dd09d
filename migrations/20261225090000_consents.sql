-- Whom a guardian has consented for is looked up from the guardian.
create index member_by_guardian on member (guardian);
