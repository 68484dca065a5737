-- The result of an inbound message, so that a repeated delivery gets the same answer.
alter table inbound add column outcome text;                -- JSON: matchedBy, flowInstances; null: not known yet
