import { dashed, dotted, solid, type StylesByLabel } from '@aio/boards/style';

/** Fixed styles that mean the same on every board, by the label that names the series, and its value. */
export const SERIES_STYLES: StylesByLabel = {
  outcome: {
    succeeded: solid('blue'),
    failed: dashed('vermilion'),
    rejected: dotted('pink'),
    cancelled: dotted('grey'),
    worker_lost: dashed('yellow'),
  },
  status: {
    succeeded: solid('blue'),
    failed: dashed('vermilion'),
    skipped: dashed('grey'),
    cancelled: dotted('grey'),
  },
  state: {
    running: solid('blue'),
    waiting: dotted('pink'),
    used: dashed('amber'),
    free: solid('sky'),
    active: dashed('amber'),
    idle: solid('sky'),
    ready_steps: solid('blue'),
    queued_runs: dashed('amber'),
    delayed: dashed('grey'),
    failed: dashed('vermilion'),
  },
  direction: { input: solid('sky'), output: dashed('blue') },
};
