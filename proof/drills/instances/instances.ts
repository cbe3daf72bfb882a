import { StackError } from '@aio/tools/stack-error';
import type { Definition } from '@aio/tools/system/definition';
import type { Bed } from '../../bed/bed.ts';
import type { Drill } from '../kit/drill.ts';
import { injectFaults, type PlannedFault } from '../../bed/inject-faults.ts';
import { factorFor, listInstances, toWorkflow } from '@aio/loadtest/workflows/wfformat';
import type { ExpectedRun } from '../../bed/mixed-workflow.ts';

const LONGEST_STEP_MS = 500;
/** Time for one round. Takeovers need only a fraction of it. */
const ROUND_WITHIN_MS = 180_000;

/** Runs recorded workflows on workers that are killed again and again, with the shipped lease. */
export function createInstances(
  definitions: readonly Definition[],
  { rounds, workers, every: everyMs }: { rounds: number; workers: number; every: number },
): Drill {
  return {
    name: 'instances',
    what: `${definitions.length} recorded workflows at once, ${rounds} times, on ${workers} workers; one is killed every ${everyMs} ms`,
    limits: 'every run succeeds; LOST, DUP and wrong 0; no call without a recorded attempt',
    async run({ checks, random, startBed, progress }) {
      const bed = await startBed({ workers });
      for (const definition of definitions) await bed.system.api.createWorkflow(definition);
      let running = true;
      function* planKills(): Generator<PlannedFault> {
        while (running)
          yield { afterMs: everyMs, fault: 'kill', worker: random.int(0, workers - 1) };
      }
      async function runRounds(): Promise<void> {
        for (let round = 1; round <= rounds; round++) {
          progress(`round ${round} of ${rounds}, ${bed.kills.length} kills`);
          await runAll(bed, definitions);
        }
      }
      await Promise.all([
        injectFaults(bed, planKills()),
        runRounds().finally(() => (running = false)),
      ]);
      // STUCK has no limit: the worker that takes over a run may be killed next.
      checks.rows(await bed.judge());
      checks.atLeast('kills', bed.kills.length, 1);
      checks.note(`${bed.accepted.length} runs`);
    },
  };
}

/** @throws StackError if there are none */
export function readDefinitions(folder: string | undefined): Definition[] {
  const instances = listInstances(folder);
  if ('missing' in instances) throw new StackError(instances.missing);
  return instances.files.map((file) => {
    const instance = file.read();
    return toWorkflow(instance, factorFor(instance, LONGEST_STEP_MS));
  });
}

/** Submits each once. The verdict names the runs that do not end in time. */
async function runAll(bed: Bed, definitions: readonly Definition[]): Promise<void> {
  const { api, simulator } = bed.system;
  await Promise.all(
    definitions.map(async (definition) => {
      const { id } = await api.submitRun(definition.name, { simulator: simulator.url });
      bed.accepted.push({ id, expected: expectSuccess(definition) });
    }),
  );
  await bed.settle(ROUND_WITHIN_MS);
}

function expectSuccess({ steps }: Definition): ExpectedRun {
  const ends = Object.keys(steps).map((step) => [step, 'succeeded'] as const);
  return { status: 'succeeded', steps: new Map(ends), items: new Map() };
}
