import assert from 'node:assert/strict';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { NO_SECRETS } from '@aio/core/text/redact';
import { StepError } from '@aio/core/run/step-outcome';
import type { StepCall, StepKind } from '../step-kind.ts';

export interface LoggedLine {
  level: 'info' | 'warn' | 'error';
  message: string;
  fields: Record<string, unknown> | undefined;
}

/** Creates a call as the engine does, with the test's overrides, and collects its log lines. */
export function createStepCall<With>(
  step: With,
  overrides: Partial<StepCall<With>> = {},
): StepCall<With> & { lines: LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const logAt =
    (level: LoggedLine['level']) => (message: string, fields?: Record<string, unknown>) => {
      lines.push({ level, message, fields });
    };
  return {
    workflowId: 'w',
    runId: '0198c5a0-0000-7000-8000-000000000001',
    workflow: 'test',
    workflowVersion: 3,
    owner: 'ada',
    step: 'step',
    iteration: null,
    attempt: 1,
    depth: 0,
    idempotencyKey: '0198c5a0-0000-7000-8000-000000000001-step--1',
    with: step,
    redactor: NO_SECRETS,
    usesSecrets: false,
    signal: new AbortController().signal,
    log: { info: logAt('info'), warn: logAt('warn'), error: logAt('error') },
    trace: ROOT_CONTEXT,
    takePlace: async () => undefined,
    readUsage: () => null,
    readText: null,
    ...overrides,
    lines,
  };
}

/** The error of a step that fails. */
export async function failureOf<With>(
  kind: StepKind<With>,
  call: StepCall<With>,
): Promise<StepError> {
  const error = await Promise.resolve(kind.execute(call)).catch((error: unknown) => error);
  assert.ok(error instanceof StepError, `a StepError, not ${String(error)}`);
  return error;
}
