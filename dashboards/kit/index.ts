export { annotation, type Event } from './annotation.ts';
export { type Board, charts, figures, type Row } from './board.ts';
export { above, below, type Limits } from './limits.ts';
export { type Link, linkToBoard } from './link.ts';
export { draw, heatmap, lines, type Panel, type PanelQuery, ranking, stat } from './panel.ts';
export {
  buckets,
  errorRate,
  INTERVAL,
  perSecond,
  quantileOf,
  quantiles,
  share,
  tenLargestInRange,
  topTen,
  WHOLE_RANGE,
} from './queries.ts';
export { renderBoard, type RenderOptions } from './render-board.ts';
export { dashed, dotted, type SeriesStyle, solid, type StylesByLabel } from './style.ts';
export { LEVEL_COLORS, PALETTE, panelId } from '@aio/slo/panels';
export type { Unit } from './units.ts';
export { choice, hiddenVariable } from './variables.ts';
