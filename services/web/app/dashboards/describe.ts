import { LEVEL_COLORS } from '@aio/catalog/boards';
import { formatValue } from '@aio/query/format-value';
import type { Panel } from './board.ts';
import type { Exemplar } from '../../shared/api.ts';

/** A value's level by the panel's thresholds. */
export type Level = 'fine' | 'look' | 'bad';

export interface DescribedValue {
  text: string;
  /** null = the default colour. */
  color: string | null;
  level: Level;
}

const LEVELS: Readonly<Record<string, Level>> = {
  [LEVEL_COLORS.look]: 'look',
  [LEVEL_COLORS.bad]: 'bad',
};
/** Grafana's name for the text colour. */
const TEXT = 'text';

/** Formats a value: its unit, and the colour of its threshold. null = no value, which has a text and a colour of its own. */
export function describeValue(
  { defaults, unit, thresholds }: Pick<Panel, 'defaults' | 'unit' | 'thresholds'>,
  value: number | null,
): DescribedValue {
  if (value === null || Number.isNaN(value)) {
    const none = defaults.mappings?.find(({ options }) => options.match === 'null+nan');
    const { text = defaults.noValue ?? '–', color = null } = none?.options.result ?? {};
    return { text, color, level: 'fine' };
  }
  const step = thresholds.findLast((one) => one.value === null || value >= one.value);
  const color = step && step.color !== TEXT ? step.color : null;
  return { text: formatValue(value, unit), color, level: LEVELS[step?.color ?? TEXT] ?? 'fine' };
}

/** Address of an exemplar: its run, else its trace; null = none. */
export function exemplarTarget({ runId, traceUrl }: Exemplar): string | null {
  return runId === null ? traceUrl : `/runs/${runId}`;
}
