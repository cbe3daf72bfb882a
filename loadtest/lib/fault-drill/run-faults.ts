import { rmSync } from 'node:fs';
import { createRandom } from '../random.ts';
import { makeScratchFolder } from '../scratch-folder.ts';
import { type Bed, startBed, type Topology } from './bed.ts';
import { type Fault, type FaultContext, type FaultResult, SkipFault } from './fault.ts';

export type Outcome = { fault: Fault; seconds: number } & (
  | { kind: 'done'; result: FaultResult }
  | { kind: 'skipped'; reason: string }
  /** The drill itself could not go on, which is no pass. */
  | { kind: 'broken'; error: Error; folder: string }
);

export interface RunOptions {
  seed: number;
  full: boolean;
  /** Default `single`. */
  topology?: Topology;
  programDir: string;
  searchPath: string;
  /** Rejects to end the drill early; what was started is stopped. */
  interrupted: Promise<never>;
  onProgress?: (fault: Fault, what: string) => void;
}

/** Does one fault to a system of its own and judges it. @throws what `interrupted` rejects with */
export async function runFault(fault: Fault, options: RunOptions): Promise<Outcome> {
  const startedAt = performance.now();
  const cleanUps: (() => Promise<unknown> | void)[] = [];
  const folders: string[] = [];
  const beds: Bed[] = [];
  const context: FaultContext = {
    seed: options.seed,
    random: createRandom(options.seed),
    full: options.full,
    programDir: options.programDir,
    searchPath: options.searchPath,
    makeFolder(purpose) {
      const folder = makeScratchFolder(purpose);
      folders.push(folder);
      return folder;
    },
    async startBed(bedOptions = {}) {
      context.progress('starts servers and processes');
      const starting = startBed({
        programDir: options.programDir,
        searchPath: options.searchPath,
        dataDir: context.makeFolder(`fault-${fault.name}`),
        topology: options.topology ?? 'single',
        ...bedOptions,
      });
      // One that is still starting when the drill is interrupted has processes as well.
      cleanUps.push(async () => (await starting).stop());
      const bed = await starting;
      beds.push(bed);
      return {
        ...bed,
        judge(seen) {
          context.progress(`judges ${bed.accepted.length} runs`);
          return bed.judge(seen);
        },
      };
    },
    defer: (cleanUp) => void cleanUps.push(cleanUp),
    interrupted: options.interrupted,
    progress: (what) => options.onProgress?.(fault, what),
  };
  let outcome: Outcome;
  const seconds = () => (performance.now() - startedAt) / 1000;
  let kept = true;
  try {
    const result = await Promise.race([fault.run(context), interruption(options.interrupted)]);
    // Whether the fault looked at its rows or not.
    for (const line of beds.flatMap((bed) => bed.system.deaths.lines))
      if (!result.misses.includes(line)) result.misses.push(line);
    kept = result.misses.length > 0;
    outcome = { fault, seconds: seconds(), kind: 'done', result };
    if (kept && folders[0]) result.misses.push(`logs and data: ${folders[0]}`);
  } catch (error) {
    if (error instanceof SkipFault) {
      kept = false;
      outcome = { fault, seconds: seconds(), kind: 'skipped', reason: error.message };
    } else if (error instanceof Interruption) {
      // Nobody would hear where they are.
      kept = false;
      throw error.cause;
    } else {
      outcome = {
        fault,
        seconds: seconds(),
        kind: 'broken',
        error: error as Error,
        folder: folders[0] ?? '',
      };
    }
  } finally {
    for (const cleanUp of cleanUps.toReversed()) {
      // One that fails must not keep the others from being stopped.
      await Promise.resolve(cleanUp()).catch(() => {});
    }
    if (!kept) for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
  return outcome;
}

class Interruption extends Error {}

/** Tells it from a fault's own failure. */
function interruption(interrupted: Promise<never>): Promise<never> {
  return interrupted.catch((cause) => {
    throw new Interruption('interrupted', { cause });
  });
}

/** Up to `jobs` at once, those that must be alone at the end; outcomes as they come. */
export async function runFaults(
  faults: readonly Fault[],
  options: RunOptions & { jobs: number; onOutcome: (outcome: Outcome) => void },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const together = faults.filter((fault) => fault.alone !== true);
  const alone = faults.filter((fault) => fault.alone === true);
  const take = async (queue: Fault[]) => {
    for (let fault = queue.shift(); fault; fault = queue.shift()) {
      const outcome = await runFault(fault, options);
      outcomes.push(outcome);
      options.onOutcome(outcome);
    }
  };
  const lanes = Array.from({ length: options.jobs }, () => take(together));
  // An interruption reaches all of them; each stops what it has started before anybody goes on.
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
  await take(alone);
  return outcomes;
}
