import type { Board, Variable } from './boards.ts';
import type { PrometheusApi, TimeRange, TimeSpan } from './prometheus.ts';

/** What stands for each name in a query; `__rate_interval` and `__range` among them. */
export type Values = Readonly<Record<string, string>>;

/** What a reader has chosen of each variable; a variable without an entry is `all`. */
export type Chosen = Readonly<Record<string, readonly string[] | 'all'>>;

export interface VariableChoice {
  name: string;
  /** What a reader could choose. */
  values: readonly string[];
  /** What stands in queries for what is chosen. */
  filledIn: string;
}

const REGEX_SIGNS = /[.*+?^${}()|[\]\\]/g;
/** As many points as Grafana asks a panel of usual width for. */
const POINTS = 1000;

/** The choices of each variable of a board, each asked with those before it filled in. */
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

/** What stands for the variables of a board; Prometheus is asked only where "All" is an alternation. */
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

/** The last `seconds` before `to`, at the step that Grafana takes for scrapes so far apart. */
export function lastSeconds(seconds: number, to: number, scrapeSeconds: number): TimeRange {
  return { from: to - seconds, to, stepSeconds: stepFor(seconds, POINTS, scrapeSeconds) };
}

/** Seconds between points, so that there are `points` at most and none between two scrapes. */
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

/** A regular expression for any of these values and nothing else, as it stands in a string of PromQL. */
export function anyOf(values: readonly string[]): string {
  const alternation = values.map((value) => value.replaceAll(REGEX_SIGNS, String.raw`\$&`));
  return `(${alternation.join('|')})`
    .replaceAll('\\', '\\\\')
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}

/** null = all values, and Prometheus has to say which. */
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
  if (!selector || !label) throw new Error(`variable ${name}: cannot ask ${definition}`);
  return { selector, label };
}
