import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from '@aio/runtime/metrics';
import { parseExposition } from './exposition.ts';
import { checkNames, type ScrapedProcess } from './check-names.ts';

/** A scrape of a worker. */
async function worker(more = '', change = (text: string) => text): Promise<ScrapedProcess> {
  const registry = createMetrics({
    process: 'worker',
    enabled: true,
    defaults: true,
    version: 'test',
  });
  const { body } = await registry.scrape();
  return { name: 'worker-1', job: 'worker', exposition: parseExposition(change(body) + more) };
}

test('finds names that are not in the catalogue, down to a label value', async () => {
  const faults = checkNames([
    await worker(
      'aio_new_total 1\naio_poison_steps_total{workflow="x"} 1\naio_worker_slots{state="lost"} 1\n',
    ),
  ]).filter((fault) => !fault.includes('has no series'));
  assert.deepEqual(faults, [
    'worker-1: aio_new_total is not in the catalogue',
    'worker-1: aio_poison_steps_total has a label workflow that the catalogue does not list',
    'worker-1: aio_worker_slots has state="lost", which the catalogue does not list',
  ]);
});

test('finds the process that lacks a metric', async () => {
  const lacking = await worker('', (text) => text.replaceAll(/.*aio_commit_runs.*\n/g, ''));
  assert.deepEqual(
    checkNames([{ ...lacking, name: 'worker-2' }]).filter((fault) => /commit_runs/.test(fault)),
    ['worker-2: /metrics lacks aio_commit_runs', 'worker: aio_commit_runs has no series'],
  );
  const [good] = [await worker()];
  assert.deepEqual(
    checkNames([good, { ...lacking, name: 'worker-2' }]).filter((fault) => /commit/.test(fault)),
    ['worker-2: /metrics lacks aio_commit_runs'],
  );
});

test('finds a metric of another type', async () => {
  const gauge = await worker('', (text) =>
    text.replace('# TYPE aio_commit_runs histogram', '# TYPE aio_commit_runs gauge'),
  );
  assert.ok(checkNames([gauge]).includes('worker-1: aio_commit_runs is a gauge, not a histogram'));
});

test('a metric with an open label may have no series yet', async () => {
  const duration = 'gen_ai_client_inference_duration_seconds';
  assert.ok(checkNames([await worker()]).includes(`worker: ${duration} has no series`));
});
