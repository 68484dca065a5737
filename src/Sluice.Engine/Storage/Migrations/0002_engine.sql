-- The engine: it runs the steps of flows. $clustered and $binary as in 0001.

-- waits_for (enum WaitsFor) says what the instance waits for, and so what next_due_at means: 0 step, 1 task, 2 mail, 3 pause.
alter table flow_instances add column waits_for smallint not null default 0;
alter table flow_instances add column attempt integer not null default 1;         -- of the step; grows when the step must run again, as after a bounce
alter table flow_instances add column flow_version bigint not null default 1;     -- version of the flow when the step was chosen
alter table flow_instances add column fence bigint not null default 0;            -- fencing token: grows with each change; with an older one, do nothing
alter table flow_instances add column lease_until bigint not null default 0;      -- until then a worker holds the lease
alter table flow_instances add column replied_at bigint;
alter table flow_instances add column paused_at bigint;
alter table flow_instances add column pause_reason text;
alter table flow_instances add column held_waits_for smallint;                    -- waits_for and next_due_at before the pause
alter table flow_instances add column held_due_at bigint;
-- Serves the search for due work. The status is not in it, so an unassignment does not write to it; a worker that claims an ended instance drops it.
create index flow_instances_due on flow_instances (next_due_at) where next_due_at is not null;

-- The ledger: one row for each step attempt that an instance has begun. The last guard against running a step twice.
create table step_ledger (
    company_id       bigint  not null,
    flow_instance_id bigint  not null,
    step_id          bigint  not null,
    attempt          integer not null,
    step_order       integer not null,                      -- the step's order when it was begun
    at               bigint  not null,
    primary key (company_id, flow_instance_id, step_id, attempt)
) $clustered;

alter table instance_events add column detail text;         -- JSON: the reason, the step, the result

alter table todos add column hidden boolean not null default false;               -- true while its instance is paused
alter table todos add column outcome text;                                        -- the result of a call

alter table companies add column todo_expiry_days integer not null default 120;   -- 30 to 120
alter table companies add column mails_per_sender_day integer not null default 500;
alter table companies add column mails_per_sender_week integer not null default 2000;
alter table companies add column mails_per_recipient_day integer not null default 3;
alter table companies add column mails_per_domain_day integer not null default 500;
alter table companies add column mails_per_company_day integer not null default 20000;
alter table companies add column unsubscribe_link boolean not null default true;

alter table users add column sender_address text;           -- null: users.email

alter table flows add column version bigint not null default 1;                   -- grows with each change of its steps
alter table flows add column ruleset_id bigint;                                   -- null: the default one
alter table flows add column window_begins integer not null default 480;          -- minutes after the owner's midnight: automatic mail leaves from then
alter table flows add column window_ends integer not null default 1080;           -- until then
alter table flows add column working_days integer not null default 31;            -- bits, Monday 1, Tuesday 2, … Sunday 64

create table rulesets (
    company_id      bigint  not null,
    id              bigint  not null,
    name            text    not null,
    on_reply        text    not null,                       -- pause, stop, continue
    reply_todo      boolean not null,
    on_meeting      text    not null,                       -- pause, stop, continue
    meeting_todo    boolean not null,
    ignores_cool_off boolean not null,
    primary key (company_id, id)
) $clustered;
create unique index rulesets_name on rulesets (company_id, name);

create table messages (
    company_id       bigint  not null,
    id               bigint  not null,
    flow_instance_id bigint  not null,
    prospect_id      bigint  not null,
    step_id          bigint  not null,
    attempt          integer not null,
    sender_id        bigint  not null,                      -- the user who sends it
    sender_address   text    not null,
    sender_name      text    not null,
    recipient        text    not null,
    recipient_key    text    not null $binary,              -- lower case
    recipient_domain text    not null $binary,              -- lower case
    subject          text    not null,
    body             text    not null,                      -- HTML
    message_id       text    not null $binary,              -- without angle brackets
    in_reply_to      text,                                  -- message_id of the previous message in the thread
    state            text    not null,                      -- queued, held, sending, sent, cancelled, failed, uncertain
    due_at           bigint  not null,                      -- if queued: send not before
    tries            integer not null,
    fence            bigint  not null,
    lease_until      bigint  not null,
    error            text,
    created_at       bigint  not null,
    sent_at          bigint,
    primary key (company_id, id)
) $clustered;
-- The last guard against sending a step's mail twice.
create unique index messages_step on messages (company_id, flow_instance_id, step_id, attempt);
-- Serves the matching of replies and bounces.
create unique index messages_message_id on messages (company_id, message_id);
-- Serve the search for mail to send, and for mail whose sending node has died.
create index messages_due on messages (due_at) where state = 'queued';
create index messages_sending on messages (lease_until) where state = 'sending';
-- Serve the counting against the limits.
create index messages_sender on messages (company_id, sender_id, sent_at) where sent_at is not null;
create index messages_recipient on messages (company_id, recipient_key, sent_at) where sent_at is not null;
create index messages_domain on messages (company_id, recipient_domain, sent_at) where sent_at is not null;
create index messages_company on messages (company_id, sent_at) where sent_at is not null;

-- Inbound messages, so that each is handled once.
create table inbound (
    company_id       bigint not null,
    message_id       text   not null $binary,
    at               bigint not null,
    type             text   not null,
    flow_instance_id bigint,                                -- null: it belongs to no instance
    primary key (company_id, message_id)
) $clustered;

-- Sweeps over all instances of a flow or user that is gone. Each runs one piece at a time, from where the last piece ended.
create table sweeps (
    company_id  bigint not null,
    id          bigint not null,
    kind        text   not null,                            -- flow_deleted, no_seat
    subject_id  bigint not null,
    after_id    bigint not null,
    lease_until bigint not null,
    fence       bigint not null,
    created_at  bigint not null,
    primary key (company_id, id)
) $clustered;
