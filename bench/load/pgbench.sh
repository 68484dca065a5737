# pgbench sends the product's own statements to the same cluster: the rate of the database with no server in front.
# shellcheck shell=bash

readers=8 # The best number for pgbench on two cores; more clients measured slower.

# Writes the listing with pgbench's variables as parameters. For one prospect, pgbench draws the id. For a hundred it picks one of 128
# prepared lists (the most scripts that it accepts): drawing a hundred numbers would cost a tenth of its rate.
# write_lists INSTANCES
write_lists() {
    local folder=$work/pgbench/$1 all=${prospects_of[postgres-$1]} statement company list
    statement=$("$bench" statement)
    company=$(sql "load_$1" 'select min(company_id) from flow_instances')
    mkdir -p "$folder"
    {
        echo "\\set n random(0, $all - 1)"
        list_of "array['003' || lpad(:n::text, 15, '0')]"
    } >"$folder/1.sql"
    for list in $(seq 128); do
        list_of ":ids$list::text[]" >"$folder/100-$list.sql"
    done
    # pgbench shows no rows, so check once that there are some.
    (($(sql "load_$1" "select count(*) from ($(list_of "'{$(crm_ids 1 "$all")}'::text[]" | tr -d ';')) found") > 99)) || die "pgbench would find nothing"
}

# list_of IDS
list_of() { sed -e "s/\$1/array_fill($company::bigint, array[cardinality($1)])/" -e "s/\$2/$1/" <<<"$statement;"; }

# crm_ids SEED PROSPECTS: prints a hundred CRM ids.
crm_ids() {
    awk -v seed="$1" -v all="$2" 'BEGIN { srand(seed); for (i = 0; i < 100; i++) printf "%s003%015d", i ? "," : "", int(rand() * all) }'
}

# pgbench_list INSTANCES EACH
pgbench_list() {
    local options=(-f "$work/pgbench/$1/1.sql") list
    if (($2 == 100)); then
        options=()
        for list in $(seq 128); do
            options+=(-D "ids$list={$(crm_ids "$list" "${prospects_of[postgres-$1]}")}" -f "$work/pgbench/$1/100-$list.sql")
        done
    fi
    run_pgbench "pgbench-$1-$2" "$readers" "load_$1" "${options[@]}"
}

# Writes a whole removal. Client c of 32 takes the turns first + c, first + c + 32, …, scattered as in requests.lua: each id once.
# write_removal INSTANCES
write_removal() {
    {
        echo "\\set turn :turn + $connections"
        echo "\\set id 1000000000000000000 + (:turn + :client_id) * 7368787 % $1"
        "$bench" removal --database "$(on_cluster "$1")"
    } >"$work/pgbench/removal.sql"
}

# pgbench_removal INSTANCES FIRST
pgbench_removal() { run_pgbench pgbench-removal "$connections" "load_$1" -D "turn=$(($2 - connections))" -f "$work/pgbench/removal.sql"; }

# run_pgbench NAME CLIENTS DATABASE OPTION…: records NAME.rate; .p50 and .p99 in milliseconds, of one transaction in ten; and .cpu, seconds
# per 1,000 transactions of the database alone. Sets $requests.
run_pgbench() {
    local out=$work/pgbench/out before rate
    say "  $1"
    rm -f "$work/pgbench/took."*
    before=$(cpu_of_cluster)
    timeout $((seconds + 60)) "$bin/pgbench" -h "$cluster" -U postgres -n -M prepared -c "$2" -j 2 -T "$seconds" -l --sampling-rate=0.1 \
        --log-prefix="$work/pgbench/took" "${@:4}" "$3" >"$out" 2>"$work/pgbench/log" || die "$1: $(cat "$work/pgbench/log")"
    rate=$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$out")
    requests=$(sed -n 's/^number of transactions actually processed: \([0-9]*\).*/\1/p' "$out")
    ((${requests:-0} > 0)) || die "$1: no figures: $(cat "$out" "$work/pgbench/log")"
    record "$1.rate" "$rate"
    record "$1.cpu" "$(calc "1000 * ($(cpu_of_cluster) - $before) / $requests")"
    cat "$work/pgbench/took."* | awk '{ print $3 / 1000 }' | sort -g >"$work/pgbench/sorted"
    record "$1.p50" "$(quantile 50)"
    record "$1.p99" "$(quantile 99)"
}

# quantile PERCENT
quantile() { awk -v at="$1" '{ a[NR] = $1 } END { print a[int((NR - 1) * at / 100) + 1] }' "$work/pgbench/sorted"; }
