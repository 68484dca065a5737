-- Values of a schema's fields are stored under the field's id, not under its name: a field that is deleted, or that gets another type, gets
-- another id or none, and what was stored under the old id is gone for every reader at once. A worker removes the old values later.
alter table crm_fields add column id bigint not null default 0;
update crm_fields
set id = (
    select count(*)
    from crm_fields other
    where other.company_id = crm_fields.company_id and other.integration_id = crm_fields.integration_id
      and other.object_type = crm_fields.object_type and other.unique_name <= crm_fields.unique_name);

alter table crm_objects add column fields text;             -- JSON: {"field id":value}; null: none. content has the other fields

-- A worker that fails in the same way three times gives the request up, and its status says so.
alter table crm_requests add column fault text;             -- how it failed the last time; null: it did not
alter table crm_requests add column fault_count integer not null default 0;
