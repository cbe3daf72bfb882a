import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, ApiError } from '../client.ts';
import type { Bed } from './bed.ts';
import { describeError } from './describe-error.ts';

/** A client that submits at its own pace, whatever becomes of the system meanwhile. */
export interface Pulse {
  /** Of every request, repetitions included: its status, or `none` when the connection broke. */
  readonly statuses: ReadonlyMap<number | 'none', number>;
  /** Answers that a client should not see: 5xx other than 503, or none. */
  readonly faulty: string[];
  /** Runs without a key that were given up: each may be there all the same. */
  unanswered(): number;
  /** The longest that a request took, in ms. */
  longestMs(): number;
  /** Starts to count anew. */
  forget(): void;
  /** No more new ones; resolves when each has been accepted. @throws Error when one never is */
  stop(): Promise<void>;
}

export const PULSE_WORKFLOW = 'pulse';
const GIVE_UP_AFTER_MS = 90_000;

/**
 * Submits a run every `everyMs`, each with an Idempotency-Key, and again until it is accepted.
 * @param options.api who is asked; default the system's own
 * @param options.halfUnkeyed every other one has no key, and is given up when it fails: it may have been accepted
 */
export async function startPulse(
  bed: Bed,
  options: { everyMs: number; api?: ApiClient; halfUnkeyed?: boolean },
): Promise<Pulse> {
  const { system } = bed;
  const api = options.api ?? system.api;
  const work = { type: 'http', with: { url: `${system.simulator.url}/work?ms=20` } } as const;
  await bed.createWorkflow(PULSE_WORKFLOW, {
    first: work,
    middle: {
      type: 'transform',
      needs: ['first'],
      with: { value: '${{ steps.first.output.status }}' },
    },
    last: { ...work, needs: ['middle'] },
  });
  const statuses = new Map<number | 'none', number>();
  const faulty: string[] = [];
  let unanswered = 0;
  let longestMs = 0;
  let beating = true;
  const open = new Set<Promise<void>>();

  async function submit(isKeyed: boolean): Promise<void> {
    const key = isKeyed ? { idempotencyKey: randomUUID() } : {};
    const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
    for (;;) {
      const startedAt = performance.now();
      const answer = await api
        .submitRun(PULSE_WORKFLOW, undefined, key)
        .catch((error: Error) => error);
      longestMs = Math.max(longestMs, performance.now() - startedAt);
      const status = statusOf(answer);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (!(answer instanceof Error)) {
        bed.accepted.push({ id: answer.id, expected: null });
        return;
      }
      if (status !== 503) faulty.push(`${new Date().toISOString()} ${describeError(answer)}`);
      if (!isKeyed) {
        unanswered += 1;
        return;
      }
      if (performance.now() > giveUpAt) throw answer;
      await sleep(200);
    }
  }

  const beats = (async () => {
    for (let nth = 0; beating; nth++) {
      const isKeyed = !(options.halfUnkeyed ?? false) || nth % 2 === 0;
      const beat = submit(isKeyed).finally(() => open.delete(beat));
      // The failure is told by `stop`.
      beat.catch(() => {});
      open.add(beat);
      await sleep(options.everyMs);
    }
    await Promise.all(open);
  })();
  beats.catch(() => {});

  return {
    statuses,
    faulty,
    unanswered: () => unanswered,
    longestMs: () => longestMs,
    forget() {
      statuses.clear();
      faulty.length = 0;
      longestMs = 0;
    },
    async stop() {
      beating = false;
      await beats;
    },
  };
}

function statusOf(answer: { id: string } | Error): number | 'none' {
  if (!(answer instanceof Error)) return 202;
  return answer instanceof ApiError ? answer.status : 'none';
}
