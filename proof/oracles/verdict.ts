import type { Pool } from 'pg';
import { type Breach, listBreaches } from './audit.ts';
import { compareEffects, countDoubledRows, findLostRuns } from './oracles.ts';
import type { CallCounts } from '@aio/tools/system/simulator-client';
import { findEarlyStarts, findWrongEnds, type StepFault } from './step-order.ts';
import { type Kill, measureWaits, type Waits } from './measure-waits.ts';
import { countRows } from './rows.ts';
import type { ExpectedRun } from '../bed/mixed-workflow.ts';

const SHOWN = 10;

export interface AcceptedRun {
  id: string;
  /** null = no prediction, e.g. for a run that the load cancelled and that may have ended before. */
  expected: ExpectedRun | null;
}

export interface Verdict extends Waits {
  runs: number;
  steps: number;
  attemptsLost: number;
  lost: string[];
  /** Extra rows, extra runs and forbidden writes. */
  dup: number;
  breaches: Breach[];
  /** Steps that started too early or ended otherwise than predicted. */
  wrong: StepFault[];
  /** FX: the most calls with one idempotency key. */
  mostCalls: number;
  uncoveredCalls: string[];
  serverErrors: string[];
  deaths: readonly string[];
}

/** Observations of the drill from outside. */
export interface Seen {
  accepted: readonly AcceptedRun[];
  /** Failed submissions without a key. Each may have created a run whose answer was lost. Default 0. */
  unanswered?: number;
  serverErrors: string[];
  kills: readonly Kill[];
  deaths: readonly string[];
  calls: Pick<CallCounts, 'byKey'>;
}

/** Computes the verdict after all runs have settled. Without an audit, it misses forbidden writes. */
export async function judge(db: Pool, seen: Seen): Promise<Verdict> {
  const { accepted, serverErrors, deaths } = seen;
  const ids = accepted.map((run) => run.id);
  const breaches = await listBreaches(db);
  const runs = await countRows(db, 'runs');
  const wrong = await findEarlyStarts(db, ids);
  for (const { id, expected } of accepted)
    if (expected) wrong.push(...(await findWrongEnds(db, id, expected)));
  const effects = await compareEffects(db, seen.calls);
  const unknownRuns = runs - new Set(ids).size;
  const doubledRuns = unknownRuns - clamp(unknownRuns, 0, seen.unanswered ?? 0);
  return {
    ...(await measureWaits(db, seen.kills)),
    runs,
    steps: await countRows(db, 'steps'),
    attemptsLost: await countRows(db, `step_attempts where status = 'worker_lost'`),
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

/** One line per flaw, at most ten, then the number of others. */
export function listFlaws(verdict: Verdict): string[] {
  const flaws = [
    ...verdict.deaths,
    ...verdict.lost.map((id) => `lost: run ${id}`),
    ...verdict.breaches.map(
      ({ rule, runId, step, detail }) =>
        `${rule}: run ${runId}${step === null ? '' : ` step ${step}`}, ${detail}`,
    ),
    ...verdict.wrong.map(({ runId, step, fault }) => `wrong: run ${runId} ${step} ${fault}`),
    ...verdict.uncoveredCalls.map((key) => `more calls than attempts: ${key}`),
    ...verdict.serverErrors.map((error) => `API error: ${error}`),
  ];
  const more = flaws.length - SHOWN;
  return [...flaws.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more`] : [])];
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
