import type { Attack } from './attack.ts';
import { countAnswers } from './count.ts';

const AT_ONCE = 100;
const STRINGS = 45_000;

/** Eight schemas that each compare all items. */
const COSTLY = {
  allOf: Array.from({ length: 8 }, () => ({ type: 'array', uniqueItems: true })),
};

export const COSTLY_INPUTS: Attack = {
  name: 'costly-inputs',
  what: `a builder submits ${AT_ONCE} inputs of 900 kB at once that are costly to validate`,
  async prepare({ open }) {
    const { builder } = await open();
    await builder.createWorkflow({
      name: 'costly',
      input: { type: 'object', properties: { items: COSTLY } },
      steps: { first: { type: 'transform', with: { value: 1 } } },
    });
    const items = Array.from({ length: STRINGS }, (_, index) => `item-${100_000_000 + index}`);
    const body = JSON.stringify({ input: { items } });
    return () =>
      countAnswers(AT_ONCE, () => builder.request('POST', '/workflows/costly/runs', body));
  },
};
