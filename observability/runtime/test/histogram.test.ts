import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Histogram, Registry } from 'prom-client';
import { createInstrument } from '../instrument.ts';

const BUCKETS = [0.01, 0.1, 1];
const LABELS = { kind: ['http', 'llm'], outcome: ['failed', 'succeeded'] } as const;
const TRACE = '0af7651916cd43dd8448eb211c80319c';

const OBSERVED: [kind: string, outcome: string, value: number, traceId?: string][] = [
  ['http', 'succeeded', 0.05],
  ['http', 'succeeded', 0.1, TRACE],
  ['http', 'succeeded', 0, TRACE],
  ['llm', 'failed', 7, TRACE],
  ['llm', 'failed', 7.5],
  ['llm', 'succeeded', 0.011],
  ['says "\\"\n', 'failed', 0.2, TRACE],
];

function createBoth(labels: Record<string, { upTo: number } | readonly string[]>) {
  const [own, client] = [new Registry(), new Registry()];
  for (const registry of [own, client]) registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const definition = { name: 'took_seconds', help: 'Time.', type: 'histogram', labels } as const;
  const instrument = createInstrument(
    { ...definition, buckets: BUCKETS, exemplars: true, processes: ['worker'] } as never,
    own,
    (set) => set,
  );
  const histogram = new Histogram({
    name: definition.name,
    help: definition.help,
    labelNames: Object.keys(labels),
    buckets: BUCKETS,
    enableExemplars: true,
    registers: [client],
  });
  return { own, client, instrument, histogram };
}

/** Times of exemplars are the only difference. */
async function textOf(registry: Registry): Promise<string[]> {
  const text = await registry.metrics();
  return text
    .split('\n')
    .map((line) => line.replace(/(# \{.*\} \S+) \d+(\.\d+)?$/, '$1 TIME'))
    .toSorted();
}

for (const [what, labels] of [
  ['bounded', LABELS],
  ['open', { kind: { upTo: 10 }, outcome: LABELS.outcome }],
] as const) {
  test(`a histogram of ${what} labels tells what the client's own would`, async () => {
    const { own, client, instrument, histogram } = createBoth(labels);
    if (what === 'bounded')
      for (const kind of LABELS.kind)
        for (const outcome of LABELS.outcome) histogram.zero({ kind, outcome });
    // In two parts, with a scrape between them.
    for (const part of [OBSERVED.slice(0, 3), OBSERVED.slice(3)]) {
      for (const [kind, outcome, value, traceId] of part) {
        instrument.observe!({ kind, outcome }, value, traceId);
        histogram.observe({
          labels: { kind, outcome },
          value,
          ...(traceId && { exemplarLabels: { trace_id: traceId } }),
        });
      }
      assert.deepEqual(await textOf(own), await textOf(client));
    }
    assert.match((await textOf(own)).join('\n'), new RegExp(`trace_id="${TRACE}"\\} 7 TIME`));
  });
}

test('a value that is no number is refused where it is observed, not at the scrape', async () => {
  const { own, instrument } = createBoth(LABELS);
  const labels = { kind: 'http', outcome: 'failed' };
  for (const value of [Number.NaN, Infinity])
    assert.throws(() => instrument.observe!(labels, value), /cannot be observed/);
  assert.match(await own.metrics(), /took_seconds_count\{kind="http",outcome="failed"\} 0/);
});
