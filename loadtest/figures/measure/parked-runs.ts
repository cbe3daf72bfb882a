import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Definition } from '../../lib/definition.ts';
import type { System } from '../../lib/system.ts';
import { submitMany } from '../lib/batch.ts';

/** Shares of the runs; each of `parked-parent` stands for itself and the run that it starts. */
const KINDS: readonly { definition: Definition; tenths: number }[] = [
  { definition: of('parked-delay', { type: 'delay', with: { duration: '30d' } }), tenths: 3 },
  { definition: of('parked-approval', { type: 'approval', with: {} }), tenths: 3 },
  {
    definition: of('parked-wait', { type: 'wait', with: { event: 'never', key: 'any' } }),
    tenths: 2,
  },
  {
    definition: of('parked-parent', { type: 'workflow', with: { workflow: 'parked-approval' } }),
    tenths: 1,
  },
];
/** Ends at once, on the way that a parked run goes. */
const WARM_UP = of('warm-up', { type: 'delay', with: { duration: '1ms' } });
const LOOK_EVERY_MS = 500;

function of(name: string, step: Definition['steps'][string]): Definition {
  return { name, steps: { wait: step } };
}

interface Deps {
  system: System;
  db: Pool;
}

/** What processes build up once is no part of what a parked run costs. */
export async function warmUp({ system, db }: Deps, runs: number): Promise<void> {
  await system.api.createWorkflow(WARM_UP);
  await submitMany(system, WARM_UP.name, runs);
  await waitFor(db, `finished_at is not null`, runs);
}

/** Submits runs until as many as asked for wait. @returns how many do */
export async function park({ system, db }: Deps, runs: number): Promise<number> {
  let parked = 0;
  for (const { definition, tenths } of KINDS) {
    await system.api.createWorkflow(definition);
    const count = Math.floor((runs * tenths) / 10);
    await submitMany(system, definition.name, count);
    parked += definition.name === 'parked-parent' ? 2 * count : count;
  }
  await waitFor(db, `status = 'waiting'`, parked);
  return parked;
}

/** Gives up when nothing has moved for a long time. */
async function waitFor(db: Pool, condition: string, runs: number): Promise<void> {
  let last = -1;
  let movedAt = Date.now();
  for (;;) {
    const { rows } = await db.query<{ count: number }>(
      `select count(*)::int as count from runs where ${condition}`,
    );
    const count = rows[0]?.count ?? 0;
    if (count >= runs) return;
    if (count !== last) movedAt = Date.now();
    if (Date.now() - movedAt > 60_000)
      throw new Error(`${count} of ${runs} runs have ${condition}, and none moves`);
    last = count;
    await sleep(LOOK_EVERY_MS);
  }
}
