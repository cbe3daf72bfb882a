import type { AttemptResult } from '../step-outcome.ts';
import { nameOf, type Row } from './simulated-rows.ts';

/** An integer from 0 to below `below`, which the test chooses. */
export type Choose = (below: number) => number;

/** Executors of a simulated run: they start and end attempts, and write only rows. */
export class SimulatedExecutors {
  /** Attempts that they have started: `step iteration attempt`. */
  readonly begun: string[] = [];
  /** Rows whose attempts succeeded in the orchestrator's process, until its next commit records them. */
  readonly handedOver = new Set<Row>();
  readonly #rows: ReadonlyMap<string, Row>;
  readonly #choose: Choose;
  readonly #attempts = new Map<string, number>();

  constructor(rows: ReadonlyMap<string, Row>, choose: Choose) {
    this.#rows = rows;
    this.#choose = choose;
  }

  /** Rows whose attempts are under way. */
  underWay(): Row[] {
    return [...this.#rows.values()].filter(
      (row) =>
        row.status === 'running' &&
        row.workerId === 'executor' &&
        row.ended === null &&
        !this.handedOver.has(row),
    );
  }

  /** Starts ready attempts, each once. */
  begin(nowMs: number, all = false): void {
    for (const row of this.#rows.values()) {
      if (row.status !== 'ready' || (!all && this.#choose(3) === 0)) continue;
      row.status = 'running';
      row.attempt++;
      row.workerId = 'executor';
      row.startedAt = nowMs;
      row.ended = null;
      row.startedSeq = null;
      this.begun.push(`${nameOf(row)} ${row.attempt}`);
    }
  }

  end(nowMs: number): void {
    for (const row of this.underWay()) {
      const tries = (this.#attempts.get(nameOf(row)) ?? 0) + 1;
      this.#attempts.set(nameOf(row), tries);
      const ends: AttemptResult[] = [
        { type: 'succeeded', usage: null },
        { type: 'succeeded', usage: null },
        failed(true),
        failed(false),
        { type: 'deferred' },
        { type: 'lost' },
      ];
      // After some failures it succeeds.
      const result = tries > 8 ? ends[0]! : ends[this.#choose(ends.length)]!;
      row.ended = { atMs: nowMs, result, output: row.iteration };
    }
  }

  /** Dies with the orchestrator of its process, before or after it has recorded what it handed over. */
  die(nowMs: number): void {
    const succeeded = { type: 'succeeded', usage: null } as const;
    const result = this.#choose(2) === 0 ? succeeded : ({ type: 'lost' } as const);
    for (const row of this.handedOver) row.ended = { atMs: nowMs, result, output: row.iteration };
    this.handedOver.clear();
  }
}

export function failed(isRetryable: boolean): AttemptResult {
  const failure = { code: 'failed', message: 'It failed.' };
  return { type: 'failed', failure, retry: isRetryable ? { afterMs: null } : null, usage: null };
}
