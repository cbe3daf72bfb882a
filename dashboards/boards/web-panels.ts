import { quantile } from '@aio/slo/promql';
import { bucketsOf } from '@aio/catalog/metrics/select';
import { above } from '@aio/boards/limits';
import { draw, lines, type Panel, type PanelQuery } from '@aio/boards/panel';
import { perSecond } from '@aio/boards/queries';
import { TARGET } from './shared/variables.ts';

type Vital = 'webLargestContentfulPaint' | 'webInteractionToNextPaint' | 'webLayoutShift';

/** Core Web Vitals are judged by the 75th percentile of visits, per page. */
function p75(key: Vital): PanelQuery[] {
  const buckets = perSecond(bucketsOf(key, TARGET), ['le', 'route']);
  return [draw(quantile(0.75, buckets), '{{route}}')];
}

/** How users experience the web UI, by page. The limits are those of the Core Web Vitals. */
export const WEB_UI: readonly Panel[] = [
  lines({
    title: 'Pages: largest paint (LCP)',
    description:
      'P75 of the time from a navigation until the largest element of the page is drawn. ' +
      'Browsers report when a page is hidden, so the last minutes are missing.',
    unit: 'seconds',
    queries: p75('webLargestContentfulPaint'),
    limits: above(2.5, 4),
  }),
  lines({
    title: 'Pages: interaction to next paint (INP)',
    description:
      'P75 of the longest time from a click or key press until the page draws the result.',
    unit: 'seconds',
    queries: p75('webInteractionToNextPaint'),
    limits: above(0.2, 0.5),
  }),
  lines({
    title: 'Pages: layout shift (CLS)',
    description:
      'P75 of how much a page moves while it is visible: share of the view times distance.',
    unit: 'count',
    queries: p75('webLayoutShift'),
    limits: above(0.1, 0.25),
  }),
];
