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

-- Keys that sign the mail of a sender's domain (DKIM). At most 20 a company.
create table dkim_keys (
    company_id     bigint  not null references companies (id) on delete cascade,
    id             bigint  not null,
    domain         text    not null,                        -- in lower case and in its ASCII form
    selector       text    not null,                        -- the keys are at its -rsa and its -ed25519
    rsa_secret     text    not null,                        -- encrypted by the master key
    rsa_public     text    not null,                        -- as the DNS has it
    ed25519_secret text    not null,
    ed25519_public text    not null,
    active         boolean not null,                        -- whether mail is signed with it
    created_at     bigint  not null,
    primary key (company_id, id)
) $clustered;

-- Complaints about the mail of a sender: recipients who called it spam. They slow the sender down, and stop them.
create table sender_complaints (
    company_id bigint not null,
    message_id bigint not null,                             -- messages.id
    sender_id  bigint not null,
    sent_at    bigint not null,                             -- when that mail left
    primary key (company_id, message_id)
) $clustered;
create index sender_complaints_sender on sender_complaints (company_id, sender_id, sent_at);
