-- The numbers that nodes make ids with. An id tells the time up to which the number was used, so whoever takes a number makes ids of later
-- times only: two that hold the same one, or whose clocks disagree, still never make the same id.
create table nodes (
    number    integer not null primary key,                 -- 1 to 1023; 0 is that of published data
    ids_until bigint  not null                              -- no id of this time or later has been made with it
) $clustered;
insert into nodes (number, ids_until)
with recursive n (number) as (select 1 union all select number + 1 from n where number < 1023)
select number, 0
from n;

-- The calls of a company in the last second, over all nodes: each slot is a share of its limit, and taken for a second. Not logged: what a
-- crash forgets is a second old.
create $unlogged table call_slots (
    company_id bigint  not null,
    slot       integer not null,                            -- from 0
    free_at    bigint  not null,
    primary key (company_id, slot)
) $clustered;

-- One row, empty after a crash or a failover, because it is not logged: by that nodes know (PostgresCommits).
create $unlogged table server_era (
    number integer not null primary key,
    era    text    not null
) $clustered;
