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

/** Longer than spans wait for their batch to fill. */
const EXPORT_MS = 1200;
export const CONNECTIONS = 50;
export const SHAPE = SHAPES[0];
const WAITS = `
name: waits
steps:
  ask: { type: approval, with: { message: "Fine?" } }
`;

/** One system that is measured, each of its processes with a collector of its own. */
export interface Bed {
  name: VariantName;
  system: BenchSystem;
  drains: Readonly<Record<'api' | 'worker', OtlpDrain>>;
  engine: Contender;
  /** Of a route that does one SELECT, by primary key. */
  url: string;
}

/** What a process did in one round. */
export interface Round {
  /** Requests or steps. */
  perSecond: number;
  /** Microseconds of its CPU for each of them, the export of its spans included. */
  cpu: number;
  /** That came to the collector, for each of them. */
  spans: number;
}

/** Starts the product as one variant of what it tells of itself. */
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

/** Asks the API for one row by its key, for that long. */
export async function measureRequests({ system, drains, url }: Bed, forMs: number): Promise<Round> {
  const authorization = `Bearer ${await system.token()}`;
  return meter(system.apis[0]!.pid, drains.api, async () => {
    const load = await loadUrl(url, { connections: CONNECTIONS, forMs, authorization });
    return { ...load, count: load.requests };
  });
}

/** Works off that many chains of 50 at once. */
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
