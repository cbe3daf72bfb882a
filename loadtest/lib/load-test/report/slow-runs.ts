import type { SlowRun } from '../read-runs.ts';
import { type StepTime, type TimePart, timeOf, type WhereTimeWent } from '../run-time.ts';
import { describeTime, formatMs, TIME_PARTS } from './format.ts';
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
      <span
        class="stack"
        style="width:${percent(time.total, longest)}"
        title="${describeTime(time)}"
        >${TIME_PARTS.map(
          ({ part }) =>
            html`<i
              class="${part}"
              style="width:${percent(timeOf(time.spent, part), time.total)}"
            ></i>`,
        )}</span
      >
      <span class="who">${workflow}, ${status}, after ${after.toFixed(1)} s</span>
    </summary>
    <p class="about">${trace}, run <code>${id}</code>: ${describeTime(time)}.</p>
    <div class="path">${longestSteps(time).map((step) => stepRow(step, time.total))}</div>
  </details>`;
}

/** In the order of the path. */
function longestSteps({ path }: WhereTimeWent): StepTime[] {
  const least = path.map(({ total }) => total).toSorted((a, b) => b - a)[STEPS_SHOWN - 1] ?? 0;
  return path.filter(({ total }) => total >= least).slice(0, STEPS_SHOWN);
}

function stepRow(step: StepTime, total: number): Markup {
  const { id, kind, attempts, readyAfter, spent } = step;
  const [queue, waiting, execution] = (['queue', 'waiting', 'execution'] as const).map((part) =>
    timeOf(spent, part),
  ) as [number, number, number];
  const bar = (part: TimePart, from: number, length: number) =>
    length > 0 &&
    html`<i
      class="${part}"
      style="left:${percent(from, total)};width:${percent(length, total)}"
    ></i>`;
  return html`<span class="name" title="${kind}">${id}</span>
    <span class="track"
      >${bar('queue', readyAfter, queue)}${bar('waiting', readyAfter + queue, waiting)}${bar(
        'execution',
        readyAfter + queue + waiting,
        execution,
      )}</span
    >
    <span class="n"
      >${formatMs(queue)} +
      ${formatMs(execution)}${attempts > 1 ? `, ${attempts} attempts` : ''}</span
    >`;
}

function percent(part: number, whole: number): string {
  return `${Math.min(100, (part / (whole || 1)) * 100).toFixed(2)}%`;
}
