// What both clients share: the server, and the data of the demo.
export const server = { url: setting('SLUICE_BASE_URL'), token: setting('SLUICE_BEARER_TOKEN'), integrationId: setting('INTEGRATION_ID') };
export const flowId = '676834840070327393'; // A double would round it.
export const owner = 'test@test.com';

/** A file with one contact. */
export const file = (crmId: string): File => new File(
  [JSON.stringify({ objectId: crmId, modifiedDate: '2026-03-02T09:00:00Z', emailAddress: `${crmId}@example.org` })], 'objects.json');

export function expect(actual: unknown, wanted: unknown, otherwise: unknown): void {
  if (actual !== wanted) {
    throw new Error(`Expected ${String(wanted)}, got ${String(actual)}: ${JSON.stringify(otherwise)}`);
  }
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set`);
  }
  return value;
}
