import { join } from 'node:path';
import type { ApiClient } from '@aio/tools/system/client';
import type { Bed, BedOptions } from '../../bed/bed.ts';
import type { Drill, DrillContext } from '../kit/drill.ts';
import { peakMemoryMb } from '../../bed/memory.ts';
import { SkipDrill } from '../kit/errors.ts';
import { createMemoryLimit } from '@aio/tools/system/memory-limit';
import { BUILDER, createPersonClient } from '../../bed/people.ts';
import { makeOldEdition } from '../../bed/edition.ts';
import { startWatch } from './watch.ts';

/** The limit of Compose and Kubernetes. */
const MEMORY_MB = 512;
const HEALTH_LIMIT_MS = 250;
const OTHERS_LIMIT_MS = 1_000;

export interface AttackContext extends Pick<DrillContext, 'checks' | 'progress' | 'defer'> {
  /** Starts an API and a worker, and logs a builder in. */
  open(options?: BedOptions): Promise<{ bed: Bed; builder: ApiClient }>;
}

/** What one person or vendor does to an API and a worker. */
export interface Attack {
  name: string;
  what: string;
  /** Limits in addition to the common ones, for people. */
  limits?: string;
  /**
   * Adds figures of its own to `checks`.
   * @returns the attack, during which health, others and memory are watched; it resolves to remarks
   */
  prepare(context: AttackContext): Promise<() => Promise<readonly string[]>>;
}

/** @param commit attacks the code of this commit; empty = this code */
export function attackDrill(attack: Attack, commit: string): Drill {
  const { name, what, limits } = attack;
  const common = `/health <= ${HEALTH_LIMIT_MS} ms, an administrator's GET <= ${OTHERS_LIMIT_MS} ms, no process ends`;
  return {
    name,
    what,
    limits: [common, ...(limits ? [limits] : [])].join(', '),
    alone: true,
    async run({ checks, startBed, makeFolder, defer, progress }) {
      const memory = openMemoryLimit();
      defer(memory.remove);
      const root = commit && (await makeOldEdition(join(makeFolder('code'), 'code'), commit)).root;
      const beds: Bed[] = [];
      const attackNow = await attack.prepare({
        checks,
        progress,
        defer,
        async open(options) {
          const bed = await startBed({
            workers: 1,
            audit: false,
            memory,
            ...(root && { root }),
            ...options,
          });
          beds.push(bed);
          return { bed, builder: await createPersonClient(bed.system, BUILDER) };
        },
      });
      const [{ system }] = beds as [Bed];
      const watch = await startWatch(system);
      progress('attacks');
      const notes = await attackNow().finally(watch.stop);
      notes.forEach(checks.note);
      const { healthMs, othersMs, refused } = await watch.stop();
      checks.atMost('/health', healthMs, HEALTH_LIMIT_MS, 'ms');
      checks.atMost('GET of another', othersMs, OTHERS_LIMIT_MS, 'ms');
      if (refused > 0) checks.note(`${refused} requests of the other were not answered with 200`);
      for (const { name: process, pid } of [...system.apis, ...system.workers])
        checks.atMost(`memory of ${process}`, peakMemoryMb(pid), MEMORY_MB, 'MB');
      for (const death of system.deaths.lines) checks.that(false, death);
    },
  };
}

/** @throws SkipDrill */
function openMemoryLimit() {
  try {
    return createMemoryLimit(MEMORY_MB);
  } catch (error) {
    throw new SkipDrill(`needs control groups of Linux (${(error as Error).message})`);
  }
}
