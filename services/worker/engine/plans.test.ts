import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createPlans } from './plans.ts';

const STEPS = 10_000;

test('the event loop goes on while the largest definition is compiled', async () => {
  const step = (index: number) => ({
    type: 'transform',
    with: { value: `\${{ input.a + input.b * ${index} }}` },
  });
  const definition = {
    name: 'large',
    steps: Object.fromEntries(
      Array.from({ length: STEPS }, (_, index) => [`step${index}`, step(index)]),
    ),
  };
  const plans = createPlans({ loadDefinition: async () => ({ version: 7, definition }) });

  let isCompiled = false;
  const compiled = plans.get('a-version').finally(() => (isCompiled = true));
  let turns = 0;
  for (; !isCompiled; turns++) await nextTurn();

  assert.equal((await compiled).steps.length, STEPS);
  assert.equal(await plans.numberOf('a-version'), 7);
  // Without slices, there would be one turn.
  assert.ok(turns > 2, `${turns} turns`);
});
