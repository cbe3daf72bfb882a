import type { PrometheusApi, TimeRange } from '../prometheus-api.ts';
import type { Board, Variable } from './boards.ts';

/** What stands for each name in a query; `__rate_interval` and `__range` among them. */
export type Values = Readonly<Record<string, string>>;

export interface VariableChoice {
  name: string;
  /** What a reader could choose. */
  values: readonly string[];
  /** What stands in queries while all are chosen. */
  all: string;
}

const REGEX_SIGNS = /[.*+?^${}()|[\]\\]/g;
/** As many points as Grafana asks a panel of usual width for. */
const POINTS = 1000;

/** The variables of a board with all chosen, each asked with those before it filled in. */
export async function askVariables(
  board: Pick<Board, 'variables'>,
  prometheus: PrometheusApi,
  range: TimeRange,
): Promise<VariableChoice[]> {
  const choices: VariableChoice[] = [];
  for (const variable of board.variables) {
    const { selector, label } = readDefinition(variable);
    const values = await prometheus.labelValues(fillIn(selector, valuesOf(choices)), label, range);
    const anyOf = `(${values.map((value) => value.replaceAll(REGEX_SIGNS, String.raw`\$&`)).join('|')})`;
    choices.push({
      name: variable.name,
      values,
      all: variable.allValue ?? anyOf.replaceAll('\\', '\\\\'),
    });
  }
  return choices;
}

export function valuesOf(choices: readonly VariableChoice[]): Values {
  return Object.fromEntries(choices.map(({ name, all }) => [name, all]));
}

/** The last `seconds` before `to`, at the step that Grafana takes for scrapes so far apart. */
export function lastSeconds(seconds: number, to: number, scrapeSeconds: number): TimeRange {
  const stepSeconds = Math.max(scrapeSeconds, Math.ceil(seconds / POINTS));
  return { from: to - seconds, to, stepSeconds };
}

/** Grafana's own durations for a time range. */
export function durations({ from, to, stepSeconds }: TimeRange, scrapeSeconds: number): Values {
  const rateSeconds = Math.max(stepSeconds + scrapeSeconds, 4 * scrapeSeconds);
  return {
    __rate_interval: inMs(rateSeconds),
    __interval: inMs(stepSeconds),
    __range: inMs(to - from),
  };
}

/**
 * Puts values in the places of `$name` and `${name}`.
 * @throws Error naming a variable that has no value
 */
export function fillIn(text: string, values: Values): string {
  return text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    const name = (braced ?? bare) as string;
    const value = values[name];
    if (value === undefined) throw new Error(`no value for $${name} in ${text}`);
    return value;
  });
}

function inMs(seconds: number): string {
  return `${Math.round(seconds * 1000)}ms`;
}

function readDefinition({ name, definition }: Variable): { selector: string; label: string } {
  const [, selector, label] = /^label_values\((.*), *(\w+)\)$/.exec(definition) ?? [];
  if (!selector || !label) throw new Error(`variable ${name}: cannot ask ${definition}`);
  return { selector, label };
}
