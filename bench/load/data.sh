# The data, millions of flow instances created by `sluice seed load`, and the servers that use it.
# shellcheck shell=bash

declare -A prospects_of

# Creates one SQLite file per size, and one PostgreSQL database for the usual size and for each larger one.
seed() {
    local many
    for many in "${sizes[@]}"; do
        seed_into "sqlite-$many" "$work/$many.db" "$many"
    done
    for many in "${on_postgres[@]}"; do
        sql postgres "create database load_$many"
        seed_into "postgres-$many" "$(on_cluster "$many")" "$many"
        sql "load_$many" 'vacuum analyze'
        write_lists "$many"
    done
}

# on_cluster INSTANCES: prints the connection string of that database.
on_cluster() { echo "Host=$cluster;Username=postgres;Database=load_$1"; }

# seed_into SERVER DATABASE INSTANCES: shows progress, as ten million instances take minutes.
seed_into() {
    local line
    say "Seeding $(words "$3") flow instances for $1"
    line=$("$root/sluice" seed load --instances "$3" --database "$2" --json) || die "seeding failed"
    basic_of[$1]=$(credentials "$line")
    prospects_of[$1]=$(field prospects "$line")
}

credentials() { printf %s "$(field accessKey "$1"):$(field accessKeySecret "$1")" | base64 -w0; }

# Builds the comparisons and the program, and sets $bench and $program. A quick run takes the program as dotnet build makes it.
build() {
    say "Building"
    dotnet build "$root/bench/Sluice.Bench" --configuration Release --verbosity quiet --nologo >&2
    "$root/sluice" --version >/dev/null
    bench=$root/artifacts/bin/Sluice.Bench/release/Sluice.Bench
    program=$root/artifacts/bin/Sluice/release/sluice
    ((quick)) || publish
}

# Compiles the program as people install it. Sets $program.
publish() {
    say "Compiling the program as people install it"
    "$root/publish" --to "$work" >/dev/null
    tar --directory "$work" --extract --gzip --file "$work"/sluice-*.tar.gz
    program=$(echo "$work"/sluice-*/sluice)
}

# serve SERVER DATABASE: starts the program itself. ./sluice would first look whether it must be built, and the start is measured.
serve() {
    start "$1" "$program" serve --database "$2" --limits off --port 0 --json
}
