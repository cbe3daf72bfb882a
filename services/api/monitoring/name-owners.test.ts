import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOwners } from './name-owners.ts';

const BUILDER = '0b1f0c5e-6f0a-4d3b-9c51-2f6d3a5b7c01';
const dataOf = (...labels: Record<string, string>[]) => ({
  stepSeconds: 1,
  targets: [
    {
      refId: 'A',
      promql: 'up',
      at: [0],
      series: labels.map((one) => ({
        legend: `of ${Object.values(one).join()}`,
        labels: one,
        values: [1],
      })),
      leftOut: 0,
      note: null,
      exemplars: [],
    },
  ],
});
const DATA = dataOf({ owner: BUILDER }, { owner: 'another owner' }, { workflow: 'triage' });
const legendsOf = ({ targets }: Awaited<ReturnType<typeof nameOwners>>) =>
  targets[0]!.series.map(({ legend }) => legend);

test('a legend has the name of an owner whose name is known, and labels keep the id', async () => {
  const asked: unknown[] = [];
  const db = {
    query: ({ values }: { values?: unknown[] }) => {
      asked.push(values);
      return Promise.resolve({ rows: [{ subject: BUILDER, name: 'builder@example.com' }] });
    },
  };
  const named = await nameOwners(db as never, DATA);
  assert.deepEqual(legendsOf(named), ['of builder@example.com', 'of another owner', 'of triage']);
  assert.deepEqual(asked, [[[BUILDER, 'another owner']]]);
  assert.equal(named.targets[0]!.series[0]!.labels.owner, BUILDER);
});

test('ids stay while PostgreSQL is away, and nobody asks it for panels without owners', async () => {
  const db = { query: () => Promise.reject(new Error('away')) };
  assert.deepEqual(legendsOf(await nameOwners(db as never, DATA)), legendsOf(DATA));
  const plain = dataOf({ workflow: 'triage' });
  assert.equal(await nameOwners(db as never, plain), plain);
});
