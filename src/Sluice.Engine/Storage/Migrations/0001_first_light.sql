-- Every key begins with company_id, so that hash partitions or a distributed PostgreSQL can spread the tables without a change.
-- Times are milliseconds since 1970, UTC. $clustered and $binary stand for the two words that differ between the databases (see Dialect).
-- Hot tables have no foreign keys: each would cost a look-up for every row of an import, and nothing here is ever deleted.

create table companies (
    id                       bigint  not null primary key,
    name                     text    not null,
    time_zone                text    not null,              -- IANA name
    calls_per_second         integer not null,              -- 0: no limit
    calls_per_day            integer not null,              -- 0: no limit
    multiple_flows_allowed   boolean not null,
    cool_off_days            integer not null,              -- applies only if multiple flows are not allowed
    create_unknown_prospects boolean not null,
    cursor_key               text    not null,              -- hex; signs this company's cursors
    created_at               bigint  not null
);

create table api_keys (
    company_id  bigint  not null references companies (id),
    id          bigint  not null,
    name        text    not null,
    access_key  text    not null $binary,
    secret_hash text    not null,                           -- SHA-256, hex
    token_hash  text    not null $binary,                   -- SHA-256, hex
    scopes      text    not null,                           -- separated by spaces
    networks    text    not null,                           -- CIDR, separated by spaces; empty: any network
    dev_only    boolean not null,                           -- its secret is published: only `sluice dev` accepts it
    created_at  bigint  not null,
    expires_at  bigint,
    revoked_at  bigint,
    primary key (company_id, id)
) $clustered;
create unique index api_keys_access_key on api_keys (access_key);
create unique index api_keys_token on api_keys (token_hash);

create table workspaces (
    company_id  bigint not null references companies (id),
    id          bigint not null,
    name        text   not null,
    description text   not null,
    primary key (company_id, id)
) $clustered;

create table users (
    company_id   bigint  not null references companies (id),
    id           bigint  not null,
    email        text    not null,
    email_key    text    not null $binary,                  -- lower case, for look-ups
    first_name   text    not null,
    last_name    text    not null,
    title        text,
    phone_number text,
    extension    text,
    active       boolean not null,
    has_seat     boolean not null,                          -- only users with a seat may own flow instances
    time_zone    text    not null,
    manager_id   bigint,
    profile      text    not null,                          -- JSON: fields that are returned unchanged and never searched
    created_at   bigint  not null,
    primary key (company_id, id)
) $clustered;
create unique index users_email on users (company_id, email_key);

create table folders (
    company_id bigint   not null references companies (id),
    id         bigint   not null,
    parent_id  bigint,
    workspace_id bigint not null,
    owner_id   bigint   not null,
    name       text     not null,
    visibility smallint not null,                           -- as flows.visibility
    primary key (company_id, id)
) $clustered;

create table flows (
    company_id   bigint   not null references companies (id),
    id           bigint   not null,
    workspace_id bigint   not null,
    folder_id    bigint,
    owner_id     bigint   not null,
    name         text     not null,
    description  text,
    visibility   smallint not null,                         -- 0 Company, 1 Personal, 2 Shared
    exclusive    boolean  not null,
    enabled      boolean  not null,
    created_at   bigint   not null,
    deleted_at   bigint,
    primary key (company_id, id)
) $clustered;

create table flow_shares (
    company_id bigint not null,
    user_id    bigint not null,
    flow_id    bigint not null,
    primary key (company_id, user_id, flow_id)
) $clustered;

create table steps (
    company_id   bigint   not null,
    flow_id      bigint   not null,
    step_order   integer  not null,                         -- from 1
    id           bigint   not null,
    action       text     not null,                         -- as on the wire: AUTO_SEND_EMAIL, CALL, …
    wait_minutes integer  not null,                         -- waiting time before the step; 1440 per day
    subject      text,
    body         text,
    is_reply     boolean  not null,
    primary key (company_id, flow_id, step_order)
) $clustered;

