-- Mail that a limit or a hold of its sender keeps back waits in a queue, and not in the list of due mail. Until the queue opens, nobody looks at its mail; when
-- it opens, its first mail says whether the queue stays closed. So a morning costs one look at each queue, and not one at each mail. A queue whose mail is gone
-- is deleted when it opens.
create table limit_queues (
    company_id  bigint  not null,
    id          bigint  not null,
    sender_id   bigint  not null,                           -- the user whose mail it is; the user's time zone says when the queue opens
    flow_id     bigint  not null,                           -- its sending window says when the queue opens
    scope       text    not null,                           -- what the limit is of: sender, recipient, domain, company
    scope_key   text    not null $binary,                   -- of a recipient or domain: its keyed hash; of the others: empty
    opens_at    bigint  not null,
    hold_reason text    not null,                           -- as in messages; it is that of all mail in the queue
    hold_limit  integer,
    primary key (company_id, id)
) $clustered;
create unique index limit_queues_once on limit_queues (company_id, sender_id, flow_id, scope, scope_key);
-- Serves the search for queues that open.
create index limit_queues_opening on limit_queues (opens_at);

alter table messages add column limit_queue_id bigint;      -- null: it waits in no queue, and due_at says when it is due
drop index messages_due;
create index messages_due on messages (due_at, id) where state = 'queued' and limit_queue_id is null;
create index messages_waiting on messages (company_id, limit_queue_id, id) where state = 'queued' and limit_queue_id is not null;

-- Serve the search for a flow by its name and for its shares, which an apply does for each flow of its files.
create index flows_name on flows (company_id, workspace_id, name) where deleted_at is null;
create index flow_shares_flow on flow_shares (company_id, flow_id);
