import type { Change } from '../compare.ts';
import type { Quantiles } from '../k6-summary.ts';
import type { KneeTry, PartFigures, RouteFigures, RunFigures } from '../result.ts';
import type { Failure } from '../run-scenario.ts';
import {
  formatChange,
  formatFigure,
  formatMs,
  formatQuantiles,
  formatRate,
  formatShare,
} from './format.ts';
import { html, type Markup } from './html.ts';

type Cell = string | number | Markup;

export function routesTable(routes: readonly RouteFigures[]): Markup {
  return table(
    ['Route', 'Count', 'P50', 'P95', 'P99', 'Longest', 'Failed'],
    routes.map(({ route, time, failed }) => [
      html`<code>${route}</code>`,
      ...quantiles(time),
      formatShare(failed),
    ]),
  );
}

export function runsTable(runs: RunFigures): Markup {
  const rows: [string, Quantiles | undefined][] = [
    ['As clients saw it, from before the submission to the news of the end', runs.seen],
    ['By the server, from accepted to ended', runs.served],
    ['Queue time', runs.queueTime],
    ['Execution of attempts', runs.execution],
    ['From the end of a run until a listener heard of it', runs.eventDelay],
  ];
  return table(
    ['', 'Count', 'P50', 'P95', 'P99', 'Longest'],
    rows.flatMap(([name, time]) => (time ? [[name, ...quantiles(time)]] : [])),
  );
}

export function partsTable(parts: readonly PartFigures[]): Markup {
  const p95 = (time: Quantiles | undefined) => (time ? formatMs(time.p95) : '–');
  return table(
    ['Part', 'Runs', 'Runs P50', 'Runs P95', 'Queue time P95', 'Requests P95', 'Failed', 'Steps'],
    parts.map((part) => [
      part.name,
      part.runs?.count ?? 0,
      part.runs ? formatMs(part.runs.p50) : '–',
      p95(part.runs),
      p95(part.queueTime),
      p95(part.requests),
      formatShare(part.failed),
      part.steps,
    ]),
  );
}

export function triesTable(tries: readonly KneeTry[]): Markup {
  return table(
    ['Runs a second', 'Ended a second', 'Requests P99', 'Runs P95', 'Queue time P99', 'Missed'],
    tries.map((tried) => [
      html`<span class="${tried.kept ? 'yes' : 'no'}">${tried.kept ? '✔' : '✖'}</span>
        ${tried.rate}`,
      formatRate(tried.achieved),
      formatMs(tried.requestP99),
      formatMs(tried.runP95),
      formatMs(tried.queueTimeP99),
      tried.missed.join('; '),
    ]),
    { textAtEnd: true },
  );
}

export function changesTable(changes: readonly Change[]): Markup {
  return table(
    ['Figure', 'Before', 'Now', 'Change', ''],
    changes.map((change) => [
      change.name,
      formatFigure(change.before, change.unit),
      formatFigure(change.now, change.unit),
      formatChange(change),
      html`<span class="${change.verdict}">${change.verdict}</span>`,
    ]),
    { textAtEnd: true },
  );
}

export function failuresTable(failures: readonly Failure[]): Markup {
  return table(
    ['Request', 'Status', 'Trace', 'Error'],
    failures.map(({ method, route, status, error, traceId }) => [
      html`<code>${method} ${route}</code>`,
      status,
      html`<code>${traceId}</code>`,
      error,
    ]),
    { textAtEnd: true },
  );
}

/** The first column is text, the others are figures; with `textAtEnd` the last one is text too. */
function table(
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
  { textAtEnd = false } = {},
): Markup {
  const look = (index: number) =>
    index === 0 ? '' : textAtEnd && index === heads.length - 1 ? 'text' : 'n';
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${heads.map((head, index) => html`<th class="${look(index)}">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, index) => html`<td class="${look(index)}">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function quantiles(time: Quantiles): Cell[] {
  return [time.count, ...formatQuantiles(time)];
}
