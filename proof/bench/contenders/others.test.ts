import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FlowJob } from 'bullmq';
import { chain, diamond, fan } from '@aio/loadtest/workflows/shapes';
import { toFlow } from './others.ts';

function jobsOf(flow: FlowJob): string[] {
  return [flow.name, ...(flow.children ?? []).flatMap(jobsOf)];
}

test('a flow contains each step of the DAG once', () => {
  for (const shape of [chain(50), fan(100), diamond()]) {
    const jobs = jobsOf(toFlow(shape, 'queue'));
    assert.equal(jobs.length, shape.length);
    assert.equal(new Set(jobs).size, shape.length);
  }
});

test('a chain nests; a diamond puts its source under one side', () => {
  assert.equal(toFlow(chain(3), 'q').children?.[0]?.children?.[0]?.name, 's0');
  const [left, right] = toFlow(diamond(), 'q').children ?? [];
  assert.deepEqual([left?.children?.length, right?.children?.length], [1, 0]);
});
