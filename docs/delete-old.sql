-- Deletes what ended before a moment: :before, in milliseconds since 1970. operating.md says what is gone with it, and how it is run.
-- Each statement is complete by itself. If the script is interrupted, run it again.

-- Flow instances, except those for which a person still has an open task.
delete from flow_instances
where status >= 3 and finished_at < :before
and not exists (
    select 1 from todos t
    where t.company_id = flow_instances.company_id and t.flow_instance_id = flow_instances.id and t.status = 'OPEN')
and not exists (
    select 1 from messages m
    where m.company_id = flow_instances.company_id and m.flow_instance_id = flow_instances.id and m.state in ('queued', 'held', 'sending', 'uncertain'));

-- The history, ledger and messages of the deleted instances.
delete from instance_events
where at < :before
and not exists (select 1 from flow_instances f where f.company_id = instance_events.company_id and f.id = instance_events.flow_instance_id);

delete from step_ledger
where at < :before
and not exists (select 1 from flow_instances f where f.company_id = step_ledger.company_id and f.id = step_ledger.flow_instance_id);

delete from messages
where created_at < :before
and not exists (select 1 from flow_instances f where f.company_id = messages.company_id and f.id = messages.flow_instance_id);

delete from assignment_terms
where (company_id, id) not in (select company_id, terms_id from flow_instances where terms_id is not null);

-- Closed tasks, except those of instances that are still there.
delete from todos
where status <> 'OPEN' and updated_at < :before
and not exists (select 1 from flow_instances f where f.company_id = todos.company_id and f.id = todos.flow_instance_id and f.status < 3);

-- Finished bulk assignments and uploads.
delete from bulk_jobs
where status in ('COMPLETED', 'FAILED') and created_at < :before;

delete from bulk_items
where not exists (select 1 from bulk_jobs j where j.company_id = bulk_items.company_id and j.id = bulk_items.job_id);

delete from crm_requests
where status in ('DONE', 'FAILED') and created_at < :before;

-- Inbound messages, and the number of calls of each day.
delete from inbound
where at < :before;

delete from quota_days
where day < :before / 86400000;

-- Finished erasures: when they were done, and how much. What keeps the people out of flows is in suppressions, and stays.
delete from erasures
where finished_at < :before;
