// Makes the four calls with the client that @hey-api/openapi-ts generates.
import { assignProspects, listAssignedFlows, unassignFlowsByInstanceId, uploadCrmObjects } from './hey';
import { client } from './hey/client.gen';
import { expect, file, flowId, owner, server } from './server';

async function run(): Promise<void> {
  client.setConfig({ auth: server.token }); // The address is that of the document.
  const crmId = 'hey-1';

  const accepted = await uploadCrmObjects({
    query: { integrationId: server.integrationId, objectType: 'CONTACT', clientRequestId: 'hey' },
    body: { dataFile: file(crmId) },
  });
  expect(accepted.data?.clientRequestId, 'hey', accepted.error);

  const assigned = await assignProspects({
    body: { crmProspectsIds: [crmId], flowId, flowInstanceOwnerEmail: owner, overrides: { flowInstanceVariables: [{ name: 'city', value: 'London' }] } },
  });
  const instance = assigned.data?.prospectsAssigned[0];
  expect(instance?.flowId, flowId, assigned.error);

  const listed = await listAssignedFlows({ body: { crmProspectsIds: [crmId] } });
  expect(listed.data?.prospectsAssigned[0]?.flowInstanceId, instance!.flowInstanceId, listed.error);

  const removed = await unassignFlowsByInstanceId({ body: { flowInstanceIds: [instance!.flowInstanceId] } });
  expect(removed.data?.unassignedFlowInstanceIds[0], instance!.flowInstanceId, removed.error);

  const refused = await listAssignedFlows({ body: {} });
  expect(refused.error?.errors[0], 'crmProspectsIds is empty', refused.data);
}

void run();
