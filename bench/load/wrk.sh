# Puts load on a server, and checks that the answers are real ones.
# shellcheck shell=bash

connections=32
threads=2 # Must equal THREADS in requests.lua.
declare -A path_of=([list]=/v2/flows/prospects [unassign]=/v2/flows/prospects/unassign-flows-by-instance-id [filter]="")

# Process id, URL and credentials of each running server, by its name.
declare -A pid_of url_of basic_of

# load NAME SERVER WHAT EACH ALL [FIRST]: records NAME.rate, .p50 and .p99 in milliseconds, and .cpu in seconds per 1,000 requests. Sets
# $requests and $size, the bytes of one answer on the wire.
load() {
    local name=$1 server=$2 before took bytes faults p50 p99
    say "  $name"
    before=$(cpu_behind "$server")
    read -r requests took bytes faults p50 p99 < <(wrk_line "$seconds" "${@:2}") || die "$name: no figures from wrk"
    ((requests > 0 && faults == 0)) || die "$name: $faults of $requests requests failed"
    size=$((bytes / requests))
    record "$name.rate" "$(calc "$requests / $took")"
    record "$name.p50" "$(calc "$p50 / 1000")"
    record "$name.p99" "$(calc "$p99 / 1000")"
    record "$name.cpu" "$(calc "1000 * ($(cpu_behind "$server") - $before) / $requests")"
}

# cpu_behind SERVER: CPU seconds of the server, and of its database if that is another process.
cpu_behind() {
    local own other=0
    own=$(cpu_of "${pid_of[$1]}")
    [[ $1 != postgres-* ]] || other=$(cpu_of_cluster)
    calc "$own + $other"
}

# wrk_line SECONDS SERVER WHAT EACH ALL [FIRST]: prints the line of requests.lua without its first word.
wrk_line() {
    timeout $(($1 + 30)) wrk -t$threads -c$connections -d"$1s" --timeout 10s -s "$here/requests.lua" \
        -H "Authorization: Basic ${basic_of[$2]}" "${url_of[$2]}${path_of[$3]}" -- "${@:3}" | sed -n 's/^figures //p'
}

# ask SERVER CRM-IDS: prints the whole answer to one listing, including headers.
ask() {
    curl -sS -i --fail --max-time 30 -H "Authorization: Basic ${basic_of[$1]}" -H 'Content-Type: application/json' \
        -d "{\"crmProspectsIds\":[$2]}" "${url_of[$1]}${path_of[list]}"
}

# look_at SERVER PROSPECTS: learns how long answers must be, by asking once for an unknown prospect and once for a hundred prospects.
declare -A empty_of each_of
look_at() {
    local ids answer
    answer=$(ask "$1" '"nobody"')
    empty_of[$1]=${#answer}
    ids=$(awk -v all="$2" 'BEGIN { for (i = 0; i < 100; i++) printf "%s\"003%015d\"", i ? "," : "", i * 7368787 % all }')
    answer=$(ask "$1" "$ids")
    (($(grep -o flowInstanceId <<<"$answer" | wc -l) > 99)) || die "$1: a hundred prospects are in fewer than a hundred flows"
    each_of[$1]=$(((${#answer} - empty_of[$1]) / 100))
}

# expect_whole NAME SERVER EACH: dies if the last load's answers were too short or too long: an empty answer would be fast, but wrong.
expect_whole() {
    local whole=$((empty_of[$2] + each_of[$2] * $3))
    ((size * 100 > whole * 85 && size * 100 < whole * 115)) || die "$1: answers of $size bytes where $whole are expected"
}
