import { OutputText } from '@aio/core/run/output';
import { StepError } from '@aio/core/run/step-outcome';
import { Piscina } from 'piscina';
import type { LongAnswer, MadeOutput } from './long-answer-thread.ts';

/** Longer answers go to the thread: to parse, redact and write 16 MB of JSON takes most of a second. */
export const LONG_ANSWER_CHARS = 512 * 1024;
const THREAD = new URL('./long-answer-thread.ts', import.meta.url);

/** Turns long answers into outputs, one at a time, without blocking the event loop. */
export interface LongAnswers {
  /** @throws StepError `bad_response`, `output_too_large`, `output_too_deep`, `answer_too_complex` */
  toOutput(answer: LongAnswer): Promise<OutputText>;
  close(): Promise<void>;
}

/** Starts its thread when needed, and stops it after a minute without work. */
export function createLongAnswers(): LongAnswers {
  const pool = new Piscina<LongAnswer, MadeOutput>({
    filename: THREAD.href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 60_000,
    recordTiming: false,
  });
  return {
    async toOutput(answer) {
      const made = await pool.run(answer);
      if ('text' in made) return new OutputText(made.text);
      const { code, message, details, retryable } = made;
      throw new StepError(code, message, { retryable, details });
    },
    close: () => pool.destroy(),
  };
}
