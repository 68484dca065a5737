-- Why a message waits, or last waited. Before, a sentence in the column error said so, and the code recognised it by its beginning.
alter table messages add column hold_reason text;           -- sending_window, sender_day, sender_week, recipient_day, domain_day, company_day, deferred
alter table messages add column hold_limit integer;         -- the number of mails that the limit allowed then; null: no limit

-- Each of the three updates reads all messages: no index finds those with an error.
with limits (word, head, tail) as (
    values
        ('sender_day', 'Held by a limit: the sender''s ', ' mails a day'),
        ('sender_week', 'Held by a limit: the sender''s ', ' mails a week'),
        ('recipient_day', 'Held by a limit: ', ' mails to one recipient in 24 hours'),
        ('domain_day', 'Held by a limit: ', ' mails to one domain in 24 hours'),
        ('company_day', 'Held by a limit: the company''s ', ' mails in 24 hours')
)
update messages
set hold_reason = found.word,
    hold_limit = cast(found.number as integer),
    error = null
from (
    select m.company_id, m.id, l.word, replace(replace(m.error, l.head, ''), l.tail, '') as number
    from messages m
    join limits l on m.error like l.head || '%' || l.tail
) found
where messages.company_id = found.company_id and messages.id = found.id
  and found.number <> '' and trim(found.number, '0123456789') = '';

update messages
set hold_reason = 'sending_window',
    error = null
where error = 'Outside the flow''s sending window';

-- Any other error of a message that waits is the answer of a mail server that deferred it. It stays, because only it says why.
update messages
set hold_reason = 'deferred'
where hold_reason is null and error is not null and state in ('queued', 'held', 'sending', 'cancelled');
