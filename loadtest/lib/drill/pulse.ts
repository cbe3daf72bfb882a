import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, ApiError } from '../client.ts';
import type { Bed } from './bed.ts';
import { describeError } from './describe-error.ts';

/** A client that submits at a fixed rate, even while the system fails. */
export interface Pulse {
  /** Number of requests (including repetitions) by status; `none` = the connection broke. */
  readonly statuses: ReadonlyMap<number | 'none', number>;
  /** Errors other than a 503, including missing answers. */
  readonly faulty: string[];
  /** Failed submissions without a key. Each may have created a run. */
  unanswered(): number;
  /** Longest request, in ms. */
  longestMs(): number;
  /** Resets the counts. */
  forget(): void;
  /** Submits no more; resolves when the API has accepted each run. @throws Error if it never does */
  stop(): Promise<void>;
}

export const PULSE_WORKFLOW = 'pulse';
const GIVE_UP_AFTER_MS = 90_000;

/**
 * Submits a run every `everyMs` with an Idempotency-Key, and repeats it until the API accepts it.
 * @param options.api default: the client of the system
 * @param options.halfUnkeyed every second submission has no key, so the client does not repeat it
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
      // `stop` rejects with the failure.
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
