-- The steps of a flow in each of its versions, and who wrote them. The newest fifty of a flow are kept. Deleted with the company.
create table flow_versions (
    company_id bigint  not null references companies (id) on delete cascade,
    flow_id    bigint  not null,
    version    bigint  not null,
    steps      text    not null,                            -- JSON, as in flow files
    at         bigint,                                      -- null: it is older than this table, so nobody knows
    user_id    bigint,                                      -- who wrote it in the console; null: nobody
    api_key_id bigint,                                      -- the key that wrote it; null: none
    primary key (company_id, flow_id, version)
) $clustered;
