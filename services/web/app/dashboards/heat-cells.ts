import { formatValue } from '@aio/query/format-value';
import { toCells } from '@aio/query/heatmap';
import type { Frame } from './series.ts';

export interface HeatRow {
  /** Upper bound of the bucket. */
  bound: number;
  /** The count in this bucket alone, per time; null = no sample. */
  values: (number | null)[];
}

export interface Heat {
  /** Ascending by bound. */
  rows: HeatRow[];
  /** The largest value of a cell. */
  most: number;
}

/** Turns cumulative histogram buckets into the cells of a heat map. */
export function heatOf({ at, series }: Frame): Heat {
  const buckets = series.map(({ labels, values }) => ({
    labels,
    samples: values.flatMap((value, index) => (value === null ? [] : [{ at: at[index]!, value }])),
  }));
  const rows = toCells(buckets).map(({ labels, samples }) => {
    const values = new Map(samples.map((sample) => [sample.at, sample.value]));
    return {
      bound: labels['le'] === '+Inf' ? Infinity : Number(labels['le']),
      values: at.map((time) => values.get(time) ?? null),
    };
  });
  const most = rows.reduce(
    (max, { values }) => values.reduce<number>((row, value) => Math.max(row, value ?? 0), max),
    0,
  );
  return { rows, most };
}

/** A bucket's bound in the axis' unit. */
export function formatBound(bound: number, unit: string): string {
  return Number.isFinite(bound) ? formatValue(bound, unit) : '∞';
}

/** Viridis at five points. It grows lighter with the value, so it works without colour vision. */
const VIRIDIS = ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'] as const;

/** The colour of a share from 0 to 1 of the largest value. */
export function heatColor(share: number): string {
  const place = Math.min(1, Math.max(0, share)) * (VIRIDIS.length - 1);
  const index = Math.min(VIRIDIS.length - 2, Math.floor(place));
  return mix(VIRIDIS[index]!, VIRIDIS[index + 1]!, place - index);
}

function mix(from: string, to: string, share: number): string {
  const parts = [1, 3, 5].map((place) => {
    const [a, b] = [from, to].map((color) => Number.parseInt(color.slice(place, place + 2), 16));
    return Math.round(a! + (b! - a!) * share);
  });
  return `rgb(${parts.join(', ')})`;
}
