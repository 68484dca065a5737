-- The step's name in flow files, so that a renamed, moved or rewritten step is still the same step. Null: files use the step's id.
alter table steps add column step_key text;
