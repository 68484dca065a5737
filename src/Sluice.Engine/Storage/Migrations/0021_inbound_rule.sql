-- Why a raw message was taken for what it is. Null: it was not raw, so whoever reported it said what it is.
alter table inbound add column rule text;
