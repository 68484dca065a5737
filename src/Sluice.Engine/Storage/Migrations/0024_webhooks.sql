-- Where a company wants its events to be sent. At most 50 a company.
create table webhooks (
    company_id       bigint  not null references companies (id) on delete cascade,
    id               bigint  not null,
    url              text    not null,
    types            text    not null,                      -- words with a space between them; empty: all
    description      text    not null,
    enabled          boolean not null,
    ordered          boolean not null,                      -- the next event of an instance waits for its last one
    include_text     boolean not null,
    secret           text    not null,                      -- encrypted
    old_secret       text,                                  -- encrypted; also valid during a rotation
    old_secret_until bigint,
    feed_turn        bigint  not null,                      -- the last event that was made into a delivery, or was not wanted
    feed_sequence    bigint  not null,
    feed_id          bigint  not null,
    last_delivery_id bigint  not null,
    failing_since    bigint,                                -- the first failure after the last success
    disabled_reason  text,                                  -- null: enabled, or a person has disabled it
    created_at       bigint  not null,
    deleted_at       bigint,                                -- its deliveries are deleted piece by piece, and then this row
    due_at           bigint  not null,                      -- when its next delivery is due
    is_full          boolean not null,                      -- so many deliveries wait that new events stay in the feed
    lease_until      bigint  not null,                      -- one node sends to a webhook
    fence            bigint  not null,
    primary key (company_id, id)
) $clustered;
create index webhooks_at_work on webhooks (lease_until) where enabled and deleted_at is null;
create index webhooks_deleted on webhooks (deleted_at) where deleted_at is not null;

-- An event for a webhook. Kept for 30 days. The event itself is in the feed.
create table webhook_deliveries (
    company_id       bigint  not null,
    webhook_id       bigint  not null,
    id               bigint  not null,                      -- counts from 1 in each webhook, in the order of the feed
    event_turn       bigint  not null,                      -- the key of the event
    event_sequence   bigint  not null,
    event_id         bigint  not null,
    event_type       text    not null,
    flow_instance_id bigint,
    status           text    not null,                      -- waiting, delivered, failed
    tries            integer not null,
    next_at          bigint,                                -- null: not waiting
    tried_at         bigint,                                -- the last try, as are the columns below
    duration_ms      bigint,
    http_status      integer,                               -- null: there was no answer
    fault            text,
    answer           text,                                  -- the first 4 kB
    redelivery_of    bigint,
    created_at       bigint  not null,
    primary key (company_id, webhook_id, id)
) $clustered;
create index webhook_deliveries_due on webhook_deliveries (company_id, webhook_id, next_at) where status = 'waiting';
create index webhook_deliveries_instance on webhook_deliveries (company_id, webhook_id, flow_instance_id, id) where status = 'waiting';
create index webhook_deliveries_event on webhook_deliveries (company_id, webhook_id, event_id);
create index webhook_deliveries_old on webhook_deliveries (created_at);
