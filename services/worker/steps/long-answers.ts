import { OutputText } from '@aio/core/run/output';
import { StepError } from '@aio/core/run/step-outcome';
import { Piscina } from 'piscina';
import type { HttpHeaders } from './http-response.ts';

/** A longer one is made an output in a thread: to parse, redact and write 16 MB of JSON takes most of a second. */
export const LONG_ANSWER_CHARS = 512 * 1024;
/** Of the thread. JSON of nothing but empty objects takes twenty times its length. */
const MEMORY_MB = 256;

export interface LongAnswer {
  status: number;
  headers: HttpHeaders;
  text: string;
  /** What must not be in the output. */
  secrets: readonly string[];
}

/** Plain data: an error does not stay one of its class on its way between threads. */
export type MadeOutput =
  | { text: string }
  | { code: string; message: string; details: Record<string, unknown>; retryable: boolean };

/** Makes outputs of long answers while the event loop goes on, one after the other. */
export interface LongAnswers {
  /** @throws StepError `bad_response`, `output_too_large`, `output_too_deep`, `answer_too_complex` */
  toOutput(answer: LongAnswer): Promise<OutputText>;
  close(): Promise<void>;
}

/** The thread is there while there are some. */
export function createLongAnswers(): LongAnswers {
  const pool = new Piscina<LongAnswer, MadeOutput>({
    filename: new URL('./long-answer-thread.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 60_000,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    recordTiming: false,
  });
  return {
    async toOutput(answer) {
      const made = await pool.run(answer).catch((cause: unknown) => {
        const message = `The answer takes more than ${MEMORY_MB} MB of memory as a value.`;
        throw new StepError('answer_too_complex', message, { retryable: false, cause });
      });
      if ('text' in made) return new OutputText(made.text);
      const { code, message, details, retryable } = made;
      throw new StepError(code, message, { retryable, details });
    },
    close: () => pool.destroy(),
  };
}
