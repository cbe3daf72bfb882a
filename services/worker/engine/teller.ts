import type { ChunkStepEnd, ChunkStepKey } from '@aio/platform/queries/engine/chunks';
import { tellEnds, tellStarts } from '@aio/platform/queries/engine/chunks';
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

/** How a step ended, or that nothing is left of a chunk. */
type End = { end: ChunkStepEnd } | { doneChunkId: string };

export function createTeller(deps: {
  db: Queryable;
  workerId: string;
  /** The run has messages: its holder is to look. */
  tell: (runId: string) => void;
  onTrouble: (what: string, error: unknown) => void;
}): Teller {
  const { db, workerId } = deps;
  let isClosed = false;

  /** Answers the names of what was told. An outage is waited out. */
  async function persist(write: () => Promise<readonly ChunkStepKey[]>): Promise<Set<string>> {
    for (;;) {
      try {
        const told = await write();
        for (const runId of new Set(told.map((key) => key.runId))) deps.tell(runId);
        return new Set(told.map(nameOf));
      } catch (error) {
        deps.onTrouble('telling about steps of other workers', error);
        if (isClosed || !isUnavailable(error)) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  // Two lines: a step begins when its start is told, and nobody waits for an end like that.
  const tellStart = createLine<ChunkStepKey>({
    write: (started) => persist(() => tellStarts(db, { workerId, started })),
    nameOf,
    toRefused: () => null,
  });
  const tellEnd = createLine<End>({
    write: (all) =>
      persist(() =>
        tellEnds(db, {
          workerId,
          ended: all.flatMap((one) => ('end' in one ? one.end : [])),
          done: all.flatMap((one) => ('doneChunkId' in one ? one.doneChunkId : [])),
        }),
      ),
    nameOf: (one) => ('end' in one ? nameOf(one.end) : ''),
    // Its holder waits for an end.
    toRefused: (one) => ('end' in one ? { end: { ...one.end, ...refusedReport() } } : null),
  });

  return {
    started: tellStart,
    ended: (end) => tellEnd({ end }),
    dropped: (chunkId) => void tellEnd({ doneChunkId: chunkId }),
    close() {
      isClosed = true;
    },
  };
}

interface Waiting<Item> {
  item: Item;
  resolve: (isTold: boolean) => void;
}

/** One statement at a time; what comes meanwhile is the next one. */
function createLine<Item>(options: {
  /** Answers the names of what was told. @throws when the database refuses it */
  write: (items: readonly Item[]) => Promise<ReadonlySet<string>>;
  nameOf: (item: Item) => string;
  /** What to tell of an item that the database refuses; null = nothing. */
  toRefused: (item: Item) => Item | null;
}): (item: Item) => Promise<boolean> {
  const { write, nameOf, toRefused } = options;
  const waiting: Waiting<Item>[] = [];
  let isBusy = false;

  async function flush(): Promise<void> {
    while (waiting.length > 0) await tell(waiting.splice(0));
    isBusy = false;
  }

  /** A batch that is refused is halved until the bad one stands alone, so that its neighbours are told. */
  async function tell(some: readonly Waiting<Item>[]): Promise<void> {
    const told = await write(some.map(({ item }) => item)).catch((error: unknown) =>
      isUnavailable(error) ? new Set<string>() : null,
    );
    if (told) return resolveAll(some, told);
    if (some.length > 1) {
      const half = Math.ceil(some.length / 2);
      await tell(some.slice(0, half));
      return tell(some.slice(half));
    }
    const refused = some.flatMap(({ item }) => toRefused(item) ?? []);
    const nothing = () => new Set<string>();
    resolveAll(some, refused.length === 0 ? nothing() : await write(refused).catch(nothing));
  }

  function resolveAll(some: readonly Waiting<Item>[], told: ReadonlySet<string>): void {
    for (const { item, resolve } of some) resolve(told.has(nameOf(item)));
  }

  return (item) =>
    new Promise((resolve) => {
      waiting.push({ item, resolve });
      if (isBusy) return;
      isBusy = true;
      setImmediate(() => void flush());
    });
}

function nameOf({ chunkId, step, iteration }: ChunkStepKey): string {
  return `${chunkId} ${step} ${iteration}`;
}
