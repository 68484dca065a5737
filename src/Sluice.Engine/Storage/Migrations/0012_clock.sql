-- The dev clock, the movable clock of `sluice dev`. One row after the first move; none in production.
create table dev_clock (
    number    integer not null primary key,                 -- 1
    ahead     bigint  not null,                             -- milliseconds ahead of the machine's clock; negative if behind
    frozen_at bigint                                        -- the clock stands still at this time; null: it runs
) $clustered;
