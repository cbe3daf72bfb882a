import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../bed/quantile.ts';
import { waitUntil } from '@aio/tools/system/wait-until';
import { fillRound, warmUp } from '../contest.ts';
import { createAio } from '../contenders/aio.ts';
import { type Contender, SHAPES } from '../contenders/contender.ts';
import { meterCpu } from '@aio/tools/system/cpu-time';
import type { BenchContext, BenchPart, Table } from '../part.ts';
import { formatFigure } from '../report.ts';
import { type BenchSystem, startBenchSystem } from '../system.ts';
import { loadUrl, type OtlpDrain, startOtlpDrain } from '../telemetry/traffic.ts';
import { variantEnv, type VariantName } from '../telemetry/variants.ts';

/** Variants of the API. Each is compared with one of the same sampling. */
const API: readonly VariantName[] = [
  'nothing',
  'traces-10-percent',
  'traces-full',
  'stock-10-percent',
  'stock-full',
];
/** Variants of the worker. */
const ENGINE: readonly VariantName[] = ['nothing', 'metrics', 'traces-full'];
/** Per round of the bench. Seconds differ by a fifth from each other; the median of many does not. */
const TURNS = 4;
const REQUESTS_MS = 1500;
const STEPS_MS = 1000;
/** Until then Node.js still compiles, and a request takes up to three times the CPU. */
const WARM_UP_MS = 20_000;
/** Exceeds the time that spans wait for their batch to fill. */
const EXPORT_MS = 1200;
const CONNECTIONS = 50;
const SHAPE = SHAPES[0];
const ASKED_WITHIN_MS = 10_000;

/** A measured system. Each process has its own collector. */
interface Bed {
  name: VariantName;
  system: BenchSystem;
  drains: Readonly<Record<'api' | 'worker', OtlpDrain>>;
  engine: Contender;
  /** A route that executes one SELECT by primary key. */
  url: string;
}

/** Figures of a process in one round, per request or step. */
interface Round {
  perSecond: number;
  /** Microseconds of CPU, including the export of spans. */
  cpu: number;
  /** Spans that the collector received. */
  spans: number;
}

type Rounds = Map<VariantName, Round[]>;

/** Measures what metrics and traces cost the API and the worker, AIO's and those of stock instrumentation. */
export const telemetry: BenchPart = {
  name: 'telemetry',
  async run(context) {
    const beds: Bed[] = [];
    for (const name of new Set([...API, ...ENGINE])) beds.push(await makeBed(context, name));
    const of = (names: readonly VariantName[]) => beds.filter(({ name }) => names.includes(name));
    const turns = context.rounds * TURNS;

    /** Runs the systems in turn. Each is first equally often, because a system warms up the machine for the next. */
    async function measure(some: readonly Bed[], once: (bed: Bed) => Promise<Round>) {
      const rounds: Rounds = new Map(some.map(({ name }) => [name, []]));
      for (let turn = 0; turn < turns; turn++) {
        const first = turn % some.length;
        for (const bed of [...some.slice(first), ...some.slice(0, first)]) {
          const round = await once(bed);
          rounds.get(bed.name)?.push(round);
          context.say(`${bed.name}: ${formatFigure(round.perSecond)}/s`);
        }
      }
      return rounds;
    }

    for (const bed of of(API)) await measureRequests(bed, WARM_UP_MS);
    const requests = await measure(of(API), (bed) => measureRequests(bed, REQUESTS_MS));
    // The engine comes last: afterwards PostgreSQL vacuums for minutes on the same cores.
    const counts: number[] = [];
    for (const { engine } of of(ENGINE)) {
      await warmUp([engine], [SHAPE]);
      counts.push(await fillRound(engine, SHAPE, STEPS_MS));
    }
    const runs = Math.round(median(counts));
    const steps = await measure(of(ENGINE), (bed) => measureSteps(bed, runs));

    const traced = steps.get('traces-full') ?? [];
    const rateAgainst = (other: VariantName, name: VariantName) =>
      compare(requests, 'perSecond', name, other, by);
    return {
      tables: [
        tableOf(`API: one SELECT by primary key, ${CONNECTIONS} connections`, 'request', requests),
        tableOf(`Engine: ${SHAPE.name}, one worker`, 'step', steps),
      ],
      measured: {
        metricsCpu: compare(steps, 'cpu', 'metrics', 'nothing', minus),
        spanCpu:
          compare(steps, 'cpu', 'traces-full', 'metrics', minus) /
          median(traced.map(({ spans }) => spans)),
        requestsSampled: rateAgainst('nothing', 'traces-10-percent'),
        requestsTraced: rateAgainst('nothing', 'traces-full'),
        requestsSampledAgainstStock: rateAgainst('stock-10-percent', 'traces-10-percent'),
        requestsTracedAgainstStock: rateAgainst('stock-full', 'traces-full'),
      },
      method: `${beds.length} systems in turn, ${turns} turns of ${REQUESTS_MS / 1000} s of GET /api/v1/approvals/{id} after ${WARM_UP_MS / 1000} s of warm-up, and ${turns} of ${runs} runs at once; ratios and differences are medians of those within a turn; a collector accepts and counts the traces; CPU until the spans are exported`,
    };
  },
};

