# Due steps: measures the engine and the bare claim loop on the same database, in turn.
# shellcheck shell=bash

# due_steps DATABASE NODES: prints for each of five rounds a line for one node, and one for all nodes if there are more: steps due, nodes, steps/s of the engine,
# steps/s of the bare loop. Changes the database.
# On PostgreSQL, with ten minutes for a statement: on a slow disk the update that makes the steps due takes longer than the product's ten seconds.
due_steps() {
    local database=$1
    [[ $database != *Host=* ]] || database+=";Command Timeout=600"
    "$bench" due-steps --database "$database" --nodes "$2"
}
