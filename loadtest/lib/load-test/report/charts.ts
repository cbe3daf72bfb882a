import type { KneeTry, Moment } from '../result.ts';
import { formatMs } from './format.ts';
import { html, type Markup } from './html.ts';

const WIDTH = 1000;
const HEIGHT = 260;
const EDGE = { left: 64, right: 12, top: 14, bottom: 30 };

interface Scale {
  x: (value: number) => number;
  y: (value: number) => number;
}

/** How long runs took by when they were submitted: P50, P95 and the longest; under it how many they were. */
export function drawMoments(moments: readonly Moment[]): Markup {
  const width = Math.max(1, (moments[1]?.after ?? 1) - (moments[0]?.after ?? 0));
  const end = (moments.at(-1)?.after ?? 0) + width;
  const most = Math.max(...moments.map(({ runs }) => runs));
  const scale = makeScale([0, end], [0, Math.max(...moments.map(({ max }) => max))]);
  const line = (key: 'p50' | 'p95' | 'max') =>
    html`<polyline
      class="line ${key}"
      points="${moments
        .map((moment) => point(scale, moment.after + width / 2, moment[key]))
        .join(' ')}"
    ></polyline>`;
  const bars = moments.map(({ after, runs, failed }) => {
    const [x, w] = [scale.x(after), Math.max(1, scale.x(after + width) - scale.x(after) - 1)];
    const bar = (count: number, name: string) => {
      const h = (count / most) * 46;
      return html`<rect
        class="${name}"
        x="${x.toFixed(1)}"
        width="${w.toFixed(1)}"
        y="${(HEIGHT - EDGE.bottom - h).toFixed(1)}"
        height="${h.toFixed(1)}"
      ></rect>`;
    };
    return [bar(runs, 'bar'), failed > 0 && bar(failed, 'failed')];
  });
  return html`<svg
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      role="img"
      aria-label="Duration of runs over the time of the test"
    >
      ${bars}${axes(scale, [0, end], scale.y, (seconds) => `${Number(seconds.toFixed(end < 20 ? 1 : 0))} s`)}
      ${line('max')}${line('p95')}${line('p50')}
    </svg></div>
    <ul class="legend">
      <li><i class="stroke" style="border-color:var(--good);border-top-style:dotted"></i>P50</li>
      <li><i class="stroke" style="border-color:var(--blue)"></i>P95</li>
      <li><i class="stroke" style="border-color:var(--gap)"></i>longest</li>
      <li><i style="background:var(--faint)"></i>runs submitted, at most ${most} in ${width} s</li>
    </ul>`;
}

/** P99 of requests by the rate: a full dot kept all objectives, an empty one did not. */
export function drawKnee(tries: readonly KneeTry[], knee: number | null): Markup {
  const sorted = tries.toSorted((a, b) => a.rate - b.rate);
  const end = (sorted.at(-1)?.rate ?? 1) * 1.05;
  const scale = makeScale([0, end], [0, Math.max(...sorted.map(({ runP95 }) => runP95)) / 1000]);
  const reach = scale.x(knee ?? 0) - EDGE.left;
  return html`<div class="scroll">
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="P95 of runs by rate">
        <rect
          class="reach"
          x="${EDGE.left}"
          y="${EDGE.top}"
          width="${reach.toFixed(1)}"
          height="${HEIGHT - EDGE.top - EDGE.bottom}"
        ></rect>
        ${axes(scale, [0, end], scale.y, (rate) => `${Math.round(rate)}/s`)}
        <polyline
          class="line p95"
          points="${sorted.map(({ rate, runP95 }) => point(scale, rate, runP95 / 1000)).join(' ')}"
        ></polyline>
        ${sorted.map(
          ({ rate, runP95, kept }) =>
            html`<circle
              class="dot${kept ? '' : ' no'}"
              r="6"
              cx="${scale.x(rate).toFixed(1)}"
              cy="${scale.y(runP95 / 1000).toFixed(1)}"
              ><title>${rate} runs a second: P95 ${formatMs(runP95)}</title></circle
            >`,
        )}
      </svg>
    </div>
    <ul class="legend">
      <li><i style="background:var(--good-back)"></i>rates that keep the objectives</li>
      <li>● kept</li>
      <li>○ missed</li>
    </ul>`;
}

function makeScale([x0, x1]: [number, number], [y0, y1]: [number, number]): Scale {
  const top = niceTop(y1);
  const share = (value: number, from: number, to: number) => (value - from) / (to - from || 1);
  return {
    x: (value) => EDGE.left + share(value, x0, x1) * (WIDTH - EDGE.left - EDGE.right),
    y: (value) => HEIGHT - EDGE.bottom - share(value, y0, top) * (HEIGHT - EDGE.top - EDGE.bottom),
  };
}

/** Lines at quarters of the height, in seconds, and marks along the bottom. */
function axes(
  { x }: Scale,
  [from, to]: [number, number],
  y: Scale['y'],
  label: (value: number) => string,
): Markup {
  const perPixel = 1 / (y(0) - y(1));
  const top = perPixel * (HEIGHT - EDGE.top - EDGE.bottom);
  const quarters = [0, 0.25, 0.5, 0.75, 1];
  const lines = quarters.map((share) => {
    const at = y(share * top).toFixed(1);
    return html`<line
        class="grid"
        x1="${EDGE.left}"
        x2="${WIDTH - EDGE.right}"
        y1="${at}"
        y2="${at}"
      ></line>
      <text x="${EDGE.left - 10}" y="${Number(at) + 4}" text-anchor="end"
        >${share === 0 ? '0' : formatMs(share * top * 1000)}</text
      >`;
  });
  const marks = quarters.map((share) => {
    const value = from + share * (to - from);
    const anchor = share === 1 ? 'end' : share === 0 ? 'start' : 'middle';
    return html`<text x="${x(value).toFixed(1)}" y="${HEIGHT - 8}" text-anchor="${anchor}"
      >${label(value)}</text
    >`;
  });
  return html`${lines}${marks}`;
}

/** The next of 1, 2, 4, 8 times a power of ten, so that quarters have short names. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 0.001)));
  return ([1, 2, 4, 8, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

function point({ x, y }: Scale, at: number, value: number): string {
  return `${x(at).toFixed(1)},${y(value).toFixed(1)}`;
}
