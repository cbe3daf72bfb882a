import type { ChunkStepEnd, ChunkStepKey } from '@aio/platform/queries/engine/chunks';
import { tellAttempts } from '@aio/platform/queries/engine/chunks';
import { isUnavailable } from '@aio/platform/database-error';
import type { Queryable } from '@aio/platform/queryable';
import { setTimeout as sleep } from 'node:timers/promises';

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

interface Batch {
  started: { key: ChunkStepKey; resolve: (told: boolean) => void }[];
  ended: { end: ChunkStepEnd; resolve: (told: boolean) => void }[];
  done: string[];
}

export function createTeller(deps: {
  db: Queryable;
  workerId: string;
  /** The run has messages: its holder is to look. */
  signal: (runId: string) => void;
  onTrouble: (what: string, error: unknown) => void;
}): Teller {
  let batch = createBatch();
  let isTelling = false;
  let isScheduled = false;
  let isClosed = false;

  function schedule(): void {
    if (isScheduled || isTelling) return;
    isScheduled = true;
    setImmediate(() => void flush());
  }

  async function flush(): Promise<void> {
    isScheduled = false;
    isTelling = true;
    const current = batch;
    batch = createBatch();
    const told = await tell(current);
    for (const { key, resolve } of current.started) resolve(told.has(nameOf(key)));
    for (const { end, resolve } of current.ended) resolve(told.has(nameOf(end)));
    isTelling = false;
    if (batch.started.length + batch.ended.length + batch.done.length > 0) schedule();
  }

  async function tell({ started, ended, done }: Batch): Promise<Set<string>> {
    for (;;) {
      try {
        const told = await tellAttempts(deps.db, {
          workerId: deps.workerId,
          started: started.map(({ key }) => key),
          ended: ended.map(({ end }) => end),
          done,
        });
        for (const runId of new Set(told.map((key) => key.runId))) deps.signal(runId);
        return new Set(told.map(nameOf));
      } catch (error) {
        deps.onTrouble('telling about steps of other workers', error);
        if (isClosed || !isUnavailable(error)) return new Set();
        await sleep(RETRY_MS);
      }
    }
  }

  return {
    started: (key) =>
      new Promise((resolve) => {
        batch.started.push({ key, resolve });
        schedule();
      }),
    ended: (end) =>
      new Promise((resolve) => {
        batch.ended.push({ end, resolve });
        schedule();
      }),
    dropped(chunkId) {
      batch.done.push(chunkId);
      schedule();
    },
    close() {
      isClosed = true;
    },
  };
}

function createBatch(): Batch {
  return { started: [], ended: [], done: [] };
}

function nameOf({ chunkId, step, iteration }: ChunkStepKey): string {
  return `${chunkId} ${step} ${iteration}`;
}
