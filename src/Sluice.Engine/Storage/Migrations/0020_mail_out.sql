-- Whether the last line of a mail may have been sent, while its state is sending: 0 before, 1 from just before it is sent. If its worker dies, only
-- a mail with 1 is uncertain. Null: claimed by an older version, which did not say.
alter table messages add column handed_over integer;

-- Users whose mail the mail server refuses because of the sender or the text, one time after the other. A mail that leaves deletes the row.
create table sender_refusals (
    company_id bigint  not null,
    user_id    bigint  not null,
    in_a_row   integer not null,
    held_until bigint  not null,                            -- 0: not held
    primary key (company_id, user_id)
) $clustered;
