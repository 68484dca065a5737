-- A mailbox that does not work: why mail cannot leave through it, since when people know of it, and the task of its owner.
alter table mailboxes add column sending_fault text;                    -- null: mail can leave
alter table mailboxes add column sending_fault_at bigint;
alter table mailboxes add column failing_since bigint;                  -- since when the owner has a task and the feed an event; null: it works
alter table mailboxes add column todo_id bigint;                        -- the task of its owner; null: none, or it is shared
