-- The flows from which the prospect unsubscribed while other flows may go on: their ids, separated by blanks. Null: none.
-- In the prospect's row, because an assignment locks and reads that row anyway, so the check costs no statement and cannot be late.
alter table prospects add column opted_out_flows text;
