import { LOAD_METRICS } from '@aio/catalog/load-metrics';
import type { K6Summary } from './k6-summary.ts';
import type { RunSummary } from './read-runs.ts';

export type Unit = 'ms' | 'perSecond' | 'share';

/** Values by name, e.g. `Runs P95`, or `Runs P95, spike` for a part of the load. */
export type Figures = Readonly<Record<string, number>>;

/** A metric of k6's summary, and k6's name of each figure's value. */
interface Source {
  metric: string;
  unit: Unit;
  values: Readonly<Record<string, string>>;
}

const { runDuration, runFailed, queueTime, eventDelay, steps } = LOAD_METRICS;
const SOURCES: readonly Source[] = [
  {
    metric: 'http_req_duration{traffic:requests}',
    unit: 'ms',
    values: { 'Requests P95': 'p(95)', 'Requests P99': 'p(99)' },
  },
  {
    metric: 'http_req_failed{traffic:requests}',
    unit: 'share',
    values: { 'Failed requests': 'rate' },
  },
  { metric: runDuration, unit: 'ms', values: { 'Runs P50': 'med', 'Runs P95': 'p(95)' } },
  { metric: runFailed, unit: 'share', values: { 'Failed runs': 'rate' } },
  { metric: queueTime, unit: 'ms', values: { 'Queue time P99': 'p(99)' } },
  { metric: eventDelay, unit: 'ms', values: { 'Run end received P99': 'p(99)' } },
];
/** Figures of phases and shapes. */
const OF_PARTS = new Set(['Requests P95', 'Runs P95', 'Failed runs', 'Queue time P99']);
/** Phases in order; shapes sort by name. */
const PHASES = ['before', 'spike', 'recovery', 'after', 'first', 'second', 'third', 'last'];

/** Combines what k6 measured with the rates of the API's list of runs. */
export function readFigures(summary: K6Summary, runs: readonly Times[]): Figures {
  const figures: Record<string, number> = {};
  const parts = listParts(summary);
  for (const { metric, values } of SOURCES) {
    for (const [name, value] of Object.entries(values)) {
      const add = (title: string, metricOfPart: string) => {
        const measured = summary.metrics[metricOfPart]?.values;
        const figure = measured?.[value];
        // A trend without samples has zeros.
        if (figure !== undefined && measured?.['count'] !== 0) figures[title] = figure;
      };
      add(name, metric);
      if (OF_PARTS.has(name))
        for (const part of parts) add(`${name}, ${part.name}`, withTag(metric, part.tag));
    }
  }
  return { ...figures, ...ratesOf(runs) };
}

function withTag(metric: string, tag: string): string {
  return metric.endsWith('}') ? metric.replace('{', `{${tag},`) : `${metric}{${tag}}`;
}

/** Phases or shapes, for loads with several. */
function listParts({ metrics }: K6Summary): { tag: string; name: string }[] {
  const tagged = new RegExp(`^${steps}\\{((?:scenario|shape):(.+))\\}$`);
  const place = (name: string) => `${String(PHASES.indexOf(name)).padStart(2)} ${name}`;
  return Object.keys(metrics)
    .flatMap((metric) => {
      const [, tag, name] = tagged.exec(metric) ?? [];
      return tag !== undefined && name !== undefined ? [{ tag, name }] : [];
    })
    .toSorted((a, b) => place(a.name).localeCompare(place(b.name)));
}

type Times = Pick<RunSummary, 'createdAt' | 'finishedAt' | 'stepsDone'>;

/** From the first submission to the last end. */
function ratesOf(runs: readonly Times[]): Figures {
  const ended = runs.filter(({ finishedAt }) => finishedAt !== null);
  const begins = runs.map(({ createdAt }) => Date.parse(createdAt));
  const ends = ended.map(({ finishedAt }) => Date.parse(finishedAt as string));
  const seconds = (ends.reduce(larger, -Infinity) - begins.reduce(smaller, Infinity)) / 1000;
  if (!(seconds > 0)) return {};
  const stepsDone = ended.reduce((sum, run) => sum + run.stepsDone, 0);
  return { 'Runs ended': ended.length / seconds, Steps: stepsDone / seconds };
}

/** The highest rate that met the objectives. */
export const KNEE = 'Knee';

// Long loads have more runs than a call can have arguments.
const larger = (a: number, b: number) => Math.max(a, b);
const smaller = (a: number, b: number) => Math.min(a, b);

export function unitOf(figure: string): Unit {
  const [name = ''] = figure.split(', ');
  return SOURCES.find(({ values }) => name in values)?.unit ?? 'perSecond';
}
