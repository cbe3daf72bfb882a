import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rate, sum } from '@aio/slo/promql';
import { createSelectors } from '@aio/slo/select';
import { charts, choice, draw, errorRate, lines, quantiles, renderBoard } from './index.ts';
import { PromTarget } from './targets.ts';

const { bucketsOf, countOf, select } = createSelectors({
  mails: {
    type: 'counter',
    name: 'shop_mails_total',
    help: 'Mails, by outcome.',
    labels: { outcome: ['sent', 'bounced'] },
  },
  requests: {
    type: 'histogram',
    name: 'shop_request_seconds',
    help: 'Duration of requests.',
    labels: { status: { upTo: 20 } },
    buckets: [0.05, 0.25],
    exemplars: true,
  },
});
const byOutcome = sum(rate(select('mails'), '$__rate_interval'), ['outcome']);

test('a legend may only name labels of the query', () => {
  assert.deepEqual(draw(byOutcome, 'mails {{outcome}}'), {
    promql: 'sum by (outcome) (rate(shop_mails_total[$__rate_interval]))',
    legend: 'mails {{outcome}}',
  });
  // @ts-expect-error misspelt label
  assert.throws(() => draw(byOutcome, '{{outcom}}'), /panel\.test\.ts:\d+: .* no label outcom,/);
});

test('a misspelt metric or label does not compile, and throws if a cast hides it', () => {
  // @ts-expect-error misspelt metric
  assert.throws(() => select('mail'), /panel\.test\.ts:\d+: .* no metric mail/);
  // @ts-expect-error misspelt label
  assert.throws(() => sum(byOutcome, ['outcom']), /panel\.test\.ts:\d+: .* no label outcom,/);
});

test('a target refuses invalid PromQL', () => {
  assert.throws(() => new PromTarget({ promql: 'sum(', legend: '' }), /Invalid PromQL/);
});

test('a board has its data source, variables, exemplars, and an error rate of 0', () => {
  const instance = { instance: { matches: '$instance' } } as const;
  const requests = countOf('requests', instance);
  const errors = countOf('requests', { ...instance, status: { matches: '5..' } });
  const board = renderBoard(
    {
      title: 'Shop',
      description: 'Is the shop fast?',
      rows: [
        charts('Requests', 2, [
          lines({
            title: 'Errors',
            description: 'Share of requests.',
            unit: 'share',
            queries: [draw(errorRate(errors, requests), 'errors')],
          }),
          lines({
            title: 'Duration',
            description: 'Quantiles.',
            unit: 'seconds',
            queries: quantiles(bucketsOf('requests', instance)),
          }),
        ]),
      ],
    },
    { uid: 'shop', variables: [choice('instance', requests, { title: 'Instance' })] },
  );
  assert.deepEqual(
    board.templating?.list?.map(({ name }) => name),
    ['datasource', 'instance'],
  );
  const [, errorPanel, durationPanel] = board.panels as unknown as {
    targets: { expr: string; exemplar?: boolean }[];
  }[];
  assert.equal(
    errorPanel?.targets[0]?.expr,
    '(sum(rate(shop_request_seconds_count{instance=~"$instance",status=~"5.."}[$__rate_interval])) ' +
      'or vector(0)) / (sum(rate(shop_request_seconds_count{instance=~"$instance"}[$__rate_interval])) > 0)',
  );
  assert.deepEqual(
    durationPanel?.targets.map(({ exemplar }) => exemplar),
    [undefined, undefined, true],
  );
});
