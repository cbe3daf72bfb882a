import assert from 'node:assert/strict';
import { test } from 'node:test';
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
});
