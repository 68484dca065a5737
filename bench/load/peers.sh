# What people use today: a mock server from npm with one fixed example. Only with --peers, and only where there is node.
# shellcheck shell=bash

prism_port=4665

measure_peers() {
    if ! command -v npm >/dev/null; then
        say "There is no npm: Prism is left out (Debian, Ubuntu: apt-get install npm)"
        return
    fi
    say "Installing Prism"
    if ! npm install --prefix "$work/npm" --no-audit --no-fund --silent @stoplight/prism-cli@5 >"$work/npm.log" 2>&1; then
        say "Prism could not be installed and is left out: $(tail -n 1 "$work/npm.log")"
        return
    fi
    serve peer "$work/$largest.db"
    basic_of[peer]=${basic_of[sqlite-$largest]}
    write_example >"$work/example.json"
    start_prism
    for round in $(seq 0 "$rounds"); do
        say "Peers, round $round of $rounds"
        load beside-prism peer list 1 "${prospects_of[sqlite-$largest]}"
        load prism prism list 1 "${prospects_of[sqlite-$largest]}"
        ((size > 300)) || die "prism: answers of $size bytes are not the example"
    done
    stop "${pid_of[prism]}"
    stop "${pid_of[peer]}"
}

start_prism() {
    local until=$((SECONDS + 60))
    basic_of[prism]=${basic_of[peer]}
    url_of[prism]=http://127.0.0.1:$prism_port
    node "$work/npm/node_modules/@stoplight/prism-cli/dist/index.js" mock --host 127.0.0.1 --port "$prism_port" \
        --verboseLevel error "$work/example.json" >"$work/prism.log" 2>&1 &
    pid_of[prism]=$!
    pids+=($!)
    until ask prism '"003000000000000001"' >/dev/null 2>&1; do
        kill -0 "${pid_of[prism]}" 2>/dev/null || die "Prism stopped: $(cat "$work/prism.log")"
        ((SECONDS < until)) || die "Prism did not answer in a minute"
        sleep 0.2
    done
}

# The smallest description that makes Prism answer a listing: the path and, as its example, a real answer.
write_example() {
    cat <<END
{
  "openapi": "3.0.3",
  "info": { "title": "listing", "version": "1" },
  "paths": { "${path_of[list]}": { "post": {
    "requestBody": { "content": { "application/json": { "schema": { "type": "object" } } } },
    "responses": { "200": { "description": "ok", "content": { "application/json": { "example": $(ask peer '"003000000000000001"' | tail -n 1) } } } }
  } } }
}
END
}
