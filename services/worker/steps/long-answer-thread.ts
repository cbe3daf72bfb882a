/** Code of the thread in `long-answers.ts`. */

import { AioError } from '@aio/core/errors';
import { toOutputText } from '@aio/core/run/output-text';
import { StepError } from '@aio/core/run/step-outcome';
import { createRedactor } from '@aio/core/text/redact';
import { type HttpHeaders, parseBody } from './http-response.ts';

export interface LongAnswer {
  status: number;
  headers: HttpHeaders;
  text: string;
  /** Texts to redact from the output. */
  secrets: readonly string[];
}

/** Plain data, because an error loses its class between threads. */
export type MadeOutput =
  | { text: string }
  | { code: string; message: string; details: Record<string, unknown>; retryable: boolean };

export function make({ status, headers, text, secrets }: LongAnswer): MadeOutput {
  try {
    const body = parseBody(text, headers, secrets.length === 0);
    return { text: toOutputText(createRedactor(secrets).value({ status, headers, body })) };
  } catch (error) {
    if (!(error instanceof AioError)) throw error;
    const { code, message, details } = error;
    return { code, message, details, retryable: error instanceof StepError && error.retryable };
  }
}
