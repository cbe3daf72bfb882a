import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluates, withPromtool } from '@aio/catalog/testing/programs';
import { BOARD_FILES, panelsOf } from './generated-boards.ts';

const TITLE = 'Waiting by workflow';
const panel = BOARD_FILES.flatMap(({ board }) => panelsOf(board)).find(
  ({ title }) => title === TITLE,
);
const waiting = (workflow: string) =>
  `aio_queue_waiting_by_workflow{job="api", instance="a", workflow="${workflow}", state="queued_runs"}`;

test(
  'a chart has the ten that were largest in its range, also one that is small again',
  withPromtool,
  (t) => {
    const expr = (panel?.targets?.[0]?.expr ?? assert.fail(TITLE))
      .replaceAll('$__range', '10m')
      .replaceAll('$__interval', '1m')
      .replaceAll(/\$\w+/g, '.*');
    const usual = Array.from({ length: 12 }, (_, index) => `usual-${index}`);
    const given = {
      ...Object.fromEntries(usual.map((name, index) => [waiting(name), `${index + 1}x20`])),
      // Five minutes before the end, it was the largest; now it is the smallest.
      [waiting('burst')]: '0x14 900x1 0x5',
      [waiting('idle')]: '0x20',
      // It was large before the range.
      [waiting('long ago')]: '900x5 0x15',
    };
    const shown = [
      ['burst', 0],
      ...usual.map((name, index) => [name, index + 1]).slice(3),
    ] as const;
    evaluates(t, [
      {
        name: 'twelve usual workflows, one that recovered, and one that recovered before the range',
        interval: '1m',
        given,
        expected: [
          {
            expr,
            eval_time: '20m',
            exp_samples: shown.map(([workflow, value]) => ({
              labels: `{workflow="${workflow}"}`,
              value: Number(value),
            })),
          },
        ],
      },
    ]);
  },
);
