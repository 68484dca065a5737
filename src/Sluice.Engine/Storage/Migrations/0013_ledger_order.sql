-- The order in which an instance has begun its steps: its fence then. Times are not that order where a clock is set back.
alter table step_ledger add column fence bigint not null default 0;
