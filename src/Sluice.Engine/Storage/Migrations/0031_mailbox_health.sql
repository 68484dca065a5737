-- A mailbox that does not work: why mail cannot leave through it, since when people know of it, and the task of its owner.
alter table mailboxes add column sending_fault text;                    -- null: mail can leave
alter table mailboxes add column sending_fault_at bigint;
alter table mailboxes add column failing_since bigint;                  -- since when the owner has a task and the feed an event; null: it works
alter table mailboxes add column todo_id bigint;                        -- the task of its owner; null: none, or it is shared

-- The other flow instances that a message belongs to, which was matched by its sender's address; inbound has the first one.
create table inbound_instances (
    company_id       bigint not null,
    flow_instance_id bigint not null,
    message_id       text   not null $binary,
    primary key (company_id, flow_instance_id, message_id)
) $clustered;
