-- Addresses whose owners must be left alone. The address itself is not kept, only a keyed hash of it: whoever has an address can ask whether it is
-- here, but nobody can list addresses. Append-only: lifting one sets lifted_at.
create table suppressions (
    company_id bigint not null,
    id         bigint not null,
    key_hash   text   not null $binary,                     -- HMAC-SHA256, hex, of an e-mail address (lower case) or a phone number (+ and digits)
    kind       text   not null,                             -- erased
    since      bigint not null,
    api_key_id bigint,                                      -- who asked for it; null: an operator
    request_id text,
    lifted_at  bigint,
    primary key (company_id, id)
) $clustered;
-- Serves the check of an address: at admission, when a step begins, when a mail leaves.
create unique index suppressions_once on suppressions (company_id, key_hash, kind) where lifted_at is null;

-- Requests to erase all data of an address. A worker does them in the background.
create table erasures (
    company_id  bigint  not null,
    id          bigint  not null,
    key_hash    text    not null $binary,                   -- as in suppressions
    address     text,                                       -- the key itself; null as soon as its data is gone
    may_be_many boolean not null,                           -- an operator said that it may be more than 50 records
    status      text    not null,                           -- OPEN, DONE, REFUSED
    records     bigint  not null,                           -- erased so far
    instances   bigint  not null,
    messages    bigint  not null,
    others      bigint  not null,                           -- tasks, rows of bulk assignments, objects and lines of the CRM
    api_key_id  bigint,
    request_id  text,
    created_at  bigint  not null,
    finished_at bigint,                                     -- null: not finished
    lease_until bigint  not null,
    fence       bigint  not null,
    primary key (company_id, id)
) $clustered;
-- One open request for each address: a second one joins it.
create unique index erasures_once on erasures (company_id, key_hash) where finished_at is null;
create index erasures_open on erasures (lease_until) where finished_at is null;
-- Serves the request log, which forgets what was recorded before an erasure.
create index erasures_finished on erasures (finished_at) where finished_at is not null;

-- The form in which phone numbers are compared: the digits, after a leading plus.
alter table prospects add column phone_key text $binary;
update prospects
set phone_key = (
    with recursive letters (place, letter, kept) as (
        select 0, '', ''
        union all
        select place + 1,
               substr(trim(phone_number), place + 1, 1),
               kept || case
                   when substr(trim(phone_number), place + 1, 1) in ('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') then substr(trim(phone_number), place + 1, 1)
                   when place = 0 and substr(trim(phone_number), 1, 1) = '+' then '+'
                   else ''
               end
        from letters
        where place < length(trim(phone_number))
    )
    select nullif(nullif(kept, ''), '+')
    from letters
    order by place desc
    limit 1
)
where length(phone_number) <= 100;
create index prospects_phone on prospects (company_id, phone_key) where phone_key is not null;

-- Serve the search for what belongs to a person: the overrides of an assignment that nobody else needs, and the mail that came back.
create index flow_instances_terms on flow_instances (company_id, terms_id) where terms_id is not null;
create index inbound_instance on inbound (company_id, flow_instance_id) where flow_instance_id is not null;
