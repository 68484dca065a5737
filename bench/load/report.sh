# Turns the figures into a report.
# shellcheck shell=bash

# Writes what is measured so far. It is called after each part: a part that fails leaves the others.
report() {
    local out=$work/report.md
    {
        echo "# Speed, $(date -u +%F)"
        echo
        machine
        echo
        noise_line
        echo
        targets
        echo
        side_by_side
        echo
        details
        echo
        memory
    } >"$out"
    ((quick)) || cp "$out" "$root/$kept"
}

show_report() {
    cat "$work/report.md"
    ((quick)) && say "This was a quick run, to try the script: the report is not kept" || say "Written to $kept"
}

machine() {
    cat <<END
$(nproc) × $(sed -n 's/^model name\s*: //p;T;q' /proc/cpuinfo), $(awk '/MemTotal/ { printf "%d GB", $2 / 1048576 + 0.5 }' /proc/meminfo), Linux $(uname -r), .NET $(dotnet --version), \
$(database), commit $(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown).
Server and load generator share these cores. wrk: $connections connections, $threads threads, $seconds s per run, $rounds rounds in turn; medians. SQLite with synchronous=FULL.

**Only the ratios apply to other machines.** [bench/README.md](../README.md) explains each of them.
END
}

database() { if [[ -n $cluster ]]; then "$bin/postgres" --version | sed 's/postgres (PostgreSQL)/PostgreSQL/;s/ (.*//'; else echo "no PostgreSQL"; fi; }

# --- Targets ----------------------------------------------------------------------------------------------------

targets() {
    local sqlite=sqlite-$usual postgres=postgres-$usual pgbench=pgbench-$usual million
    million=$(words "$usual")
    echo "| figure | measured | budget | stretch |"
    echo "|---|---|---|---|"
    at_least "list K = 1, SQLite, $million / twin" "$(ratio "$sqlite-1.rate" twin-1.rate)" 0.85 0.95
    at_least "list K = 100, SQLite, $million / twin" "$(ratio "$sqlite-100.rate" twin-100.rate)" 0.45 0.60
    at_least "list K = 1, SQLite, $(words "$largest") / the same over $(words "$smallest")" "$(ratio "sqlite-$largest-1.rate" "sqlite-$smallest-1.rate")" 0.95 1.0
    at_least "list K = 1, PostgreSQL, $million / pgbench, $readers clients" "$(ratio "$postgres-1.rate" "$pgbench-1.rate")" 1.7 2.5
    at_least "list K = 100, PostgreSQL, $million / pgbench, $readers clients" "$(ratio "$postgres-100.rate" "$pgbench-100.rate")" 0.70 0.90
    at_least "credentials + limiter on / off" "$(ratio gate.rate twin-1.rate)" 0.95 0.97
    at_least "unassign 1 id, SQLite / one transaction per call, in process" "$(ratio unassign-1.rate own-transactions.rate)" 2.5 3.5
    at_most "unassign 1 id, SQLite: p99 / p99 of one transaction per call" "$(ratio unassign-1.p99 own-transactions.p99)" 0.35 0.2
    at_least "unassign 200 ids, SQLite / one transaction per call, one caller, in process" "$(ratio unassign-200.rate own-transactions-200.rate)" 0.7 0.9
    at_least "unassign 1 id, PostgreSQL / pgbench, $connections clients" "$(ratio postgres-removal.rate pgbench-removal.rate)" 0.60 0.85
    at_least "due steps with a task row, SQLite / the bare claim loop" "$(ratio due-sqlite.rate due-sqlite-bare.rate)" 0.60 0.80
    at_least "due steps with a task row, PostgreSQL / the bare claim loop" "$(ratio due-postgres.rate due-postgres-bare.rate)" 0.60 0.80
    at_most "resident after listing, $million, each page once (Pss), MB" "$(median "$sqlite.memory")" 140 110
    at_most "start to first answer, $million / the bare twin" "$(ratio "$sqlite.start" twin-1.start)" 1.5 1.1
}

# at_least LABEL MEASURED BUDGET STRETCH: prints a row. at_most is the same for figures that should be small.
at_least() { row "$1" "$2" "$(verdict "$2" "$3" 1)" "$4"; }
at_most() { row "$1" "$2" "$(verdict "$2" "$3" -1)" "$4"; }

row() { printf '| %s | %s | %s | %s |\n' "$1" "$(short "${2:-not measured}")" "$3" "$4"; }

# verdict MEASURED TARGET SIGN
verdict() {
    awk -v got="$1" -v want="$2" -v sign="$3" -v noise="$(noise)" -v most="$most_noise" 'BEGIN {
        if (got == "") { print want }
        else if ((got - want) * sign < 0) { printf "%s, missed by %.0f %%\n", want, 100 * (want - got) * sign / want }
        else if (noise == "" || noise > most) { print want ", reached on a machine that was not quiet" }
        else { print want ", met" }
    }'
}

