# Listing: measures all servers in turn, and their memory.
# shellcheck shell=bash

measure_lists() {
    local each
    start_all
    for round in $(seq 0 "$rounds"); do # Round 0 warms up the JIT and the page cache; it is not recorded.
        for each in 1 100; do
            say "Listing $each, round $round of $rounds"
            list_round "$each"
        done
    done
    record_memory
    for each in "${pid_of[@]}"; do
        stop "$each"
    done
}

start_all() {
    local many peer
    start_twin twin-1 1
    start_twin twin-100 100
    start_twin gate 1 --gate
    for many in "${sizes[@]}"; do
        serve "sqlite-$many" "$work/$many.db"
        look_at "sqlite-$many" "${prospects_of[sqlite-$many]}"
    done
    for many in "${on_postgres[@]}"; do
        serve "postgres-$many" "$(on_cluster "$many")"
        look_at "postgres-$many" "${prospects_of[postgres-$many]}"
    done
    write_examples
    for peer in "${peers[@]}"; do
        start_peer "$peer"
    done
}

# start_twin SERVER PROSPECTS [--gate]
start_twin() {
    start "$1" "$bench" twin --port 0 --prospects "$2" "${@:3}"
    basic_of[$1]=$(credentials "$line")
}

# list_round EACH: measures every server once. Only measurements close in time are compared.
list_round() {
    local many peer
    (($1 > 1)) || load gate gate list 1 "${prospects_of[sqlite-$usual]}"
    load "twin-$1" "twin-$1" list "$1" "${prospects_of[sqlite-$usual]}"
    for many in "${sizes[@]}"; do
        load_whole "sqlite-$many" "$1"
    done
    for many in "${on_postgres[@]}"; do
        load_whole "postgres-$many" "$1"
        pgbench_list "$many" "$1"
    done
    for peer in "${peers[@]}"; do
        load_peer "$peer" "$1"
    done
}

# load_whole SERVER EACH
load_whole() {
    load "$1-$2" "$1" list "$2" "${prospects_of[$1]}"
    expect_whole "$1-$2" "$1" "$2"
}

record_memory() {
    local server
    round=1
    for server in "${!pid_of[@]}"; do
        record_memory_of "$server" "${pid_of[$server]}"
    done
    if ((${#on_postgres[@]} > 0)); then
        # shellcheck disable=SC2046
        record_memory_of cluster $(processes_of_cluster)
    fi
}

# record_memory_of NAME PID…
record_memory_of() {
    local all once own
    read -r all once own < <(memory_of "${@:2}")
    record "$1.resident" "$all"
    record "$1.memory" "$once"
    record "$1.own" "$own"
}

# --- Starting ---------------------------------------------------------------------------------------------------

# Measures the time from the command to the first answered listing. The twin answers the bytes of such a listing from a file.
measure_start() {
    local peer
    serve "sqlite-$usual" "$work/$usual.db"
    ask "sqlite-$usual" "$first_asked" | tail -n 1 | tr -d '\r\n' >"$work/answer.json"
    stop "${pid_of[sqlite-$usual]}"
    for round in 1 2 3 4 5; do
        say "Starting, $round of 5"
        start_once twin-1 start twin-1 "$bench" twin --port 0 --answer "$work/answer.json"
        start_once "sqlite-$usual" serve "sqlite-$usual" "$work/$usual.db"
        if ((${#on_postgres[@]} > 0)); then
            start_once "postgres-$usual" serve "postgres-$usual" "$(on_cluster "$usual")"
        fi
        for peer in "${peers[@]}"; do
            timed "$peer" start_peer "$peer"
            stop "${pid_of[$peer]}"
        done
    done
}

# start_once SERVER COMMAND…
start_once() {
    timed "$1" start_and_ask "$@"
    stop "${pid_of[$1]}"
}

first_asked='"003000000000000001"'
start_and_ask() {
    "${@:2}"
    ask "$1" "$first_asked" | grep -q flowInstanceId || die "the first listing is empty"
}

# timed NAME COMMAND…
timed() {
    local begun=$EPOCHREALTIME
    "${@:2}"
    record "$1.start" "$(calc "$EPOCHREALTIME - $begun")"
}
