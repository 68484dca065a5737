-- What a person wrote, so that whoever answers can read it. Kept only of a message that belongs to a flow instance.
alter table inbound add column sender text;                 -- the address to answer; null: not kept
alter table inbound add column subject text;                -- null: not kept
alter table inbound add column body text;                   -- without quoted mail and signature; null: not kept

-- Mail with which a person answers. It belongs to no step: its step_id is 0, and its attempt is its number in the flow instance, so that the index messages_step
-- is also the last guard against an answer that is written twice.
alter table messages add column answers text;               -- Message-ID of the message that it answers; null: it is the mail of a step
alter table messages add column follows text;               -- Message-ID of our mail before that message; null: there was none
