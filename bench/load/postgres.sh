# Sluice on PostgreSQL, beside pgbench sending the same statement to the same cluster: what the database gives when nothing is in front.
# shellcheck shell=bash

clients=8 # Where pgbench is at its best on two cores; more clients were measured slower.
cluster=

measure_postgres() {
    if ! start_cluster; then
        say "PostgreSQL is not installed (Debian, Ubuntu: apt-get install postgresql): its figures are left out"
        return
    fi
    say "Seeding $largest flow instances into PostgreSQL"
    seed_into postgres "Host=$cluster;Username=postgres;Database=postgres" "$largest"
    sql 'vacuum analyze' >/dev/null
    write_pgbench_scripts
    serve postgres "Host=$cluster;Username=postgres;Database=postgres"
    look_at postgres "${prospects_of[postgres]}"
    for round in $(seq 0 "$rounds"); do
        say "PostgreSQL, round $round of $rounds"
        for each in 1 100; do
            load "postgres-$each" postgres list "$each" "${prospects_of[postgres]}"
            expect_whole "postgres-$each" postgres "$each"
            pgbench_once "$each"
        done
    done
    stop "${pid_of[postgres]}"
}

# --- A cluster of our own ---------------------------------------------------------------------------------------

start_cluster() {
    bin=$(find_postgres) || { install_postgres && bin=$(find_postgres); } || return 1
    say "Starting PostgreSQL"
    cluster=$work/postgres
    if is_root; then
        chmod 711 "$work"
        install -d -o postgres -m 700 "$cluster"
    else
        mkdir -m 700 "$cluster"
    fi
    # All settings are the defaults, durability too. Only we can reach the socket.
    {
        as_postgres "$bin/initdb" --pgdata="$cluster/data" --auth=trust --username=postgres --encoding=UTF8 --locale=C &&
            as_postgres "$bin/pg_ctl" start --pgdata="$cluster/data" --log="$cluster/log" --wait --silent \
                --options="-c listen_addresses= -c unix_socket_directories='$cluster'"
    } >"$work/postgres.log" 2>&1 || die "PostgreSQL did not start: $(cat "$work/postgres.log")"
}

stop_cluster() {
    [[ -z $cluster ]] || as_postgres "$bin/pg_ctl" stop --pgdata="$cluster/data" --mode=immediate --silent || true
}

# Prints the folder of the newest one that has all that is needed.
find_postgres() {
    local pgbench
    for pgbench in $(printf '%s\n' /usr/lib/postgresql/*/bin/pgbench | sort -rV) /usr/pgsql-*/bin/pgbench "$(command -v pgbench || true)"; do
        if [[ -x $pgbench && -x ${pgbench%pgbench}initdb ]]; then
            dirname "$pgbench"
            return
        fi
    done
    return 1
}

install_postgres() {
    is_root && command -v apt-get >/dev/null || return 1
    say "Installing PostgreSQL"
    mkdir -p /etc/postgresql-common
    [[ -e /etc/postgresql-common/createcluster.conf ]] || echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null
}

# PostgreSQL refuses to run as root.
as_postgres() { if is_root; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

sql() { as_postgres "$bin/psql" -h "$cluster" -U postgres -qAtX -v ON_ERROR_STOP=1 -c "$1"; }

# --- pgbench ----------------------------------------------------------------------------------------------------

# The product's own statement, with pgbench's variables for its parameters. For one prospect pgbench makes up the id. For a hundred
# it takes one of 128 lists (more scripts it does not take): drawing a hundred numbers would cost it a tenth of its rate.
write_pgbench_scripts() {
    local statement company list
    statement=$("$bench" statement)
    company=$(sql 'select min(company_id) from flow_instances')
    mkdir "$work/pgbench"
    {
        echo "\\set n random(0, ${prospects_of[postgres]} - 1)"
        script "array['003' || lpad(:n::text, 15, '0')]"
    } >"$work/pgbench/1.sql"
    for list in $(seq 128); do
        script ":ids$list::text[]" >"$work/pgbench/100-$list.sql"
    done
    # pgbench shows no rows, so see once that there are some.
    (($(sql "select count(*) from ($(script "'{$(crm_ids 1)}'::text[]" | tr -d ';')) found") > 99)) || die "pgbench would find nothing"
}

# script IDS
script() { sed -e "s/\$1/array_fill($company::bigint, array[cardinality($1)])/" -e "s/\$2/$1/" <<<"$statement;"; }

# crm_ids SEED: a hundred of them.
crm_ids() {
    awk -v seed="$1" -v all="${prospects_of[postgres]}" \
        'BEGIN { srand(seed); for (i = 0; i < 100; i++) printf "%s003%015d", i ? "," : "", int(rand() * all) }'
}

# pgbench_once EACH
pgbench_once() {
    local options=() list rate
    say "  pgbench-$1"
    if (($1 == 1)); then
        options=(-f "$work/pgbench/1.sql")
    else
        for list in $(seq 128); do
            options+=(-D "ids$list={$(crm_ids "$list")}" -f "$work/pgbench/100-$list.sql")
        done
    fi
    rate=$(timeout $((seconds + 60)) "$bin/pgbench" -h "$cluster" -U postgres -n -M prepared -c "$clients" -j 2 -T "$seconds" "${options[@]}" postgres 2>"$work/pgbench.log" |
        sed -n 's/^tps = \([0-9.]*\).*/\1/p') || true
    [[ -n $rate ]] || die "pgbench: $(cat "$work/pgbench.log")"
    record "pgbench-$1.rate" "$rate"
}
