import { quantile, rate, sum } from '@aio/catalog/promql';
import { bucketsOf, select } from '@aio/catalog/select';
import { above } from '../limits.ts';
import { draw, lines, type Panel, type PanelQuery } from '../panel.ts';
import { INTERVAL } from '../queries.ts';
import { TARGET } from '../variables.ts';

type Vital = 'webLargestContentfulPaint' | 'webInteractionToNextPaint' | 'webLayoutShift';

/** Core Web Vitals are judged by what three of four visits have, of each page for itself. */
function p75(key: Vital): PanelQuery[] {
  const buckets = sum(rate(bucketsOf(key, TARGET), INTERVAL), ['le', 'route']);
  return [draw(quantile(0.75, buckets), '{{route}}')];
}

/** What people feel of the web UI, by page; the limits are those of the Core Web Vitals. */
export const WEB_UI: readonly Panel[] = [
  lines({
    title: 'Pages: largest paint (LCP)',
    description:
      'P75 of the time from a navigation until the largest part of the page is there, by page. Browsers tell when a page is hidden, so the last minutes are missing.',
    unit: 'seconds',
    queries: p75('webLargestContentfulPaint'),
    limits: above(2.5, 4),
  }),
  lines({
    title: 'Pages: interaction to next paint (INP)',
    description:
      'P75 of the longest time from a click or key until the page has drawn what comes of it, by page.',
    unit: 'seconds',
    queries: p75('webInteractionToNextPaint'),
    limits: above(0.2, 0.5),
  }),
  lines({
    title: 'Pages: layout shift (CLS)',
    description:
      'P75 of how much of a page moves while somebody looks at it, by page: the part of the view that moves times its way.',
    unit: 'count',
    queries: p75('webLayoutShift'),
    limits: above(0.1, 0.25),
  }),
  lines({
    title: 'Spans of browsers',
    description:
      'Spans a second that pages sent. Rejected: not of the kinds that the web UI makes, or more than an hour away.',
    unit: 'perSecond',
    queries: [draw(sum(rate(select('webSpans', TARGET), INTERVAL), ['outcome']), '{{outcome}}')],
  }),
];
