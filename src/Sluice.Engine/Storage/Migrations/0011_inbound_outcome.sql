-- What an inbound message led to, so that the second time it is told the same.
alter table inbound add column outcome text;                -- JSON: matchedBy, flowInstances; null: not yet
