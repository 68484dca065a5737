-- What the events of a company count up to: a row for each day of the company's zone, flow, step and owner. It is changed in the transaction of the
-- event. Rows are deleted after 1,100 days. 0 stands for what an event does not have: a flow, a step, an owner.
create table event_counts (
    company_id bigint  not null,
    day        integer not null,                            -- days since 1970-01-01
    flow_id    bigint  not null,
    step       integer not null,                            -- the position when it happened, from 1
    owner_id   bigint  not null,
    slot       integer not null,                            -- 0, unless several transactions of the company wrote at the same time: then each has its own row
    assigned   bigint  not null,
    entered    bigint  not null,
    done       bigint  not null,
    sent       bigint  not null,
    replied    bigint  not null,
    meetings   bigint  not null,
    bounced    bigint  not null,
    opted_out  bigint  not null,
    complaints bigint  not null,
    removed    bigint  not null,
    finished   bigint  not null,
    tasks_done bigint  not null,
    primary key (company_id, day, flow_id, step, owner_id, slot)
) $clustered;
-- Serves the numbers of one flow.
create index event_counts_flow on event_counts (company_id, flow_id, day);

-- For which row an event counts. Null: the event is older than the counts.
alter table events add column day integer;
alter table events add column step integer;

-- Serves the number of people in each flow. Without the step: a step must not write to an index of all open instances.
create index flow_instances_flow on flow_instances (company_id, flow_id, status) where status < 3;
