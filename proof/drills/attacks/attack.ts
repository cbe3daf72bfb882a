import { loadavg } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@aio/tools/process/free-port';
import type { ApiClient } from '@aio/tools/system/client';
import type { Bed, BedOptions } from '../../bed/bed.ts';
import type { Drill, DrillContext } from '../kit/drill.ts';
import { cpuSeconds } from '@aio/tools/system/cpu-time';
import { peakMemoryMb } from '../../bed/memory.ts';
import { SkipDrill } from '../kit/errors.ts';
import type { SystemApi } from '@aio/tools/system/system';
import { createMemoryLimit } from '@aio/tools/system/memory-limit';
import { BUILDER, createPersonClient } from '../../bed/people.ts';
import { waitUntil } from '@aio/tools/system/wait-until';
import { makeOldEdition } from '../../bed/edition.ts';
import { OTHER_BUILDER, readCookiesOf, startIdentityOf } from './other-builder.ts';
import { startWatch } from './watch.ts';

/** The limit of Compose and Kubernetes. */
const MEMORY_MB = 512;
const HEALTH_LIMIT_MS = 250;
const OTHERS_LIMIT_MS = 1_000;
const END_WITHIN_MS = 10_000;

export interface AttackContext extends Pick<DrillContext, 'checks' | 'progress' | 'defer'> {
  /** Starts an API and a worker, and logs two builders in. */
  open(options?: BedOptions): Promise<{ bed: Bed; builder: ApiClient; other: ApiClient }>;
}

/** Attacks, and resolves to remarks. */
export type Act = () => Promise<readonly string[]>;

/** What one person or vendor does to an API and a worker. */
export interface Attack {
  name: string;
  what: string;
  /** Limits in addition to the common ones, for people. */
  limits?: string;
  /**
   * Adds figures of its own to `checks`.
   * @returns the attack, or several by name, one after the other. Health and another builder are watched during each.
   */
  prepare(context: AttackContext): Promise<Act | Readonly<Record<string, Act>>>;
}

/** @param commit attacks the code of this commit; empty = this code */
export function attackDrill(attack: Attack, commit: string): Drill {
  const { name, what, limits } = attack;
  const common = `/health <= ${HEALTH_LIMIT_MS} ms, another builder's GET <= ${OTHERS_LIMIT_MS} ms, no process ends`;
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
      const prepared = await attack.prepare({
        checks,
        progress,
        defer,
        async open(options) {
          const identityUrl = `http://localhost:${await findFreePort()}`;
          const bed = await startBed({
            workers: 1,
            audit: false,
            memory,
            ...(root && { root }),
            ...options,
            env: { KEYCLOAK_URL: identityUrl, ...options?.env },
          });
          beds.push(bed);
          defer((await startIdentityOf(bed.system)).close);
          const builder = await createPersonClient(bed.system, BUILDER);
          const other = await createPersonClient(bed.system, OTHER_BUILDER);
          return { bed, builder, other };
        },
      });
      const [{ system }] = beds as [Bed];
      const [{ pid: apiPid }] = system.apis as [SystemApi];
      const cookie = await readCookiesOf(system);
      const acts = typeof prepared === 'function' ? { '': prepared } : prepared;
      for (const [act, attackNow] of Object.entries(acts)) {
        if (system.deaths.lines.length > 0) break;
        const during = act && ` during ${act}`;
        progress(`attacks ${act}`);
        const watch = await startWatch(system, cookie);
        const cpuBefore = cpuSeconds(apiPid);
        const notes = await attackNow().finally(watch.stop);
        const cpu = cpuSeconds(apiPid) - cpuBefore;
        const { healthMs, slowest, othersMs, controlMs, refused } = await watch.stop();
        checks.atMost(`/health${during}`, healthMs, HEALTH_LIMIT_MS, 'ms');
        checks.atMost(`GET of another${during}`, othersMs, OTHERS_LIMIT_MS, 'ms');
        const [load] = loadavg() as [number];
        checks.note(
          `${act && `${act}: `}slowest was ${slowest}, control ${Math.round(controlMs)} ms at load ${load.toFixed(1)}, API ${cpu.toFixed(1)} s of CPU`,
        );
        notes.forEach(checks.note);
        if (refused > 0) checks.note(`${refused} requests of the other were not answered with 200`);
      }
      for (const { name: process, pid } of [...system.apis, ...system.workers]) {
        const peakMb = peakMemoryMb(pid);
        checks.atMost(`memory of ${process}`, peakMb, MEMORY_MB, 'MB');
        const isKnown = () => system.deaths.lines.length > 0;
        // The kernel is still ending it.
        if (Number.isNaN(peakMb))
          await waitUntil('its end', END_WITHIN_MS, isKnown).catch(() => {});
      }
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
