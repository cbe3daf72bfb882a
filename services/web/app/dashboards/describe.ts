import { formatValue, levelOf, thresholdOf } from '@aio/query/format-value';
import type { Panel } from './board.ts';
import type { QueryData, Exemplar } from '../../shared/api.ts';

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

export type WhyEmpty = NonNullable<QueryData['whyEmpty']>;

/** By job of Prometheus, as `npm run servers` names them. */
const EXPORTERS: Readonly<Record<string, string>> = {
  postgres: 'postgres-exporter',
  redis: 'redis-exporter',
  host: 'node-exporter',
};

/**
 * Why a panel has no data, and what to do; `remedy` null = nothing.
 * @param absent the panel's own words for it, while what exposes its series is up
 */
export function describeEmpty(
  { reason, job = '' }: WhyEmpty,
  absent?: string,
): { cause: string; remedy: string | null } {
  const exporter = EXPORTERS[job];
  const name = exporter ?? job;
  if (reason === 'nothing_yet')
    return { cause: absent ?? 'Nothing yet in this time range', remedy: null };
  if (reason === 'down')
    return { cause: `Prometheus does not reach ${name}`, remedy: 'Check that it runs.' };
  const cause = `Prometheus has no ${name}`;
  if (exporter !== undefined)
    return {
      cause,
      remedy: `npm start: run “npm run servers -- ${exporter}”, then start AIO again. Containers: start Compose with docker-compose.observability.yml.`,
    };
  return {
    cause,
    remedy:
      job === 'proxy'
        ? 'Two APIs have a proxy: “npm start -- --apis 2”.'
        : 'Let your Prometheus scrape it: observability/config/prometheus/prometheus.yml.',
  };
}

/** Address of an exemplar: its run, else its trace; null = none. */
export function exemplarTarget({ runId, traceUrl }: Exemplar): string | null {
  return runId === null ? traceUrl : `/runs/${runId}`;
}
