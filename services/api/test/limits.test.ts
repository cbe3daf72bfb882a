import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  MAX_ATTEMPTS,
  MAX_DEFINITION_BYTES,
  MAX_DEFINITION_DEPTH,
  MAX_EVENT_PAYLOAD_BYTES as PAYLOAD,
  MAX_INPUT_BYTES,
  MAX_MAP_CONCURRENCY as WIDEST,
  MAX_MAP_ITEMS,
  MAX_STEPS,
} from '@aio/core/definition/limits';
import { MAX_JSON_DEPTH } from '@aio/core/json/parse-json';
import { CHAIN } from '../testing/definitions.ts';
import { startTestApi } from '../testing/start-test-api.ts';

const WORKFLOWS = '/api/v1/workflows';
const RUNS = `${WORKFLOWS}/open/runs`;
const DECISION = '/api/v1/approvals/01930000-0000-7000-8000-000000000001/decision';
const APPROVED = { decision: 'approved' };
const EVENTS = '/api/v1/events';

const VALUE = { type: 'transform', with: { value: 1 } };
const OPEN = { name: 'open', steps: { only: VALUE } };

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
const text = (bytes: number): string => 'x'.repeat(bytes);
const list = <One>(count: number, make: (nth: number) => One) =>
  Array.from({ length: count }, (_, nth) => make(nth));
const steps = (count: number, step: (nth: number) => object = () => VALUE) => ({
  name: 'wide',
  steps: Object.fromEntries(list(count, (nth) => [`s${nth}`, step(nth)])),
});
const map = (change: object) => ({
  name: 'fan',
  steps: { each: { type: 'map', over: [1], step: VALUE, ...change } },
});
const retried = (maxAttempts: number) => ({
  name: 'again',
  steps: { a: { ...VALUE, retry: { maxAttempts } } },
});
/** Each step of the second half needs all of the first: more edges than allowed. */
const needsAll = (width: number) =>
  steps(2 * width, (nth) =>
    nth < width ? VALUE : { ...VALUE, needs: list(width, (n) => `s${n}`) },
  );
const event = (bytes: number) => ({ name: 'a', key: 'b', payload: text(bytes) });
const output = (value: unknown) => ({ ...OPEN, output: value });
const over = (count: number) => map({ over: list(count, () => 1) });
const atOnce = (concurrency: number) => map({ concurrency });
const characters = (count: number) => output(`\${{ "${text(count)}" }}`);
const negations = (count: number) => output(`\${{ ${'!'.repeat(count)}true }}`);
const input = (bytes: number) => ({ input: text(bytes) });
const described = (bytes: number) => ({ ...OPEN, description: text(bytes) });

/** Inputs of a size beyond a limit and, if the limit is exact, within it. `pointer` names the fault. */
type Limit = [
  what: string,
  path: string,
  make: (size: number) => unknown,
  beyond: number,
  within?: number | null,
  pointer?: string,
];

/** Limits by the status and the code of the problem. */
const LIMITS: Readonly<Record<string, readonly Limit[]>> = {
  '413 too_large': [
    ['bytes of an input', RUNS, input, MAX_INPUT_BYTES, MAX_INPUT_BYTES - 100],
    ['bytes of a definition', WORKFLOWS, described, MAX_DEFINITION_BYTES],
    ['bytes of an event', EVENTS, event, PAYLOAD + 10_000, PAYLOAD - 100],
    ['bytes of a decision', DECISION, (n) => ({ ...APPROVED, comment: text(n) }), 70_000],
  ],
  '422 too_deep': [
    ['depth of an input', RUNS, (n) => ({ input: nested(n) }), MAX_JSON_DEPTH, MAX_JSON_DEPTH - 1],
    ['depth of a definition', WORKFLOWS, (n) => output(nested(n)), MAX_DEFINITION_DEPTH],
  ],
  '422 validation_failed': [
    ['steps of a DAG', WORKFLOWS, (n) => steps(n), MAX_STEPS + 1, MAX_STEPS, '/steps'],
    ['edges of a DAG', WORKFLOWS, needsAll, 150],
    ['items of a map', WORKFLOWS, over, MAX_MAP_ITEMS + 1, MAX_MAP_ITEMS, '/steps/each/over'],
    ['items of a map at once', WORKFLOWS, atOnce, WIDEST + 1, WIDEST, '/steps/each/concurrency'],
    ['attempts', WORKFLOWS, retried, MAX_ATTEMPTS + 1, MAX_ATTEMPTS, '/steps/a/retry/maxAttempts'],
    ['characters of an expression', WORKFLOWS, characters, 5_000, null, '/output'],
    ['nesting of an expression', WORKFLOWS, negations, 1_000, null, '/output'],
  ],
};

test('refuses input above a limit, and accepts input at the limit', async (t) => {
  const api = await startTestApi(t);
  await api.post(WORKFLOWS, OPEN);
  await api.post(WORKFLOWS, CHAIN);

  for (const [outcome, limits] of Object.entries(LIMITS))
    for (const [what, path, make, beyond, within = null, pointer] of limits)
      await t.test(what, async () => {
        if (within !== null) {
          const taken = await api.post(path, make(within));
          assert.ok(taken.status < 300, JSON.stringify(taken.body).slice(0, 300));
        }
        const { status, body } = await api.post(path, make(beyond));
        const shown = JSON.stringify(body).slice(0, 300);
        assert.equal(`${status} ${body.code}`, outcome, shown);
        if (pointer !== undefined) assert.equal(body.errors[0].pointer, pointer, shown);
      });

  await t.test('the API logs no error', () => {
    assert.deepEqual(api.faults(), []);
  });
});
