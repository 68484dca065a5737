-- The node numbers that ids contain. An id also contains a time, and ids_until says up to which time ids were made with a number. A node
-- that takes a number makes only ids of later times. So two nodes with the same number, or with different clocks, never make the same id.
create table nodes (
    number    integer not null primary key,                 -- 1 to 1023; 0 is reserved for published data
    ids_until bigint  not null                              -- no id of this time or later has been made with the number
) $clustered;
insert into nodes (number, ids_until)
with recursive n (number) as (select 1 union all select number + 1 from n where number < 1023)
select number, 0
from n;

-- The API calls of a company in the last second, over all nodes. Each slot is one part of the company's limit; a call takes a slot for one
-- second. Unlogged: a crash loses only data of the last second.
create $unlogged table call_slots (
    company_id bigint  not null,
    slot       integer not null,                            -- from 0
    free_at    bigint  not null,
    primary key (company_id, slot)
) $clustered;

-- One row, which a crash or a failover deletes because the table is unlogged. From that, nodes learn of a crash (see CommitOutcomes).
create $unlogged table server_era (
    number integer not null primary key,
    era    text    not null
) $clustered;
