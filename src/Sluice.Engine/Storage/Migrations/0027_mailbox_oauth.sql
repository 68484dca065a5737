-- A mailbox logs in by its password, or by access tokens of its provider (OAuth 2.0). The secret is then what asks for them, encrypted.
alter table mailboxes add column uses_oauth boolean not null default false;
