-- Serve the search for people by the beginning of a name. 100 characters: PostgreSQL refuses index entries over 2,700 bytes.
create index prospects_last_name on prospects (company_id, (lower(substr(last_name, 1, 100)) $binary)) where last_name is not null;
create index prospects_first_name on prospects (company_id, (lower(substr(first_name, 1, 100)) $binary)) where first_name is not null;
-- Serves the list of what came in, newest first.
create index inbound_at on inbound (company_id, at, message_id);
