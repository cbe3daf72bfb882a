import type { OtherWorker } from '@aio/platform/queries/engine/other-workers';
import { createHash } from 'node:crypto';
import { parseDefinition } from '@aio/core/definition/parse';
import { isRunTerminal, type RunStatus } from '@aio/core/run/states';
import { createWorkflowVersion } from '@aio/platform/queries/create-workflow-version';
import { waitUntil } from '@aio/platform/testing/wait-until';
import type { EngineBench, RunRow, StepRow, WorkingEngine } from './start-engine.ts';

/** Stores workflows under their own names, so that steps can run them. */
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

/** Looks with all engines, as their clocks would, again and again, until the run is as it should be. */
export function untilRun(
  bench: EngineBench,
  engines: readonly WorkingEngine[],
  id: string,
  what: string,
  isSo: (run: RunRow, steps: StepRow[]) => boolean,
): Promise<RunRow> {
  return waitUntil(
    async () => {
      for (const engine of engines) {
        await engine.look('clock');
        await engine.lookAtHanded();
      }
      const run = await bench.readRun(id);
      return isSo(run, await bench.readSteps(id)) ? run : undefined;
    },
    { what: `run ${id} ${what}`, timeoutMs: 20_000 },
  );
}

export function untilEnded(
  bench: EngineBench,
  engines: readonly WorkingEngine[],
  id: string,
): Promise<RunRow> {
  return untilRun(bench, engines, id, 'to end', (run) => isRunTerminal(run.status as RunStatus));
}

/** It waits, and nobody holds anything for it. */
export function untilParked(
  bench: EngineBench,
  engines: readonly WorkingEngine[],
  id: string,
): Promise<RunRow> {
  return untilRun(
    bench,
    engines,
    id,
    'to be let go',
    (run) => run.status === 'waiting' && run.leased_until === null,
  );
}

/** Tells each engine of the others, as its heartbeat would. */
export function introduce(...engines: readonly WorkingEngine[]): void {
  for (const engine of engines) {
    const others = engines.filter((other) => other !== engine && other.servesHttp);
    engine.othersAre(httpSlots(...others.map(({ slots }) => slots)));
  }
}

/** What a worker is told of others that have so many slots each. */
export function httpSlots(...slots: readonly number[]): OtherWorker[] {
  return slots.map((count, index) => ({ id: `other-${index}`, slots: count, kinds: ['http'] }));
}

export function untilOffered({ db }: EngineBench): Promise<unknown> {
  return waitUntil(
    async () => (await db.query({ name: 'offers', text: 'select 1 from chunks' })).rowCount,
    { what: 'an offer' },
  );
}
