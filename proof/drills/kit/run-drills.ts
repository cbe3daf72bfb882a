import { rmSync } from 'node:fs';
import { createRandom } from '@aio/loadtest/workflows/random';
import { makeScratchFolder } from '@aio/tools/cli/scratch-folder';
import { type Bed, startBed } from '../../bed/bed.ts';
import { createChecks, type DrillResult } from './checks.ts';
import type { Drill, DrillContext, Machine } from './drill.ts';
import { SkipDrill } from './errors.ts';

export type Outcome = { drill: Drill; seconds: number } & (
  | { kind: 'done'; result: DrillResult }
  | { kind: 'skipped'; reason: string }
  /** The drill threw an error. It counts as failed. */
  | { kind: 'broken'; error: Error; folder: string }
);

interface RunOptions extends Machine {
  seed: number;
  full: boolean;
  /** Rejects to end the drill early; `runDrill` then stops all servers and processes. */
  interrupted: Promise<never>;
  onProgress?: (drill: Drill, what: string) => void;
}

/** Runs one drill and judges it. @throws the reason of `interrupted` */
export async function runDrill(drill: Drill, options: RunOptions): Promise<Outcome> {
  const startedAt = performance.now();
  const cleanUps = new AsyncDisposableStack();
  const folders: string[] = [];
  const beds: Bed[] = [];
  const { seed, full, programDir, searchPath } = options;
  const context: DrillContext = {
    seed,
    random: createRandom(seed),
    full,
    programDir,
    searchPath,
    checks: createChecks(),
    makeFolder(purpose) {
      const folder = makeScratchFolder(purpose);
      folders.push(folder);
      return folder;
    },
    async startBed(bedOptions = {}) {
      context.progress('starts servers and processes');
      const starting = startBed({
        programDir,
        searchPath,
        dataDir: context.makeFolder(`drill-${drill.name}`),
        ...bedOptions,
      });
      // A bed that is still starting when you interrupt the drill has processes, too.
      cleanUps.defer(async () => (await starting).stop());
      const bed = await starting;
      beds.push(bed);
      return {
        ...bed,
        judge(seen) {
          context.progress(`judges ${(seen?.accepted ?? bed.accepted).length} runs`);
          return bed.judge(seen);
        },
      };
    },
    defer: (cleanUp) => cleanUps.defer(async () => void (await cleanUp())),
    progress: (what) => options.onProgress?.(drill, what),
  };
  let outcome: Outcome;
  const measure = () => ({ drill, seconds: (performance.now() - startedAt) / 1000 });
  let kept = true;
  try {
    await Promise.race([
      drill.run(context),
      // Marks the error, to distinguish it from the drill's own failure.
      options.interrupted.catch((cause) => {
        throw new Interruption('interrupted', { cause });
      }),
    ]);
    const result = context.checks.result();
    result.kills += beds.reduce((sum, { kills }) => sum + kills.length, 0);
    // A death fails every drill, even one that does not judge its rows.
    for (const line of beds.flatMap((bed) => bed.system.deaths.lines))
      if (!result.misses.includes(line)) result.misses.push(line);
    kept = result.misses.length > 0;
    outcome = { ...measure(), kind: 'done', result };
    if (kept && folders[0]) result.misses.push(`logs and data: ${folders[0]}`);
  } catch (error) {
    if (error instanceof SkipDrill) {
      kept = false;
      outcome = { ...measure(), kind: 'skipped', reason: error.message };
    } else if (error instanceof Interruption) {
      // After an interruption, no report prints the folder's path.
      kept = false;
      throw error.cause;
    } else {
      outcome = { ...measure(), kind: 'broken', error: error as Error, folder: folders[0] ?? '' };
    }
  } finally {
    // A failed clean-up must not hide the outcome.
    await cleanUps.disposeAsync().catch(() => {});
    if (!kept) for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
  return outcome;
}

class Interruption extends Error {}

/** Runs up to `jobs` drills at once, then those with `alone`. Calls `onOutcome` after each. */
export async function runDrills(
  drills: readonly Drill[],
  options: RunOptions & { jobs: number; onOutcome: (outcome: Outcome) => void },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const together = drills.filter((drill) => drill.alone !== true);
  const alone = drills.filter((drill) => drill.alone === true);
  const take = async (queue: Drill[]) => {
    for (let drill = queue.shift(); drill; drill = queue.shift()) {
      const outcome = await runDrill(drill, options);
      outcomes.push(outcome);
      options.onOutcome(outcome);
    }
  };
  const lanes = Array.from({ length: options.jobs }, () => take(together));
  // After an interruption, wait until every drill has stopped its processes.
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
  await take(alone);
  return outcomes;
}
