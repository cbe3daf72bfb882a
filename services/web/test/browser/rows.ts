import type { TestApi } from '../../../api/testing/start-test-api.ts';
import { CHAIN } from '../../../api/testing/definitions.ts';
import { writeAudit } from '@aio/platform/queries/audit-log';
import type { Machine } from './start-pages.ts';

/** Submits a run as the machine. No worker executes it. */
export async function startRun(machine: Machine): Promise<string> {
  await machine('POST', '/workflows', CHAIN);
  const { id = '' } = await machine('POST', '/workflows/chain/runs', { input: { n: 1 } });
  return id;
}

export async function insertAuditEntry(
  api: TestApi,
  entry: { action: string; target: string; traceId?: string },
): Promise<void> {
  const { action, target, traceId = null } = entry;
  const who = { subject: 'sub-x', name: 'xenia@example.com', via: 'bearer' } as const;
  await writeAudit(api.pool, { ...who, action, address: '192.0.2.7', traceId }, { target });
}
