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

interface Limit {
  what: string;
  path: string;
  /** The largest allowed input, if the limit is exact. */
  within?: unknown;
  beyond: unknown;
  status: 413 | 422;
  code: string;
  /** Pointer of the fault. */
  pointer?: string;
}

const TOO_LARGE = { status: 413, code: 'too_large' } as const;
const TOO_DEEP = { status: 422, code: 'too_deep' } as const;
const REFUSED = { status: 422, code: 'validation_failed' } as const;

const LIMITS: readonly Limit[] = [
  {
    what: 'bytes of an input',
    path: RUNS,
    within: { input: text(MAX_INPUT_BYTES - 100) },
    beyond: { input: text(MAX_INPUT_BYTES) },
    ...TOO_LARGE,
  },
  {
    what: 'bytes of a definition',
    path: WORKFLOWS,
    beyond: { ...OPEN, description: text(MAX_DEFINITION_BYTES) },
    ...TOO_LARGE,
  },
  {
    what: 'bytes of a batch',
    path: `${RUNS}/batch`,
    beyond: { runs: Array.from({ length: 5 }, () => ({ input: text(MAX_INPUT_BYTES - 100) })) },
    ...TOO_LARGE,
  },
  {
    what: 'bytes of an event',
    path: EVENTS,
    within: { name: 'a', key: 'b', payload: text(MAX_EVENT_PAYLOAD_BYTES - 100) },
    beyond: { name: 'a', key: 'b', payload: text(MAX_EVENT_PAYLOAD_BYTES + 10_000) },
    ...TOO_LARGE,
  },
  {
    what: 'bytes of a decision',
    path: '/api/v1/approvals/01930000-0000-7000-8000-000000000001/decision',
    beyond: { decision: 'approved', comment: text(70_000) },
    ...TOO_LARGE,
  },
  {
    what: 'depth of an input',
    path: RUNS,
    within: { input: nested(MAX_JSON_DEPTH - 1) },
    beyond: { input: nested(MAX_JSON_DEPTH) },
    ...TOO_DEEP,
  },
  {
    what: 'depth of a definition',
    path: WORKFLOWS,
    beyond: { ...OPEN, output: nested(MAX_DEFINITION_DEPTH) },
    ...TOO_DEEP,
  },
  {
    what: 'steps of a DAG',
    path: WORKFLOWS,
    within: steps(MAX_STEPS),
    beyond: steps(MAX_STEPS + 1),
    ...REFUSED,
    pointer: '/steps',
  },
  {
    what: 'edges of a DAG',
    path: WORKFLOWS,
    beyond: needsAll(320),
    ...REFUSED,
  },
  {
    what: 'items of a map',
    path: WORKFLOWS,
    within: map({ over: Array.from({ length: MAX_MAP_ITEMS }, () => 1) }),
    beyond: map({ over: Array.from({ length: MAX_MAP_ITEMS + 1 }, () => 1) }),
    ...REFUSED,
    pointer: '/steps/each/over',
  },
  {
    what: 'items of a map at once',
    path: WORKFLOWS,
    within: map({ concurrency: MAX_MAP_CONCURRENCY }),
    beyond: map({ concurrency: MAX_MAP_CONCURRENCY + 1 }),
    ...REFUSED,
    pointer: '/steps/each/concurrency',
  },
  {
    what: 'attempts',
    path: WORKFLOWS,
    within: { name: 'again', steps: { a: { ...VALUE, retry: { maxAttempts: MAX_ATTEMPTS } } } },
    beyond: { name: 'again', steps: { a: { ...VALUE, retry: { maxAttempts: MAX_ATTEMPTS + 1 } } } },
    ...REFUSED,
    pointer: '/steps/a/retry/maxAttempts',
  },
  {
    what: 'characters of an expression',
    path: WORKFLOWS,
    beyond: { ...OPEN, output: `\${{ "${text(5_000)}" }}` },
    ...REFUSED,
    pointer: '/output',
  },
  {
    what: 'nesting of an expression',
    path: WORKFLOWS,
    beyond: { ...OPEN, output: `\${{ ${'!'.repeat(1_000)}true }}` },
    ...REFUSED,
    pointer: '/output',
  },
  {
    what: 'runs of a batch',
    path: `${RUNS}/batch`,
    within: { runs: Array.from({ length: 500 }, () => ({})) },
    beyond: { runs: Array.from({ length: 501 }, () => ({})) },
    ...REFUSED,
    pointer: '/runs',
  },
];

test('refuses input above a limit, and accepts input at the limit', async (t) => {
  const api = await startTestApi(t);
  await api.post(WORKFLOWS, OPEN);
  await api.post(WORKFLOWS, CHAIN);

  for (const { what, path, within, beyond, status, code, pointer } of LIMITS)
    await t.test(what, async () => {
      if (within !== undefined) {
        const taken = await api.post(path, within);
        assert.ok(taken.status < 300, JSON.stringify(taken.body).slice(0, 300));
      }
      const refused = await api.post(path, beyond);
      const shown = JSON.stringify(refused.body).slice(0, 300);
      assert.deepEqual([refused.status, refused.body.code], [status, code], shown);
      if (pointer !== undefined) assert.equal(refused.body.errors[0].pointer, pointer, shown);
    });

  await t.test('the API logs no error', () => {
    assert.deepEqual(api.faults(), []);
  });
});
