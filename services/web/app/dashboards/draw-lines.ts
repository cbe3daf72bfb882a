import type uPlot from 'uplot';
import type { BoardMark } from '../../shared/api.ts';
import type { Threshold } from './board.ts';
import { shadeFor } from './colors.ts';

const DASH = [6, 4];

/** Draws a panel's thresholds as dashed lines. */
export function drawLimits(chart: uPlot, thresholds: readonly Threshold[], isDark: boolean): void {
  const { ctx, bbox } = chart;
  const limits = thresholds.filter(({ value }) => value !== null);
  inPlot(chart, () => {
    for (const { value, color } of limits) {
      const y = chart.valToPos(value!, 'y', true);
      stroke(ctx, shadeFor(color, isDark), [bbox.left, y], [bbox.left + bbox.width, y]);
    }
  });
}

/** Draws marks as vertical lines. A mark that lasts also gets a stripe at the bottom. */
export function drawMarks(chart: uPlot, marks: readonly BoardMark[], isDark: boolean): void {
  const { ctx, bbox } = chart;
  inPlot(chart, () => {
    for (const { from, to, color } of marks) {
      const shade = shadeFor(color, isDark);
      const [left, right] = [chart.valToPos(from, 'x', true), chart.valToPos(to, 'x', true)];
      stroke(ctx, shade, [left, bbox.top], [left, bbox.top + bbox.height]);
      if (right - left < 2) continue;
      ctx.fillStyle = shade;
      ctx.fillRect(left, bbox.top + bbox.height - 4, right - left, 4);
    }
  });
}

function inPlot({ ctx, bbox }: uPlot, draw: () => void): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw();
  ctx.restore();
}

type Place = readonly [x: number, y: number];

function stroke(ctx: CanvasRenderingContext2D, color: string, from: Place, to: Place): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(DASH.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}
