import { OutputText } from '@aio/core/run/output';
import { StepError } from '@aio/core/run/step-outcome';
import { Piscina } from 'piscina';
import type { HttpHeaders } from './http-response.ts';

/** A longer one is made an output in a thread: to parse, redact and write 16 MB of JSON takes most of a second. */
export const LONG_ANSWER_CHARS = 512 * 1024;

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
