import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Arrival, Message } from '../alerts/kit/receiver.ts';
import { createReader } from './message.ts';

function message(...alerts: [instance: string, status: Arrival['status']][]): Message {
  return {
    groupKey: 'workers',
    alerts: alerts.map(([instance, status]) => ({
      status,
      labels: { alertname: 'TargetDown', severity: 'ticket', job: 'worker', instance },
      annotations: { summary: 'A worker does not answer', runbook_url: 'target-down.md' },
    })),
  };
}

test('prints a group when it fires, when an alert joins it, and when all have resolved', () => {
  const read = createReader();
  const first = read(message(['a', 'firing']));
  assert.match(first[0]!, /^\d\d:\d\d:\d\d \[FIRING\] ticket: TargetDown$/);
  assert.equal(first[1], '  - A worker does not answer {job="worker", instance="a"}');
  assert.match(first.join('\n'), /runbook  target-down\.md/);
  assert.deepEqual(read(message(['a', 'firing'])), [], 'a repetition');
  assert.equal(read(message(['a', 'firing'], ['b', 'firing'])).length, first.length + 1);
  assert.deepEqual(read(message(['a', 'resolved'], ['b', 'firing'])), [], 'the rest goes on');
  assert.match(read(message(['b', 'resolved'])).join(), /\[RESOLVED\] ticket: TargetDown$/);
  assert.equal(read(message(['a', 'firing'])).length, first.length, 'once more');
});
