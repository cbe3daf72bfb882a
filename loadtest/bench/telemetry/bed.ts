import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds } from '../../lib/cpu-time.ts';
import { type BenchSystem, startBenchSystem } from '../bench-system.ts';
import { createAio } from '../contenders/aio.ts';
import type { Contender } from '../contenders/contender.ts';
import { loadUrl } from '../measure/http-load.ts';
import { type OtlpDrain, startOtlpDrain } from '../measure/otlp-drain.ts';
import type { BenchContext } from '../part.ts';
import { SHAPES } from '../shapes.ts';
import { variantEnv, type VariantName } from './variants.ts';

/** Exceeds the time that spans wait for their batch to fill. */
const EXPORT_MS = 1200;
export const CONNECTIONS = 50;
export const SHAPE = SHAPES[0];
const WAITS = `
name: waits
steps:
  ask: { type: approval, with: { message: "Fine?" } }
`;

/** A measured system. Each process has its own collector. */
export interface Bed {
  name: VariantName;
  system: BenchSystem;
  drains: Readonly<Record<'api' | 'worker', OtlpDrain>>;
  engine: Contender;
  /** A route that executes one SELECT by primary key. */
  url: string;
}

/** Figures of a process in one round, per request or step. */
export interface Round {
  perSecond: number;
  /** Microseconds of CPU, including the export of spans. */
  cpu: number;
  /** Spans that the collector received. */
  spans: number;
}

/** Starts AIO with one telemetry variant. */
export async function makeBed(context: BenchContext, name: VariantName): Promise<Bed> {
  const drains = { api: await startOtlpDrain(), worker: await startOtlpDrain() };
  for (const { close } of Object.values(drains)) context.onEnd(close);
  const system = await startBenchSystem(context, {
    name,
    workers: 1,
    env: {},
    processEnv: (process) =>
      variantEnv(name, drains[process === 'api' ? 'api' : 'worker'].endpoint),
  });
  return { name, system, drains, engine: createAio(system), url: await makeApproval(system) };
}

/** Starts a run that asks for an approval. @returns the approval's URL */
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

/** Requests one row by its key for `forMs`. */
export async function measureRequests({ system, drains, url }: Bed, forMs: number): Promise<Round> {
  const authorization = `Bearer ${await system.token()}`;
  return meter(system.apis[0]!.pid, drains.api, async () => {
    const load = await loadUrl(url, { connections: CONNECTIONS, forMs, authorization });
    return { ...load, count: load.requests };
  });
}

/** Executes `runs` chains of 50 steps at once. */
export async function measureSteps({ system, drains, engine }: Bed, runs: number): Promise<Round> {
  return meter(system.workerPids()[0]!, drains.worker, async () => {
    const ms = await engine.work(SHAPE, runs);
    const count = runs * SHAPE.shape.length;
    return { count, perSecond: (count * 1000) / ms };
  });
}

async function meter(
  pid: number,
  drain: OtlpDrain,
  work: () => Promise<{ count: number; perSecond: number }>,
): Promise<Round> {
  const [cpuBefore, spansBefore] = [cpuSeconds(pid), drain.spans()];
  const { count, perSecond } = await work();
  await sleep(EXPORT_MS);
  return {
    perSecond,
    cpu: ((cpuSeconds(pid) - cpuBefore) * 1e6) / count,
    spans: (drain.spans() - spansBefore) / count,
  };
}
