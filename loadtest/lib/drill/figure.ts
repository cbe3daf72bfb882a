/** A measured value and its limit. */
export interface Figure {
  name: string;
  /** In the unit; NaN = the drill could not measure it. */
  value: number;
  unit: Unit;
  /** E.g. `<= 20.0 s`; null = no limit. */
  limit: string | null;
}

export type Unit = 's' | 'count' | 'share' | 'MB';

/** E.g. `work after 0.8 s`. */
export function describeFigure({ name, value, unit }: Figure): string {
  return `${name} ${formatValue(value, unit)}`;
}

export function formatValue(value: number, unit: Unit): string {
  switch (unit) {
    case 's':
      return seconds(value * 1000);
    case 'share':
      return `${(value * 100).toFixed(1)} %`;
    case 'MB':
      return `${Math.round(value)} MB`;
    case 'count':
      return String(value);
  }
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
