import type { SlowRun } from '../read-runs.ts';
import type { StepTime, WhereTimeWent } from '../where-time-went.ts';
import { TIME_PARTS, formatMs } from './format.ts';
import { html, type Markup } from './html.ts';

const STEPS_SHOWN = 15;

/** Each of the slowest runs as a bar of what its time went for; opened, the steps on its way. */
export function listSlowRuns(runs: readonly SlowRun[]): Markup {
  const longest = Math.max(1, ...runs.map(({ time }) => time.total));
  return html`${runs.map((run) => slowRun(run, longest))}
    <ul class="legend">
      ${TIME_PARTS.map(({ part, name }) => html`<li><i class="${part}"></i>${name}</li>`)}
    </ul>`;
}

function slowRun(run: SlowRun, longest: number): Markup {
  const { time, workflow, status, after, id, traceUrl, traceId } = run;
  const trace = traceUrl
    ? html`<a href="${traceUrl}">Open the trace</a>`
    : traceId
      ? html`Trace <code>${traceId}</code>`
      : html`Not traced`;
  return html`<details>
    <summary>
      <strong>${formatMs(time.total)}</strong>
      <span class="stack" style="width:${percent(time.total, longest)}" title="${inWords(time)}"
        >${TIME_PARTS.map(
          ({ part }) =>
            html`<i class="${part}" style="width:${percent(time.spent[part], time.total)}"></i>`,
        )}</span
      >
      <span class="who">${workflow}, ${status}, after ${after.toFixed(1)} s</span>
    </summary>
    <p class="about">${trace}, run <code>${id}</code>: ${inWords(time)}.</p>
    <div class="path">${longestSteps(time).map((step) => stepRow(step, time.total))}</div>
  </details>`;
}

/** In the order of the path. */
function longestSteps({ path }: WhereTimeWent): StepTime[] {
  const least = path.map(({ total }) => total).toSorted((a, b) => b - a)[STEPS_SHOWN - 1] ?? 0;
  return path.filter(({ total }) => total >= least).slice(0, STEPS_SHOWN);
}

function stepRow(step: StepTime, total: number): Markup {
  const { id, kind, attempts, readyAfter, queueTime, paused, execution } = step;
  const bar = (part: string, from: number, length: number) =>
    length > 0 &&
    html`<i
      class="${part}"
      style="left:${percent(from, total)};width:${percent(length, total)}"
    ></i>`;
  return html`<span class="name" title="${kind}">${id}</span>
    <span class="track"
      >${bar('queueTime', readyAfter, queueTime)}${bar('paused', readyAfter + queueTime, paused)}${bar(
        'execution',
        readyAfter + queueTime + paused,
        execution,
      )}</span
    >
    <span class="n"
      >${formatMs(queueTime)} +
      ${formatMs(execution)}${attempts > 1 ? `, ${attempts} attempts` : ''}</span
    >`;
}

function inWords({ spent }: WhereTimeWent): string {
  const words = TIME_PARTS.filter(({ part }) => spent[part] > 0).map(
    ({ part, name }) => `${name} ${formatMs(spent[part])}`,
  );
  return words.join(', ');
}

function percent(part: number, whole: number): string {
  return `${Math.min(100, (part / (whole || 1)) * 100).toFixed(2)}%`;
}
