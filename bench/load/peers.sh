# Mock servers from npm that people use today in place of the API, with the same example answers. Only with --peers; left out if npm cannot install it.
# shellcheck shell=bash

declare -A package_of=([prism]=@stoplight/prism-cli@5.16.0 [mockoon]=@mockoon/cli@9.9.0 [json-server]=json-server@0.17.4)
declare -A port_of=([prism]=4665 [mockoon]=4666 [json-server]=4667)
peers=() left_out=()
filtered=10000 # Rows that json-server searches.

# Installs into a temporary folder, which also holds npm's cache.
install_peers() {
    local peer
    for peer in prism mockoon json-server; do
        if ! command -v npm >/dev/null; then
            leave_out "$peer: npm is not installed (Debian, Ubuntu: apt-get install npm)."
            continue
        fi
        say "Installing ${package_of[$peer]}"
        if timeout 300 npm install --prefix "$work/npm-$peer" --cache "$work/npm" --no-audit --no-fund --silent "${package_of[$peer]}" >"$work/npm.log" 2>&1; then
            peers+=("$peer")
        else
            leave_out "$peer: ${package_of[$peer]} could not be installed."
        fi
    done
}

leave_out() {
    say "Left out: $1"
    left_out+=("$1")
}

# --- Examples: each server answers two real answers, at /1/… and /100/… -----------------------------------------

write_examples() {
    local each server=sqlite-$usual
    ((${#peers[@]} > 0)) || return 0
    for each in 1 100; do
        ask "$server" "$(seq -s, -f '"003%015.0f"' 0 $((each - 1)))" | tail -n 1 | tr -d '\r\n' >"$work/example-$each.json"
    done
    example_routes prism >"$work/prism.json"
    example_routes mockoon >"$work/mockoon.json"
    write_json_server
}

# example_routes PRISM-OR-MOCKOON: prints the smallest configuration with which it gives these answers.
example_routes() {
    # shellcheck disable=SC2016
    node -e '
        const [peer, folder, path] = process.argv.slice(1);
        const body = each => require("fs").readFileSync(`${folder}/example-${each}.json`, "utf8");
        const both = of => [1, 100].map(of);
        const prism = each => [`/${each}${path}`, { post: {
            requestBody: { content: { "application/json": { schema: { type: "object" } } } },
            responses: { 200: { description: "ok", content: { "application/json": { example: JSON.parse(body(each)) } } } } } }];
        const uuid = n => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
        const mockoon = each => ({ uuid: uuid(each), type: "http", documentation: "", method: "post", endpoint: each + path, responseMode: null, streamingMode: null, streamingInterval: 0,
            responses: [{ uuid: uuid(each + 1000), body: body(each), latency: 0, statusCode: 200, label: "", headers: [{ key: "Content-Type", value: "application/json" }],
                bodyType: "INLINE", filePath: "", databucketID: "", sendFileAsBody: false, rules: [], rulesOperator: "OR", disableTemplating: true, fallbackTo404: false,
                default: true, crudKey: "id", callbacks: [] }] });
        console.log(JSON.stringify(peer === "prism"
            ? { openapi: "3.0.3", info: { title: "listing", version: "1" }, paths: Object.fromEntries(both(prism)) }
            : { uuid: uuid(1), lastMigration: 33, name: "listing", endpointPrefix: "", latency: 0, port: 4666, hostname: "127.0.0.1", folders: [], routes: both(mockoon),
                rootChildren: both(each => ({ type: "route", uuid: uuid(each) })), proxyMode: false, proxyHost: "", proxyRemovePrefix: false,
                tlsOptions: { enabled: false, type: "CERT", pfxPath: "", certPath: "", keyPath: "", caPath: "", passphrase: "" },
                cors: false, headers: [], proxyReqHeaders: [], proxyResHeaders: [], data: [], callbacks: [] }));
    ' "$1" "$work" "${path_of[list]}"
}

# A middleware gives the fixed answers. To be filtered, there are rows like those in the answers: by turns two and one per prospect.
write_json_server() {
    cat >"$work/fixed.js" <<END
const answers = new Map([1, 100].map(each => [\`/\${each}${path_of[list]}\`, require("fs").readFileSync(\`\${__dirname}/example-\${each}.json\`)]));
module.exports = (req, res, next) => answers.has(req.url) ? res.type("json").send(answers.get(req.url)) : next();
END
    # shellcheck disable=SC2016
    node -e '
        const [folder, count] = process.argv.slice(1);
        const first = value => value.flowInstanceId ? value : Object.values(value).filter(one => one && typeof one === "object").map(first).find(one => one);
        const row = first(JSON.parse(require("fs").readFileSync(`${folder}/example-1.json`, "utf8")));
        const rows = Array.from({ length: Number(count) }, (_, n) => ({ ...row, id: n, crmProspectId: "003" + String(Math.floor(n * 2 / 3)).padStart(15, "0") }));
        console.log(JSON.stringify({ instances: rows }));
    ' "$work" "$filtered" >"$work/rows.json"
}

# --- Servers ----------------------------------------------------------------------------------------------------

# start_peer PEER: returns after its first answer.
start_peer() {
    local peer=$1 port=${port_of[$1]} until=$((SECONDS + 60)) bin=$work/npm-$1/node_modules/.bin command
    case $peer in
        prism) command=(prism mock --host 127.0.0.1 --port "$port" --verboseLevel error "$work/prism.json") ;;
        mockoon) command=(mockoon-cli start --data "$work/mockoon.json" --port "$port" --disable-log-to-file --disable-admin-api) ;;
        json-server) command=(json-server --host 127.0.0.1 --port "$port" --quiet "$work/rows.json" --middlewares "$work/fixed.js") ;;
    esac
    node "$bin/${command[0]}" "${command[@]:1}" >"$work/$peer.log" 2>&1 &
    pid_of[$peer]=$!
    pids+=($!)
    url_of[$peer]=http://127.0.0.1:$port
    basic_of[$peer]=${basic_of[sqlite-$usual]}
    until curl -s --fail -o /dev/null --max-time 10 -H 'Content-Type: application/json' -d '{"crmProspectsIds":["003000000000000001"]}' "${url_of[$peer]}/1${path_of[list]}"; do
        kill -0 "${pid_of[$peer]}" 2>/dev/null || die "$peer stopped: $(cat "$work/$peer.log")"
        ((SECONDS < until)) || die "$peer did not answer in a minute: $(cat "$work/$peer.log")"
        sleep 0.02
    done
}

# load_peer PEER EACH
load_peer() {
    local base=${url_of[$1]}
    url_of[$1]=$base/$2
    load "$1-$2" "$1" list "$2" "${prospects_of[sqlite-$usual]}"
    ((size > $(wc -c <"$work/example-$2.json"))) || die "$1: answers of $size bytes are not the example answer"
    url_of[$1]=$base
    if [[ $1 == json-server ]]; then
        load "json-filter-$2" "$1" filter "$2" $((filtered * 2 / 3))
        ((size > 150 * $2)) || die "json-server: answers of $size bytes do not contain the rows asked for"
    fi
}
