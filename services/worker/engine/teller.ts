import type { ChunkStepEnd, ChunkStepKey } from '@aio/platform/queries/engine/chunks';
import { tellAttempts } from '@aio/platform/queries/engine/chunks';
import { isUnavailable } from '@aio/platform/database-error';
import type { Queryable } from '@aio/platform/queryable';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusedReport } from './attempt-report.ts';

const RETRY_MS = 250;

/** Tells the holders of runs about their steps here, many in one statement. */
export interface Teller {
  /** false = the step is not to be executed any more. */
  started(key: ChunkStepKey): Promise<boolean>;
  /** false = its holder has taken it back. */
  ended(end: ChunkStepEnd): Promise<boolean>;
  /** Nothing is left of the chunk. */
  dropped(chunkId: string): void;
  /** Gives up on an outage from now on. */
  close(): void;
}

/** What is told of a step, or that nothing is left of a chunk. */
type Told =
  | { type: 'started'; key: ChunkStepKey; resolve: (told: boolean) => void }
  | { type: 'ended'; key: ChunkStepEnd; resolve: (told: boolean) => void }
  | { type: 'done'; chunkId: string };

export function createTeller(deps: {
  db: Queryable;
  workerId: string;
  /** The run has messages: its holder is to look. */
  signal: (runId: string) => void;
  onTrouble: (what: string, error: unknown) => void;
}): Teller {
  const batch: Told[] = [];
  let isTelling = false;
  let isScheduled = false;
  let isClosed = false;

  function add(told: Told): void {
    batch.push(told);
    if (isScheduled || isTelling) return;
    isScheduled = true;
    setImmediate(() => void flush());
  }

  async function flush(): Promise<void> {
    isScheduled = false;
    isTelling = true;
    while (batch.length > 0) await tell(batch.splice(0));
    isTelling = false;
  }

  /** A batch that is refused is halved until the bad one stands alone, so that its neighbours are told. */
  async function tell(some: readonly Told[]): Promise<void> {
    const told = await write(some).catch((error: unknown) => {
      deps.onTrouble('telling about steps of other workers', error);
      return isUnavailable(error) ? new Set<string>() : null;
    });
    if (told) return resolveAll(some, told);
    if (some.length > 1) {
      const half = Math.ceil(some.length / 2);
      await tell(some.slice(0, half));
      return tell(some.slice(half));
    }
    const [one] = some;
    if (one?.type !== 'ended') return resolveAll(some, new Set());
    // Its holder waits for an end.
    const refused = { ...one.key, ...refusedReport() };
    resolveAll(some, await write([{ ...one, key: refused }]).catch(() => new Set<string>()));
  }

  function resolveAll(some: readonly Told[], told: ReadonlySet<string>): void {
    for (const one of some) if (one.type !== 'done') one.resolve(told.has(nameOf(one.key)));
  }

  /** An outage is waited out. */
  async function write(some: readonly Told[]): Promise<Set<string>> {
    const { db, workerId } = deps;
    const started = some.flatMap((one) => (one.type === 'started' ? one.key : []));
    const ended = some.flatMap((one) => (one.type === 'ended' ? one.key : []));
    const done = some.flatMap((one) => (one.type === 'done' ? one.chunkId : []));
    for (;;) {
      try {
        const told = await tellAttempts(db, { workerId, started, ended, done });
        for (const runId of new Set(told.map((key) => key.runId))) deps.signal(runId);
        return new Set(told.map(nameOf));
      } catch (error) {
        if (isClosed || !isUnavailable(error)) throw error;
        deps.onTrouble('telling about steps of other workers', error);
        await sleep(RETRY_MS);
      }
    }
  }

  return {
    started: (key) => new Promise((resolve) => add({ type: 'started', key, resolve })),
    ended: (end) => new Promise((resolve) => add({ type: 'ended', key: end, resolve })),
    dropped: (chunkId) => add({ type: 'done', chunkId }),
    close() {
      isClosed = true;
    },
  };
}

function nameOf({ chunkId, step, iteration }: ChunkStepKey): string {
  return `${chunkId} ${step} ${iteration}`;
}
