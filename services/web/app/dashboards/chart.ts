import type uPlot from 'uplot';
import { rangeOf } from './range.ts';
import { formatValue } from '@aio/query/format-value';
import { formatTick } from '../format/moment.ts';
import type { Panel } from './board.ts';
import type { Frame } from './series.ts';
import { spanGaps, stack } from './stack.ts';
import { shadeFor, strokeOf } from './strokes.ts';

/** The page's styles, which a canvas cannot read itself. */
export interface ChartTheme {
  isDark: boolean;
  text: string;
  grid: string;
  font: string;
}

const FULL = 100;
const AXIS_WIDTH = 62;
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
  const spanNulls = panel.defaults.custom?.spanNulls ?? false;
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
        size: AXIS_WIDTH,
        values: (_, splits) =>
          splits.map((value) => (value === null ? '' : formatValue(value, panel.unit))),
      },
    ],
  };
}

function yScale(panel: Panel): uPlot.Scale {
  const { min, max } = panel.defaults;
  if (isLog(panel))
    return { distr: 3, log: panel.defaults.custom?.scaleDistribution?.log === 2 ? 2 : 10 };
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
