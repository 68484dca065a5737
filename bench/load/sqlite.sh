# Sluice on SQLite, which is what most people run, and the bare twin.
# shellcheck shell=bash

declare -A prospects_of

# One file a size. What removes works on a copy.
seed() {
    local many
    for many in "${sizes[@]}"; do
        say "Seeding $many flow instances"
        seed_into "sqlite-$many" "$work/$many.db" "$many"
    done
}

# seed_into SERVER DATABASE INSTANCES
seed_into() {
    local line
    line=$("$root/sluice" seed load --instances "$3" --database "$2" --json 2>"$work/seed.log") || die "seeding failed: $(cat "$work/seed.log")"
    basic_of[$1]=$(credentials "$line")
    prospects_of[$1]=$(field prospects "$line")
}

credentials() { printf %s "$(field accessKey "$1"):$(field accessKeySecret "$1")" | base64 -w0; }

# serve SERVER DATABASE
serve() {
    start "$1" "$root/sluice" serve --database "$2" --limits off --port 0 --json
}

# start_twin SERVER PROSPECTS [--gate]
start_twin() {
    start "$1" "$bench" twin --port 0 --prospects "$2" "${@:3}"
    basic_of[$1]=$(credentials "$line")
}

# --- Listing ----------------------------------------------------------------------------------------------------

measure_lists() {
    local many
    start_twin twin-1 1
    start_twin twin-100 100
    start_twin gate 1 --gate
    for many in "${sizes[@]}"; do
        serve "sqlite-$many" "$work/$many.db"
        look_at "sqlite-$many" "${prospects_of[sqlite-$many]}"
    done
    for round in $(seq 0 "$rounds"); do # Round 0 is for the compiler and the page cache; nothing of it is recorded.
        say "Listing, round $round of $rounds"
        list_round
    done
    record_memory
    for many in "${!pid_of[@]}"; do
        stop "${pid_of[$many]}"
    done
}

# Neighbours in time are compared with each other.
list_round() {
    local each many
    for each in 1 100; do
        load "twin-$each" "twin-$each" list "$each" "${prospects_of[sqlite-$largest]}"
        for many in "${sizes[@]}"; do
            load "sqlite-$many-$each" "sqlite-$many" list "$each" "${prospects_of[sqlite-$many]}"
            expect_whole "sqlite-$many-$each" "sqlite-$many" "$each"
        done
    done
    load gate gate list 1 "${prospects_of[sqlite-$largest]}"
}

record_memory() {
    local server all own
    for server in twin-1 "${sizes[@]/#/sqlite-}"; do
        read -r all own < <(memory_of "${pid_of[$server]}")
        record "$server.memory" "$all"
        record "$server.own-memory" "$own"
    done
}

# --- Removing ---------------------------------------------------------------------------------------------------

measure_unassigns() {
    for round in $(seq "$rounds"); do
        say "Removing, round $round of $rounds"
        unassign_once unassign-1 1
        own_transactions
        unassign_once unassign-200 200
    done
}

fresh_copy() {
    rm -f "$work"/run.db*
    cp "$work/$largest.db" "$work/run.db"
    sync # Else the copy is written to disk while commits wait for the same disk.
}

# unassign_once NAME EACH: a server of its own for each round, as each id can be removed once.
unassign_once() {
    local before after
    fresh_copy
    basic_of[run]=${basic_of[sqlite-$largest]}
    serve run "$work/run.db"
    wrk_line 2 run unassign "$2" "$largest" 0 >/dev/null
    before=$(removed)
    load "$1" run unassign "$2" "$largest" $((largest / 2))
    after=$(removed)
    stop "${pid_of[run]}"

    # What was on its way when the clock stopped may have been done too.
    ((after - before >= requests * $2 && after - before <= (requests + connections) * $2)) ||
        die "$1: $requests requests removed $((after - before)) flow instances. Are there enough of them? (--instances)"
}

# removed: how many flow instances are, once nothing that was on its way is left.
removed() {
    local last=-1 now=0
    while ((now != last)); do
        last=$now
        sleep 0.5
        now=$("$bench" removed --database "$work/run.db")
    done
    echo "$now"
}

own_transactions() {
    local did took bytes faults p50 p99
    say "  own-transactions"
    fresh_copy
    read -r did took bytes faults p50 p99 < <("$bench" own-transactions --database "$work/run.db" --seconds "$seconds" | sed -n 's/^figures //p')
    ((did > 0 && faults == 0)) || die "own-transactions: $faults of $did removed nothing"
    record own-transactions.rate "$(calc "$did / $took")"
    record own-transactions.p99 "$(calc "$p99 / 1000")"
}

# --- Starting ---------------------------------------------------------------------------------------------------

measure_start() {
    local begun
    basic_of[started]=${basic_of[sqlite-$largest]}
    for round in 1 2 3 4 5; do
        say "Starting, $round of 5"
        begun=$EPOCHREALTIME
        serve started "$work/$largest.db"
        curl -sS --fail --max-time 10 "${url_of[started]}/ready" >/dev/null
        ask started '"003000000000000001"' | grep -q flowInstanceId || die "the first listing is empty"
        record start.seconds "$(calc "$EPOCHREALTIME - $begun")"
        stop "${pid_of[started]}"
    done
}
