# Due steps: the engine and the bare claim loop on the same database, in turn.
# shellcheck shell=bash

# due_steps DATABASE NODES: a line for each of five rounds: how many were due, nodes, steps a second of the engine, of the bare loop. Changes it.
due_steps() { "$bench" due-steps --database "$1" --nodes "$2"; }
