import { formatValue, levelOf, thresholdOf } from '@aio/query/format-value';
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

const LEVELS: Readonly<Record<string, Level>> = { '': 'fine', 'worth a look': 'look', BAD: 'bad' };
/** Grafana's name for the text colour. */
const TEXT = 'text';

/** Formats a value: its unit or mapped text, and the colour of its mapping or threshold. null = no value. */
export function describeValue(
  { defaults, unit, thresholds }: Pick<Panel, 'defaults' | 'unit' | 'thresholds'>,
  value: number | null,
): DescribedValue {
  const mapped = mappingOf(defaults.mappings ?? [], value);
  if (value === null || Number.isNaN(value)) {
    const text = mapped?.text ?? defaults.noValue ?? '–';
    return { text, color: mapped?.color ?? null, level: 'fine' };
  }
  const step = thresholdOf(value, thresholds);
  const color = mapped?.color ?? (step && step.color !== TEXT ? step.color : null);
  const level = mapped?.color
    ? levelOf(value, [{ value: null, color: mapped.color }])
    : levelOf(value, thresholds);
  return { text: mapped?.text ?? formatValue(value, unit), color, level: LEVELS[level] ?? 'fine' };
}

function mappingOf(mappings: NonNullable<Panel['defaults']['mappings']>, value: number | null) {
  for (const mapping of mappings) {
    if (mapping.type === 'value') {
      const found = mapping.options[String(value)];
      if (found) return found;
    } else if (mapping.options.match === 'null+nan' && (value === null || Number.isNaN(value))) {
      return mapping.options.result;
    }
  }
  return null;
}

/** Address of an exemplar: its run, else its trace; null = none. */
export function exemplarTarget({ runId, traceUrl }: Exemplar): string | null {
  return runId === null ? traceUrl : `/runs/${runId}`;
}
