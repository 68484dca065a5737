-- Grows with every transaction of an author (of flows, folders, rulesets, users, mailboxes, settings) that writes something of the company. An apply reads and decides
-- outside of any transaction that writes, and its writes say which version they were decided on.
alter table companies add column authoring_version bigint not null default 0;
