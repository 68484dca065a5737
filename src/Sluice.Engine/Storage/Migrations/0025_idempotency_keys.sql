-- The idempotency keys of the last 24 hours, each with the answer of its call. A row commits with the effect of the call. At most about a million a
-- company: the oldest go first. No foreign key: a check of the company's row would wait for everybody who locks it.
create table idempotency_keys (
    company_id  bigint  not null,
    key_hash    text    not null $binary,                   -- HMAC-SHA-256, hex, of the key
    fingerprint text    not null,                           -- SHA-256, hex, of the method, the path, the query and the body
    request_id  text    not null,                           -- of the call that was done
    status      integer,                                    -- of its answer; null: the call is being done, which no other transaction sees
    answer      text,                                       -- encrypted with the key, which is not kept; null: it was too large, or a person in it was erased
    kept_until  bigint  not null,
    primary key (company_id, key_hash)
) $clustered;
-- Serves the sweep of old keys.
create index idempotency_keys_old on idempotency_keys (company_id, kept_until);