create table prospects (
    company_id     bigint   not null,
    id             bigint   not null,
    crm_id         text     not null $binary,
    kind           text     not null,                       -- CONTACT or LEAD
    first_name     text,
    last_name      text,
    email          text,
    email_key      text     $binary,                        -- lower case, for look-ups
    email_valid    boolean  not null,
    title          text,
    company_name   text,
    phone_number   text,
    time_zone      text,
    opted_out      boolean  not null,
    do_not_contact boolean  not null,
    created_at     bigint   not null,
    deleted_at     bigint,                                  -- when the CRM deleted it: unknown from then on
    primary key (company_id, id)
) $clustered;
create unique index prospects_crm_id on prospects (company_id, crm_id);
create index prospects_email on prospects (company_id, email_key) where email_key is not null;

create table flow_instances (
    company_id      bigint   not null,
    id              bigint   not null,
    crm_prospect_id text     not null $binary,
    prospect_id     bigint   not null,
    flow_id         bigint   not null,
    owner_id        bigint   not null,
    status          smallint not null,                      -- 0 Pending, 1 Running, 2 Paused; 3 FinishedNoReply, 4 FinishedResponse, 5 Finished
    step_order      integer  not null,                      -- the current step, from 1
    finish_reason   text,
    next_due_at     bigint,
    created_at      bigint   not null,
    finished_at     bigint,
    terms_id        bigint,                                 -- the assignment's overrides; null: none
    primary key (company_id, id)
) $clustered;
-- Serves the listing by CRM id without a read of the table: the index has everything that the answer needs.
create index flow_instances_open on flow_instances (company_id, crm_prospect_id, created_at, id, status, flow_id, owner_id) where status < 3;
-- The last guard against a race of two assignments: a prospect is in a flow at most once at a time.
create unique index flow_instances_once on flow_instances (company_id, prospect_id, flow_id) where status < 3;
-- Serves the cool-off. Its key does not change when an instance ends, so an unassignment does not write to it.
create index flow_instances_prospect on flow_instances (company_id, prospect_id);

-- The overrides of one assignment: one row per call, shared by all instances of the call and never changed.
create table assignment_terms (
    company_id  bigint not null,
    id          bigint not null,
    steps       text   not null,                            -- JSON: [{"number":1,"subject":…,"body":…}]
    variables   text   not null,                            -- JSON: [{"name":…,"value":…}], names without braces
    description text,                                       -- HTML
    primary key (company_id, id)
) $clustered;

-- A bulk assignment. The node that holds its lease does it in the background, one item at a time.
create table bulk_jobs (
    company_id  bigint  not null,
    id          text    not null $binary,                   -- a UUID
    flow_id     bigint  not null,
    owner_id    bigint  not null,
    api_key_id  bigint  not null,
    request_id  text    not null,
    status      text    not null,                           -- PENDING, IN_PROGRESS, COMPLETED, FAILED
    lease_until bigint  not null,                           -- until then a node holds the lease
    fence       bigint  not null,                           -- fencing token: grows with each claim; a late holder finds a newer one and does nothing
    created_at  bigint  not null,
    primary key (company_id, id)
) $clustered;
-- Serves the search for due work.
create index bulk_jobs_open on bulk_jobs (lease_until) where status in ('PENDING', 'IN_PROGRESS');

create table bulk_items (
    company_id       bigint  not null,
    job_id           text    not null $binary,
    position         integer not null,                      -- in the request's order, from 0
    prospect         text    not null,                      -- JSON, as sent
    status           text,                                  -- null: not done yet
    crm_id           text,
    flow_instance_id bigint,
    error_code       text,
    error_message    text,
    primary key (company_id, job_id, position)
) $clustered;

-- Append-only. Clustered by instance, because it is read by instance.
create table instance_events (
    company_id       bigint not null,
    flow_instance_id bigint not null,
    id               bigint not null,
    at               bigint not null,
    kind             text   not null,
    user_id          bigint,
    api_key_id       bigint,
    request_id       text,
    primary key (company_id, flow_instance_id, id)
) $clustered;

