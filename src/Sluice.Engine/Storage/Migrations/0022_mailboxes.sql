-- The mailboxes of a company: how mail leaves in a user's name, and where the answers arrive. At most 1,000 a company.
create table mailboxes (
    company_id   bigint  not null references companies (id) on delete cascade,
    id           bigint  not null,
    user_id      bigint,                                    -- null: it is shared
    address      text    not null,
    address_key  text    not null $binary,                  -- the address as it is compared
    name         text    not null,
    smtp_host    text    not null,
    smtp_port    integer not null,
    smtp_tls     text    not null,                          -- starttls, implicit, none
    imap_host    text,                                      -- null: the mailbox is not read
    imap_port    integer not null,
    imap_tls     text    not null,
    user_name    text    not null,
    secret       text    not null,                          -- the password, encrypted
    state        text    not null,                          -- active, paused, failed
    fault        text,                                      -- why it is failed
    fault_at     bigint,
    read_at      bigint,                                    -- when it was last read without a fault
    created_at   bigint  not null,
    lease_until  bigint  not null,                          -- one node reads a mailbox
    fence        bigint  not null,
    primary key (company_id, id)
) $clustered;
create unique index mailboxes_address on mailboxes (company_id, address_key);
create index mailboxes_due on mailboxes (lease_until) where imap_host is not null and state <> 'paused';

-- How far each folder of a mailbox has been read. Written in the transaction of the effect.
create table mailbox_folders (
    company_id   bigint not null references companies (id) on delete cascade,
    mailbox_id   bigint not null,
    folder       text   not null $binary,                  -- inbox, junk
    uid_validity bigint not null,
    last_uid     bigint not null,
    primary key (company_id, mailbox_id, folder)
) $clustered;
