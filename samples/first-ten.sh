#!/bin/sh
# The first ten calls with curl. Start ./sluice dev first. For another server set SLUICE_BASE_URL, SLUICE_ACCESS_KEY and SLUICE_ACCESS_KEY_SECRET.
# The key is the one that every sluice dev has, so it is not secret. All calls can be repeated.
set -eu
url=${SLUICE_BASE_URL:-http://127.0.0.1:4664}
key=${SLUICE_ACCESS_KEY:-slk_yaCf2Fm1t75KwOF026lSoFziiso95aBP9QaOpcVXHQZPUUBNY}
secret=${SLUICE_ACCESS_KEY_SECRET:-sls_xaCzlBMDgikF9B1sV1kPuCyVgBejORJuo8DB2LfD2NFvQGOH9}

# Waits after each call, because a company may make three calls a second.
call() {
    printf '\n# %s\n' "$1"
    shift
    curl -sS --fail-with-body -u "$key:$secret" "$@"
    echo
    sleep 0.4
}

call "The workspaces of the company" "$url/v2/workspaces"
call "The users of the company, 100 per page" "$url/v2/users"
call "The flows that one user sees" "$url/v2/flows?flowOwnerEmail=test@test.com"
call "The folders that one user sees" "$url/v2/flows/folders?flowFolderOwnerEmail=test@test.com"
call "The steps of a flow" "$url/v2/flows/steps" \
    -H 'content-type: application/json' -d '{"flowIds":["1695493301223590792"]}'
call "Which flows a prospect is in" "$url/v2/flows/prospects" \
    -H 'content-type: application/json' -d '{"crmProspectsIds":["a5V1Q00A120DP4CVAW"]}'
call "Take the prospect out of one of them" "$url/v2/flows/prospects/unassign-flows-by-instance-id" \
    -H 'content-type: application/json' -d '{"flowInstanceIds":["1234361284629356"]}'
call "Put the prospect into a flow" "$url/v2/flows/prospects/assign" \
    -H 'content-type: application/json' -d '{"crmProspectsIds":["a5V1Q00A120DP4CVAW"],"flowId":"1695493301223590792","flowInstanceOwnerEmail":"test@test.com"}'
call "Take the prospect out of all flows" "$url/v2/flows/prospects/unassign-flows-by-crm-id" \
    -H 'content-type: application/json' -d '{"crmProspectId":"a5V1Q00A120DP4CVAW"}'
call "The calls that a user still has to make" "$url/v2/tasks" \
    -H 'content-type: application/json' -d '{"filter":{"userId":"110542441722939622","types":["FLOW","MANUAL"],"taskAction":["CALL"],"status":["OPEN"]}}'
