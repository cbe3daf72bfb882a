import { columns } from '@aio/tools/cli/columns';
import { type K6Metrics, valueOf } from './k6-summary.ts';
import type { LoadResult } from './result.ts';

type Unit = 'ms' | 'perSecond' | 'share';

/** Absolute differences up to this are noise. */
const NOISE: Readonly<Record<Unit, number>> = { ms: 5, perSecond: 0.5, share: 0.0005 };
/** So are differences up to 15 % of the earlier value. */
const NOISE_SHARE = 0.15;
/** Metrics of the load itself, without those of setup and connections. */
const COMPARED = /^(load_|iterations$|http_req_(duration|failed)\{(.*,)?(traffic|route):)/;

export interface Change {
  /** Metric of k6 and its value, e.g. `load_run_duration p(95)`; or `knee`. */
  figure: string;
  before: number;
  now: number;
  verdict: 'better' | 'worse' | 'same';
}

/** Compares what both results measured; of two searches, only the knees, which usually lie at different rates. */
export function compare(now: LoadResult, before: LoadResult): Change[] {
  if (now.knee) {
    const [earlier, rate] = [before.knee?.rate, now.knee.rate];
    return earlier && rate ? [change('knee', 'perSecond', earlier, rate)] : [];
  }
  return Object.keys(now.metrics)
    .filter((name) => COMPARED.test(name))
    .flatMap((name) => {
      const [figure, unit] = figureOf(now.metrics, name);
      const values = [before, now].map(({ metrics }) => valueOf(metrics, name, figure));
      const [earlier, value] = values;
      if (earlier === undefined || value === undefined) return [];
      return [change(`${name} ${figure}`, unit, earlier, value)];
    });
}

function figureOf(metrics: K6Metrics, name: string): [figure: string, unit: Unit] {
  const values = metrics[name]?.values ?? {};
  if ('p(95)' in values) return ['p(95)', 'ms'];
  return 'value' in values ? ['value', 'share'] : ['rate', 'perSecond'];
}

function change(figure: string, unit: Unit, before: number, now: number): Change {
  const difference = now - before;
  const isNoise = Math.abs(difference) <= Math.max(NOISE[unit], NOISE_SHARE * before);
  const verdict = difference > 0 === (unit === 'perSecond') ? 'better' : 'worse';
  return { figure, before, now, verdict: isNoise ? 'same' : verdict };
}

/** The changes, and different options or conditions that may explain them, as lines. */
export function describeComparison(now: LoadResult, before: LoadResult): string[] {
  const changes = compare(now, before);
  const changed = changes.filter(({ verdict }) => verdict !== 'same');
  return [
    ...differences(now, before).map((line) => `different: ${line}`),
    ...columns(
      changed.map(({ figure, before, now, verdict }) => [
        verdict === 'better' ? '▲' : '▼',
        figure,
        format(before),
        format(now),
        verdict,
      ]),
    ),
    `${changes.length - changed.length} of ${changes.length} figures are the same, or differ by noise`,
  ];
}

/** e.g. `rate 10, now 20` */
function differences(now: LoadResult, before: LoadResult): string[] {
  const optionsOf = ({ asked, conditions }: LoadResult): Record<string, unknown> => ({
    ...asked,
    processor: conditions.cpu,
    target: conditions.target,
  });
  const [then, today] = [optionsOf(before), optionsOf(now)];
  return Object.keys(today)
    .filter((name) => then[name] !== today[name])
    .map((name) => `${name} ${String(then[name])}, now ${String(today[name])}`);
}

function format(value: number): string {
  return String(Number(value.toPrecision(3)));
}
