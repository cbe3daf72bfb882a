import type { Attempt, Step } from '../shared/api.ts';

const epochMs = Date.parse('2026-11-25T12:00:00.000Z');

/** The time `ms` milliseconds after the common start of all samples. */
export function at(ms: number): string {
  return new Date(epochMs + ms).toISOString();
}

/** A pending step; `rest` overrides its fields. */
export function stepOf(id: string, rest: Partial<Step> = {}): Step {
  return {
    id,
    kind: 'http',
    awaits: null,
    queues: true,
    needs: [],
    status: 'pending',
    waitingFor: null,
    resolution: null,
    iteration: null,
    attempt: 0,
    crashes: 0,
    firstReadyAt: null,
    readyAt: null,
    startedAt: null,
    finishedAt: null,
    dueAt: null,
    output: null,
    durationMs: null,
    queueTimeMs: null,
    executionMs: null,
    error: null,
    usage: null,
    spanId: null,
    attempts: [],
    ...rest,
  };
}

/** An attempt with its times in milliseconds: ready, started, finished; null = not yet. */
export function attemptOf(
  number: number,
  [ready, started, finished]: [number, number | null, number | null],
  rest: Partial<Attempt> = {},
): Attempt {
  return {
    number,
    status: finished === null ? 'running' : 'succeeded',
    readyAt: at(ready),
    startedAt: started === null ? null : at(started),
    finishedAt: finished === null ? null : at(finished),
    queueTimeMs: started === null ? null : started - ready,
    executionMs: started === null || finished === null ? null : finished - started,
    error: null,
    usage: null,
    workerId: null,
    ...rest,
  };
}
