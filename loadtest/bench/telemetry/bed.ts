import { setTimeout as sleep } from 'node:timers/promises';
import { chain } from '../../lib/shapes.ts';
import { createAio } from '../contenders/aio.ts';
import type { Contender } from '../contenders/contender.ts';
import { type OtlpDrain, startOtlpDrain } from '../measure/otlp-drain.ts';
import { readCpuMs } from '../measure/process-cpu.ts';
import type { BenchContext } from '../part.ts';
import { type BenchSystem, startBenchSystem } from '../parts/bench-system.ts';
import type { Variant } from './variants.ts';

export const SHAPE = { name: 'chain-50', shape: chain(50) };
/** Small requests: each is sampled or not with all of its runs, and the share is to come out even. */
const SUBMISSION = { runsPerRequest: 5, atOnce: 8 };
/** Longer than spans wait for their batch to fill. */
const EXPORT_MS = 1200;
const WAITS = `
name: waits
steps:
  ask: { type: approval, with: { message: "Fine?" } }
`;

/** One system that is measured, each of its processes with a collector of its own. */
export interface Bed {
  variant: Variant;
  system: BenchSystem;
  drains: Readonly<Record<'api' | 'worker', OtlpDrain>>;
  engine: Contender;
  /** Of a route that does one SELECT, by primary key. */
  url: string;
}

export async function makeBed(context: BenchContext, variant: Variant): Promise<Bed> {
  const drains = { api: await startOtlpDrain(), worker: await startOtlpDrain() };
  for (const { close } of Object.values(drains)) context.onEnd(close);
  const system = await startBenchSystem(context, {
    name: variant.name,
    workers: 1,
    env: {},
    processEnv: (name) => variant.env(drains[name === 'api' ? 'api' : 'worker'].endpoint),
  });
  const engine = createAio(system, { name: variant.name, submission: SUBMISSION });
  return { variant, system, drains, engine, url: await makeApproval(system) };
}

/** Has an approval asked for. @returns the URL of it, which takes the API one SELECT */
export async function makeApproval({
  api,
  apiUrl,
}: Pick<BenchSystem, 'api' | 'apiUrl'>): Promise<string> {
  await api.createWorkflow(WAITS);
  await api.submitRun('waits');
  for (;;) {
    const [approval] = await api.listPendingApprovals();
    if (approval !== undefined) return `${apiUrl}/api/v1/approvals/${approval.id}`;
    await sleep(20);
  }
}

export interface Spent {
  /** Of the process, the export of its spans included. */
  cpuMs: number;
  /** That came to the collector. */
  spans: number;
}

/** Meters a process from now on. @returns ends that, when the spans of its work have left it */
export function startMeter({
  pid,
  drain,
}: {
  pid: number;
  drain: OtlpDrain;
}): () => Promise<Spent> {
  const [cpuBefore, spansBefore] = [readCpuMs([pid]), drain.spans()];
  return async () => {
    await sleep(EXPORT_MS);
    return { cpuMs: readCpuMs([pid]) - cpuBefore, spans: drain.spans() - spansBefore };
  };
}

/** Nobody is always first, whom the one before has warmed the machine for. */
export function inTurn(beds: readonly Bed[], turn: number): Bed[] {
  const first = turn % beds.length;
  return [...beds.slice(first), ...beds.slice(0, first)];
}