-- Tasks; the code calls them to-dos.
create table todos (
    company_id       bigint   not null,
    id               bigint   not null,
    user_id          bigint   not null,                     -- the user who has to do it
    workspace_id     bigint   not null,
    prospect_id      bigint   not null,
    flow_instance_id bigint,                                -- null: a person made it
    flow_id          bigint,
    step_id          bigint,
    kind             text     not null,                     -- step, response, bounced, meeting_booked, manual
    action           text     not null,                     -- as steps.action
    title            text,
    status           text     not null,                     -- OPEN, DONE, DISMISSED
    priority         smallint not null,                     -- 1 Low, 2 Medium, 3 High
    due_at           bigint   not null,
    created_at       bigint   not null,
    updated_at       bigint   not null,
    primary key (company_id, id)
) $clustered;
-- Serves the list of a user's tasks.
create index todos_user on todos (company_id, user_id, status, due_at, id);
-- Serves the closing of open tasks when an instance ends.
create index todos_open on todos (company_id, flow_instance_id) where status = 'OPEN';

-- One row per user and flow, so that "most recently assigned" never reads instances.
create table recent_assignments (
    company_id bigint not null,
    user_id    bigint not null,
    flow_id    bigint not null,
    at         bigint not null,
    primary key (company_id, user_id, flow_id)
) $clustered;

create table quota_days (
    company_id bigint not null,
    day        bigint not null,                             -- days since 1970, UTC
    used       bigint not null,
    primary key (company_id, day)
) $clustered;

-- Generic CRM: the integration through which prospects come in. A company has one at a time.
create table crm_integrations (
    company_id  bigint not null,
    id          bigint not null,
    name        text   not null,
    owner_email text   not null,
    created_at  bigint not null,
    deleted_at  bigint,
    primary key (company_id, id)
) $clustered;
create unique index crm_integrations_one on crm_integrations (company_id) where deleted_at is null;

create table crm_fields (
    company_id     bigint  not null,
    integration_id bigint  not null,
    object_type    text    not null,                        -- ACCOUNT, CONTACT, DEAL, LEAD
    unique_name    text    not null $binary,
    field          text    not null,                        -- JSON, as sent
    primary key (company_id, integration_id, object_type, unique_name)
) $clustered;

-- One asynchronous request: an upload, or the deletion of an integration.
create table crm_requests (
    company_id        bigint  not null,
    integration_id    bigint  not null,
    client_request_id text    not null $binary,
    id                bigint  not null,
    object_type       text,                                 -- null: the deletion of the integration
    status            text    not null,                     -- RECEIVING, then as on the wire: PENDING, IN_PROGRESS, DONE, FAILED
    errors            text    not null,                     -- JSON: the first twenty
    error_count       bigint  not null,
    success_count     bigint  not null,
    lines_done        bigint  not null,
    lease_until       bigint  not null,
    fence             bigint  not null,
    created_at        bigint  not null,
    primary key (company_id, integration_id, client_request_id)
) $clustered;
-- Serves the search for due work.
create index crm_requests_open on crm_requests (lease_until) where status in ('RECEIVING', 'PENDING', 'IN_PROGRESS');

-- The lines of an upload that are not done yet. Lines are numbered from 1.
create table crm_upload_lines (
    company_id bigint not null,
    request_id bigint not null,
    line       bigint not null,
    content    text,                                        -- null: the line was longer than allowed
    primary key (company_id, request_id, line)
) $clustered;

create table crm_objects (
    company_id     bigint not null,
    integration_id bigint not null,
    object_type    text   not null,
    object_id      text   not null $binary,
    modified_at    bigint not null,
    content        text   not null,                         -- JSON, as sent
    primary key (company_id, integration_id, object_type, object_id)
) $clustered;
