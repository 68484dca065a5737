// Makes the four calls with openapi-fetch and the types that openapi-typescript generates.
import createClient from 'openapi-fetch';
import type { paths } from './v2';
import type { paths as ManagePaths } from './sluice';
import { expect, file, flowId, owner, server } from './server';

async function run(): Promise<void> {
  const headers = { authorization: `Bearer ${server.token}` };
  const client = createClient<paths>({ baseUrl: server.url, headers });
  const crmId = 'fetch-1';

  const accepted = await client.POST('/v2/crm/entities', {
    params: { query: { integrationId: server.integrationId, objectType: 'CONTACT', clientRequestId: 'fetch' } },
    body: { dataFile: '' },
    bodySerializer: () => { const form = new FormData(); form.set('dataFile', file(crmId), 'objects.json'); return form; },
  });
  expect(accepted.data?.clientRequestId, 'fetch', accepted.error);

  const assigned = await client.POST('/v2/flows/prospects/assign', {
    body: { crmProspectsIds: [crmId], flowId, flowInstanceOwnerEmail: owner, overrides: { flowInstanceVariables: [{ name: 'city', value: 'London' }] } },
  });
  const instance = assigned.data?.prospectsAssigned[0];
  expect(instance?.flowId, flowId, assigned.error);

  const listed = await client.POST('/v2/flows/prospects', { body: { crmProspectsIds: [crmId] } });
  expect(listed.data?.prospectsAssigned[0]?.flowInstanceId, instance!.flowInstanceId, listed.error);

  const removed = await client.POST('/v2/flows/prospects/unassign-flows-by-instance-id', { body: { flowInstanceIds: [instance!.flowInstanceId] } });
  expect(removed.data?.unassignedFlowInstanceIds[0], instance!.flowInstanceId, removed.error);

  const refused = await client.POST('/v2/flows/prospects', { body: {} });
  expect(refused.error?.errors[0], 'crmProspectsIds is empty', refused.data);

  const manage = createClient<ManagePaths>({ baseUrl: server.url, headers });
  const shown = await manage.GET('/sluice/v1/flow-instances/{id}', { params: { path: { id: instance!.flowInstanceId } } });
  expect(shown.data?.flowInstanceId, instance!.flowInstanceId, shown.error);
}

void run();
