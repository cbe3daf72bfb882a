import type { MetricDefinitions } from './metric.ts';
import { WEB_ROUTES } from './web-labels.ts';

/** The API accepts only routes of the web UI. A series begins with its first page view. */
const ROUTE = { upTo: WEB_ROUTES.length } as const;

/** Measurements of browsers in the web UI, sent to the API when a page is hidden. */
export const WEB_METRICS = {
  webLargestContentfulPaint: {
    name: 'aio_web_largest_contentful_paint_seconds',
    type: 'histogram',
    help: 'Time from the start of a navigation until the largest element of the page is drawn (LCP), by page.',
    unit: 'seconds',
    labels: { route: ROUTE },
    // Good up to 2.5 s, poor from 4 s.
    buckets: [0.1, 0.2, 0.4, 0.8, 1.25, 1.5, 1.8, 2.1, 2.5, 3.1, 3.8, 4.5, 6.5, 10.5, 20.5],
    exemplars: false,
    exposedBy: 'api',
  },
  webInteractionToNextPaint: {
    name: 'aio_web_interaction_to_next_paint_seconds',
    type: 'histogram',
    help: 'Longest time from a click or key press until the page draws the result (INP), by page.',
    unit: 'seconds',
    labels: { route: ROUTE },
    // Good up to 200 ms, poor from 500 ms.
    buckets: [
      0.008, 0.016, 0.024, 0.04, 0.06, 0.08, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3, 0.375, 0.45,
      0.55, 0.8, 1.5, 3.5,
    ],
    exemplars: false,
    exposedBy: 'api',
  },
  webLayoutShift: {
    name: 'aio_web_cumulative_layout_shift',
    type: 'histogram',
    help: 'How much of a page moved while it was visible (CLS): share of the view times distance, by page.',
    unit: 'ratio',
    labels: { route: ROUTE },
    // Good up to 0.1, poor from 0.25.
    buckets: [0.001, 0.01, 0.025, 0.05, 0.06, 0.075, 0.09, 0.1, 0.125, 0.15, 0.2, 0.25, 0.5, 1.5],
    exemplars: false,
    exposedBy: 'api',
  },
} as const satisfies MetricDefinitions;
