import type { FaultLog } from './faults.ts';
import { isPassed, STUCK_LIMIT_MS, type Verdict } from './verdict.ts';

const SHOWN = 10;

/** The verdict for people: the figures in one line, what lies behind them in the others. */
export function describeVerdict(verdict: Verdict, faults: FaultLog): string[] {
  const stuckMs = Math.max(verdict.readyStepMs, verdict.takeoverMs);
  return [
    `LOST ${verdict.lost.length}, DUP ${verdict.dup}, STUCK ${seconds(stuckMs)}, FX ${verdict.mostCalls}`,
    `  ${faults.kills.length} kills, ${faults.pauses} pauses longer than a lease, ${faults.flushes} FLUSHALL, ${faults.databaseRestarts} restarts of PostgreSQL`,
    `  ${verdict.runs} runs, ${verdict.steps} steps, ${verdict.attemptsLost} attempts lost with their worker and taken up within ${seconds(verdict.takeoverMs)}`,
    `  longest wait of a ready step ${seconds(verdict.readyStepMs)} (limit ${seconds(STUCK_LIMIT_MS)}), of a queued run ${seconds(verdict.queuedRunMs)}`,
    `  ${verdict.wrong.length} steps out of order or with another end than foretold, ${verdict.uncoveredCalls.length} calls without a recorded attempt, ${verdict.serverErrors.length} answers 5xx other than 503`,
    ...listFlaws(verdict).map((line) => `  ${line}`),
    isPassed(verdict) ? 'passed' : 'FAILED',
  ];
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

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
