// Calls every operation of the document through Prism, a proxy that checks requests and answers against the document:
//   node walk.mjs DOCUMENT SERVER.json PRISM_URL PRISM_URL_OF_THE_MANAGEMENT_API
// SERVER.json is the output of `sluice dev --json`. Prints one line per call, "pass NAME" or "FAIL NAME: why".
import { readFileSync } from 'node:fs';
import http from 'node:http';

const [documentFile, serverFile, prism, managePrism] = process.argv.slice(2);
const described = JSON.parse(readFileSync(documentFile, 'utf8'));
const server = JSON.parse(readFileSync(serverFile, 'utf8'));
const operations = new Map(Object.entries(described.paths).flatMap(([path, verbs]) =>
  Object.entries(verbs).map(([verb, operation]) => [operation.operationId, { verb: verb.toUpperCase(), path }])));
const walked = new Set();

// Prism reads JSON numbers as doubles and writes them again, which rounds numeric ids. When such an id is needed, ask the server directly
// and take the id from the text.
const numberIn = (text, name) => new RegExp(`"${name}":(\\d+)`).exec(text)?.[1];

// fetch cannot send a body with a GET, and one operation needs that.
function send(base, { verb, path }, { at = {}, query = {}, body, type = 'application/json', credential } = {}) {
  const url = new URL(path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(at[name])), base);
  Object.entries(query).forEach(([name, value]) => url.searchParams.set(name, value));
  const sent = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { authorization: credential ?? `Bearer ${server.bearerToken}`, accept: 'application/json' };
  if (sent !== undefined) {
    Object.assign(headers, { 'content-type': type, 'content-length': Buffer.byteLength(sent) });
  }
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: verb, headers }, answer => {
      const parts = [];
      answer.on('data', part => parts.push(part)).on('end', () => {
        const text = Buffer.concat(parts).toString();
        resolve({ status: answer.statusCode, violations: answer.headers['sl-violations'], text, json: parse(text) });
      });
    });
    request.on('error', reject).end(sent);
  });
}

function parse(text) {
  try { return JSON.parse(text); } catch { return undefined; }
}

const direct = (id, given) => send(server.url, operations.get(id), given);

async function walk(id, status, given) {
  walked.add(id);
  const answer = await send(prism, operations.get(id), given);
  if (answer.violations) {
    throw new Error(`${status} ${id}: ${answer.violations}`);
  }
  if (answer.status !== status) {
    throw new Error(`${status} ${id}: was ${answer.status} ${answer.text}`);
  }
  console.log(`pass ${status} ${id}`);
  return answer.json;
}

async function eventually(ask, isDone) {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await ask();
    if (isDone(answer.json)) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error('It did not finish in 30 s');
}

function multipart(lines) {
  const boundary = 'walk-4664';
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: `--${boundary}\r\ncontent-disposition: form-data; name="dataFile"; filename="objects.json"\r\ncontent-type: application/json\r\n\r\n`
      + `${lines.map(line => JSON.stringify(line)).join('\n')}\r\n--${boundary}--\r\n`,
  };
}

async function people() {
  const { users } = await walk('listUsers', 200);
  await walk('getUser', 200, { at: { id: users[0].id } });
  await walk('getUser', 404, { at: { id: '1' } });
  await walk('listUsersFiltered', 404, { body: { filter: { userIds: ['1'] } } });
  await walk('listUsersFiltered', 200, { body: { filter: { userIds: [users[0].id], createdFromDateTime: '2000-01-01T00:00:00Z' } } });
  await walk('listWorkspaces', 200);
  await walk('listWorkspaces', 401, { credential: 'Bearer nobody' });
  return users.filter(user => user.active);
}

async function flows(users) {
  for (const user of users) {
    const { flows } = await walk('listFlows', 200, { query: { flowOwnerEmail: user.emailAddress } });
    await walk('listFlowFolders', 200, { query: { flowFolderOwnerEmail: user.emailAddress } });
    if (flows.length > 0) {
      await walk('listFlowSteps', 200, { body: { flowIds: flows.slice(0, 20).map(flow => flow.id) } });
      await walk('listFlowSteps', 404, { body: { flowIds: ['1'] } });
      return { owner: user.emailAddress, flows };
    }
  }
  throw new Error('No user sees a flow');
}

async function crm() {
  await walk('registerCrmIntegration', 200, { body: { name: 'Walk', ownerEmail: 'owner@example.com' } });
  await walk('registerCrmIntegration', 409, { body: { name: 'Walk', ownerEmail: 'owner@example.com' } });
  await walk('listCrmIntegrations', 200);
  const integrationId = numberIn((await direct('listCrmIntegrations')).text, 'integrationId');
  const query = { integrationId, objectType: 'CONTACT' };
  await walk('setCrmSchema', 201, { query, body: [{ uniqueName: 'industry', label: 'Industry', type: 'STRING' }] });
  await walk('getCrmSchema', 200, { query });
  const contacts = [1, 2, 3].map(n => ({
    objectId: `walk-${n}`, modifiedDate: '2026-03-02T09:00:00Z', emailAddress: `walk-${n}@example.org`, firstName: 'Walk', lastName: `${n}` }));
  await walk('uploadCrmObjects', 201, { query: { ...query, clientRequestId: 'up' }, ...multipart([...contacts, { objectId: 'bad' }]) });
  await walk('uploadCrmObjects', 409, { query: { ...query, clientRequestId: 'up' }, ...multipart(contacts) });
  const status = { query: { integrationId, clientRequestId: 'up' } };
  await eventually(() => direct('getCrmRequestStatus', status), json => ['DONE', 'FAILED'].includes(json.status));
  await walk('getCrmRequestStatus', 200, status);
  await objects({ query, body: ['walk-1', 'nobody'] });
  return { integrationId, crmProspectsIds: contacts.map(contact => contact.objectId) };
}

