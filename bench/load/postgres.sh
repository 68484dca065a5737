# Starts a PostgreSQL cluster just for this run.
# shellcheck shell=bash

cluster=

# start_cluster [OPTIONS]: of the server, such as "-c max_connections=450".
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
    # All other settings are the defaults, including durability. Only this user can reach the socket.
    {
        as_postgres "$bin/initdb" --pgdata="$cluster/data" --auth=trust --username=postgres --encoding=UTF8 --locale=C &&
            as_postgres "$bin/pg_ctl" start --pgdata="$cluster/data" --log="$cluster/log" --wait --silent \
                --options="-c listen_addresses= -c unix_socket_directories='$cluster' ${1:-}"
    } >"$work/postgres.log" 2>&1 || die "PostgreSQL did not start: $(cat "$work/postgres.log")"
}

stop_cluster() {
    [[ -z $cluster ]] || as_postgres "$bin/pg_ctl" stop --pgdata="$cluster/data" --mode=immediate --silent || true
}

# Prints the folder of the newest PostgreSQL that has pgbench and initdb.
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

# sql DATABASE STATEMENT
sql() { as_postgres "$bin/psql" -h "$cluster" -U postgres -d "$1" -qAtX -v ON_ERROR_STOP=1 -c "$2"; }

# --- Its processes ----------------------------------------------------------------------------------------------

postmaster() { head -n 1 "$cluster/data/postmaster.pid"; }

processes_of_cluster() {
    local first
    first=$(postmaster)
    echo "$first" "$(cat "/proc/$first/task/$first/children")"
}

# CPU seconds of all its processes, including those that have ended.
cpu_of_cluster() {
    local ended running
    ended=$(stat_of "$(postmaster)" | awk -v hz="$(getconf CLK_TCK)" '{ print ($14 + $15) / hz }')
    # shellcheck disable=SC2046
    running=$(cpu_of $(processes_of_cluster))
    calc "$ended + $running"
}
