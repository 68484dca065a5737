# From figures to a table that somebody reads.
# shellcheck shell=bash

report() {
    local out=$work/report.md
    {
        echo "# First light, $(date -u +%F)"
        echo
        machine
        echo
        targets
        echo
        details
    } >"$out"
    cat "$out"
    if ((quick)); then
        say "A quick run is for trying the script: nothing is kept"
    else
        mkdir -p "$root/bench/results"
        cp "$out" "$root/bench/results/$(date -u +%F)-first-light.md"
        say "Written to bench/results/$(date -u +%F)-first-light.md"
    fi
}

machine() {
    cat <<END
$(nproc) × $(sed -n 's/^model name\s*: //p;T;q' /proc/cpuinfo), $(awk '/MemTotal/ { printf "%d GB", $2 / 1048576 + 0.5 }' /proc/meminfo), Linux $(uname -r), .NET $(dotnet --version), \
$([[ -z $cluster ]] && echo no PostgreSQL || "$bin/postgres" --version | sed 's/postgres (PostgreSQL)/PostgreSQL/;s/ (.*//'), commit $(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown).
Server and load generator share these cores. wrk: $connections connections, $threads threads, $seconds s each, $rounds rounds in turn; medians. SQLite with synchronous=FULL.

**Only the ratios say something about another machine.** [bench/README.md](../README.md) says what each of them is.
END
}

# --- Targets ----------------------------------------------------------------------------------------------------

targets() {
    local sqlite=sqlite-$largest million
    million=$(words "$largest")
    echo "| figure | measured | first light | budget |"
    echo "|---|---|---|---|"
    at_least "list K = 1, SQLite, $million / twin" "$(ratio "$sqlite-1.rate" twin-1.rate)" 0.45 0.65
    at_least "list K = 100, SQLite, $million / twin" "$(ratio "$sqlite-100.rate" twin-100.rate)" 0.12 0.17
    at_least "list K = 1, SQLite, $million / the same over $(words "$smallest")" "$(ratio "$sqlite-1.rate" "sqlite-$smallest-1.rate")" - 0.85
    at_least "list K = 1, PostgreSQL / pgbench, $clients clients" "$(ratio postgres-1.rate pgbench-1.rate)" 0.20 0.50
    at_least "list K = 100, PostgreSQL / pgbench, $clients clients" "$(ratio postgres-100.rate pgbench-100.rate)" - 0.55
    at_least "list K = 1, SQLite through HTTP / pgbench alone" "$(ratio "$sqlite-1.rate" pgbench-1.rate)" - 0.85
    at_least "list K = 100, SQLite through HTTP / pgbench alone" "$(ratio "$sqlite-100.rate" pgbench-100.rate)" - 1.3
    at_least "unassign 1 id, SQLite / a transaction each, in process" "$(ratio unassign-1.rate own-transactions.rate)" 1.5 2.0
    at_most "unassign 1 id: p99 / that of a transaction each" "$(ratio unassign-1.p99 own-transactions.p99)" 0.5 0.25
    at_least "credentials + limiter on / off" "$(ratio gate.rate twin-1.rate)" 0.85 0.90
    at_least "list K = 1, SQLite / Prism with one fixed example" "$(ratio "$sqlite-1.rate" prism.rate)" 20 30
    at_most "resident memory after listing, $million, MB" "$(median "$sqlite.memory")" - 200
    at_most "start to first answer, built, $million, s" "$(median start.seconds)" 1.5 0.7
}

at_least() { row "$1" "$2" "$(verdict "$2" "$3" 1)" "$(verdict "$2" "$4" 1)"; }
at_most() { row "$1" "$2" "$(verdict "$2" "$3" -1)" "$(verdict "$2" "$4" -1)"; }

row() { printf '| %s | %s | %s | %s |\n' "$1" "$(short "${2:-not measured}")" "$3" "$4"; }

# verdict MEASURED TARGET SIGN
verdict() {
    awk -v got="$1" -v want="$2" -v sign="$3" 'BEGIN {
        if (want == "-") { print "–" }
        else if (got == "") { print want }
        else if ((got - want) * sign >= 0) { print want ", met" }
        else { printf "%s, missed by %.0f %%\n", want, 100 * (want - got) * sign / want }
    }'
}

# Three figures are more than such a measurement holds.
short() { awk -v x="$1" 'BEGIN { if (x + 0 != x) print x; else if (x >= 100) printf "%.0f", x; else printf "%.2g", x }'; }

words() { awk -v n="$1" 'BEGIN { if (n % 1000000 == 0) print n / 1000000 " M"; else if (n % 1000 == 0) print n / 1000 " k"; else print n }'; }

# --- All that was measured --------------------------------------------------------------------------------------

details() {
    local each many
    echo "| run | requests/s | / twin | p99 ms | p99 / twin | CPU s per 1,000 | CPU / twin |"
    echo "|---|---|---|---|---|---|---|"
    for each in 1 100; do
        detail "twin, K = $each" "twin-$each" "twin-$each"
        for many in "${sizes[@]}"; do
            detail "SQLite, $(words "$many"), list K = $each" "sqlite-$many-$each" "twin-$each"
        done
        detail "PostgreSQL, $(words "$largest"), list K = $each" "postgres-$each" "twin-$each"
        detail "pgbench, $(words "$largest"), K = $each, $clients clients" "pgbench-$each" "twin-$each"
    done
    detail "twin behind the gate, K = 1" gate twin-1
    detail "Prism, one fixed example" prism twin-1
    detail "SQLite, $(words "$largest"), unassign 1" unassign-1 twin-1
    detail "a transaction each, in process, unassign 1" own-transactions twin-1
    detail "SQLite, $(words "$largest"), unassign 200" unassign-200 twin-1
    echo
    memory
}

# detail LABEL NAME TWIN
detail() {
    local rate
    rate=$(median "$2.rate")
    if [[ -n $rate ]]; then
        printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$1" "$(printf %.0f "$rate")" "$(cell "$2" "$3" rate)" \
            "$(or_dash "$(median "$2.p99")")" "$(cell "$2" "$3" p99)" "$(or_dash "$(median "$2.cpu")")" "$(cell "$2" "$3" cpu)"
    fi
}

cell() { or_dash "$(ratio "$1.$3" "$2.$3")"; }

or_dash() { short "${1:-–}"; }

memory() {
    local server
    echo "| resident after listing | MB | of it not files |"
    echo "|---|---|---|"
    for server in twin-1 "${sizes[@]/#/sqlite-}"; do
        printf '| %s | %s | %s |\n' "$server" "$(median "$server.memory")" "$(median "$server.own-memory")"
    done
}