# Percent by which the rates of the bare twin differ between rounds. On a machine with more of it, no target is called met.
most_noise=15
noise() { noise_of twin-1.rate; }

noise_line() { echo "Noise: the rate of the bare twin differed by $(noise) % between rounds; with more than $most_noise % no target counts as met. Load of the machine before the run: $load_before."; }

# Prints two or three significant digits; the measurement is not more precise.
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
        for many in "${on_postgres[@]}"; do
            detail "PostgreSQL, $(words "$many"), list K = $each" "postgres-$many-$each" "twin-$each"
            detail "pgbench, $(words "$many"), K = $each, $readers clients" "pgbench-$many-$each" "twin-$each"
        done
    done
    detail "twin behind the gate, K = 1" gate twin-1
    detail "SQLite, $(words "$usual"), unassign 1" unassign-1 -
    detail "one transaction per call, in process, unassign 1" own-transactions -
    detail "SQLite, $(words "$usual"), unassign 200" unassign-200 -
    detail "one transaction per call, one caller, in process, unassign 200" own-transactions-200 -
    detail "PostgreSQL, $(words "$usual"), unassign 1" postgres-removal -
    detail "pgbench, $(words "$usual"), unassign 1, $connections clients" pgbench-removal -
    detail "SQLite, due steps (steps/s)" due-sqlite -
    detail "SQLite, bare claim loop (steps/s)" due-sqlite-bare -
    detail "PostgreSQL, due steps (steps/s)" due-postgres -
    detail "PostgreSQL, bare claim loop (steps/s)" due-postgres-bare -
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
    echo "| after listing, MB | resident (VmRSS) | each page once (Pss) | without files |"
    echo "|---|---|---|---|"
    for server in twin-1 "${sizes[@]/#/sqlite-}" "${on_postgres[@]/#/postgres-}" cluster "${peers[@]}"; do
        [[ -z $(median "$server.own") ]] ||
            printf '| %s | %s | %s | %s |\n' "$server" "$(median "$server.resident")" "$(median "$server.memory")" "$(median "$server.own")"
    done
}

# --- Side by side -----------------------------------------------------------------------------------------------

# Shows each figure and, in brackets, its ratio to Sluice on SQLite. CPU and memory are those of the server and its database.
side_by_side() {
    local each
    echo "Side by side, listing K prospects; in brackets the ratio to Sluice on SQLite. CPU and memory are of the server and its database; memory counts each page once."
    echo
    echo "| | K | requests/s | p50 ms | p99 ms | CPU ms a request | MB | s to the first answer |"
    echo "|---|---|---|---|---|---|---|---|"
    for each in 1 100; do
        beside "Sluice, SQLite, $(words "$usual")" "$each" "sqlite-$usual-$each" "sqlite-$usual"
        beside "Sluice, PostgreSQL, $(words "$usual")" "$each" "postgres-$usual-$each" "postgres-$usual" cluster
        beside "bare twin" "$each" "twin-$each" "twin-$each"
        beside "pgbench, $readers clients, no HTTP" "$each" "pgbench-$usual-$each" cluster
        beside "Prism ${package_of[prism]##*@}, one fixed example" "$each" "prism-$each" prism
        beside "Mockoon CLI ${package_of[mockoon]##*@}, one fixed example" "$each" "mockoon-$each" mockoon
        beside "json-server ${package_of[json-server]##*@}, one fixed answer" "$each" "json-server-$each" json-server
        beside "json-server, filtering $(words "$filtered") rows" "$each" "json-filter-$each" json-server
    done
    if ((${#left_out[@]} > 0)); then
        printf '\nLeft out: %s\n' "${left_out[*]}"
    fi
}

# beside LABEL EACH NAME SERVER [DATABASE]
beside() {
    local than=sqlite-$usual what
    [[ -n $(median "$3.rate") ]] || return 0
    printf '| %s | %s ' "$1" "$2"
    for what in rate p50 p99 cpu; do
        compared "$(median "$3.$what")" "$(ratio "$3.$what" "$than-$2.$what")"
    done
    compared_alone "$(sum "$(median "$4.memory")" "${5:+$(median "$5.memory")}")" "$(median "$than.memory")"
    compared "$(median "$4.start")" "$(ratio "$4.start" "$than.start")"
    echo "|"
}

compared() { if [[ -n $1 ]]; then printf '| %s (%s) ' "$(short "$1")" "$(short "${2:-–}")"; else printf '| – '; fi; }

compared_alone() { compared "$1" "$(calc "${1:-0} / ${2:-1}")"; }

sum() { awk -v a="$1" -v b="$2" 'BEGIN { print a + b }'; }
