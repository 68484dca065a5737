-- The requests that wrk sends: wrk -s requests.lua URL -- list PROSPECTS-A-CALL PROSPECTS
--                              wrk -s requests.lua URL -- unassign IDS-A-CALL INSTANCES FIRST
--                              wrk -s requests.lua URL -- assign PROSPECTS-A-CALL PROSPECTS FIRST FLOW KEYED   (KEYED: 1 sends idempotency keys)
--                              wrk -s requests.lua URL -- filter PROSPECTS-A-CALL PROSPECTS   (a listing for json-server)
-- The data comes from `sluice seed load`: prospects and flow instances are numbered from 0.

local THREADS = 2      -- Must equal $threads in wrk.sh.
local STRIDE = 7368787 -- As in Instances.cs: a prime, so steps of this size visit every number once.
local POOL = 300000    -- Ids are written into requests before the clock starts, so that Lua is not measured.

local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local function crmId(n) return string.format("003%015d", n) end
local function instanceId(n) return string.format("1%018d", n) end -- Text, as a double cannot hold it.

local function list(ids) return wrk.format("POST", nil, nil, '{"crmProspectsIds":["' .. table.concat(ids, '","') .. '"]}') end

local function filter(ids) return wrk.format("GET", "/instances?crmProspectId=" .. table.concat(ids, "&crmProspectId=")) end

local function asking(write, each, prospects)
  math.randomseed(4664 + number)
  local pool, at = {}, 0
  for i = 1, math.min(POOL / 10, POOL / each) do
    local ids = {}
    for j = 1, each do ids[j] = crmId(math.random(0, prospects - 1)) end
    pool[i] = write(ids)
  end
  return function()
    at = at % #pool + 1
    return pool[at]
  end
end

-- Sends each id once, in scattered order, so that the ids of one call are not neighbours in an index.
local function unassigning(each, instances, first)
  local turn = first + number
  return function()
    local ids = {}
    for j = 1, each do
      ids[j] = instanceId(turn * STRIDE % instances)
      turn = turn + THREADS
    end
    return wrk.format("POST", nil, nil, '{"flowInstanceIds":["' .. table.concat(ids, '","') .. '"]}')
  end
end

-- Assigns each prospect once.
local function assigning(each, prospects, first, flow, keyed)
  local turn, headers = first + number, {}
  for name, value in pairs(wrk.headers) do headers[name] = value end
  return function()
    if keyed then headers["Idempotency-Key"] = string.format("bench-%d-%d", number, turn) end
    local ids = {}
    for j = 1, each do
      ids[j] = crmId(turn * STRIDE % prospects)
      turn = turn + THREADS
    end
    return wrk.format("POST", nil, headers, string.format('{"flowId":"%s","flowInstanceOwnerEmail":"rep01@load.example","crmProspectsIds":["%s"]}', flow, table.concat(ids, '","')))
  end
end

function init(args)
  wrk.headers["Content-Type"] = "application/json"
  local each, all = tonumber(args[2]), tonumber(args[3])
  if args[1] == "assign" then
    request = assigning(each, all, tonumber(args[4]), args[5], args[6] == "1")
    return
  end
  request = args[1] == "unassign" and unassigning(each, all, tonumber(args[4])) or asking(args[1] == "list" and list or filter, each, all)
end

-- Prints one line for wrk.sh: requests, seconds, bytes, failed requests, p50 and p99 in microseconds.
function done(summary, latency)
  local e = summary.errors
  print(string.format("figures %d %.3f %.0f %d %d %d", summary.requests, summary.duration / 1e6, summary.bytes,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
