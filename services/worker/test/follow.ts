import { createHash } from 'node:crypto';
import { parseDefinition } from '@aio/core/definition/parse';
import { isRunTerminal, type RunStatus } from '@aio/core/run/states';
import { createWorkflowVersion } from '@aio/platform/queries/workflows/create-workflow-version';
import { decideApproval } from '@aio/platform/queries/waits/decide-approval';
import { type Approval, listApprovals } from '@aio/platform/queries/waits/list-approvals';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { RunRow, StepRow } from './engine-rows.ts';
import type { EngineBench } from './start-engine.ts';

/** A workflow of one call. */
export const ONE_CALL = `
  a: { type: http, with: { url: "http://x/" } }
output: "\${{ steps.a.output }}"
`;

/** Stores workflows, so that steps can run them by name. */
export async function storeWorkflows(
  bench: EngineBench,
  workflows: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, steps] of Object.entries(workflows)) {
    const source = `name: ${name}\nsteps:${steps}`;
    await createWorkflowVersion(bench.db, {
      name,
      definition: JSON.stringify(parseDefinition(source, 'application/yaml')),
      source,
      mediaType: 'application/yaml',
      checksum: createHash('sha256').update(source).digest('hex'),
      createdBy: 'local',
      onlyOwner: null,
    });
  }
}

/** Approvals of all runs, newest first. */
export async function approvalsOf(
  { db }: EngineBench,
  status: 'pending' | null = null,
): Promise<Approval[]> {
  return (await listApprovals(db, { viewer: null, status, limit: 100, cursor: null })).items;
}

/** Decides as the user ann. */
export function decide(
  { db }: EngineBench,
  approvalId: string,
  decision: 'approved' | 'rejected' = 'approved',
  more: { comment?: string; decidedBy?: string } = {},
) {
  const ann = { comment: null, decidedBy: 'ann', traceparent: null };
  return decideApproval(db, { approvalId, decision, ...ann, ...more });
}

/** Waits until `isSo` returns true. Sends the run's job if the run is queued. */
export async function untilRun(
  bench: EngineBench,
  id: string,
  what: string,
  isSo: (run: RunRow, steps: StepRow[]) => boolean,
): Promise<RunRow> {
  if ((await bench.readRun(id)).status === 'queued') await bench.send(id);
  return await waitUntil(
    async () => {
      const run = await bench.readRun(id);
      return isSo(run, await bench.readSteps(id)) ? run : undefined;
    },
    { what: `run ${id} ${what}` },
  );
}

/** Waits until a step has this status. */
export function untilStep(
  bench: EngineBench,
  id: string,
  step: string,
  status: string,
): Promise<RunRow> {
  const isSo = (row: StepRow) => row.step === step && row.status === status;
  return untilRun(bench, id, `with ${step} ${status}`, (_, steps) => steps.some(isSo));
}

/** Waits until the orchestrator has committed the starts of so many calls. It writes nothing until one of them ends. */
export function untilStarted(bench: EngineBench, id: string, calls: number): Promise<RunRow> {
  const isSo = ({ status, started_seq }: StepRow) => status === 'running' && started_seq !== null;
  return untilRun(
    bench,
    id,
    `with ${calls} started calls`,
    (_, steps) => steps.filter((row) => row.kind === 'http' && isSo(row)).length === calls,
  );
}

export function untilEnded(bench: EngineBench, id: string): Promise<RunRow> {
  return untilRun(bench, id, 'to end', (run) => isRunTerminal(run.status as RunStatus));
}

/** Waits until the run is waiting and no worker holds it. */
export function untilReleased(bench: EngineBench, id: string): Promise<RunRow> {
  return untilRun(
    bench,
    id,
    'to be released',
    (run) => run.status === 'waiting' && run.worker_id === null,
  );
}
