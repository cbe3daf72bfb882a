import {
  above,
  buckets,
  charts,
  choice,
  draw,
  errorRate,
  figures,
  heatmap,
  lines,
  perSecond,
  quantiles,
  renderBoard,
  stat,
} from '@aio/boards';
import { createSelectors } from '@aio/slo';
import { max } from '@aio/slo/promql';
import { METRICS } from './metrics.ts';

const { bucketsOf, countOf, select } = createSelectors(METRICS);
const chosen = { instance: { matches: '$instance' } } as const;
const requests = countOf('requests', chosen);
const errors = countOf('requests', { ...chosen, status: { matches: '5..' } });

export const BOARD = renderBoard(
  {
    title: 'Shop',
    description: 'Are orders taken and saved fast?',
    rows: [
      figures('Now', [
        stat({
          title: 'Requests',
          description: 'Per second.',
          unit: 'requestsPerSecond',
          queries: [draw(perSecond(requests), 'requests')],
        }),
        stat({
          title: 'Errors',
          description: 'Share of requests that end with 5xx.',
          unit: 'share',
          limits: above(0.001, 0.01),
          queries: [draw(errorRate(errors, requests), 'errors')],
        }),
        stat({
          title: 'Orders waiting',
          description: 'In the queue.',
          unit: 'count',
          limits: above(100, 1000),
          queries: [draw(max(select('waiting')), 'waiting')],
        }),
      ]),
      charts('Requests', 2, [
        lines({
          title: 'Duration',
          description: 'Each dot is a request with a trace.',
          unit: 'seconds',
          queries: quantiles(bucketsOf('requests', chosen)),
        }),
        heatmap({
          title: 'Until an order is saved',
          description: 'The whole distribution.',
          unit: 'seconds',
          queries: [buckets(bucketsOf('saving', chosen))],
        }),
      ]),
    ],
  },
  {
    uid: 'shop',
    tags: ['shop'],
    variables: [choice('instance', countOf('requests'), { title: 'Instance' })],
  },
);
