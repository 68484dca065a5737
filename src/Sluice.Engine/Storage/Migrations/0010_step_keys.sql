-- What a step is called in files, so that one that was renamed, moved or rewritten is still the same step. Null: it is called by its id.
alter table steps add column step_key text;
