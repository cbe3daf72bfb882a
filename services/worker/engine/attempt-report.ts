import { AioError } from '@aio/core/errors';
import type { Message } from '@aio/platform/queries/engine/load-run';
import type { Usage } from '../steps/step-kind.ts';
import { StepError } from '../steps/step-kind.ts';
import type { AttemptResult } from './attempt.ts';
import type { Logged } from './step-log.ts';
import { StepDeferred } from './step-deferred.ts';

/** How an attempt in another worker's hands ended, as it travels to the holder of the run. */
interface Report {
  /** Not there = it did not end: its worker gives it back. */
  outcome?: { usage: Usage | null };
  error?: {
    code: string;
    message: string;
    details: Record<string, unknown>;
    /** null = a failure that no other attempt would mend. */
    retry: { afterMs: number | null } | null;
    usage: Usage | null;
  };
  logged: Logged | null;
  /** When its own code began and returned, by the database's clock; not there = it did not begin. */
  startedAtMs?: number;
  finishedAtMs?: number;
}

/** Answers JSON texts. */
export function toReport(
  result: AttemptResult,
  { logged = null, startedAtMs }: { logged?: Report['logged']; startedAtMs?: number } = {},
): { body: string; output: string | null } {
  const { finishedAtMs } = result;
  const particulars = { logged, ...(startedAtMs !== undefined && { startedAtMs, finishedAtMs }) };
  if (result.type === 'outcome') {
    const usage = result.outcome.type === 'succeeded' ? (result.outcome.usage ?? null) : null;
    const report: Report = { outcome: { usage }, ...particulars };
    return { body: JSON.stringify(report), output: result.outputText };
  }
  const { error } = result;
  const report: Report =
    error instanceof StepDeferred ? { logged: null } : { error: describe(error), ...particulars };
  return { body: JSON.stringify(report), output: null };
}

/** For an attempt whose result the database does not take: it has failed, and would again. */
export function refusedReport(): { body: string; output: string | null } {
  const message = 'The database refused the result of the attempt.';
  const error = { code: 'not_storable', message, details: {}, retry: null, usage: null };
  return { body: JSON.stringify({ error, logged: null } satisfies Report), output: null };
}

function describe(error: unknown): NonNullable<Report['error']> {
  const known = error instanceof AioError ? error : null;
  const step = error instanceof StepError ? error : null;
  return {
    code: known?.code ?? 'internal',
    message: error instanceof Error ? error.message : String(error),
    details: known?.details ?? {},
    retry: step?.retryable ? { afterMs: step.retryAfterMs } : null,
    usage: step?.usage ?? null,
  };
}

/** Outputs longer than this are not needed as values: nobody keeps them in memory. */
const PARSED_CHARS = 64 * 1024;

/**
 * `result` null = the attempt did not end, and is to be begun again without counting it; `startedAtMs` null = its
 * own code did not begin.
 */
export function fromReport({ body, output, sentAtMs }: Message): {
  result: AttemptResult | null;
  logged: Report['logged'];
  startedAtMs: number | null;
} {
  const { outcome, error, logged, startedAtMs = null, finishedAtMs = sentAtMs } = body as Report;
  if (outcome) {
    const text = output ?? 'null';
    const value = text.length <= PARSED_CHARS ? JSON.parse(text) : null;
    return {
      result: {
        type: 'outcome',
        outcome: {
          type: 'succeeded',
          output: value,
          ...(outcome.usage && { usage: outcome.usage }),
        },
        outputText: text,
        finishedAtMs,
      },
      logged,
      startedAtMs,
    };
  }
  if (!error) return { result: null, logged, startedAtMs };
  const { code, message, details, retry, usage } = error;
  const failure = new StepError(code, message, {
    retryable: retry !== null,
    retryAfterMs: retry?.afterMs ?? null,
    usage,
    details,
  });
  return { result: { type: 'error', error: failure, finishedAtMs }, logged, startedAtMs };
}
