import { median } from '../../lib/median.ts';
import type { BenchPart, Table } from '../part.ts';
import { formatFigure, formatSpread } from '../report.ts';
import {
  type Bed,
  CONNECTIONS,
  makeBed,
  measureRequests,
  measureSteps,
  type Round,
  SHAPE,
} from '../telemetry/bed.ts';
import type { VariantName } from '../telemetry/variants.ts';

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

type Rounds = Map<VariantName, Round[]>;
type Figure = keyof Round;

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
    const runs = await findRuns(of(ENGINE));
    const steps = await measure(of(ENGINE), (bed) => measureSteps(bed, runs));

    const traced = steps.get('traces-full') ?? [];
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
        requestsSampled: compare(requests, 'perSecond', 'traces-10-percent', 'nothing', by),
        requestsTraced: compare(requests, 'perSecond', 'traces-full', 'nothing', by),
        requestsSampledAgainstStock: compare(
          requests,
          'perSecond',
          'traces-10-percent',
          'stock-10-percent',
          by,
        ),
        requestsTracedAgainstStock: compare(requests, 'perSecond', 'traces-full', 'stock-full', by),
      },
      method: `${beds.length} systems in turn, ${turns} turns of ${REQUESTS_MS / 1000} s of GET /api/v1/approvals/{id} after ${WARM_UP_MS / 1000} s of warm-up, and ${turns} of ${runs} runs at once; ratios and differences are medians of those within a turn; a collector accepts and counts the traces; CPU until the spans are exported`,
    };
  },
};

/** Warms up. @returns runs that take about `STEPS_MS` */
async function findRuns(beds: readonly Bed[]): Promise<number> {
  let runs = 100;
  for (let turn = 0; turn < 3; turn++) {
    const times = [];
    for (const { engine } of beds) times.push(await engine.work(SHAPE, runs));
    runs = Math.round((runs / median(times)) * STEPS_MS);
  }
  return runs;
}

const minus = (value: number, other: number): number => value - other;
const by = (value: number, other: number): number => value / other;

/** Combines two variants within each turn, because other load then hits both. @returns the median of all turns */
function compare(
  rounds: Rounds,
  figure: Figure,
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
    formatSpread(all.map(({ perSecond }) => perSecond)),
    formatFigure(compare(rounds, 'perSecond', name, 'nothing', by)),
    formatSpread(all.map(({ cpu }) => cpu)),
    formatFigure(median(all.map(({ spans }) => spans))),
  ]);
  const head = ['', `${what}s/s`, 'against nothing', `CPU µs per ${what}`, `spans per ${what}`];
  return { title, rows: [head, ...rows] };
}
