-- The stop list: all that is known of an address and not of one CRM record. The key is plain text, so that people can read and export the list;
-- only an erased address is kept as a keyed hash.
alter table suppressions rename column key_hash to address_key;  -- address, number (+ and digits) or @domain; of kind erased: HMAC-SHA256, hex
alter table suppressions add column flow_id bigint not null default 0;  -- of kind unsubscribed_from_flow: the flow; otherwise 0
alter table suppressions add column user_id bigint;              -- in whose name the key spoke
alter table suppressions add column evidence text;               -- Message-ID of the mail that said so
alter table suppressions add column reason text;
alter table suppressions add column lifted_api_key_id bigint;
alter table suppressions add column lifted_request_id text;
alter table suppressions add column lifted_reason text;
drop index suppressions_once;
-- Serves the check of an address, and makes a repeated opt-out one row.
create unique index suppressions_once on suppressions (company_id, address_key, kind, flow_id) where lifted_at is null;

-- The contact that a lead became: the CRM says that both are one person.
alter table prospects add column converted_to text $binary;
create index prospects_converted on prospects (company_id, converted_to) where converted_to is not null;

-- What was known of a record becomes known of its address. The ids are small numbers, which no node makes.
insert into suppressions (company_id, id, address_key, kind, flow_id, since, reason)
select company_id, row_number() over (order by company_id, address_key, kind), address_key, kind, 0, since, 'Known of a record before version 0019'
from (
    select company_id, address_key, kind, min(created_at) as since
    from (
        select company_id, email_key as address_key, 'opted_out' as kind, created_at from prospects where opted_out and email_key is not null
        union all
        select company_id, email_key, 'do_not_contact', created_at from prospects where do_not_contact and email_key is not null
        union all
        select company_id, phone_key, 'do_not_contact', created_at from prospects where do_not_contact and substr(phone_key, 1, 1) = '+' and length(phone_key) between 6 and 21
        union all
        select company_id, phone_key, 'opted_out', created_at from prospects where opted_out and email_key is null and substr(phone_key, 1, 1) = '+' and length(phone_key) between 6 and 21
        union all
        select company_id, email_key, 'bounced', created_at from prospects where not email_valid and email_key is not null
    ) facts
    group by company_id, address_key, kind
) known;
update prospects
set email_valid = true
where not email_valid and email_key is not null;

-- Serves the matching of a reply to a mail that a person sent.
create index todos_mailed on todos (company_id, flow_instance_id, updated_at) where status = 'DONE' and action = 'SEND_EMAIL' and kind = 'step';

-- Serves the list of all users' tasks by their due time.
create index todos_due on todos (company_id, due_at, id);
