import { EXIT, StackError } from '@aio/stack/stack-error';
import { askTarget, nameOf } from '@aio/query/ask-target';
import { type Board, type Panel, readBoards } from '@aio/query/boards';
import { askVariables, durations, lastSeconds, type Values, valuesOf } from '@aio/query/fill-in';
import { formatValue, levelOf, unitName } from '@aio/query/format-value';
import { toCells } from '@aio/query/heatmap';
import {
  type ActiveAlert,
  createPrometheusApi,
  type PrometheusApi,
  type Series,
  type TimeRange,
} from '@aio/query/prometheus';
import { table } from './table.ts';
import { trendOf } from './trend.ts';

/** Default time range of the boards. */
export const LOOK_BACK_MINUTES = 30;
/** Per panel: only the largest series are shown. */
const MOST_SERIES = 10;
const COLUMNS = ['panel', 'series', 'now', 'min', 'max', 'trend', ''];
const RUNBOOKS = 'observability/runbooks';

interface Asked {
  prometheus: PrometheusApi;
  values: Values;
  range: TimeRange;
}

/** uid, title and question of each board. */
export function listBoards(): string[] {
  return table(
    ['uid', 'title', 'question'],
    readBoards().map(({ uid, title, description }) => [uid, title, description]),
  );
}

/**
 * A board as lines: active alerts, then rows and panels with units. Each series has its value now, minimum, maximum and
 * trend of the last minutes, and its rating by the limits.
 * @param url of Prometheus
 * @throws StackError if the board does not exist, PrometheusAway if Prometheus does not answer
 */
export async function showBoard(
  uid: string,
  url: string,
  minutes = LOOK_BACK_MINUTES,
): Promise<string[]> {
  const board = findBoard(uid);
  const prometheus = createPrometheusApi(url);
  const scrapeSeconds = await prometheus.scrapeSeconds();
  const now = Math.floor(Date.now() / 1000);
  const range = lastSeconds(minutes * 60, now, scrapeSeconds);
  const choices = await askVariables(board, prometheus, range);
  const asked: Asked = {
    prometheus,
    range,
    values: { ...valuesOf(choices), ...durations(range, scrapeSeconds) },
  };
  const lines = [
    `${board.title}: ${board.description}`,
    `${uid} from ${url}, ${minutes} minutes until ${new Date(now * 1000).toISOString()}`,
    ...showAlerts(await prometheus.alerts(), now),
  ];
  for (const { title, panels } of board.rows) {
    const shown: string[][] = [];
    for (const panel of panels) shown.push(...(await showPanel(panel, asked)));
    lines.push('', `# ${title}`, ...table(COLUMNS, shown));
  }
  return lines;
}

function findBoard(uid: string): Board {
  const boards = readBoards();
  const board = boards.find((one) => one.uid === uid);
  if (board) return board;
  const known = boards.map((one) => one.uid).join(', ');
  throw new StackError(`There is no board ${uid}. Boards: ${known}`, { exitCode: EXIT.usage });
}

function showAlerts(alerts: readonly ActiveAlert[], now: number): string[] {
  const lines = alerts
    .filter(({ labels }) => labels.severity !== 'none')
    .map(({ labels, annotations, state, activeAt }) => {
      const lasts = formatValue(Math.max(0, Math.round(now - Date.parse(activeAt) / 1000)), 's');
      const runbook = annotations.runbook_url?.replace(/.*\//, `${RUNBOOKS}/`);
      const panel = `${annotations.dashboard_uid}: ${annotations.panel_title}`;
      return `${state} ${labels.severity} ${labels.alertname} for ${lasts}: ${annotations.summary} (${runbook}; ${panel})`;
    });
  return lines.length === 0 ? ['No active alerts.'] : lines.toSorted();
}

/** A line per series of the panel; the first has the panel's title. */
async function showPanel(panel: Panel, { prometheus, values, range }: Asked): Promise<string[][]> {
  const isHeatmap = panel.type === 'heatmap';
  const found: { now: number | undefined; cells: string[] }[] = [];
  for (const target of panel.targets) {
    const asked = await askTarget(prometheus, target, values, range);
    for (const series of isHeatmap ? toCells(asked) : asked) {
      const now = valueNow(series, range);
      const span = target.instant
        ? ['', '', '']
        : [...extremes(series, panel.unit), trendOf(series, range)];
      found.push({
        now,
        cells: [nameOf(series, target.legendFormat), ...cellsOf(now, panel, span)],
      });
    }
  }
  const isOrdered = panel.targets.length > 1 || isHeatmap;
  if (!isOrdered) found.sort((a, b) => (b.now ?? -Infinity) - (a.now ?? -Infinity));
  const lines = found.slice(0, MOST_SERIES).map(({ cells }) => cells);
  if (found.length === 0) lines.push(['no data']);
  if (found.length > MOST_SERIES) lines.push([`and ${found.length - MOST_SERIES} more`]);
  const heading = `${panel.title} [${unitName(panel.unit)}]`;
  return lines.map((cells, index) => [index === 0 ? heading : '', ...cells]);
}

function cellsOf(
  now: number | undefined,
  { unit, thresholds }: Panel,
  span: readonly string[],
): string[] {
  if (now === undefined) return ['none', ...span];
  return [formatValue(now, unit), ...span, levelOf(now, thresholds)];
}

/** undefined if the series has no sample at the end of the range. */
function valueNow({ samples }: Series, { to, stepSeconds }: TimeRange): number | undefined {
  const last = samples.at(-1);
  return last && last.at > to - 2 * stepSeconds ? last.value : undefined;
}

function extremes({ samples }: Series, unit: string): string[] {
  const values = samples.map(({ value }) => value);
  return [Math.min(...values), Math.max(...values)].map((value) => formatValue(value, unit));
}
