import type { Change, Comparison } from '../compare.ts';
import type { Objective, LoadResult } from '../result.ts';
import { drawKnee, drawMoments } from './charts.ts';
import {
  answerOf,
  describeAsked,
  describeComparison,
  describeEnds,
  describeObjective,
  formatChange,
  formatFigure,
  formatMs,
  formatRate,
  formatTime,
} from './format.ts';
import { html, Markup } from './html.ts';
import { listSlowRuns } from './slow-runs.ts';
import { STYLE } from './style.ts';
import {
  changesTable,
  failuresTable,
  partsTable,
  routesTable,
  runsTable,
  triesTable,
} from './tables.ts';

/** The report as one file that needs nothing else: no script, no font, no request. */
export function toPage(result: LoadResult, comparison: Comparison | undefined): string {
  const { asked, question, testid, conditions, startedAt } = result;
  const answer = answerOf(result);
  const ends = describeEnds(result.runs);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${testid}: ${answer}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <p class="kicker">Load test: ${asked.scenario}</p>
            <h1>${question}</h1>
            <span class="answer ${result.kept ? 'kept' : 'missed'}"
              ><span aria-hidden="true">${result.kept ? '✔' : '✖'}</span> ${answer}</span
            >
            <p class="facts">
              ${describeAsked(result)}, ${formatTime(startedAt)} UTC, on ${conditions.target}
            </p>
          </header>
          <dl class="tiles">${tiles(result, comparison?.changes ?? [])}</dl>
          ${section('Objectives', "What the catalogue's objectives allow, and what was measured. The mark is the limit.", objectivesTable(result.objectives))}
          ${result.knee && section('The search', 'Each rate was held for a while, then its runs were waited for; a miss was tried once more. The dots are the P95 of runs.', drawKnee(result.knee.tries, result.knee.rate), triesTable(result.knee.tries))}
          ${result.moments.length > 0 && section('Runs over time', 'From accepted to ended, by the time of submission.', drawMoments(result.moments))}
          ${result.slowest.length > 0 && section('Slowest runs', 'Where their time went, along the steps that decided it. Open one for its steps and its trace.', listSlowRuns(result.slowest))}
          ${section('Runs', `${ends.counts}; ${ends.drained}.`, runsTable(result.runs))}
          ${result.parts.length > 0 && section('Parts', 'The same figures for each part of the load.', partsTable(result.parts))}
          ${section('Requests', `${formatRate(result.requests.perSecond)} a second, ${result.requests.dropped} iterations dropped. A stream lasts as long as its run.`, routesTable(result.requests.routes))}
          ${result.failures.length > 0 && section('Not answered as asked', 'The first of them, with their traces.', failuresTable(result.failures))}
          ${comparison && section('Compared with the last result', `${describeComparison(comparison)}. A difference within 15 % is noise.`, changesTable(comparison.changes))}
          ${section('Measured with', '', conditionsList(result))}
        </main>
      </body>
    </html> `.text;
}

function section(title: string, about: string, ...content: readonly Markup[]): Markup {
  return html`<section>
    <h2>${title}</h2>
    ${about !== '' && html`<p class="about">${about}</p>`}${content}
  </section>`;
}

function tiles({ runs, requests, knee }: LoadResult, changes: readonly Change[]): Markup[] {
  const ms = (name: string, value: number | undefined) =>
    value === undefined ? [] : [tile(name, formatMs(value), changes)];
  const rate = (name: string, value: number) => tile(name, `${formatRate(value)}/s`, changes);
  return [
    ...(knee?.rate ? [rate('Knee', knee.rate)] : []),
    rate('Runs ended', runs.perSecond),
    rate('Steps', runs.stepsPerSecond),
    ...ms('Runs P95', runs.seen?.p95),
    ...ms('End heard P99', runs.eventDelay?.p99),
    ...ms('Requests P99', requests.time?.p99),
    ...ms('Queue time P99', runs.queueTime?.p99),
  ];
}

function tile(name: string, value: string, changes: readonly Change[]): Markup {
  const change = changes.find((one) => one.name === name);
  const [figure, unit] = value.split(/(?<=\d)(?=[^\d.]+$)/);
  return html`<div class="tile">
    <dt>${name}</dt>
    <dd>${figure}<small>${unit}</small></dd>
    ${change && html`<span class="change ${change.verdict}">${formatChange(change) || '±0 %'} from ${formatFigure(change.before, change.unit)}</span>`}
  </div>`;
}

function objectivesTable(objectives: readonly Objective[]): Markup {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th></th>
          <th>Objective</th>
          <th class="n">Measured</th>
          <th class="n">Limit</th>
          <th class="wide"></th>
        </tr>
      </thead>
      <tbody>
        ${objectives.map((objective) => {
          const { measured, limit } = describeObjective(objective);
          return html`<tr>
            <td class="${objective.kept ? 'yes' : 'no'}">${objective.kept ? '✔' : '✖'}</td>
            <td>${objective.title}</td>
            <td class="n">${measured}</td>
            <td class="n">${limit}</td>
            <td>${meter(objective)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** The limit stands at two thirds, so that what is over it can be seen. */
function meter({ expression, measured, kept }: Objective): Markup {
  const [, sign = '', text = ''] = /([<>])=?([\d.]+)$/.exec(expression) ?? [];
  // What is to be near 1 is drawn by what is missing.
  const from1 = sign === '>';
  const limit = from1 ? 1 - Number(text) : Number(text);
  const value = from1 ? 1 - (measured ?? 1) : (measured ?? 0);
  const width = Math.min(100, (value / (limit || 1)) * 66.7);
  return html`<span class="meter"
    ><i class="${kept ? '' : 'no'}" style="width:${width.toFixed(1)}%"></i><b style="left:66.7%"></b
  ></span>`;
}

function conditionsList({ conditions, asked }: LoadResult): Markup {
  const { cpu, cores, memoryGb, loadBefore, versions, command } = conditions;
  const rows: [string, string | Markup][] = [
    ['Command', html`<code>${command}</code>`],
    ['Machine', `${cpu}, ${cores} cores, ${memoryGb} GB`],
    ['Load before', `${loadBefore}: what the machine did beside it`],
    ['Versions', Object.values(versions).join(', ')],
    ['Traced', `${Math.round(asked.traced * 100)} % of requests`],
  ];
  return html`<dl class="conditions">
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}
