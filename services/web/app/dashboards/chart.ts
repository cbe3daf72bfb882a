import type uPlot from 'uplot';
import { formatValue } from '@aio/query/format-value';
import { formatTick } from '../format/moment.ts';
import type { Panel } from './board.ts';
import type { Frame } from './series.ts';
import { shadeFor, strokeOf } from './colors.ts';

/** The page's styles, which a canvas cannot read itself. */
export interface ChartTheme {
  isDark: boolean;
  text: string;
  grid: string;
  font: string;
}

const FULL = 100;
const AXIS_WIDTH = 62;
const CHARACTER_WIDTH = 7;
/** Units whose ticks are round in minutes and hours, too: 10 min, not 16.7 min. */
const SECONDS = ['s', 'suffix: s'];
const ROUND_SECONDS = [
  ...[1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1].flatMap((power) => [power, 2 * power, 5 * power]),
  1,
  2,
  5,
  10,
  15,
  30,
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3600),
  ...[1, 2, 5, 10, 20, 50, 100].map((days) => days * 86_400),
];
const TIMES_HEIGHT = 26;

/** Whether the panel stacks its series. */
export function isStacked({ defaults }: Pick<Panel, 'defaults'>): boolean {
  return defaults.custom?.stacking?.mode === 'normal';
}

function isLog({ defaults }: Pick<Panel, 'defaults'>): boolean {
  return defaults.custom?.scaleDistribution?.type === 'log';
}

/** Times and values in the form of uPlot. */
export function chartData(panel: Panel, frame: Frame): uPlot.AlignedData {
  const spanNulls = panel.defaults.custom?.spanNulls ?? 0;
  const plain = frame.series.map(({ values }) =>
    values.map((value) => {
      if (value === null || !Number.isFinite(value)) return null;
      // A logarithmic axis cannot show them.
      return isLog(panel) && value <= 0 ? null : value;
    }),
  );
  const drawn = isStacked(panel) ? stack(plain) : plain;
  return [frame.at, ...drawn.map((values) => spanGaps(values, frame.at, spanNulls))];
}

/** The options of uPlot for a panel; the component adds sizes, cursor and hooks. */
export function chartOptions(
  panel: Panel,
  names: readonly string[],
  theme: ChartTheme,
): Pick<uPlot.Options, 'series' | 'axes' | 'scales' | 'bands' | 'legend'> {
  const custom = panel.defaults.custom ?? {};
  const stacked = isStacked(panel);
  const axis = { stroke: theme.text, font: theme.font, ticks: { show: false } };
  const grid = { stroke: theme.grid, width: 1 };
  return {
    legend: { show: false },
    series: [
      {},
      ...names.map((name, index) => {
        const { color, dash } = strokeOf(panel, name, index);
        const shade = shadeFor(color, theme.isDark);
        return {
          label: name,
          stroke: shade,
          width: custom.lineWidth ?? 1,
          dash,
          fill: withOpacity(shade, (custom.fillOpacity ?? 0) / FULL),
          points: { show: isAlone },
        };
      }),
    ],
    // Fills between two edges of a stack with the colour of the upper one.
    ...(stacked && {
      bands: names
        .slice(1)
        .map((_, index) => ({ series: [index + 2, index + 1] as [number, number] })),
    }),
    scales: { x: { time: true }, y: yScale(panel) },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: TIMES_HEIGHT,
        values: (_, splits) => splits.map(formatTick),
      },
      {
        ...axis,
        grid,
        size: (_, values) => widthOf(values),
        ...(SECONDS.includes(panel.unit) && { incrs: ROUND_SECONDS }),
        values: (_, splits) =>
          splits.map((value) => (value === null ? '' : formatValue(value, panel.unit))),
      },
    ],
  };
}

/** Room for the longest text of an axis, e.g. `$0.0000081`. */
function widthOf(values: readonly (string | null)[] | null): number {
  const longest = Math.max(0, ...(values ?? []).map((text) => text?.length ?? 0));
  return Math.max(AXIS_WIDTH, (longest + 1) * CHARACTER_WIDTH);
}

function yScale(panel: Panel): uPlot.Scale {
  const { min, max } = panel.defaults;
  if (isLog(panel)) return { distr: 3, log: 10 };
  return { range: (_, least, most) => rangeOf({ min, max }, least, most) };
}

/** A series with one value has no line, so it gets a point. */
function isAlone(chart: uPlot, seriesIndex: number): boolean {
  const values = chart.data[seriesIndex] ?? [];
  return values.filter((value) => value !== null && value !== undefined).length === 1;
}

/** Adds an opacity from 0 to 1 to a colour such as `#0072B2`. */
export function withOpacity(color: string, opacity: number): string {
  const hex = Math.round(Math.min(1, Math.max(0, opacity)) * 255)
    .toString(16)
    .padStart(2, '0');
  return /^#[0-9a-f]{6}$/i.test(color) ? `${color}${hex}` : color;
}

/** A relative difference below this is flat: no axis can show it. */
const FLAT = 1e-9;

/**
 * Range of a value axis, with some room above and below.
 * @param fixed limits that the panel sets
 * @param least smallest value; not finite = no values
 * @param most largest value; not finite = no values
 */
export function rangeOf(
  fixed: { min?: number | undefined; max?: number | undefined },
  least: number,
  most: number,
): [number, number] {
  const low = fixed.min ?? (Number.isFinite(least) ? least : 0);
  const high = Math.max(low, fixed.max ?? (Number.isFinite(most) ? most : 1));
  // A flat line needs some height. Rounding errors such as 0.9999999999999999 count as flat.
  if (high - low <= FLAT * Math.max(Math.abs(low), Math.abs(high)))
    return [fixed.min ?? low, low + (Math.abs(low) || 1)];
  const room = (high - low) * 0.08;
  return [fixed.min ?? low - room, fixed.max ?? high + room];
}

/** Stacks series: the upper edge of each value. Gaps add nothing. */
export function stack(series: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const height: number[] = [];
  return series.map((values) =>
    values.map((value, index) => {
      if (value === null) return null;
      const top = (height[index] ?? 0) + value;
      height[index] = top;
      return top;
    }),
  );
}

/** Marks gaps that uPlot draws over as undefined. @param spanNulls longest such gap in ms */
export function spanGaps(
  values: readonly (number | null)[],
  at: readonly number[],
  spanNulls: number,
): (number | null | undefined)[] {
  const closed: (number | null | undefined)[] = [...values];
  let last: number | null = null;
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    if (last !== null && at[index]! - at[last]! <= spanNulls / 1000)
      // uPlot draws over undefined, but not over null.
      for (let gap = last + 1; gap < index; gap += 1) closed[gap] = undefined;
    last = index;
  }
  return closed;
}
