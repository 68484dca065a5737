-- Where the mail of a mailbox has the address with a token behind a plus, by which answers and bounces are matched without headers.
alter table mailboxes add column plus_address text not null default 'off'; -- off, bounces (the return path), all (Reply-To too)
