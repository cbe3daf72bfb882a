import type { Pool } from 'pg';
import { type Breach, listBreaches } from '../audit.ts';
import { findWrongEnds } from '../expected-ends.ts';
import { compareEffects, countDoubledRows, findLostRuns } from '../oracles.ts';
import type { CallCounts } from '../simulator-client.ts';
import { findEarlyStarts, type StepFault } from '../step-order.ts';
import { type Kill, measureWaits, type Waits } from '../waits.ts';
import type { AcceptedRun } from './mixed-load.ts';

const SHOWN = 10;

export interface Verdict extends Waits {
  runs: number;
  steps: number;
  attemptsLost: number;
  lost: string[];
  /** Rows, runs and writes beyond what was accepted once. */
  dup: number;
  breaches: Breach[];
  /** Steps in an order, or with an end, that the definition does not allow. */
  wrong: StepFault[];
  /** FX */
  mostCalls: number;
  uncoveredCalls: string[];
  serverErrors: string[];
  /** Processes that ended though nobody had asked them to. */
  deaths: readonly string[];
}

/** What was seen from outside while it went on. */
export interface Seen {
  accepted: readonly AcceptedRun[];
  /** Submissions without a key that failed: each may have left a run, whose answer was lost. Default 0. */
  unanswered?: number;
  serverErrors: string[];
  kills: readonly Kill[];
  deaths: readonly string[];
  calls: Pick<CallCounts, 'byKey' | 'total'>;
}

/** Computed when everything has settled, best from a database under audit. */
export async function judge(db: Pool, seen: Seen): Promise<Verdict> {
  const { accepted, serverErrors, deaths } = seen;
  const ids = accepted.map((run) => run.id);
  const breaches = await listBreaches(db);
  const counts = await countRows(db);
  const wrong = await findEarlyStarts(db, ids);
  for (const { id, expected } of accepted)
    if (expected) wrong.push(...(await findWrongEnds(db, id, expected)));
  const effects = await compareEffects(db, seen.calls);
  const unknownRuns = counts.runs - new Set(ids).size;
  const doubledRuns = unknownRuns - clamp(unknownRuns, 0, seen.unanswered ?? 0);
  return {
    ...(await measureWaits(db, seen.kills)),
    ...counts,
    lost: await findLostRuns(db, ids),
    dup: (await countDoubledRows(db)) + breaches.length + doubledRuns,
    breaches,
    wrong,
    mostCalls: effects.most,
    uncoveredCalls: effects.uncovered,
    serverErrors,
    deaths,
  };
}

/** What the figures count, one line each, the first ones by name. */
export function listFlaws(verdict: Verdict): string[] {
  const flaws = [
    ...verdict.deaths,
    ...verdict.lost.map((id) => `lost: run ${id}`),
    ...verdict.breaches.map(
      ({ rule, runId, step, detail }) =>
        `${rule}: run ${runId}${step === null ? '' : ` step ${step}`}, ${detail}`,
    ),
    ...verdict.wrong.map(({ runId, step, fault }) => `wrong: run ${runId} ${step} ${fault}`),
    ...verdict.uncoveredCalls.map((key) => `called once more than attempted: ${key}`),
    ...verdict.serverErrors.map((error) => `the API broke: ${error}`),
  ];
  const more = flaws.length - SHOWN;
  return [...flaws.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])];
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

async function countRows(db: Pool) {
  const { rows } = await db.query<{ runs: number; steps: number; attemptsLost: number }>(
    `select (select count(*)::int from runs) as runs, (select count(*)::int from steps) as steps,
       (select count(*)::int from step_attempts where status = 'worker_lost') as "attemptsLost"`,
  );
  return rows[0] ?? { runs: 0, steps: 0, attemptsLost: 0 };
}
