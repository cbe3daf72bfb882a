import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordQueries } from '@aio/platform/testing/record-queries';
import { startTestApi } from '../../../testing/start-test-api.ts';

const VALUE = { type: 'transform', with: { value: 1 } };
const DEFINITION = {
  name: 'odd',
  steps: { odd: VALUE, plain: VALUE, each: { type: 'map', over: [1], step: VALUE } },
};
/** Parsing and writing it again changes every part of it. */
const ODD = String.raw`{"b": 1.0, "a":1e400,"n":12345678901234567890, "t":"\u0000\u0041", "2":[ ],"1":-0}`;

test('answers have the outputs as they are stored, byte for byte', async (t) => {
  const api = await startTestApi(t);
  await api.post('/api/v1/workflows', DEFINITION);

  async function runWith(outputs: Record<'odd' | 'plain', string>): Promise<string> {
    const id = await api.submit('odd', {});
    await api.engine.start(id);
    const end = { status: 'succeeded', attempt: 1 };
    for (const [step, output] of Object.entries(outputs))
      await api.engine.writeStep(id, step, { ...end, output });
    await api.engine.writeStep(id, 'each', { ...end, kind: 'map' });
    await api.engine.writeStep(id, 'each', { ...end, iteration: 0, output: ODD });
    await api.query('update runs set output = $2 where id = $1', [id, ODD]);
    return id;
  }
  async function textOf(path: string): Promise<string> {
    const response = await fetch(`${api.url}${path}`, { headers: api.headers });
    assert.equal(response.status, 200);
    return response.text();
  }
  const timesIn = (text: string) => text.split(ODD).length - 1;
  const a = await runWith({ odd: ODD, plain: '{"x":1,"y":[2.50]}' });

  await t.test('a run: its output, of a step, and of the item of a map', async () => {
    assert.equal(timesIn(await textOf(`/api/v1/runs/${a}`)), 3);
    assert.equal(timesIn(await textOf(`/api/v1/runs/${a}?outputs=false`)), 1);
  });

  await t.test('an item', async () => {
    assert.equal(timesIn(await textOf(`/api/v1/runs/${a}/steps/each/items`)), 1);
    assert.equal(timesIn(await textOf(`/api/v1/runs/${a}/steps/each/items?outputs=false`)), 0);
  });

  await t.test(
    'a comparison, which ignores the order of keys and the spelling of numbers',
    async () => {
      const b = await runWith({ odd: `${ODD} `, plain: '{"y": [2.5], "x": 1e0}' });
      const text = await textOf(`/api/v1/runs/compare?a=${a}&b=${b}`);
      assert.equal(timesIn(text), 6);
      const { body } = await api.get(`/api/v1/runs/compare?a=${a}&b=${b}`);
      const equal = body.steps.map((step: Record<string, unknown>) => [
        step['step'],
        step['outputsEqual'],
      ]);
      // PostgreSQL cannot parse NUL characters.
      assert.deepEqual(equal, [
        ['odd', false],
        ['plain', true],
        ['each', true],
      ]);
      const c = await runWith({ odd: ODD, plain: '{"x":1,"y":[2.51]}' });
      const other = (await api.get(`/api/v1/runs/compare?a=${a}&b=${c}`)).body;
      const { outputsEqual, a: first, b: second } = other.steps[1];
      assert.deepEqual(
        [outputsEqual, first.output, second.output],
        [false, { x: 1, y: [2.5] }, { x: 1, y: [2.51] }],
      );
      assert.equal(other.steps[0].outputsEqual, true);
    },
  );
});

test('a comparison reads only the outputs that it shows, those that differ first', async (t) => {
  const steps = Array.from({ length: 60 }, (_, nth) => `s${nth + 10}`);
  const api = await startTestApi(t);
  const definition = Object.fromEntries(steps.map((step) => [step, VALUE]));
  await api.post('/api/v1/workflows', { name: 'large', steps: definition });

  async function runWith(last: string): Promise<string> {
    const id = await api.submit('large', {});
    await api.engine.start(id);
    await api.query(
      `insert into steps (run_id, step, iteration, kind, status, attempt, output)
       select $1, step, -1, 'transform', 'succeeded', 1, json_build_object('text', repeat('x', 30000),
         'last', case when step = 's69' then $3::text end) from unnest($2::text[]) as step`,
      [id, steps, last],
    );
    return id;
  }
  const [a, b] = [await runWith('a'), await runWith('b')];
  const queries = recordQueries(t);
  const { body } = await api.get(`/api/v1/runs/compare?a=${a}&b=${b}`);
  const bytes = queries.reduce((sum, query) => sum + query.bytes, 0);
  assert.ok(bytes < 1.2 * 1024 * 1024, `${bytes} bytes read`);
  const shown = body.steps.filter(({ a: side }: { a: object }) => 'output' in side);
  assert.equal(shown.length, 17);
  const last = body.steps.at(-1);
  assert.deepEqual([last.outputsEqual, last.b.output.last], [false, 'b']);
  assert.ok(body.steps.slice(0, -1).every((step: { outputsEqual: boolean }) => step.outputsEqual));
});
