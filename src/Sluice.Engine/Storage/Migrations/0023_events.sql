-- What happened in a company, for integrations: the feed, and the outbox of webhooks. An event is written in the transaction of its cause, and is
-- deleted after 30 days, the oldest first; the newest one of a company stays, because the next turn is counted from it.
-- A feed is read in the order of turn, sequence, id. On PostgreSQL a turn is made of the transaction's number, on SQLite it counts statements.
create table events (
    company_id       bigint not null,
    turn             bigint not null,
    sequence         bigint not null,                       -- of a flow instance's own events: 1, 2, 3, …; 0: another event
    id               bigint not null,                       -- that of the row in instance_events, if there is one
    type             text   not null,
    at               bigint not null,
    flow_instance_id bigint,
    flow_id          bigint,
    prospect_id      bigint,
    data             text   not null,                       -- JSON: ids, words and counts; never what a person wrote
    primary key (company_id, turn, sequence, id)
) $clustered;

-- PostgreSQL: what is added to the number of a transaction. It grows when the events come from another server, whose numbers were higher.
create table event_turns (
    number integer not null primary key,                    -- 1: the only row
    base   bigint  not null
);
insert into event_turns (number, base) values (1, 0);

-- How many of its own events a flow instance has had. Instances that are older than this column begin to count when they change next.
alter table flow_instances add column event_count bigint not null default 0;
