import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, ApiError } from '@aio/tools/system/client';
import type { Bed } from './bed.ts';
import type { Checks } from '../drills/kit/checks.ts';
import { describeError } from '../drills/kit/errors.ts';

export const PULSE_WORKFLOW = 'pulse';
const GIVE_UP_AFTER_MS = 90_000;

export type Pulse = Awaited<ReturnType<typeof startPulse>>;

/**
 * A client that submits at a fixed rate, even while the system fails: every `everyMs` a run with an Idempotency-Key,
 * which it repeats until the API accepts it. Errors other than a 503 and missing answers go to `bed.serverErrors`.
 * @param options.api default: the client of the system
 * @param options.halfUnkeyed every second submission has no key, so the client does not repeat it
 */
export async function startPulse(
  bed: Bed,
  options: { everyMs: number; api?: ApiClient; halfUnkeyed?: boolean },
) {
  const api = options.api ?? bed.system.api;
  const work = bed.call('ms=20');
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
      if (status !== 503)
        bed.serverErrors.push(`${new Date().toISOString()} ${describeError(answer)}`);
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
      // `stop` rejects with the failure.
      beat.catch(() => {});
      open.add(beat);
      await sleep(options.everyMs);
    }
    await Promise.all(open);
  })();
  beats.catch(() => {});

  return {
    /** Number of requests (including repetitions) by status; `none` = the connection broke. */
    statuses: statuses as ReadonlyMap<number | 'none', number>,
    /** Failed submissions without a key. Each may have created a run. */
    unanswered: () => unanswered,
    /** Longest request, in ms. */
    longestMs: () => longestMs,
    /** A miss unless all answers since the last `forget` are 202. */
    expectOnly202(checks: Checks, what = 'answers'): void {
      const all202 = statuses.size === 1 && statuses.has(202);
      checks.that(all202, `${what}: ${JSON.stringify([...statuses])}`);
    },
    /** Resets the counts, and removes the bed's `serverErrors`. */
    forget(): void {
      statuses.clear();
      bed.serverErrors.length = 0;
      longestMs = 0;
    },
    /** Submits no more; resolves when the API has accepted each run. @throws Error if it never does */
    async stop(): Promise<void> {
      beating = false;
      await beats;
    },
  };
}

function statusOf(answer: { id: string } | Error): number | 'none' {
  if (!(answer instanceof Error)) return 202;
  return answer instanceof ApiError ? answer.status : 'none';
}
