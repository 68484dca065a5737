-- The instance's fencing token when it began the step: gives the order of the steps. Times cannot: a clock may be set back.
alter table step_ledger add column fence bigint not null default 0;
