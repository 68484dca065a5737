-- The applications that may ask a company for access by OAuth 2.0. At most 50 a company. Deleted with the company.
create table oauth_apps (
    company_id    bigint  not null references companies (id) on delete cascade,
    id            bigint  not null,
    name          text    not null,
    client_id     text    not null $binary,
    secret_hash   text    not null,                         -- SHA-256, hex
    redirect_uris text    not null,                         -- separated by spaces
    scopes        text    not null,                         -- separated by spaces
    dev_only      boolean not null,                         -- its secret is published: only `sluice dev` accepts it
    created_at    bigint  not null,
    primary key (company_id, id)
) $clustered;
create unique index oauth_apps_client_id on oauth_apps (client_id);

-- One row for each consent, with the code that the application gets for it. At most 100 an application: the oldest goes first.
create table oauth_grants (
    company_id      bigint not null references companies (id) on delete cascade,
    app_id          bigint not null,
    id              bigint not null,
    scopes          text   not null,                        -- separated by spaces
    code_hash       text   not null $binary,                -- SHA-256, hex
    redirect_uri    text   not null,
    code_challenge  text,                                   -- PKCE, S256; null: the application sent none
    created_at      bigint not null,
    code_expires_at bigint not null,
    code_used_at    bigint,
    revoked_at      bigint,
    primary key (company_id, app_id, id)
) $clustered;
create unique index oauth_grants_code on oauth_grants (code_hash);

-- The pairs of tokens of a grant, one for each exchange. At most 20 a grant, live or dead: the dead ones tell a client what it did wrong.
create table oauth_tokens (
    company_id        bigint  not null references companies (id) on delete cascade,
    app_id            bigint  not null,
    grant_id          bigint  not null,
    number            integer not null,                     -- 1 for the exchange of the code, then one more for each refresh
    access_hash       text    not null $binary,             -- SHA-256, hex
    refresh_hash      text    not null $binary,             -- SHA-256, hex
    scopes            text    not null,
    access_expires_at bigint  not null,
    refreshed_at      bigint,                               -- the refresh token was used
    refreshed_by      text,                                 -- the id of the request that used it
    primary key (company_id, app_id, grant_id, number)
) $clustered;
create unique index oauth_tokens_access on oauth_tokens (access_hash);
create unique index oauth_tokens_refresh on oauth_tokens (refresh_hash);
