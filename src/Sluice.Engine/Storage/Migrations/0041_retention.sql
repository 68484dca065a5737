-- What the unsubscribe link in a mail needs after its flow instance was deleted for its age: whom it stops, and which flow. Only of instances that sent mail.
-- It has ids and nothing else: after an erasure, its row names nobody.
create table past_instances (
    company_id  bigint not null,
    id          bigint not null,                            -- that of the instance, which the link names
    prospect_id bigint not null,
    flow_id     bigint not null,
    primary key (company_id, id)
) $clustered;

-- Serve the search for old uploads, and for the flow instances of an old message.
create index crm_requests_done on crm_requests (company_id, created_at, id) where status in ('DONE', 'FAILED');
create index inbound_instances_message on inbound_instances (company_id, message_id);
