import type { Board, Variable } from './boards.ts';
import type { PrometheusApi, TimeRange, TimeSpan } from './prometheus.ts';

/** Values of the variables in a query, including `__rate_interval` and `__range`. */
export type Values = Readonly<Record<string, string>>;

/** The reader's choice per variable; default `all`. */
export type Chosen = Readonly<Record<string, readonly string[] | 'all'>>;

export interface VariableChoice {
  name: string;
  /** Possible values. */
  values: readonly string[];
  /** Replacement in queries for the chosen values. */
  filledIn: string;
}

const REGEX_SIGNS = /[.*+?^${}()|[\]\\]/g;
/** Number of points that Grafana requests for a panel of usual width. */
const POINTS = 1000;

/** The possible values of each variable of a board. Each query has the earlier variables filled in. */
export async function askVariables(
  board: Pick<Board, 'variables'>,
  prometheus: Pick<PrometheusApi, 'labelValues'>,
  range: TimeSpan,
  chosen: Chosen = {},
): Promise<VariableChoice[]> {
  const choices: VariableChoice[] = [];
  for (const variable of board.variables) {
    const values = await askValues(variable, valuesOf(choices), prometheus, range);
    const filledIn = textFor(variable, chosen[variable.name]) ?? anyOf(values);
    choices.push({ name: variable.name, values, filledIn });
  }
  return choices;
}

/** Values of the variables of a board. Queries Prometheus only if "All" is an alternation. */
export async function fillVariables(
  board: Pick<Board, 'variables'>,
  prometheus: Pick<PrometheusApi, 'labelValues'>,
  range: TimeSpan,
  chosen: Chosen = {},
): Promise<Values> {
  const values: Record<string, string> = {};
  for (const variable of board.variables)
    values[variable.name] =
      textFor(variable, chosen[variable.name]) ??
      anyOf(await askValues(variable, values, prometheus, range));
  return values;
}

export function valuesOf(choices: readonly VariableChoice[]): Values {
  return Object.fromEntries(choices.map(({ name, filledIn }) => [name, filledIn]));
}

/** The last `seconds` before `to`, at Grafana's step for this scrape interval. */
export function lastSeconds(seconds: number, to: number, scrapeSeconds: number): TimeRange {
  return { from: to - seconds, to, stepSeconds: stepFor(seconds, POINTS, scrapeSeconds) };
}

/** Seconds between points: at most `points`, and not shorter than the scrape interval. */
export function stepFor(seconds: number, points: number, scrapeSeconds: number): number {
  return Math.max(scrapeSeconds, Math.ceil(seconds / points));
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
 * Replaces `$name` and `${name}` by their values.
 * @throws Error with the name of a variable without a value
 */
export function fillIn(text: string, values: Values): string {
  return text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    const name = (braced ?? bare) as string;
    const value = values[name];
    if (value === undefined) throw new Error(`no value for $${name} in ${text}`);
    return value;
  });
}

/** A regular expression that matches exactly these values, escaped for a PromQL string. */
export function anyOf(values: readonly string[]): string {
  const alternation = values.map((value) => value.replaceAll(REGEX_SIGNS, String.raw`\$&`));
  return `(${alternation.join('|')})`
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}

/** null = all values, which Prometheus must list. */
function textFor({ allValue }: Variable, chosen: Chosen[string] = 'all'): string | null {
  return chosen === 'all' ? (allValue ?? null) : anyOf(chosen);
}

async function askValues(
  variable: Variable,
  before: Values,
  prometheus: Pick<PrometheusApi, 'labelValues'>,
  range: TimeSpan,
): Promise<string[]> {
  const { selector, label } = readDefinition(variable);
  return prometheus.labelValues(fillIn(selector, before), label, range);
}

function inMs(seconds: number): string {
  return `${Math.round(seconds * 1000)}ms`;
}

function readDefinition({ name, definition }: Pick<Variable, 'name' | 'definition'>) {
  const [, selector, label] = /^label_values\((.*), *(\w+)\)$/.exec(definition) ?? [];
  if (!selector || !label) throw new Error(`variable ${name}: unsupported query ${definition}`);
  return { selector, label };
}