// Prism forwards no body with a GET. So its POST twin is called through Prism, and both must answer the same objects.
async function objects({ query, body }) {
  walked.add('getCrmObjects');
  const { status, text, json } = await direct('getCrmObjects', { query, body });
  const twin = await send(managePrism, { verb: 'POST', path: '/sluice/v1/crm/entities/read' }, { body: { ...query, objectIds: body } });
  const isSame = JSON.stringify(json?.crmObjectsMap) === JSON.stringify(twin.json?.crmObjectsMap);
  console.log(status === 200 && twin.status === 200 && !twin.violations && isSame
    ? 'pass 200 getCrmObjects and readCrmObjects, its POST twin'
    : `FAIL getCrmObjects: was ${status} ${text}; its POST twin was ${twin.status} ${twin.violations ?? ''} ${twin.text}`);
}

async function prospects({ owner, flows }, crmProspectsIds) {
  const assignment = { flowId: flows[0].id, flowInstanceOwnerEmail: owner };
  const one = crmProspectsIds.slice(0, 1);
  const overrides = { steps: [{ number: 1, subject: 'Hello' }], flowInstanceVariables: [{ name: 'city', value: 'London' }] };
  const { prospectsAssigned } = await walk('assignProspects', 200, { body: { ...assignment, overrides, crmProspectsIds: [...one, 'nobody'] } });
  await walk('assignProspects', 404, { body: { ...assignment, flowId: '1', crmProspectsIds: one } });
  await walk('assignProspectsDespiteCoolOff', 200, { body: { ...assignment, crmProspectsIds: crmProspectsIds.slice(1, 2) } });
  await walk('listAssignedFlows', 200, { body: { crmProspectsIds } });
  const flowInstanceIds = prospectsAssigned.map(instance => instance.flowInstanceId);
  await walk('listAssignedFlows', 200, { body: { flowInstanceIds } });
  await walk('unassignFlowsByInstanceId', 200, { body: { flowInstanceIds, unassignedByUserEmail: owner } });
  await walk('unassignFlowsByCrmId', 200, { body: { crmProspectId: crmProspectsIds[1] } });
  const bulk = await walk('beginBulkAssignment', 202, { body: { ...assignment, prospects: [{ crmId: crmProspectsIds[2] }, { firstName: 'New', lastName: 'One' }] } });
  const job = { at: { id: bulk.id } };
  await eventually(() => direct('getBulkAssignment', job), json => json.status === 'COMPLETED');
  await walk('getBulkAssignment', 200, job);
}

async function tasks(users) {
  const everyTask = userId => ({ body: { filter: { userId, types: ['FLOW', 'MANUAL'], taskAction: ['CALL'], status: ['OPEN', 'DONE', 'DISMISSED'] } } });
  for (const { id } of users) {
    await walk('listTasks', 200, everyTask(id));
    const taskId = numberIn((await direct('listTasks', everyTask(id))).text, 'id');
    if (taskId) {
      await walk('changeTask', 200, { at: { taskId }, body: { userId: id, status: 'DONE', priority: 'High' } });
      await walk('changeTask', 403, { at: { taskId }, body: { userId: '1' } });
      return;
    }
  }
  throw new Error('No user has a task');
}

try {
  const users = await people();
  const seen = await flows(users);
  const { integrationId, crmProspectsIds } = await crm();
  await prospects(seen, crmProspectsIds);
  await tasks(users);
  await walk('findDataForEmailAddress', 200, { query: { emailAddress: 'walk-3@example.org' } });
  await walk('findDataForEmailAddress', 400, { query: { emailAddress: 'nobody' } });
  await walk('findDataForPhoneNumber', 200, { query: { phoneNumber: '+1 555 0100' } });
  await walk('eraseDataForEmailAddress', 200, { query: { emailAddress: 'walk-3@example.org' } });
  await walk('eraseDataForPhoneNumber', 200, { query: { phoneNumber: '+1 555 0100' } });
  await walk('eraseDataForPhoneNumber', 400, { query: { phoneNumber: '0555' } });
  await walk('deleteCrmIntegration', 201, { query: { integrationId, clientRequestId: 'gone' } });
  for (const id of operations.keys()) {
    if (!walked.has(id)) {
      console.log(`FAIL ${id}: the walk does not call it`);
    }
  }
} catch (fault) {
  console.log(`FAIL ${fault.message}`);
}
