-- On SQLite the rows lie in the order in which they came, and only the unique index is in the order of the keys' hashes, which are random. With
-- the rows themselves in that order, each key wrote over one to three more pages of 4 kB: its own page, and what a page became when it was full.
$sqlite
alter table idempotency_keys rename to idempotency_keys_by_hash;
drop index idempotency_keys_old;

-- The columns as in 0025.
create table idempotency_keys (
    company_id  bigint  not null,
    key_hash    text    not null $binary,
    fingerprint text    not null,
    request_id  text    not null,
    status      integer,
    answer      text,
    kept_until  bigint  not null,
    primary key (company_id, key_hash)
);
insert into idempotency_keys (company_id, key_hash, fingerprint, request_id, status, answer, kept_until)
select company_id, key_hash, fingerprint, request_id, status, answer, kept_until
from idempotency_keys_by_hash
order by kept_until;
drop table idempotency_keys_by_hash;
-- Serves the sweep of old keys.
create index idempotency_keys_old on idempotency_keys (company_id, kept_until);
$end_sqlite
