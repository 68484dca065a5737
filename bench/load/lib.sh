# Starts processes that are certain to be stopped, and keeps figures.
# shellcheck shell=bash

work=$(mktemp -d "${TMPDIR:-/var/tmp}/sluice-bench.XXXXXX")
pids=()

say() { printf '%s  %s\n' "$(date +%T)" "$*" >&2; }

die() {
    printf 'bench: %s\n' "$*" >&2
    exit 1
}

is_root() { [[ $(id -u) == 0 ]]; }

# need COMMAND PACKAGE: installs the package if possible, else says how to.
need() {
    if command -v "$1" >/dev/null; then
        return
    fi
    if ! is_root || ! command -v apt-get >/dev/null; then
        die "this needs $1. Install it and start again (Debian, Ubuntu: apt-get install $2)."
    fi
    say "Installing $2"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$2"; } >/dev/null || die "could not install $2"
}

# --- Processes --------------------------------------------------------------------------------------------------

# start SERVER COMMAND…: waits for the line of JSON that the server prints when ready. Sets $line, url_of[SERVER] and pid_of[SERVER].
start() {
    local server=$1 until=$((SECONDS + 60))
    : >"$work/$server.out" # Empty the file before the background job starts, else the line of an earlier server is read.
    "${@:2}" >>"$work/$server.out" 2>"$work/$server.log" &
    pid_of[$server]=$!
    pids+=($!)
    until line=$(grep -m1 '"url"' "$work/$server.out"); do
        kill -0 "${pid_of[$server]}" 2>/dev/null || die "$server stopped before it was ready: $(cat "$work/$server.log")"
        ((SECONDS < until)) || die "$server was not ready in a minute"
        sleep 0.005
    done
    url_of[$server]=$(field url "$line")
}

stop() {
    kill "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

clean_up() {
    local one
    for one in "${pids[@]}"; do
        stop "$one"
    done
    stop_cluster
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# field NAME LINE: one field of flat JSON.
field() { sed -n 's/.*"'"$1"'":"\{0,1\}\([^",}]*\).*/\1/p' <<<"$2"; }

# cpu_of PID…: CPU seconds that the processes have used.
cpu_of() { stat_of "$@" | awk -v hz="$(getconf CLK_TCK)" '{ all += $12 + $13 } END { print all / hz }'; }

# stat_of PID…: /proc/PID/stat from the third field on, as the second may contain spaces. Skips processes that have ended.
stat_of() { { (cd /proc && cat "${@/%//stat}" 2>/dev/null) || true; } | sed 's/.*) //'; }

# memory_of PID…: resident memory in MB, three times. VmRSS counts a page once per mapping, and each reader of a SQLite file maps it. Pss counts
# each page once. The third number leaves out file pages, which the system takes back when it needs them.
memory_of() {
    { (cd /proc && cat "${@/%//smaps_rollup}" 2>/dev/null) || true; } |
        awk '/^Rss:/ { all += $2 } /^Pss:/ { once += $2 } /^Anonymous:/ { own += $2 } END { printf "%d %d %d\n", all / 1024, once / 1024, own / 1024 }'
}

# --- Results ----------------------------------------------------------------------------------------------------

# new_result NAME: prints a new path for a table. It never overwrites an earlier result.
new_result() {
    local name number=1
    name=bench/results/$(date -u +%F)-$1
    mkdir -p "$root/bench/results"
    while [[ -e $root/$name.md ]]; do
        number=$((number + 1))
        name=${name%-"$((number - 1))"}-$number
    done
    echo "$name.md"
}

# --- Figures ----------------------------------------------------------------------------------------------------

calc() { awk "BEGIN { printf \"%.4f\", $1 }"; }

# record NAME VALUE: records a figure of the current $round; round 0 is a warm-up and is not recorded. Only figures of the same round are
# compared, because the speed of a machine drifts.
record() { ((round == 0)) || printf '%s\t%s\t%s\n' "$1" "$round" "$2" >>"$work/figures.tsv"; }

middle() { sort -g | awk '{ a[NR] = $1 } END { if (NR) print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'; }

# median NAME prints a median; ratio A B prints the median of A/B over the rounds. Both print nothing if there was no measurement.
median() { awk -F'\t' -v name="$1" '$1 == name { print $3 }' "$work/figures.tsv" | middle; }

ratio() {
    awk -F'\t' -v a="$1" -v b="$2" '
        $1 == a { over[$2] = $3 }
        $1 == b { under[$2] = $3 }
        END { for (r in over) if (under[r] > 0) print over[r] / under[r] }' "$work/figures.tsv" | middle
}

# noise_of NAME: by how many percent of its median a figure differed between rounds. Prints nothing after one round.
noise_of() {
    awk -F'\t' -v name="$1" '$1 == name { print $3 }' "$work/figures.tsv" 2>/dev/null | sort -g |
        awk '{ a[NR] = $1 } END { if (NR > 1) printf "%.0f", 100 * (a[NR] - a[1]) / a[int((NR + 1) / 2)] }'
}
