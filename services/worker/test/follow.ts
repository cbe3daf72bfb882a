import { createHash } from 'node:crypto';
import { parseDefinition } from '@aio/core/definition/parse';
import { isRunTerminal, type RunStatus } from '@aio/core/run/states';
import { createWorkflowVersion } from '@aio/platform/queries/create-workflow-version';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { RunRow, StepRow } from './engine-rows.ts';
import type { EngineBench } from './start-engine.ts';

/** Stores workflows, so that steps can run them by name. */
export async function storeWorkflows(bench: EngineBench, ...yamls: string[]): Promise<void> {
  for (const source of yamls) {
    const definition = parseDefinition(source, 'application/yaml') as { name: string };
    await createWorkflowVersion(bench.db, {
      name: definition.name,
      definition: JSON.stringify(definition),
      source,
      mediaType: 'application/yaml',
      checksum: createHash('sha256').update(source).digest('hex'),
      createdBy: 'local',
      onlyOwner: null,
    });
  }
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
    { what: `run ${id} ${what}`, timeoutMs: 20_000 },
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
