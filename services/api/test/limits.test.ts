import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  MAX_ATTEMPTS,
  MAX_DEFINITION_BYTES,
  MAX_DEFINITION_DEPTH,
  MAX_EVENT_PAYLOAD_BYTES,
  MAX_INPUT_BYTES,
  MAX_MAP_CONCURRENCY,
  MAX_MAP_ITEMS,
  MAX_STEPS,
} from '@aio/core/definition/limits';
import { MAX_JSON_DEPTH } from '@aio/core/json/parse-json';
import { CHAIN } from '../testing/definitions.ts';
import { startTestApi } from '../testing/start-test-api.ts';

const WORKFLOWS = '/api/v1/workflows';
const RUNS = `${WORKFLOWS}/open/runs`;
const BATCH = `${RUNS}/batch`;
const EVENTS = '/api/v1/events';

const VALUE = { type: 'transform', with: { value: 1 } };
const OPEN = { name: 'open', steps: { only: VALUE } };

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
const text = (bytes: number): string => 'x'.repeat(bytes);
const steps = (count: number, step: (nth: number) => object = () => VALUE) => ({
  name: 'wide',
  steps: Object.fromEntries(Array.from({ length: count }, (_, nth) => [`s${nth}`, step(nth)])),
});
const map = (change: object) => ({
  name: 'fan',
  steps: { each: { type: 'map', over: [1], step: VALUE, ...change } },
});
/** Each step of the second half needs all of the first: more edges than allowed. */
const needsAll = (width: number) =>
  steps(2 * width, (nth) =>
    nth < width ? VALUE : { ...VALUE, needs: Array.from({ length: width }, (_, n) => `s${n}`) },
  );

/** `within` is the largest allowed input, if the limit is exact. `pointer` names the fault. */
type Limit = [
  what: string,
  path: string,
  inputs: { within?: unknown; beyond: unknown; pointer?: string },
];

const again = (maxAttempts: number) => ({
  name: 'again',
  steps: { a: { ...VALUE, retry: { maxAttempts } } },
});
const event = (bytes: number) => ({ name: 'a', key: 'b', payload: text(bytes) });
const batch = (count: number, run: object) => ({ runs: Array.from({ length: count }, () => run) });
const ones = (count: number) => Array.from({ length: count }, () => 1);
const APPROVAL = '/api/v1/approvals/01930000-0000-7000-8000-000000000001';

/** Limits by the status and the code of the problem. */
const LIMITS: Readonly<Record<string, readonly Limit[]>> = {
  '413 too_large': [
    [
      'bytes of an input',
      RUNS,
      { within: { input: text(MAX_INPUT_BYTES - 100) }, beyond: { input: text(MAX_INPUT_BYTES) } },
    ],
    [
      'bytes of a definition',
      WORKFLOWS,
      { beyond: { ...OPEN, description: text(MAX_DEFINITION_BYTES) } },
    ],
    ['bytes of a batch', BATCH, { beyond: batch(5, { input: text(MAX_INPUT_BYTES - 100) }) }],
    [
      'bytes of an event',
      EVENTS,
      {
        within: event(MAX_EVENT_PAYLOAD_BYTES - 100),
        beyond: event(MAX_EVENT_PAYLOAD_BYTES + 10_000),
      },
    ],
    [
      'bytes of a decision',
      `${APPROVAL}/decision`,
      { beyond: { decision: 'approved', comment: text(70_000) } },
    ],
  ],
  '422 too_deep': [
    [
      'depth of an input',
      RUNS,
      { within: { input: nested(MAX_JSON_DEPTH - 1) }, beyond: { input: nested(MAX_JSON_DEPTH) } },
    ],
    [
      'depth of a definition',
      WORKFLOWS,
      { beyond: { ...OPEN, output: nested(MAX_DEFINITION_DEPTH) } },
    ],
  ],
  '422 validation_failed': [
    [
      'steps of a DAG',
      WORKFLOWS,
      { within: steps(MAX_STEPS), beyond: steps(MAX_STEPS + 1), pointer: '/steps' },
    ],
    ['edges of a DAG', WORKFLOWS, { beyond: needsAll(320) }],
    [
      'items of a map',
      WORKFLOWS,
      {
        within: map({ over: ones(MAX_MAP_ITEMS) }),
        beyond: map({ over: ones(MAX_MAP_ITEMS + 1) }),
        pointer: '/steps/each/over',
      },
    ],
    [
      'items of a map at once',
      WORKFLOWS,
      {
        within: map({ concurrency: MAX_MAP_CONCURRENCY }),
        beyond: map({ concurrency: MAX_MAP_CONCURRENCY + 1 }),
        pointer: '/steps/each/concurrency',
      },
    ],
    [
      'attempts',
      WORKFLOWS,
      {
        within: again(MAX_ATTEMPTS),
        beyond: again(MAX_ATTEMPTS + 1),
        pointer: '/steps/a/retry/maxAttempts',
      },
    ],
    [
      'characters of an expression',
      WORKFLOWS,
      { beyond: { ...OPEN, output: `\${{ "${text(5_000)}" }}` }, pointer: '/output' },
    ],
    [
      'nesting of an expression',
      WORKFLOWS,
      { beyond: { ...OPEN, output: `\${{ ${'!'.repeat(1_000)}true }}` }, pointer: '/output' },
    ],
    [
      'runs of a batch',
      BATCH,
      { within: batch(500, {}), beyond: batch(501, {}), pointer: '/runs' },
    ],
  ],
};

test('refuses input above a limit, and accepts input at the limit', async (t) => {
  const api = await startTestApi(t);
  await api.post(WORKFLOWS, OPEN);
  await api.post(WORKFLOWS, CHAIN);

  for (const [outcome, limits] of Object.entries(LIMITS))
    for (const [what, path, { within, beyond, pointer }] of limits)
      await t.test(what, async () => {
        if (within !== undefined) {
          const taken = await api.post(path, within);
          assert.ok(taken.status < 300, JSON.stringify(taken.body).slice(0, 300));
        }
        const { status, body } = await api.post(path, beyond);
        const shown = JSON.stringify(body).slice(0, 300);
        assert.equal(`${status} ${body.code}`, outcome, shown);
        if (pointer !== undefined) assert.equal(body.errors[0].pointer, pointer, shown);
      });

  await t.test('the API logs no error', () => {
    assert.deepEqual(api.faults(), []);
  });
});
