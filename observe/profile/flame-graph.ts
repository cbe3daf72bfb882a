import type { Frame } from './frames.ts';

export interface FlameGraphOptions {
  title: string;
  /** Formats a value, e.g. `1.2 s`. */
  format(value: number): string;
}

const WIDTH = 1600;
const ROW = 18;
const TOP = 44;
/** Narrower frames are invisible and left out. */
const LEAST_WIDTH = 0.5;
/** Approximate width of a letter at 11 px. */
const LETTER = 6.4;

/**
 * Draws the calls as an SVG without scripts: the root on top, callees below their caller, with widths in proportion to
 * their values. Tooltips show name, value and share.
 */
export function drawFlameGraph(all: Frame, { title, format }: FlameGraphOptions): string {
  const boxes: string[] = [];
  let deepest = 0;

  function draw(frame: Frame, depth: number, left: number): void {
    const width = all.value === 0 ? 0 : (frame.value / all.value) * WIDTH;
    if (width < LEAST_WIDTH) return;
    deepest = Math.max(deepest, depth);
    const share = ((100 * frame.value) / all.value).toFixed(1);
    const text = escape(frame.name.slice(0, Math.max(0, Math.floor((width - 6) / LETTER))));
    boxes.push(
      `<g><title>${escape(frame.name)}: ${escape(format(frame.value))}, ${share} %</title>` +
        `<rect x="${left.toFixed(1)}" y="${TOP + depth * ROW}" width="${width.toFixed(1)}" height="${ROW - 1}" fill="${colorOf(frame.name)}"/>` +
        (text === ''
          ? ''
          : `<text x="${(left + 3).toFixed(1)}" y="${TOP + depth * ROW + 12}">${text}</text>`) +
        '</g>',
    );
    let from = left;
    for (const child of frame.children) {
      draw(child, depth + 1, from);
      from += (child.value / all.value) * WIDTH;
    }
  }
  draw(all, 0, 0);
  const height = TOP + (deepest + 1) * ROW + 10;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">`,
    '<style>text { font: 11px ui-monospace, monospace; fill: #111 } rect { stroke: #fff } g:hover rect { stroke: #111 }</style>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="3" y="24" style="font-size: 15px">${escape(title)}, ${escape(format(all.value))}</text>`,
    ...boxes,
    '</svg>',
    '',
  ].join('\n');
}

/** A fixed colour per file: warm for AIO, cold for libraries and Node.js. */
function colorOf(name: string): string {
  const [, file = ''] = name.split('  ');
  const hash = [...file].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 7);
  const isOurs = /^(services|observability)\//.test(file);
  return isOurs ? `hsl(${20 + (hash % 35)} 85% 68%)` : `hsl(${190 + (hash % 40)} 45% 78%)`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
