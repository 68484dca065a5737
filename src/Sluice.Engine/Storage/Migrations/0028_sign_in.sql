-- How a user comes into the console. A user without a row cannot. Deleted with the company.
create table logins (
    company_id        bigint  not null references companies (id) on delete cascade,
    user_id           bigint  not null,
    roles             text    not null,                     -- rep, manager, operator; separated by spaces
    password_hash     text,                                 -- null: none is set yet
    invite_hash       text    $binary,                      -- SHA-256, hex, of the token in the link; null: no link is open
    invite_expires_at bigint,
    totp_secret       text,                                 -- encrypted with the master key; null: no second factor
    totp_pending      text,                                 -- encrypted; being set up, and not confirmed yet
    totp_step         bigint  not null default 0,           -- the time step of the last code that was taken: a code works once
    recovery_hashes   text    not null default '',          -- SHA-256, hex, of the codes that are left; separated by spaces
    created_at        bigint  not null,
    primary key (company_id, user_id)
) $clustered;
create unique index logins_invite on logins (invite_hash);

-- The browsers that are signed in. At most 20 of a user: the oldest goes first.
create table sessions (
    company_id  bigint  not null references companies (id) on delete cascade,
    id          bigint  not null,
    user_id     bigint  not null,
    hash        text    not null $binary,                   -- SHA-256, hex, of the cookie
    needs_code  boolean not null,                           -- the password was right, and the code of the second factor is still missing
    address     text,                                       -- where it began
    browser     text,
    created_at  bigint  not null,
    expires_at  bigint  not null,
    primary key (company_id, id)
) $clustered;
create unique index sessions_hash on sessions (hash);
-- Serves the sessions of a user.
create index sessions_user on sessions (company_id, user_id);

-- Wrong passwords and codes of the last quarter of an hour. Of no company: of a wrong address nobody knows one.
create table sign_in_tries (
    subject  text    not null $binary,                      -- SHA-256, hex, of an address, or of a network
    since    bigint  not null,
    failures integer not null,
    primary key (subject)
) $clustered;

-- Who changed what in the console, and who came in. Rows are added and never changed, but an erasure takes a person out of them. Kept for 400 days.
create table audit (
    company_id bigint not null references companies (id) on delete cascade,
    id         bigint not null,
    action     text   not null,
    subject    text,                                        -- what was changed: a kind and an id
    user_id    bigint,                                      -- who did it; null: not a person
    api_key_id bigint,                                      -- the key that was used; null: none
    was        text,                                        -- JSON
    became     text,                                        -- JSON
    address    text,                                        -- from where
    request_id text,
    at         bigint not null,
    primary key (company_id, id)
) $clustered;

-- Serves the sweep of old entries.
create index audit_old on audit (at);

-- Serves the sign-in, which knows an address and no company.
create index users_email_key on users (email_key);