const minus = (value: number, other: number): number => value - other;
const by = (value: number, other: number): number => value / other;

/** Combines two variants within each turn, because other load then hits both. @returns the median of all turns */
function compare(
  rounds: Rounds,
  figure: keyof Round,
  name: VariantName,
  other: VariantName,
  combine: (value: number, other: number) => number,
): number {
  const values = (of: VariantName) => (rounds.get(of) ?? []).map((round) => round[figure]);
  const others = values(other);
  return median(values(name).map((value, turn) => combine(value, others[turn] ?? Number.NaN)));
}

function tableOf(title: string, what: 'request' | 'step', rounds: Rounds): Table {
  const rows = [...rounds].map(([name, all]) => [
    name,
    all.map(({ perSecond }) => perSecond),
    compare(rounds, 'perSecond', name, 'nothing', by),
    all.map(({ cpu }) => cpu),
    median(all.map(({ spans }) => spans)),
  ]);
  const head = ['', `${what}s/s`, 'against nothing', `CPU µs per ${what}`, `spans per ${what}`];
  return { title, rows: [head, ...rows] };
}

/** Starts AIO with one telemetry variant. */
async function makeBed(context: BenchContext, name: VariantName): Promise<Bed> {
  const drains = { api: await startOtlpDrain(), worker: await startOtlpDrain() };
  for (const { close } of Object.values(drains)) context.onEnd(close);
  const system = await startBenchSystem(context, {
    name,
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
  await api.createWorkflow({
    name: 'waits',
    steps: { ask: { type: 'approval', with: { message: 'Fine?' } } },
  });
  await api.submitRun('waits');
  const [approval] = await waitUntil('the run asks for an approval', ASKED_WITHIN_MS, async () => {
    const pending = await api.listPendingApprovals();
    return pending.length > 0 && pending;
  });
  return `${apiUrl}/api/v1/approvals/${approval!.id}`;
}

/** Requests one row by its key for `forMs`. */
async function measureRequests({ system, drains, url }: Bed, forMs: number): Promise<Round> {
  const authorization = `Bearer ${await system.token()}`;
  return meter(system.apis[0]!.pid, drains.api, async () => {
    const load = await loadUrl(url, { connections: CONNECTIONS, forMs, authorization });
    return { ...load, count: load.requests };
  });
}

/** Executes `runs` chains of 50 steps at once. */
async function measureSteps({ system, drains, engine }: Bed, runs: number): Promise<Round> {
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
  const [cpuUsed, spansBefore] = [meterCpu([pid]), drain.spans()];
  const { count, perSecond } = await work();
  await sleep(EXPORT_MS);
  return {
    perSecond,
    cpu: (cpuUsed() * 1e6) / count,
    spans: (drain.spans() - spansBefore) / count,
  };
}
