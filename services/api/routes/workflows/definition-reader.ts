import { AioError, type Fault } from '@aio/core/errors';
import { Piscina } from 'piscina';
import type { Source } from '../../http/define-route.ts';
import type { ReadingTask, ThreadAnswer } from './definition-thread.ts';
import type { ReadDefinition } from './read-definition.ts';

export interface DefinitionReader {
  /**
   * Reads a definition in a thread. One that takes too long has the fault `definition_cost`.
   * @throws AioError as `readDefinition`, and `unavailable` while too many definitions wait
   */
  read(source: Source): Promise<ReadDefinition>;
  /** Stops the thread. Definitions that it has not read fail. */
  close(): Promise<void>;
}

export interface DefinitionReaderOptions {
  /** Longest time that the thread may take for one definition. */
  deadlineMs?: number;
  /** Definitions that may wait while one is read. */
  maxWaiting?: number;
  /** File that the thread runs; its default export is as that of `definition-thread.ts`. */
  thread?: URL;
}

/** The largest definitions take 1 s on a quiet machine, and 10 s on one that is ten times slower. */
const DEADLINE_MS = 30_000;
/** Their texts take 100 MB at most. */
const MAX_WAITING = 50;
const THREAD = new URL('./definition-thread.ts', import.meta.url);

/**
 * Starts the thread that reads definitions one after the other, so that none of them holds the event loop.
 * A thread that misses the deadline is ended, and another takes its place.
 */
export function createDefinitionReader({
  deadlineMs = DEADLINE_MS,
  maxWaiting = MAX_WAITING,
  thread = THREAD,
}: DefinitionReaderOptions = {}): DefinitionReader {
  const pool = new Piscina<ReadingTask, ThreadAnswer>({
    filename: thread.href,
    minThreads: 1,
    maxThreads: 1,
    recordTiming: false,
  });
  const startClocks = new Map<number, () => void>();
  pool.on('message', (id: number) => startClocks.get(id)?.());
  let tasks = 0;

  return {
    async read(source) {
      if (pool.queueSize >= maxWaiting) {
        throw new AioError('unavailable', 'Too many definitions wait to be read.');
      }
      const id = ++tasks;
      const deadline = new AbortController();
      let clock: NodeJS.Timeout | undefined;
      startClocks.set(id, () => (clock = setTimeout(() => deadline.abort(), deadlineMs)));
      try {
        return acceptAnswer(await pool.run({ id, source }, { signal: deadline.signal }));
      } catch (error) {
        if (!deadline.signal.aborted) throw error;
        return { faults: [costFault(deadlineMs)], definition: null };
      } finally {
        clearTimeout(clock);
        startClocks.delete(id);
      }
    },
    close: () => pool.destroy(),
  };
}

function acceptAnswer(answer: ThreadAnswer): ReadDefinition {
  if (!('refused' in answer)) return answer;
  const { code, message, details } = answer.refused;
  throw new AioError(code, message, { details });
}

function costFault(deadlineMs: number): Fault {
  return {
    pointer: '',
    rule: 'definition_cost',
    message: `reading the definition takes more than ${deadlineMs / 1_000} s`,
    hint: 'make it smaller, or split it into workflows that a step of type workflow runs',
  };
}
