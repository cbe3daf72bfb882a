import {
  type BoardFile,
  type PanelFile,
  type Panel,
  readPanel,
} from '../../app/dashboards/board.ts';

/** A board as Grafana reads it, with its queries and variables. */
export interface BoardJson extends BoardFile {
  panels: PanelJson[];
  templating: { list: VariableJson[] };
}

interface PanelJson extends PanelFile {
  targets?: { refId: string; expr: string; legendFormat: string; instant?: boolean }[];
}

interface VariableJson {
  type: string;
  name: string;
  definition: string;
  /** The value of "All"; absent = an alternation of all values. */
  allValue?: string;
}

/** Time range of a board in seconds since 1970, and the chosen values of its variables. */
export interface Scope {
  from: number;
  to: number;
  variables: Readonly<Record<string, readonly string[]>>;
}

/** A panel's data in Prometheus: one value for each time of the panel, null = no value or not a number. */
export interface TruePanel {
  panel: Panel;
  series: TrueSeries[];
}

export interface TrueSeries {
  name: string;
  values: (number | null)[];
}

interface RawSeries {
  metric: Record<string, string>;
  value?: [number, string];
  values?: [number, string][];
}

/** Maximum number of points that the page requests for a panel. */
const POINTS = 300;

/**
 * Reads the data that the panels of a board must show. Fills in the queries as Grafana documents it, and sends them to
 * Prometheus without AIO's code.
 * @param prometheus origin
 */
export function createTruth(
  prometheus: string,
  { scrapeSeconds }: { scrapeSeconds: number },
): { panelsOf(board: BoardJson, scope: Scope): Promise<TruePanel[]> } {
  async function ask<Data>(path: string, parameters: Record<string, string>): Promise<Data> {
    const body = new URLSearchParams(parameters);
    const response = await fetch(`${prometheus}/api/v1/${path}`, { method: 'POST', body });
    const answer = (await response.json()) as { status: string; data: Data };
    if (answer.status !== 'success') throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer.data;
  }

  /** `$job` -> `(api|worker)`: the chosen values or all, as a regular expression in a string. */
  async function readVariables(board: BoardJson, { from, to, variables }: Scope) {
    const texts: Record<string, string> = {};
    for (const { type, name, definition, allValue } of board.templating.list) {
      if (type !== 'query') continue;
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
      const all = async () =>
        ask<Record<string, string>[]>('series', {
          'match[]': interpolate(selector, texts),
          start: String(from),
          end: String(to),
        }).then((found) => [...new Set(found.map((labels) => labels[label]!))].sort());
      const chosen = variables[name];
      if (chosen === undefined && allValue !== undefined) texts[name] = allValue;
      else texts[name] = `(${(chosen ?? (await all())).map(escape).join('|')})`;
    }
    return texts;
  }

  return {
    async panelsOf(board, scope) {
      const seconds = scope.to - scope.from;
      const step = Math.max(scrapeSeconds, Math.ceil(seconds / POINTS));
      const texts = {
        ...(await readVariables(board, scope)),
        __rate_interval: `${Math.max(step + scrapeSeconds, 4 * scrapeSeconds)}s`,
        __interval: `${step}s`,
        __range: `${seconds}s`,
      };
      const [start, end] = [scope.from, scope.to].map((at) => Math.floor(at / step) * step);
      const times = Array.from({ length: (end! - start!) / step + 1 }, (_, n) => start! + n * step);
      const panels = board.panels.filter(({ type }) => !['row', 'heatmap'].includes(type));
      return Promise.all(
        panels.map(async (file) => {
          const targets = file.targets ?? [];
          const isInstant = targets.every(({ instant }) => instant);
          const at = isInstant ? [scope.to] : times;
          const found = await Promise.all(
            targets.map(async ({ expr, legendFormat, instant }) => {
              const query = interpolate(expr, texts);
              const { result } = await (instant
                ? ask<{ result: RawSeries[] }>('query', { query, time: String(scope.to) })
                : ask<{ result: RawSeries[] }>('query_range', {
                    query,
                    start: String(start),
                    end: String(end),
                    step: String(step),
                  }));
              return result.map((series) => toSeries(series, legendFormat, at));
            }),
          );
          const series = found.flat().filter(({ values }) => values.some((one) => one !== null));
          return { panel: readPanel(file), series };
        }),
      );
    },
  };
}

function toSeries({ metric, value, values }: RawSeries, legend: string, at: number[]): TrueSeries {
  const found = new Map((values ?? [value!]).map(([time, text]) => [time, numberOf(text)]));
  return {
    name: legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? ''),
    values: at.map((time) => found.get(time) ?? null),
  };
}

function numberOf(text: string): number | null {
  if (text === 'NaN') return null;
  return Number(text.replace('Inf', 'Infinity'));
}

function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(\w+)/g, (_, name: string) => values[name] ?? raise(name));
}

function raise(name: string): never {
  throw new Error(`no value for $${name}`);
}

/** Escapes a value in a regular expression in a PromQL string. */
function escape(value: string): string {
  return value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\\\$&').replaceAll('"', '\\"');
}
