# Removals: each flow instance can be removed once, so each round has data of its own. Due steps are here too, as they also change the data.
# shellcheck shell=bash

measure_removals() {
    for round in $(seq "$rounds"); do
        say "Removing, round $round of $rounds"
        unassign_once unassign-1 1
        own_transactions own-transactions 1 "$connections"
        unassign_once unassign-200 200
        own_transactions own-transactions-200 200 1
    done
    ((${#on_postgres[@]} == 0)) || measure_postgres_removals
}

# --- SQLite: a copy of the file ---------------------------------------------------------------------------------

fresh_copy() {
    rm -f "$work"/run.db*
    cp "$work/$usual.db" "$work/run.db"
    sync # Else the system still writes the copy while commits wait for the same disk.
}

# unassign_once NAME EACH
unassign_once() {
    local before
    fresh_copy
    basic_of[run]=${basic_of[sqlite-$usual]}
    serve run "$work/run.db"
    wrk_line 2 run unassign "$2" "$usual" 0 >/dev/null
    before=$(removed "$work/run.db")
    load "$1" run unassign "$2" "$usual" $((usual / 2))
    expect_removed "$1" "$work/run.db" "$before" "$2"
    stop "${pid_of[run]}"
}

# expect_removed NAME DATABASE BEFORE EACH: dies unless as many instances are gone as the last load's $requests say. Requests that were still
# open when the clock stopped may have been done as well.
expect_removed() {
    local gone=$(($(removed "$2") - $3))
    ((gone >= requests * $4 && gone <= (requests + connections) * $4)) ||
        die "$1: $requests requests removed $gone flow instances. Are there enough of them? (--instances)"
}

# removed DATABASE: prints how many flow instances are removed, after all open requests have finished.
removed() {
    local last=-1 now=0
    while ((now != last)); do
        last=$now
        sleep 0.5
        now=$("$bench" removed --database "$1")
    done
    echo "$now"
}

# own_transactions NAME EACH CALLERS
own_transactions() {
    local did took bytes faults p50 p99
    say "  $1"
    fresh_copy
    read -r did took bytes faults p50 p99 < <("$bench" own-transactions --database "$work/run.db" --seconds "$seconds" --each "$2" --callers "$3" | sed -n 's/^figures //p')
    ((did > 0 && faults == 0)) || die "$1: $faults of $did removed nothing"
    record "$1.rate" "$(calc "$did / $took")"
    record "$1.p50" "$(calc "$p50 / 1000")"
    record "$1.p99" "$(calc "$p99 / 1000")"
}

# --- PostgreSQL: a part of the ids ------------------------------------------------------------------------------

# Takes two parts of the ids per round, one for the product and one for pgbench.
measure_postgres_removals() {
    local part=$((usual / (2 * (rounds + 1)))) database before
    database=$(on_cluster "$usual")
    mkdir -p "$work/pgbench"
    write_removal "$usual"
    serve "postgres-$usual" "$database"
    for round in $(seq 0 "$rounds"); do
        say "Removing on PostgreSQL, round $round of $rounds"
        before=$(removed "$database")
        load postgres-removal "postgres-$usual" unassign 1 "$usual" $((2 * round * part))
        expect_removed postgres-removal "$database" "$before" 1
        before=$(removed "$database")
        pgbench_removal "$usual" $(((2 * round + 1) * part))
        expect_removed pgbench-removal "$database" "$before" 1
    done
    stop "${pid_of[postgres-$usual]}"
}

# --- Due steps --------------------------------------------------------------------------------------------------

measure_due_steps() {
    say "Due steps on SQLite"
    fresh_copy
    record_due sqlite "$work/run.db"
    if ((${#on_postgres[@]} > 0)); then
        say "Due steps on PostgreSQL"
        sql "load_$usual" 'vacuum analyze'
        record_due postgres "$(on_cluster "$usual")"
    fi
}

# record_due NAME DATABASE
record_due() {
    local due nodes engine bare
    round=0
    while read -r due nodes engine bare; do
        round=$((round + 1))
        say "  $due due, $nodes node: $engine steps/s, the bare loop $bare"
        record "due-$1.rate" "$engine"
        record "due-$1-bare.rate" "$bare"
    done < <(due_steps "$2" 1)
    ((round >= 3)) || die "due steps on $1: no figures"
}
