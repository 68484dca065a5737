-- The clock of `sluice dev`, which can be moved: one row once it has been, and none in production.
create table dev_clock (
    number    integer not null primary key,                 -- 1
    ahead     bigint  not null,                             -- milliseconds of the machine's clock; below zero where it is behind
    frozen_at bigint                                        -- it stands still at that time; null: it runs
) $clustered;
