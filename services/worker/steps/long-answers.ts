import { OutputText } from '@aio/core/run/output-text';
import { StepError } from '@aio/core/run/step-outcome';
import { Piscina } from 'piscina';
import type { LongAnswer, MadeOutput } from './long-answer-thread.ts';

/** Longer answers go to the thread: to parse, redact and write 16 MB of JSON takes most of a second. */
export const LONG_ANSWER_CHARS = 512 * 1024;
/**
 * Memory of the thread. The costliest answers within the other limits need 300 MB. Do not set it much lower: V8 ends the
 * whole process if the memory runs out within `JSON.parse`.
 */
const HEAP_MB = 320;
const THREAD = new URL('./long-answer-thread.ts', import.meta.url);

/** Turns long answers into outputs, one at a time, without blocking the event loop. */
export interface LongAnswers {
  /** @throws StepError `bad_response`, `output_too_large`, `output_too_deep`, `answer_too_complex` */
  toOutput(answer: LongAnswer): Promise<OutputText>;
  close(): Promise<void>;
}

/** Starts its thread when needed, and stops it after a minute without work. */
export function createLongAnswers({ heapMb = HEAP_MB } = {}): LongAnswers {
  const pool = new Piscina<LongAnswer, MadeOutput>({
    filename: THREAD.href,
    // Not a default export: Node.js 24 aborts if a thread is stopped while `require` wraps one.
    name: 'make',
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 60_000,
    recordTiming: false,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
  /** piscina forgets the answers that wait for a thread that dies, so they wait here. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    async toOutput(answer) {
      const making = last.then(() => pool.run(answer));
      last = making.then(
        () => {},
        () => {},
      );
      const made = await making.catch(refuse);
      if ('text' in made) return new OutputText(made.text);
      const { code, message, details, retryable } = made;
      throw new StepError(code, message, { retryable, details });
    },
    close: () => pool.destroy(),
  };
}

/** An answer that the thread has no memory for is the answer's fault. The next answer gets a new thread. */
function refuse(error: Error & { code?: string }): never {
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
  throw new StepError(
    'answer_too_complex',
    'The worker has too little memory to read the answer. Request a shorter or simpler one.',
    { retryable: false, cause: error },
  );
}
