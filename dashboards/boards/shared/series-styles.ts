import { dashed, dotted, solid, type StylesByLabel } from '@aio/boards/style';

/** Fixed styles that mean the same on every board, by the label that names the series, and its value. */
export const SERIES_STYLES: StylesByLabel = {
  outcome: {
    succeeded: solid('blue'),
    failed: dashed('vermilion'),
    rejected: dotted('pink'),
    cancelled: dotted('grey'),
  },
  state: {
    running: solid('blue'),
    waiting: dotted('pink'),
  },
};
