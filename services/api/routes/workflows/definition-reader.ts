import { AioError, type Fault } from '@aio/core/errors';
import { Piscina } from 'piscina';
import type { Source } from '../../http/define-route.ts';
import type { ReadingTask, ThreadAnswer } from './definition-thread.ts';
import type { ReadDefinition } from './read-definition.ts';

export interface DefinitionReader {
  /**
   * Reads a definition in a thread. If that takes too long, the result has the fault `definition_cost`.
   * @throws AioError as `readDefinition`; `unavailable` if too many definitions wait
   */
  read(source: Source): Promise<ReadDefinition>;
  /** Stops the thread. Pending reads fail. */
  close(): Promise<void>;
}

export interface DefinitionReaderOptions {
  /** Maximum time for one definition. */
  deadlineMs?: number;
  /** Maximum number of waiting definitions. */
  maxWaiting?: number;
  /** File that the thread runs, with the function `read` of `definition-thread.ts`. */
  thread?: URL;
}

/** The largest definitions take 1 s on an idle machine. */
const DEADLINE_MS = 30_000;
/** With the largest texts, these take 100 MB. */
const MAX_WAITING = 50;
const THREAD = new URL('./definition-thread.ts', import.meta.url);

/**
 * Starts a thread that reads one definition at a time, so that no definition blocks the event loop.
 * A thread that misses the deadline is replaced.
 */
export function createDefinitionReader({
  deadlineMs = DEADLINE_MS,
  maxWaiting = MAX_WAITING,
  thread = THREAD,
}: DefinitionReaderOptions = {}): DefinitionReader {
  const pool = new Piscina<ReadingTask, ThreadAnswer>({
    filename: thread.href,
    // Not a default export: Node.js 24 aborts if a thread is stopped while `require` wraps one.
    name: 'read',
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
        throw new AioError(
          'unavailable',
          'Too many definitions wait for validation. Try again later.',
        );
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
    message: `validation takes more than ${deadlineMs / 1_000} s`,
    hint: 'make the definition smaller, or split it into workflows that steps of type workflow run',
  };
}
