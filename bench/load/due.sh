# Due steps: measures the engine and the bare claim loop on the same database, in turn.
# shellcheck shell=bash

# due_steps DATABASE NODES: prints a line per round, of five: steps due, nodes, steps/s of the engine, steps/s of the bare loop. Changes the database.
due_steps() { "$bench" due-steps --database "$1" --nodes "$2"; }
