/** What the thread of `long-answers.ts` runs. */

import { AioError } from '@aio/core/errors';
import { toOutputText } from '@aio/core/run/output';
import { StepError } from '@aio/core/run/step-outcome';
import { createRedactor } from '@aio/core/text/redact';
import { parseBody } from './http-response.ts';
import type { LongAnswer, MadeOutput } from './long-answers.ts';

export default function make({ status, headers, text, secrets }: LongAnswer): MadeOutput {
  try {
    const body = parseBody(text, headers, secrets.length === 0);
    return { text: toOutputText(createRedactor(secrets).value({ status, headers, body })) };
  } catch (error) {
    if (!(error instanceof AioError)) throw error;
    const { code, message, details } = error;
    return { code, message, details, retryable: error instanceof StepError && error.retryable };
  }
}
