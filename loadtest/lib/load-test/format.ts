import type { Unit } from './figures.ts';

/** e.g. `7.4 ms`, `312 ms`, `2.41 s`, `3 min 20 s`. */
export function formatMs(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** e.g. `0.3`, `12.4`, `340`. */
export function formatRate(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}

/** e.g. `0 %`, `0.12 %`, `99.95 %`. */
export function formatShare(share: number): string {
  const digits = share > 0.9 ? 4 : 2;
  return share === 0 ? '0 %' : `${Number((share * 100).toPrecision(digits))} %`;
}

export function formatFigure(value: number, unit: Unit): string {
  if (unit === 'ms') return formatMs(value);
  return unit === 'share' ? formatShare(value) : `${formatRate(value)}/s`;
}
